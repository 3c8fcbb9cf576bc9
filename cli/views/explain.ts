// Why an alert went where it did, event by event and gate by gate; and, where the rules would do otherwise now, what.
import type * as z from "zod";
import type { explanation } from "../../src/admin/answers/explain.ts";
import { bad, faint, good, type Paint, strong, warn } from "../frame/paint.ts";
import { moment } from "../frame/times.ts";
import { wrapped } from "../frame/wrap.ts";
import { tracedLines } from "./decisions.ts";
import { plain, severityPaint, statusPaint } from "./words.ts";

export type Explained = z.output<typeof explanation>;
type Event = Explained["events"][number];

/** Events whose gates are shown in full; of many that are alike, the others are one line each. */
const MOST_FULL = 12;

/** The lines. `rules`: what the other rules are called. */
export function explainLines(explained: Explained, rules: string, width: number): Paint[] {
  const { alert, events } = explained;
  const full = new Set(
    [...events.filter(({ differs }) => differs), ...events.slice(0, 2), ...events.slice(-MOST_FULL + 2)].map(({ id }) => id),
  );
  return [
    [severityPaint(alert.severity), "  ", strong(alert.title), "  ", statusPaint(alert.status), faint(`  ${alert.id}`)],
    ...verdictLines(explained, rules, width),
    ...events.flatMap((event) => ["", ...headLines(event, rules), ...(full.has(event.id) ? bodyLines(event, rules, width) : [])]),
  ];
}

/** What somebody who was woken wants to know first. */
function verdictLines({ shown_by, would_show, route_known, differs, beyond, alert }: Explained, rules: string, width: number): Paint[] {
  const now = shown_by.length > 0 ? [good("shown by "), shown_by.join(", ")] : [warn("shown by nobody")];
  if (would_show === null) return [now, faint("A rule raised it itself: what it would do now depends on the events behind it.")];
  if (!route_known) return [now, bad(`${rules} have no route ${alert.route}, or it is disabled: nobody would see it.`)];
  const would = would_show.length > 0 ? would_show.join(", ") : "nobody";
  const alone =
    beyond.length === 0
      ? []
      : wrapped(`Tried with this alert alone, though they look at others too: ${beyond.join(", ")}.`, width).map((line) => faint(line));
  return [now, differs ? [warn("differs: "), `by ${rules}, told to ${would}`] : [good("the same "), `by ${rules}`], ...alone];
}

function headLines({ received_at, kind, type, end, to, would, differs }: Event, rules: string): Paint[] {
  const whom = to.length > 0 ? ` -> ${to.join(", ")}` : "";
  const head: Paint = [moment(received_at), "  ", strong(kind), faint(`  ${type}`), `  ended as ${plain(end)}${whom}`];
  if (!would || !differs) return [head];
  const then = would.to.length > 0 ? ` -> ${would.to.join(", ")}` : "";
  return [head, ["  ", warn(`by ${rules} it ends as ${plain(would.end)}${then}`)]];
}

function bodyLines({ trace, would, differs, received_at }: Event, rules: string, width: number): Paint[] {
  return [
    ...tracedLines(trace, received_at, width),
    ...(would && differs ? [faint(`  by ${rules}:`), ...tracedLines(would.trace, received_at, width)] : []),
  ];
}
