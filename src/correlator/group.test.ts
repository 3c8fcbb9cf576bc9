import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arrivals, CoreWorld, MINUTE, RUNS, type Said, SECOND, START, seen } from "../../test/support/observations.ts";
import { SEVERITIES, STATUSES } from "../alert.ts";
import type { GateSettings } from "./interface.ts";

const settings: GateSettings = { gate: "group", waitMs: 30 * SECOND, intervalMs: 5 * MINUTE };
let events = 0;
const word = (alert: string, at: number, more: Partial<Said> = {}) => seen(settings, { event: `e${++events}`, alert, at, ...more });
const KEY = "tocsin:group:rule:db-1";

describe("a group", () => {
  test("is told once after its wait, with its members", () => {
    const world = new CoreWorld();
    world.observe([word("a", 0, { title: "Port scan", severity: "low" })]);
    world.observe([
      word("b", 10 * SECOND, { title: "Brute force", severity: "high", assets: ["web-2"], more: { url: "https://siem.example/b" } }),
    ]);
    world.runUntil(29 * SECOND);
    expect(world.effects).toEqual([]);
    world.runUntil(31 * SECOND);
    expect(world.raised).toMatchObject([
      {
        key: `${KEY}:1`,
        type: "grouped",
        at: START + 30 * SECOND,
        patch: {
          title: "2 alerts: Brute force on web-2 and 1 more (db-1)",
          summary: "2 of 2 alerts are open.",
          severity: "high",
          status: "new",
          total: 2,
          assets: [{ name: "web-2" }],
          data: {
            key: "db-1",
            members: [
              { id: "b", title: "Brute force", severity: "high", status: "new", url: "https://siem.example/b" },
              { id: "a", title: "Port scan", severity: "low", status: "new", url: null },
            ],
          },
        },
      },
    ]);
    world.runUntil(60 * MINUTE);
    expect(world.raised).toHaveLength(1);
  });

  test.each([
    [["Port scan on db-1"], "Port scan on db-1"],
    [["Port scan"], "Port scan (db-1)"],
    [["Port scan", "Port scan"], "2 alerts: Port scan (db-1)"],
    [["Port scan", "Brute force", "Malware"], "3 alerts: Malware and 2 more (db-1)"],
  ])("of %j is titled %j", (titles, title) => {
    const world = new CoreWorld();
    world.observe(titles.map((one, n) => word(`a${n}`, n, { title: one })));
    world.runUntil(MINUTE);
    expect(world.raised.at(-1)?.patch.title).toBe(title);
  });

  test("tells changes at most once per interval", () => {
    const world = new CoreWorld();
    world.observe([word("a", 0)]);
    for (let n = 0; n < 60; n += 1) {
      world.runUntil(MINUTE + n * 10 * SECOND);
      world.observe([word(`b${n}`, MINUTE + n * 10 * SECOND)]);
    }
    world.runUntil(60 * MINUTE);
    expect(world.raised.map(({ at, patch }) => [at - START, patch.total])).toEqual([
      [30 * SECOND, 1],
      [5 * MINUTE + 30 * SECOND, 28],
      [10 * MINUTE + 30 * SECOND, 58],
      [15 * MINUTE + 30 * SECOND, 61],
    ]);
  });

  test("tells a rise, its end and its reopening at once", () => {
    const world = new CoreWorld();
    world.observe([word("a", 0), word("b", 1)]);
    world.runUntil(MINUTE);
    world.observe([word("b", 2 * MINUTE, { version: 2, severity: "critical" })]);
    expect(world.raised.at(-1)).toMatchObject({ at: START + 2 * MINUTE, patch: { severity: "critical" } });
    world.observe([word("b", 3 * MINUTE, { version: 3, severity: "critical", status: "resolved" })]);
    expect(world.raised).toHaveLength(2);
    world.observe([word("a", 3.5 * MINUTE, { version: 2, status: "resolved" })]);
    expect(world.raised.at(-1)).toMatchObject({
      at: START + 3.5 * MINUTE,
      patch: { status: "resolved", summary: "0 of 2 alerts are open." },
    });
    // As bad as what ended last, also where we hear of the two in another order.
    expect(world.raised.at(-1)?.patch.severity).toBe("medium");
    world.observe([word("a", 4 * MINUTE, { version: 3 })]);
    expect(world.raised.at(-1)).toMatchObject({ key: `${KEY}:1`, at: START + 4 * MINUTE, patch: { status: "new", severity: "medium" } });
  });

  test("is closed an interval after its end; the next alert begins a new one", () => {
    const world = new CoreWorld();
    world.observe([word("a", 0)]);
    world.runUntil(MINUTE);
    world.observe([word("a", 2 * MINUTE, { version: 2, status: "resolved" })]);
    world.runUntil(7 * MINUTE);
    world.observe([word("a", 8 * MINUTE, { version: 3, status: "resolved", title: "Failed login, closed" })]);
    expect(world.store.nextDue()).toBeUndefined();
    world.observe([word("c", 9 * MINUTE)]);
    world.runUntil(10 * MINUTE);
    expect(world.raised.map(({ key, patch }) => [key, patch.status, patch.total])).toEqual([
      [`${KEY}:1`, "new", 1],
      [`${KEY}:1`, "resolved", 1],
      [`${KEY}:2`, "new", 1],
    ]);
  });

  test("loses an alert that belongs to another key now", () => {
    const world = new CoreWorld();
    world.observe([word("a", 0, { keys: ["low"] }), word("b", 0, { keys: ["low"] })]);
    world.runUntil(MINUTE);
    world.observe([word("a", 2 * MINUTE, { version: 2, keys: ["high"] })]);
    world.runUntil(60 * MINUTE);
    const totals = [...world.last].map(([key, said]) => [key, "patch" in said && said.patch.total]);
    expect(totals).toEqual([
      ["tocsin:group:rule:low:1", 1],
      ["tocsin:group:rule:high:1", 1],
    ]);
  });

  test("does not believe an older word over a newer one", () => {
    const world = new CoreWorld();
    world.observe([word("a", 2, { version: 2, status: "resolved" })]);
    world.observe([word("a", 1, { version: 1, severity: "critical" })]);
    world.runUntil(MINUTE);
    expect(world.raised.at(-1)?.patch).toMatchObject({ status: "resolved", severity: "medium", first_seen: "2026-11-21T14:00:00.001Z" });
  });

  test("of very many alerts lists 50, counts all and ends when all have ended", () => {
    const world = new CoreWorld();
    const all = Array.from({ length: 1_200 }, (_, n) => `a${n}`);
    world.observe(all.map((alert, n) => word(alert, n)));
    world.runUntil(MINUTE);
    expect(world.raised.at(-1)?.patch).toMatchObject({ total: 1_200, title: "1200 alerts: Failed login and 1199 more (db-1)" });
    expect(world.raised.at(-1)?.patch.data?.members).toHaveLength(50);
    world.observe(all.map((alert) => word(alert, 10 * MINUTE, { version: 2, status: "resolved" })));
    expect(world.raised.at(-1)?.patch.status).toBe("resolved");
  });

  test("in any order and with copies, a stream ends in the same state and the same last word", () => {
    const said = fc.record({
      alert: fc.constantFrom("a", "b", "c"),
      gap: fc.integer({ min: 0, max: 240 }),
      severity: fc.constantFrom(...SEVERITIES),
      status: fc.constantFrom(...STATUSES),
    });
    const stream = fc.array(said, { minLength: 1, maxLength: 20 }).map((steps) => {
      let at = 0;
      const versions = new Map<string, number>();
      const words = steps.map(({ alert, gap, severity, status }) => {
        at += gap * SECOND;
        const version = (versions.get(alert) ?? 0) + 1;
        versions.set(alert, version);
        return word(alert, at, { version, severity, status });
      });
      // One alert stands to the end, so that there is one episode whatever comes when.
      return [word("z", 0, { severity: "info" }), ...words];
    });
    const drawn = stream.chain((words) => fc.tuple(fc.constant(words), arrivals(words.slice(1), 10 * MINUTE)));
    fc.assert(
      fc.property(drawn, ([words, arriving]) => {
        const [sorted, shuffled] = [new CoreWorld(), new CoreWorld()];
        const run = (world: CoreWorld, observation: (typeof words)[number], now: number) => {
          world.runUntil(now);
          world.observe([observation], now);
        };
        for (const one of words) run(sorted, one, one.at - START);
        for (const one of words.slice(0, 1)) run(shuffled, one, 0);
        for (const { item, arrives } of arriving) run(shuffled, item, arrives - START);
        for (const world of [sorted, shuffled]) world.runUntil(10 * 60 * MINUTE);
        const end = (world: CoreWorld) => world.rows.map((row) => JSON.parse(row)).map(([place, { since: _, ...state }]) => [place, state]);
        expect(end(shuffled)).toEqual(end(sorted));
        // That an alert was heard of again, and nothing else, is not told.
        const said = ({ raised }: CoreWorld) => ({ ...raised.at(-1)?.patch, last_seen: "" });
        expect(said(shuffled)).toEqual(said(sorted));
      }),
      RUNS,
    );
  });

  test("a clock that jumps makes it tell nothing twice", () => {
    const world = new CoreWorld();
    world.observe([word("a", 0)]);
    for (const hours of [1, -5, 700, -900, 2, 0, 5_000, -5_000]) {
      world.turn(hours * 60 * MINUTE);
      world.turn(hours * 60 * MINUTE);
    }
    expect(world.raised).toHaveLength(1);
  });
});
