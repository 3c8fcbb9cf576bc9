// What must not depend on how a stream arrives: any order within the lateness that sources have, and any number of copies, end in the same
// alerts and the same last word about each on every wall. And what a rise and the end of a silence always do.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleRoute } from "../../test/support/routes.ts";
import type { Severity, SourceEvent, Status } from "../alert.ts";
import { SEVERITIES, severityId } from "../alert.ts";
import type { EscalationStep, Inhibition, Rule, Silence } from "../config/model.ts";
import { Simulation } from "./simulation.ts";

/** A Saturday. */
const START = Date.parse("2026-11-21T14:00:00.000Z");
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** All that happens, happens within a minute, and comes no later than this. */
const LATENESS = 20 * SECOND;
const RUNS = 150;
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** One thing that a source says of an alert. Times in ms after the start. */
interface Happening {
  id: number;
  at: number;
  alert: string;
  tag: string;
  asset: string;
  severity: Severity;
  status: Status;
}

/** A happening on its way: it comes so much later, and again so often. */
interface Arrival {
  late: number;
  copies: number[];
}

const rule = (name: string, more: Partial<Rule>): Rule => ({
  name,
  when: `"${name}" in alert.tags`,
  to: ["soc"],
  enabled: true,
  stop: true,
  ...more,
});
const all = (ms: number): EscalationStep["afterMs"] => ({ info: ms, low: ms, medium: ms, high: ms, critical: ms });
const hours = (outside: "hold" | "digest") => ({ zone: "UTC", days: [...DAYS], from: 16 * 60, to: 17 * 60, outside });

const RULES: Rule[] = [
  { ...rule("critical", { to: ["oncall"], stop: false }), when: "alert.severity_id >= CRITICAL" },
  rule("login", { threshold: { count: 3, withinMs: 2 * MINUTE, by: ["asset.name"], title: "Many logins" } }),
  rule("scan", { group: { by: ["asset.name"], waitMs: 5 * SECOND, intervalMs: 10 * MINUTE } }),
  rule("down", { unless: { when: '"up" in alert.tags', withinMs: 90 * SECOND, by: ["asset.name"] } }),
  rule("morning", { hours: hours("hold") }),
  rule("digest", { hours: hours("digest") }),
  rule("chatty", { mute: 5 * MINUTE }),
  rule("urgent", { escalate: [{ afterMs: all(10 * MINUTE), to: ["manager"] }] }),
  rule("plain", {}),
  { ...rule("severe", { to: ["soc"] }), when: '"severe" in alert.tags && alert.severity_id >= HIGH' },
];
const TAGS = ["login", "scan", "down", "up", "morning", "digest", "chatty", "urgent", "plain", "severe", "nobody"];
const INHIBITIONS: Inhibition[] = [
  { name: "down", source: '"down" in alert.tags', target: '"plain" in alert.tags', by: ["asset.name"], waitMs: 5 * MINUTE },
];

const silenceOf = (until: number, ceiling: Severity = "high"): Silence => ({
  id: "s1",
  when: "true",
  from: START - 1,
  until: START + until,
  ceiling,
  owner: "ana",
  comment: "known",
  createdAt: START,
  createdBy: "ana",
});

