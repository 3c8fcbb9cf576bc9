// What other rules would do with the alerts that were stored: by destination, then the alerts that differ, then what would be lost.
import { counted } from "../../src/lib/text.ts";
import type { Backtest } from "../backtest.ts";
import { bad, faint, good, type Paint, strong, warn } from "../frame/paint.ts";
import { tableLines } from "../frame/table.ts";
import { moment } from "../frame/times.ts";
import { number, plural, severityPaint } from "./words.ts";

type Difference = Backtest["examples"][number];

const MOST_SHOWN = 10;
const MOST_LOST = 30;

/** The lines of a backtest. */
export function backtestLines(tested: Backtest, name: string, width: number): Paint[] {
  const { alerts, events, since, destinations, differing, examples, split } = tested;
  if (alerts === 0) return [`No alert was stored since ${moment(since)}: there is nothing to try ${name} on.`];
  return [
    [strong(`${plural(alerts, "alert")}, ${plural(events, "event")}`), `, since ${moment(since)}, by the rules in effect and by ${name}`],
    "",
    ...(destinations.length === 0 ? [faint("Nobody was told of any of them, and nobody would be.")] : tableOf(destinations)),
    "",
    ...(differing === 0
      ? [good("Every alert reaches the same destinations.")]
      : [strong(`${plural(differing, "alert")} would reach others`), ...differenceLines(examples, differing, width)]),
    ...(split.length === 0
      ? []
      : ["", warn(`Of ${split.join(", ")} there were too many for one go: windows and groups counted each part by itself.`)]),
    ...(tested.lost === 0 ? [] : ["", ...lostLines(tested).map((line, index): Paint => (index === 0 ? bad(line) : line))]),
  ];
}

/** A summary in a few lines, for a plan. */
export function backtestSummary({ alerts, destinations, differing, lost, since }: Backtest): Paint[] {
  if (alerts === 0) return ["", faint(`No alert was stored since ${moment(since)} to try it on.`)];
  const changed = destinations.filter(({ messages, gains, loses }) => messages.before !== messages.after || gains > 0 || loses > 0);
  return [
    "",
    [
      strong(`On ${plural(alerts, "alert")} since ${moment(since)}`),
      differing === 0 ? ": each reaches the same destinations" : `: ${differing} would reach others`,
    ],
    ...(changed.length === 0 ? [] : tableOf(changed)),
    ...(lost === 0 ? [] : [bad(`${plural(lost, "critical alert")} that reached somebody would reach nobody.`)]),
  ];
}

/** Criticals that would reach nobody, each with whom it reached. Plain text: it is an error's words as well. */
export function lostLines({ lost, lost_examples: examples }: Backtest): string[] {
  const shown = examples.slice(0, MOST_LOST);
  const more = lost - shown.length;
  return [
    `${counted(lost, "critical alert")} that reached somebody would reach nobody:`,
    ...shown.map(({ title, before, created_at, id }) => `  ${moment(created_at)} ${title} (now ${before.join(", ") || "later"}) ${id}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function tableOf(destinations: Backtest["destinations"]): Paint[] {
  const columns = [
    { title: "destination" },
    { title: "messages", align: "right" as const },
    { title: "then", align: "right" as const },
    { title: "", align: "right" as const },
    { title: "alerts more", align: "right" as const },
    { title: "fewer", align: "right" as const },
  ];
  return tableLines(
    columns,
    destinations.map(({ name, messages, gains, loses }): Paint[] => {
      const delta = messages.after - messages.before;
      const sign = delta === 0 ? "" : delta > 0 ? `+${delta}` : String(delta);
      return [strong(name), String(messages.before), String(messages.after), faint(sign), number(gains), number(loses, warn)];
    }),
    undefined,
  );
}

function differenceLines(examples: readonly Difference[], all: number, width: number): Paint[] {
  const shown = examples.slice(0, MOST_SHOWN);
  const rows = shown.map(({ severity, title, before, after, id }): Paint[] => [
    severityPaint(severity),
    title,
    [before.join(", ") || faint("nobody"), " -> ", after.length > 0 ? after.join(", ") : bad("nobody")],
    faint(id),
  ]);
  const columns = [{ title: "" }, { title: "", least: 16 }, { title: "" }, { title: "" }];
  return [...tableLines(columns, rows, width, 2), ...(all > shown.length ? [faint(`  and ${all - shown.length} more`)] : [])];
}
