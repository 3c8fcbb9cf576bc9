// What came and what was decided about it, event by event, with the reasons.
import { commentIn } from "../../src/alert.ts";
import { commentLine } from "../../src/destinations/delta.ts";
import { partsChange } from "../../src/destinations/parts.ts";
import { accent, bad, faint, good, type Paint, strong, warn } from "../frame/paint.ts";
import { clock, moment } from "../frame/times.ts";
import { wrapped } from "../frame/wrap.ts";
import type { Story, StoryOptions } from "./story.ts";
import { plain } from "./words.ts";

type Event = Story["events"][number];
type Step = Story["trace"][number];

const INDENT = "            ";
const END_TONES: Record<Event["end"], (text: string) => Paint> = {
  routed: good,
  processing: warn,
  unmatched: accent,
  silenced: accent,
  grouped: accent,
  failed: bad,
};

/** The events in their order, each with the decisions about it; decisions about none of them stand at their time. */
export function eventLines({ events, trace }: Story, options: StoryOptions): Paint[] {
  const known = new Set(events.map(({ id }) => id));
  const decisions = trace.filter(isDecision);
  const others = decisions.filter((step) => !known.has(String(step.values?.event)));
  const blocks = [
    ...events.map((event) => {
      const own = decisions.filter((step) => step.values?.event === event.id);
      return { at: event.received_at, lines: [...headOf(event, options), ...stepsLines(own, event.received_at, options)] };
    }),
    ...others.map((step) => ({ at: step.at, lines: stepsLines([step], "", options) })),
  ].toSorted((left, right) => Date.parse(left.at) - Date.parse(right.at));
  const days = new Set(blocks.map(({ at }) => at.slice(0, 10)));
  return blocks.flatMap(({ at, lines }, index) => {
    const isNewDay = days.size > 1 && blocks[index - 1]?.at.slice(0, 10) !== at.slice(0, 10);
    return isNewDay ? [faint(`  ${at.slice(0, 10)}`), ...lines] : lines;
  });
}

/** Decisions in their order; what was decided again, with the same values, is told once. A time stands where it is another than before. */
function stepsLines(steps: readonly Step[], after: string, options: StoryOptions): Paint[] {
  let time = clock(after);
  return joined(once(steps, options.all)).flatMap((step) => {
    const isLater = clock(step.at) !== time;
    time = clock(step.at);
    return stepLines(step, isLater ? `  ${time}  ` : INDENT, options);
  });
}

/** Each decision once; with `all` also one that was made again later. */
function once(steps: readonly Step[], all: boolean): Step[] {
  const told = new Set<string>();
  return steps.filter(({ at, decision, reason, values }) => {
    const { version: _, ...others } = values ?? {};
    const key = JSON.stringify([all ? at : "", decision, reason, others]);
    const isNew = !told.has(key);
    told.add(key);
    return isNew;
  });
}

/** Rules that one `stop` kept from being asked stand in one line. */
function joined(steps: readonly Step[]): Step[] {
  const lines: Step[] = [];
  for (const step of steps) {
    const before = lines.at(-1);
    const isSame = step.decision === "not_reached" && before?.decision === step.decision && before.reason === step.reason;
    if (before && isSame)
      lines[lines.length - 1] = { ...step, values: { ...step.values, rule: `${before.values?.rule}, ${step.values?.rule}` } };
    else lines.push(step);
  }
  return lines;
}

/** Decisions about an alert that no event brought, as of a test. */
export const decisionLines = (trace: readonly Step[], width: number): Paint[] =>
  joined(once(trace.filter(isDecision), true)).flatMap((step) => stepLines(step, "  ", { width, all: false }));

/** Every decision about one event, each with its time where that is another than `after` (ISO 8601). */
export const tracedLines = (trace: readonly Step[], after: string, width: number): Paint[] =>
  stepsLines(trace.filter(isDecision), after, { now: 0, width, all: true });

/** Acceptance is what the event's own line says; attempts stand with the deliveries. */
const isDecision = ({ stage }: Step): boolean => stage !== "intake" && stage !== "deliver";

