import { describe, expect, test } from "vitest";
import { sampleAlert } from "../../test/support/alerts.ts";
import type { Alert, Severity } from "../alert.ts";
import { severityId } from "../alert.ts";
import type { Hours } from "../config/model.ts";
import { rememberConditions } from "./condition.ts";
import { type Heard, type Silence, silencedBy, stateOf } from "./silence.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 18, 12);
const conditionOf = rememberConditions();

const silence = (more: Partial<Silence> = {}): Silence => ({
  id: "one",
  when: "true",
  from: NOW - HOUR,
  until: NOW + HOUR,
  ceiling: "high",
  owner: "ana",
  comment: "known",
  createdAt: NOW - HOUR,
  createdBy: "ana",
  ...more,
});
const ofSeverity = (severity: Severity): Alert => sampleAlert({ severity });
const heard = (more: Partial<Heard> = {}): Heard => {
  const alert = more.alert ?? ofSeverity("high");
  return { route: "prod", alert, change: alert.change, now: NOW, lists: {}, ...more };
};
const hides = (one: Silence, more: Partial<Heard> = {}) => silencedBy([one], heard(more), conditionOf);

describe("a silence hides", () => {
  const night: Hours = { zone: "Europe/Paris", days: ["tue"], from: 22 * 60, to: 6 * 60 };
  const cases: [name: string, Silence, Partial<Heard>, until: number | undefined][] = [
    ["what its condition fits, until its end", silence({ when: "alert.severity == 'high'" }), {}, NOW + HOUR],
    ["nothing else", silence({ when: "alert.severity == 'low'" }), {}, undefined],
    ["from its beginning on", silence({ from: NOW }), {}, NOW + HOUR],
    ["nothing before", silence({ from: NOW + 1 }), {}, undefined],
    ["nothing at its end", silence({ until: NOW }), {}, undefined],
    ["until the last moment before", silence({ until: NOW + 1 }), {}, NOW + 1],
    ["nothing once somebody ended it", silence({ endedAt: NOW }), {}, undefined],
    ["until somebody ends it", silence({ endedAt: NOW + 1 }), {}, NOW + HOUR],
    ["on its routes", silence({ routes: ["lab", "prod"] }), {}, NOW + HOUR],
    ["on no other", silence({ routes: ["lab"] }), {}, undefined],
    ["what is milder", silence(), { alert: ofSeverity("info") }, NOW + HOUR],
    ["nothing above its ceiling", silence(), { alert: ofSeverity("critical") }, undefined],
    ["that too, where it was told to", silence({ ceiling: "critical" }), { alert: ofSeverity("critical") }, NOW + HOUR],
    ["nothing where its condition fails", silence({ when: 'alert.data.no.such == "x"' }), {}, undefined],
    ["nothing where its condition is none", silence({ when: "alert.sttus ==" }), {}, undefined],
    ["nothing outside its hours", silence({ recur: night, from: 0, until: NOW + DAY }), {}, undefined],
    [
      "within them, until they end",
      silence({ recur: night, from: 0, until: NOW + DAY }),
      { now: Date.UTC(2026, 10, 17, 23) },
      Date.UTC(2026, 10, 18, 5),
    ],
    [
      "until its own end, if that is first",
      silence({ recur: night, from: 0, until: Date.UTC(2026, 10, 18, 1) }),
      { now: Date.UTC(2026, 10, 17, 23) },
      Date.UTC(2026, 10, 18, 1),
    ],
    [
      "always, where its hours have no end",
      silence({ recur: { zone: "UTC", days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: 0, to: 1_440 } }),
      {},
      NOW + HOUR,
    ],
    [
      "nothing on holidays, which may be a list",
      silence({ recur: { ...night, holidays: "off" }, from: 0, until: NOW + DAY }),
      { now: Date.UTC(2026, 10, 17, 23), lists: { off: ["2026-11-17"] } },
      undefined,
    ],
    ["by lists of the configuration", silence({ when: "alert.severity in lists.some" }), { lists: { some: ["high"] } }, NOW + HOUR],
    ["nothing where its list is gone", silence({ when: "alert.severity in lists.some" }), {}, undefined],
  ];
  test.each(cases)("%s", (_, one, more, until) => expect(hides(one, more)?.until).toBe(until));
});

test("every severity, by every ceiling: never above it", () => {
  const all: Severity[] = ["info", "low", "medium", "high", "critical"];
  for (const ceiling of all)
    for (const severity of all)
      expect(hides(silence({ ceiling }), { alert: ofSeverity(severity) }) !== undefined).toBe(severityId(severity) <= severityId(ceiling));
});

test("of several the one that lasts longest, whatever their order; the first of those that last as long", () => {
  const [short, long, same] = [
    silence({ id: "short" }),
    silence({ id: "long", until: NOW + DAY }),
    silence({ id: "same", until: NOW + DAY }),
  ];
  const other = silence({ id: "other", until: NOW + 2 * DAY, when: "false" });
  expect(silencedBy([short, other, long, same], heard(), conditionOf)).toEqual({ silence: long, until: NOW + DAY });
  expect(silencedBy([long, short], heard(), conditionOf)?.silence.id).toBe("long");
  expect(silencedBy([], heard(), conditionOf)).toBeUndefined();
});

test("says which could not be asked, and of those alone that would have been", () => {
  const told: string[] = [];
  const failing = silence({ id: "failing", when: 'alert.data.no.such == "x"', until: NOW + DAY });
  const over = silence({ id: "over", when: 'alert.data.no.such == "x"', until: NOW });
  const broken = silence({ id: "broken", when: "alert.sttus == 1", until: NOW + DAY });
  const found = silencedBy([failing, over, broken, silence()], heard(), conditionOf, ({ id }, why) => told.push(`${id}: ${why}`));
  expect(found?.silence.id).toBe("one");
  expect(told).toEqual([expect.stringMatching(/^failing: ./), expect.stringContaining("broken: alert has no field sttus")]);
});

test("stands in its time: upcoming, active, ended", () => {
  const one = { from: NOW, until: NOW + HOUR };
  expect([NOW - 1, NOW, NOW + HOUR - 1, NOW + HOUR].map((now) => stateOf(one, now))).toEqual(["upcoming", "active", "active", "ended"]);
  expect([NOW - 2, NOW - 1, NOW].map((now) => stateOf({ ...one, endedAt: NOW - 1 }, now))).toEqual(["upcoming", "ended", "ended"]);
});

test("over a simulated week, a weekly one hides its hours alone, through the setting of the clock", () => {
  const weekly = silence({
    from: Date.UTC(2026, 9, 1),
    until: Date.UTC(2026, 11, 1),
    recur: { zone: "Europe/Paris", days: ["sun"], from: 120, to: 240 },
  });
  const hidden: string[] = [];
  for (let now = Date.UTC(2026, 9, 17); now < Date.UTC(2026, 10, 2); now += HOUR / 2)
    if (hides(weekly, { now })) hidden.push(new Date(now).toISOString().slice(5, 16));
  expect(hidden).toEqual([
    ...["10-18T00:00", "10-18T00:30", "10-18T01:00", "10-18T01:30"],
    // The hour from two to three comes twice.
    ...["10-25T00:00", "10-25T00:30", "10-25T01:00", "10-25T01:30", "10-25T02:00", "10-25T02:30"],
    ...["11-01T01:00", "11-01T01:30", "11-01T02:00", "11-01T02:30"],
  ]);
});
