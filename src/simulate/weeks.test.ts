// Weeks in which clocks are set, the relay restarts, or is away for hours: what waits for its time is told once, at that time or as soon as there
// is somebody to tell it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleRoute } from "../../test/support/routes.ts";
import type { SourceEvent } from "../alert.ts";
import type { EscalationStep, Rule, Silence, Weekday } from "../config/model.ts";
import { alertHash, alertId } from "../lib/names.ts";
import { type PlanSurroundings, plannerOf } from "../process/planner.ts";
import { SimulatedRoute } from "./route.ts";
import type { Told } from "./told.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WORKDAYS: Weekday[] = ["mon", "tue", "wed", "thu", "fri"];
const WEEK: Weekday[] = [...WORKDAYS, "sat", "sun"];
const NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** A time in which the relay is away. Unix ms. */
interface Outage {
  from: number;
  to: number;
}

/** A route on a machine that may be away. Times in Unix ms. */
class World {
  readonly told: Told[] = [];
  readonly #route: SimulatedRoute;
  readonly #outages: readonly Outage[];
  #events = 0;

  constructor(rules: Rule[], surroundings: Partial<PlanSurroundings> = {}, outages: readonly Outage[] = []) {
    this.#route = new SimulatedRoute("prod", plannerOf(sampleRoute({ rules }), surroundings), (told) => this.told.push(told));
    this.#outages = outages;
  }

  /** When something that happens then is noticed. */
  seenAt(at: number): number {
    let seen = at;
    for (let away = this.#away(seen); away; away = this.#away(seen)) seen = away.to;
    return seen;
  }

  say(key: string, at: number): void {
    this.until(at);
    this.#events += 1;
    const event: SourceEvent = {
      claim: `c${this.#events}`,
      identified: true,
      key,
      type: "alert",
      kind: "opened",
      order: at,
      patch: { title: key, severity: "high" },
      payload: null,
    };
    const policy = { source: "generic", defaultSeverity: "high" as const, dedupWindowMs: DAY };
    this.#route.accept({ policy, entries: [{ kind: "event", event }], receivedAt: at, bytes: 1 });
    this.restart();
  }

  acknowledge(key: string, at: number): void {
    this.until(at);
    this.#route.change(alertId("prod", alertHash(key)), { status: "in_progress", author: "ana" }, at);
  }

  until(at: number): void {
    for (let due = this.#route.nextDue(); due !== undefined && this.seenAt(due) <= at; due = this.#route.nextDue())
      this.#route.turn(this.seenAt(due));
  }

  /** All that is left is what stands in rows. */
  restart(): void {
    const { states } = this.#route.rows;
    for (const [hash, state] of states) states.set(hash, JSON.parse(JSON.stringify(state)));
  }

  #away(at: number): Outage | undefined {
    return this.#outages.find(({ from, to }) => at >= from && at < to);
  }
}

/** What a clock on the wall shows: the reading that the work under test does not use. */
class Wall {
  readonly #format: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
  }

  read(at: number): { weekday: Weekday; minute: number } {
    const [, day, month, year, hour, minute] = (/^(\d\d)\/(\d\d)\/(\d+), (\d\d):(\d\d)$/.exec(this.#format.format(at)) ?? []).map(Number);
    const weekday = NAMES[new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day)).getUTCDay()] ?? "sun";
    return { weekday, minute: (hour ?? 0) * 60 + (minute ?? 0) };
  }
}

const rule = (more: Partial<Rule>): Rule => ({ name: "all", to: ["soc"], enabled: true, stop: false, ...more });
const outagesIn = (from: number, days: number) =>
  fc.array(
    fc
      .record({ after: fc.integer({ min: 0, max: days * 24 }), hours: fc.integer({ min: 1, max: 12 }) })
      .map(({ after, hours }): Outage => ({ from: from + after * HOUR, to: from + (after + hours) * HOUR })),
    { maxLength: 4 },
  );
const RUNS = { numRuns: 8 };