function headOf(
  { id, kind, type, received_at: at, occurred_at: occurred, change, end, trace_id: trace }: Event,
  { width, all }: StoryOptions,
): Paint[] {
  const line: Paint = [`  ${clock(at)}  `, strong(kind), faint(`  ${type}`), "  ", END_TONES[end](end)];
  const late = occurred !== null && Date.parse(at) - Date.parse(occurred) > 60_000 ? [`happened ${moment(occurred)}`] : [];
  const changes = change === null ? [] : changesOf(change);
  // What its request is found by in logs and traces.
  const ids = all ? [`event ${id}`, ...(trace ? [`trace ${trace}`] : [])] : [];
  return [
    line,
    ...[...late, ...changes, ...ids].flatMap((text) => wrapped(text, width - INDENT.length).map((part): Paint => `${INDENT}${part}`)),
  ];
}

/** In words; a comment as the chats tell it, and what the status is called only where that says more than the status. */
function changesOf({ fields, added, removed }: NonNullable<Event["change"]>): string[] {
  const { status, status_label: label, ...others } = fields;
  const labelled = label && label.after !== status?.after ? { status_label: label } : {};
  return [
    ...(status ? [`status: ${plain(valueText(status.before))} to ${plain(valueText(status.after))}`] : []),
    ...Object.entries({ ...labelled, ...others }).flatMap(([name, { before, after }]) => {
      const comment = name === "data.comment" ? commentLine(commentIn(after)) : undefined;
      const called = plain(name.replace(/^data\./, ""));
      const parts = partsChange(name, before, after);
      if (parts) return [...cameOrWent(called, "+", parts.added), ...cameOrWent(called, "-", parts.removed)];
      return [comment ?? `${called}: ${valueText(before)} to ${valueText(after)}`];
    }),
    ...Object.entries(added).flatMap(([name, values]) => cameOrWent(name, "+", values)),
    ...Object.entries(removed).flatMap(([name, values]) => cameOrWent(name, "-", values)),
  ];
}

const cameOrWent = (name: string, sign: "+" | "-", values: readonly string[]): string[] =>
  values.length === 0 ? [] : [`${name}: ${sign} ${values.join(", ")}`];

const DECISION_TONES: Record<string, (text: string) => Paint> = {
  matched: good,
  routed: good,
  enriched: good,
  not_matched: faint,
  failed: bad,
};
const WORD = 13;

/** A decision: the word, what about, where to; below it the reason and what was looked at, without which a condition says little. */
function stepLines({ decision, reason, values = {} }: Step, lead: string, { width, all }: Pick<StoryOptions, "width" | "all">): Paint[] {
  const { rule, to, begins, event: _, version: __, revision, ...known } = values;
  const others = all && revision !== undefined ? { ...known, revision } : known;
  const targets = [to, begins].find((list) => Array.isArray(list) && list.length > 0);
  const isRule = typeof rule === "string";
  const indent = " ".repeat(lead.length + WORD);
  // A long word pushes its line to the right, and keeps its distance.
  const word = plain(decision)
    .padEnd(WORD - 2)
    .concat("  ");
  const [first = "", ...rest] = wrapped(
    `${isRule ? rule : reason}${Array.isArray(targets) ? ` -> ${targets.join(", ")}` : ""}`,
    width - lead.length - word.length,
  );
  const facts = Object.entries(others)
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => (name === "ms" ? `${String(value)} ms` : `${name} = ${valueText(value)}`));
  const below = [...(isRule ? [reason] : []), ...facts];
  const tone = DECISION_TONES[decision] ?? ((text: string) => text);
  return [
    [faint(lead), tone(word), first],
    ...rest.map((line): Paint => `${indent}${line}`),
    ...(below.length > 0 ? wrapped(below.join("; "), width - indent.length).map((line): Paint => [indent, faint(line)]) : []),
  ];
}

function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "nothing";
  return Array.isArray(value) ? value.map(valueText).join(", ") : JSON.stringify(value);
}
