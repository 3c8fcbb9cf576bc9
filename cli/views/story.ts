// The whole story of one alert, for somebody who was woken by it: what it is, who shows it, what came and why it went where.
import type * as z from "zod";
import type { story as storySchema } from "../../src/admin/answers/alerts.ts";
import { commentIn } from "../../src/alert.ts";
import { commentLine } from "../../src/destinations/delta.ts";
import { evidenceOf } from "../../src/destinations/facts.ts";
import { accent, bad, faint, good, type Paint, strong, warn } from "../frame/paint.ts";
import { ago, moment } from "../frame/times.ts";
import { wrapped } from "../frame/wrap.ts";
import { deliveryLines } from "./attempts.ts";
import { eventLines } from "./decisions.ts";
import { plain, plural, severityPaint, statusPaint } from "./words.ts";

export type Story = z.output<typeof storySchema>;
type Alert = Story["alert"];

/** How much is told, and how wide. */
export interface StoryOptions {
  now: number;
  /** Columns; texts are wrapped there. */
  width: number;
  /** Every value of every decision, and what the chats answered. */
  all: boolean;
}

/** The lines of a story. */
export function storyLines(story: Story, options: StoryOptions): Paint[] {
  const { alert } = story;
  return [
    [severityPaint(alert.severity), "  ", strong(alert.title)],
    headline(story, options.now),
    ...whereLines(story),
    ...(alert.summary === "" || alert.summary === alert.title ? [] : ["", ...wrapped(alert.summary, options.width)]),
    "",
    ...fieldLines(alert, options),
    ...evidenceLines(alert, options),
    "",
    strong("What came, and what was decided"),
    ...eventLines(story, options),
    "",
    strong("Deliveries"),
    ...(story.deliveries.length === 0 ? [faint("  none")] : deliveryLines(story.deliveries, options)),
  ];
}

function headline({ alert, events, copies }: Story, now: number): Paint {
  const label = alert.status_label && alert.status_label !== alert.status ? ` (${alert.status_label})` : "";
  const parts = [
    `route ${alert.route}`,
    ...(alert.source === alert.route ? [] : [`source ${alert.source}`]),
    plural(events.length, "event"),
    ...(alert.count > events.length ? [`seen ${alert.count} times`] : []),
    ...(copies > 0 ? [plural(copies, "copy", "copies")] : []),
    `created ${ago(alert.created_at, now)}`,
    `changed ${ago(alert.updated_at, now)}`,
  ];
  return [statusPaint(alert.status), label, faint(` · ${parts.join(" · ")}`)];
}

/** What a chat shows of it in a block: the command line, or the source's own plain fields. */
function evidenceLines(alert: Alert, { width }: StoryOptions): Paint[] {
  const evidence = evidenceOf(alert);
  if (!evidence) return [];
  return ["", strong(evidence.label), ...wrapped(evidence.text, width - 2).map((line): Paint => `  ${line}`)];
}

/** Who shows it and who should: the first thing that somebody who misses it wants to know. */
function whereLines({ deliveries }: Story): Paint[] {
  const last = new Map(deliveries.map((one) => [one.destination, one]));
  const shown = [...last.keys()].filter((name) => deliveries.some((one) => one.destination === name && one.state === "delivered"));
  const missing = [...last.values()].filter(({ state }) => state === "dead" || state === "pending");
  return [
    shown.length > 0 ? [good("shown by "), shown.join(", ")] : [warn("shown by nobody")],
    ...missing.map(({ destination, state, attempts, reason, log }): Paint => {
      const why = reason ?? log.at(-1)?.outcome;
      const news = shown.includes(destination) ? "latest version " : "";
      const what = state === "dead" ? bad(`${news}not delivered to `) : warn(`${news}waiting for `);
      return [
        what,
        strong(destination),
        ...(why ? [`: ${plain(why)}`] : []),
        ...(attempts > 0 ? [faint(` (${plural(attempts, "attempt")})`)] : []),
      ];
    }),
  ];
}

function fieldLines(alert: Alert, { width }: StoryOptions): Paint[] {
  const { rule, assets, observables, attacks, tags, tenant, url, category, type } = alert;
  const seen =
    alert.first_seen === alert.last_seen ? moment(alert.first_seen) : `${moment(alert.first_seen)} to ${moment(alert.last_seen)}`;
  const fields: [name: string, value: string][] = [
    [
      "severity",
      alert.severity_label === "unknown"
        ? `${alert.severity}, as long as the source tells none`
        : alert.severity_label && alert.severity_label !== alert.severity
          ? `${alert.severity}, from "${alert.severity_label}"`
          : alert.severity,
    ],
    ["category", [category, type].filter((text) => text !== "").join(" / ")],
    ["rule", rule?.name ?? ""],
    ["assets", assets.map(({ name, ip }) => (ip && ip !== name ? `${name} (${ip})` : name)).join(", ")],
    [
      "observables",
      observables.map(({ name, type: kind, value }) => `${kind} ${value}${name && name !== kind ? ` (${name})` : ""}`).join(", "),
    ],
    ["techniques", attacks.map(({ technique, name, tactic }) => [technique, name ?? tactic].filter(Boolean).join(" ")).join(", ")],
    ["tags", tags.join(", ")],
    ["tenant", tenant ?? ""],
    ["seen", seen],
    ["detail", alert.enriched ? "" : `not all of it: ${alert.enriched_reason ?? "the source's API was not asked"}`],
    ["comment", commentLine(commentIn(alert.data.comment))?.replace(/^Comment(?:: | by )/, "") ?? ""],
    ["link", url ?? ""],
    ["id", alert.id],
  ];
  const NAME = 13;
  return fields
    .filter(([, value]) => value !== "")
    .flatMap(([name, value]) =>
      wrapped(value, width - NAME - 2).map(
        (line, index): Paint => [faint(`  ${(index === 0 ? name : "").padEnd(NAME)}`), name === "link" ? accent(line) : line],
      ),
    );
}