describe.each([
  ["Europe/Paris", "2026-10-19T00:10:00Z"],
  ["Europe/Paris", "2026-03-23T00:10:00Z"],
  ["America/New_York", "2026-03-02T00:10:00Z"],
  ["Australia/Lord_Howe", "2026-09-28T00:10:00Z"],
])("two weeks in %s from %s on", (zone, day) => {
  const start = Date.parse(day);
  const wall = new Wall(zone);
  const isOpen = (at: number): boolean => {
    const { weekday, minute } = wall.read(at);
    return WORKDAYS.includes(weekday) && minute >= 8 * 60 && minute < 18 * 60;
  };
  /** Hours begin at whole or half hours of UTC in these zones. */
  const opens = (at: number): number => {
    let moment = at;
    while (!isOpen(moment)) moment = Math.floor(moment / (30 * MINUTE)) * 30 * MINUTE + 30 * MINUTE;
    return moment;
  };

  test("what hours hold is told once, when they begin, or when the relay is back after that", () => {
    const hours = { zone, days: WORKDAYS, from: 8 * 60, to: 18 * 60, outside: "hold" as const };
    fc.assert(
      fc.property(outagesIn(start, 14), (outages) => {
        const world = new World([rule({ hours })], {}, outages);
        const times = Array.from({ length: 14 * 8 }, (_, index) => world.seenAt(start + index * 3 * HOUR));
        for (const [index, at] of times.entries()) world.say(`a${index}`, at);
        world.until(start + 18 * DAY);
        const expected = times.map((at, index) => {
          // Whoever comes back outside of the hours waits for the next ones.
          let told = world.seenAt(opens(at));
          while (!isOpen(told)) told = world.seenAt(opens(told));
          return `a${index} ${new Date(told).toISOString()}`;
        });
        expect(world.told.map(({ key, at }) => `${key} ${new Date(at).toISOString()}`).sort()).toEqual(expected.sort());
      }),
      RUNS,
    );
  });

  test("escalation reminds each time once, never at night where a silence recurs, never after somebody took it", () => {
    const all = (ms: number): EscalationStep["afterMs"] => ({ info: ms, low: ms, medium: ms, high: ms, critical: ms });
    const escalate = [{ afterMs: all(15 * MINUTE) }, { afterMs: all(HOUR), to: ["boss"] }, { afterMs: all(2 * HOUR), everyMs: 5 * HOUR }];
    const silence: Silence = {
      id: "nights",
      when: "true",
      from: start - DAY,
      until: start + 60 * DAY,
      recur: { zone, days: WEEK, from: 22 * 60, to: 6 * 60 },
      ceiling: "high",
      owner: "ana",
      comment: "nights",
      createdAt: start,
      createdBy: "ana",
    };
    const isNight = (at: number): boolean => wall.read(at).minute >= 22 * 60 || wall.read(at).minute < 6 * 60;
    fc.assert(
      fc.property(outagesIn(start, 14), fc.integer({ min: 24, max: 13 * 24 }), (outages, taken) => {
        const world = new World([rule({ escalate })], { silences: [silence] }, outages);
        world.say("a", world.seenAt(start));
        const takenAt = world.seenAt(start + taken * HOUR);
        for (let at = start + HOUR; at < takenAt; at += 3 * HOUR) {
          world.until(at);
          world.restart();
        }
        world.acknowledge("a", takenAt);
        world.until(start + 20 * DAY);
        const words = world.told.filter(({ status, at }) => status === "new" && at >= start);
        for (const { at, destination, kind } of words)
          expect([destination, kind, new Date(at).toISOString(), isNight(at)]).toContain(false);
        expect(world.told.filter(({ at }) => at > takenAt)).toEqual([]);
        const of = (destination: string) => words.filter((word) => word.destination === destination).map(({ at }) => at);
        const [soc, boss] = [of("soc"), of("boss")];
        expect(new Set(soc).size).toBe(soc.length);
        // The alert, the first word, and then one each five hours, or as soon as the night or an outage is over.
        const repeats = boss.slice(1);
        expect(soc.slice(2)).toEqual(repeats);
        if (taken > 5 * 24) expect(repeats.length).toBeGreaterThan(4);
        for (const [index, at] of repeats.entries()) {
          const before = repeats[index - 1];
          if (before === undefined) continue;
          expect(at - before).toBeGreaterThanOrEqual(5 * HOUR);
          let due = world.seenAt(before + 5 * HOUR);
          while (isNight(due)) due = world.seenAt(Math.floor(due / (30 * MINUTE)) * 30 * MINUTE + 30 * MINUTE);
          expect(new Date(at).toISOString()).toBe(new Date(due).toISOString());
        }
      }),
      RUNS,
    );
  });
});