/** Some alerts of one asset each: each gets worse, never better, and may end. */
const story: fc.Arbitrary<Happening[]> = fc
  .array(
    fc.record({
      tag: fc.constantFrom(...TAGS),
      asset: fc.constantFrom("db-1", "db-2"),
      says: fc.array(fc.record({ at: fc.integer({ min: 0, max: 60 }), severity: fc.constantFrom(...SEVERITIES) }), {
        minLength: 1,
        maxLength: 5,
      }),
      ends: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((alerts) =>
    alerts.flatMap(({ tag, asset, says, ends }, index) => {
      const times = says.map(({ at }) => at).sort((left, right) => left - right);
      const severities = says.map(({ severity }) => severity).sort((left, right) => severityId(left) - severityId(right));
      return times.map(
        (at, number): Happening => ({
          id: index * 10 + number,
          // Each at its own moment: sources tell their order.
          at: at * SECOND + index * 10 + number,
          alert: `alert-${index}`,
          tag,
          asset,
          severity: severities[number] ?? "low",
          status: ends && number === times.length - 1 ? "resolved" : "new",
        }),
      );
    }),
  );

const eventOf = ({ id, at, alert, tag, asset, severity, status }: Happening): SourceEvent => ({
  claim: `claim-${id}`,
  identified: true,
  key: alert,
  type: "alert",
  kind: status === "resolved" ? "resolved" : "updated",
  order: START + at,
  occurred_at: new Date(START + at).toISOString(),
  patch: {
    title: `${alert} says ${id}`,
    severity,
    status,
    tags: [tag],
    assets: [{ name: asset }],
    last_seen: new Date(START + at).toISOString(),
  },
  payload: null,
});

interface Options {
  rules?: Rule[];
  inhibitions?: Inhibition[];
  silences?: Silence[];
  arrivals?: readonly Arrival[];
}

/** Runs a story to its end, a day later. */
function run(
  happenings: readonly Happening[],
  { rules = RULES, inhibitions = INHIBITIONS, silences = [], arrivals = [] }: Options = {},
): Simulation {
  const route = sampleRoute({ name: "prod", rules });
  const simulation = new Simulation({ config: { version: 1, routes: [route], lists: {}, inhibitions }, silences, sources: new Map() });
  const coming = happenings.flatMap((one, index) => {
    const { late = 0, copies = [] } = arrivals[index] ?? {};
    return [late, ...copies].map((after) => ({ at: START + one.at + after, event: eventOf(one) }));
  });
  for (const { at, event } of coming.sort((left, right) => left.at - right.at)) simulation.accept("prod", [{ kind: "event", event }], at);
  simulation.until(START + 24 * HOUR);
  return simulation;
}

/** By destination and alert, what was told last; alerts of our own by their key without its number. */
function lastWords(simulation: Simulation): Record<string, string> {
  const words: Record<string, string> = {};
  for (const { destination, key, title, severity, status, kind } of simulation.told)
    if (kind !== "reminder") words[`${destination} ${key}`] = `${title} ${severity} ${status}`;
  return words;
}

/** What is known of each alert in the end. */
const alertsOf = (simulation: Simulation): Record<string, unknown> =>
  Object.fromEntries(
    [...simulation.route("prod").rows.states.values()].map(({ alert: { key, title, severity, status, count, assets, last_seen } }) => [
      key,
      { title, severity, status, count, assets: assets.map(({ name }) => name).sort(), last_seen },
    ]),
  );

const arrivals: fc.Arbitrary<Arrival[]> = fc.array(
  fc.record({ late: fc.integer({ min: 0, max: LATENESS }), copies: fc.array(fc.integer({ min: 0, max: LATENESS }), { maxLength: 2 }) }),
  { minLength: 50, maxLength: 50 },
);

describe("however a stream arrives", () => {
  test("each alert ends the same, and so does the last word about it on every wall", () => {
    fc.assert(
      fc.property(story, arrivals, (happenings, how) => {
        const [straight, shuffled] = [run(happenings), run(happenings, { arrivals: how })];
        expect(alertsOf(shuffled)).toEqual(alertsOf(straight));
        expect(lastWords(shuffled)).toEqual(lastWords(straight));
      }),
      { numRuns: RUNS },
    );
  });

  test("also where a silence hides it meanwhile", () => {
    fc.assert(
      fc.property(story, arrivals, (happenings, how) => {
        // What is over when its silence ends is told to nobody; what another alert held back that long was never silenced.
        const around = { silences: [silenceOf(5 * MINUTE)], inhibitions: [] };
        const [straight, shuffled] = [run(happenings, around), run(happenings, { ...around, arrivals: how })];
        expect(alertsOf(shuffled)).toEqual(alertsOf(straight));
        expect(lastWords(shuffled)).toEqual(lastWords(straight));
      }),
      { numRuns: RUNS },
    );
  });

  test("copies change nothing at all", () => {
    fc.assert(
      fc.property(story, arrivals, (happenings, how) => {
        const late = how.map((one) => ({ ...one, copies: [] }));
        const doubled = late.map((one, index) => ({ ...one, copies: [one.late + (how[index]?.late ?? 0), one.late] }));
        const [once, often] = [run(happenings, { arrivals: late }), run(happenings, { arrivals: doubled })];
        expect(often.told).toEqual(once.told);
        expect(often.events()).toEqual(once.events());
      }),
      { numRuns: RUNS },
    );
  });
});

test("raising one severity always shows: at once, on every wall that has the alert, and where critical ones go", () => {
  fc.assert(
    fc.property(story, fc.nat(), fc.boolean(), (happenings, which, silenced) => {
      const candidates = happenings.filter(({ status }) => status !== "resolved");
      const chosen = candidates[which % Math.max(1, candidates.length)];
      fc.pre(
        chosen !== undefined &&
          !happenings.some(({ alert, severity, status }) => alert === chosen.alert && (severity === "critical" || status === "resolved")),
      );
      const rise: Happening = { ...chosen, id: 999, at: 70 * SECOND, severity: "critical" };
      // What another alert may explain is held back, however bad it is.
      const around = { inhibitions: [], silences: silenced ? [silenceOf(HOUR)] : [] };
      const { told } = run([...happenings, rise], around);
      const about = told.filter(({ key, kind }) => key === chosen.alert && kind !== "reminder");
      const shownBy = new Set(about.filter(({ at }) => at < START + rise.at).map(({ destination }) => destination));
      for (const destination of [...shownBy, "oncall"])
        expect(about).toContainEqual(
          expect.objectContaining({
            destination,
            at: START + rise.at,
            severity: "critical",
            title: `${chosen.alert} says 999`,
          }),
        );
    }),
    { numRuns: RUNS },
  );
});

test("the end of a silence shows what it hid: what is open then stands as if there had been none", () => {
  fc.assert(
    fc.property(story, fc.constantFrom<Severity>("low", "high", "critical"), (happenings, ceiling) => {
      const open = (simulation: Simulation): Record<string, string> =>
        Object.fromEntries(Object.entries(lastWords(simulation)).filter(([, word]) => !word.endsWith(" resolved")));
      // What ended while it was silenced is in no group: the others are told without it.
      const lasting = happenings.filter(({ tag, status }) => tag !== "scan" || status !== "resolved");
      const [free, silenced] = [run(lasting), run(lasting, { silences: [silenceOf(5 * MINUTE, ceiling)] })];
      expect(alertsOf(silenced)).toEqual(alertsOf(free));
      expect(open(silenced)).toEqual(open(free));
      // And nobody heard of anything that the silence might have hidden.
      for (const { at, severity, status, kind } of silenced.told)
        if (at < START + 5 * MINUTE && status !== "resolved" && kind !== "reminder")
          expect(severityId(severity)).toBeGreaterThan(severityId(ceiling));
    }),
    { numRuns: RUNS },
  );
});
