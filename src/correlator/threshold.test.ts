import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arrivals, CoreWorld, MINUTE, RUNS, type Said, SECOND, START, seen } from "../../test/support/observations.ts";
import type { GateSettings } from "./interface.ts";

const WITHIN = 5 * MINUTE;
const three: GateSettings = { gate: "threshold", count: 3, withinMs: WITHIN };
const event = (n: number, at: number, more: Partial<Said> = {}) => seen(three, { event: `e${n}`, at, ...more });

describe("a threshold", () => {
  test("raises nothing while no window holds enough", () => {
    const world = new CoreWorld();
    for (let n = 0; n < 20; n += 1) world.observe([event(n, n * 4 * MINUTE)]);
    expect(world.effects).toEqual([]);
  });

  test("raises one alert when a window holds enough, with everything about it", () => {
    const world = new CoreWorld();
    const more = { assets: ["db-1"], more: { category: "auth", tags: ["ssh"] } };
    world.observe([event(1, 0, more), event(2, MINUTE, { ...more, severity: "high" }), event(3, 2 * MINUTE, more)]);
    expect(world.raised).toEqual([
      {
        gate: "threshold",
        by: "rule",
        key: "tocsin:threshold:rule:db-1:1",
        order: 1,
        type: "threshold_reached",
        reason: 'the rule "rule" counted 3 events of db-1 from 2026-11-21 14:00 UTC to 2026-11-21 14:02 UTC; 3 within 5m raise an alert',
        at: START + 2 * MINUTE,
        patch: {
          title: "3 × Failed login (db-1)",
          summary: "3 events of db-1 from 2026-11-21 14:00 UTC to 2026-11-21 14:02 UTC; 3 within 5m raise an alert.",
          severity: "high",
          status: "new",
          type: "threshold",
          rule: { name: "rule" },
          assets: [{ name: "db-1" }],
          category: "auth",
          tags: ["ssh"],
          total: 3,
          first_seen: "2026-11-21T14:00:00.000Z",
          last_seen: "2026-11-21T14:02:00.000Z",
          data: {
            key: "db-1",
            threshold: { count: 3, within: "5m" },
            samples: [
              { event: "e1", alert: "a-e1", title: "Failed login", at: "2026-11-21T14:00:00.000Z" },
              { event: "e2", alert: "a-e2", title: "Failed login", at: "2026-11-21T14:01:00.000Z" },
              { event: "e3", alert: "a-e3", title: "Failed login", at: "2026-11-21T14:02:00.000Z" },
            ],
          },
        },
      },
    ]);
  });

  test("raises its alert also where much older and newer events come in one piece with those that fill a window", () => {
    const world = new CoreWorld();
    const burst = [1, 2, 3].map((n) => event(n, n));
    const single = Array.from({ length: 20 }, (_, n) => event(100 + n, (n + 1) * 60 * MINUTE));
    world.observe([...burst, ...single], 24 * 60 * MINUTE);
    world.runUntil(25 * 60 * MINUTE);
    expect(world.raised.map(({ patch }) => patch.total)).toEqual([3]);
    // And what is older than all that is remembered still counts.
    world.observe(
      [4, 5, 6].map((n) => event(n, -60 * MINUTE + n)),
      26 * 60 * MINUTE,
    );
    expect(world.raised.map(({ patch }) => patch.total)).toEqual([3, 3]);
  });

  test("takes title, severity, category and tags from the rule", () => {
    const world = new CoreWorld();
    const settings: GateSettings = { ...three, title: "Brute force", severity: "critical", category: "attack", tags: ["t"] };
    world.observe([1, 2, 3].map((n) => seen(settings, { event: `e${n}`, at: n })));
    expect(world.raised[0]?.patch).toMatchObject({ title: "Brute force (db-1)", severity: "critical", category: "attack", tags: ["t"] });
  });

  test("of several titles names one", () => {
    const world = new CoreWorld();
    world.observe([1, 2, 3].map((n) => event(n, n, { keys: [""], title: `Failed login of user ${n}` })));
    expect(world.raised[0]?.patch.title).toBe("3 events such as Failed login of user 1");
  });

  test("goes on counting into the same alert, and shows the first and the last events", () => {
    const world = new CoreWorld();
    for (let n = 1; n <= 10; n += 1) world.observe([event(n, n * MINUTE)]);
    const { key, type, patch } = world.raised.at(-1) ?? {};
    expect([key, type, patch?.total]).toEqual(["tocsin:threshold:rule:db-1:1", "counted", 10]);
    expect(patch?.data?.samples).toMatchObject([{ event: "e1" }, { event: "e2" }, { event: "e8" }, { event: "e9" }, { event: "e10" }]);
    expect(world.raised.map(({ order }) => order)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("tells a mere count at most every 5 s, and the last one always; what is worse at once", () => {
    const world = new CoreWorld();
    for (let n = 1; n <= 100; n += 1) world.observe([event(n, n * 100)]);
    expect(world.raised.length).toBeLessThan(5);
    world.observe([event(101, 10_050, { severity: "critical" })]);
    expect(world.raised.at(-1)?.patch).toMatchObject({ severity: "critical", total: 101 });
    world.observe([event(102, 10_060)]);
    world.runUntil(MINUTE);
    expect(world.raised.at(-1)?.patch.total).toBe(102);
    expect(world.store.nextDue()).toBeUndefined();
  });

  test("begins a new alert when the run was over", () => {
    const world = new CoreWorld();
    for (const [n, at] of [0, 1, 2, 3].entries()) world.observe([event(n, at * SECOND)]);
    for (const [n, at] of [20, 21, 22].entries()) world.observe([event(10 + n, at * MINUTE)]);
    world.runUntil(60 * MINUTE);
    expect(new Map(world.raised.map(({ key, patch }) => [key, patch.total]))).toEqual(
      new Map([
        ["tocsin:threshold:rule:db-1:1", 4],
        ["tocsin:threshold:rule:db-1:2", 3],
      ]),
    );
  });

  test("counts each key by itself", () => {
    const world = new CoreWorld();
    world.observe([
      event(1, 0, { keys: ["a", "b"] }),
      event(2, 1, { keys: ["a"] }),
      event(3, 2, { keys: ["a"] }),
      event(4, 3, { keys: ["b"] }),
    ]);
    expect(world.raised.map(({ key }) => key)).toEqual(["tocsin:threshold:rule:a:1"]);
  });

  test("knows an event that it has seen", () => {
    const world = new CoreWorld();
    for (let n = 0; n < 10; n += 1) world.observe([event(1, 0)], n);
    expect(world.effects).toEqual([]);
  });

  test("makes one of two episodes when a late event closes the gap: the younger alert ends", () => {
    const world = new CoreWorld();
    for (const at of [0, 1, 2]) world.observe([event(at, at * MINUTE)]);
    for (const at of [8, 9, 10]) world.observe([event(at, at * MINUTE)]);
    expect(world.raised.at(-1)?.key).toBe("tocsin:threshold:rule:db-1:2");
    world.observe([event(5, 5 * MINUTE)], 11 * MINUTE);
    const last = world.last;
    expect(last.get("tocsin:threshold:rule:db-1:1")).toMatchObject({ patch: { total: 7, status: "new" } });
    expect(last.get("tocsin:threshold:rule:db-1:2")).toMatchObject({ type: "absorbed", patch: { status: "resolved" } });
  });

  test("in any order and with copies, a stream ends in the same state and the same last word", () => {
    const stream = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 20 }), bad: fc.boolean() }), { maxLength: 25 }).map((steps) => {
      let at = 0;
      return steps.map(({ gap, bad }, n) => {
        at += gap * 30 * SECOND;
        return event(n, at, { severity: bad ? "high" : "low", title: `t${n % 3}` });
      });
    });
    const drawn = stream.chain((events) => fc.tuple(fc.constant(events), arrivals(events, WITHIN)));
    fc.assert(
      fc.property(drawn, ([events, arriving]) => {
        const [sorted, shuffled] = [new CoreWorld(), new CoreWorld()];
        for (const one of events) sorted.observe([one], one.at - START);
        for (const { item, arrives } of arriving) shuffled.observe([item], arrives - START);
        const end = 10 * 60 * MINUTE;
        for (const world of [sorted, shuffled]) world.runUntil(end);
        expect(newest(shuffled)).toEqual(newest(sorted));
        expect(lastWords(shuffled, sorted)).toEqual(lastWords(sorted, sorted));
        // An episode that was seen as two for a while leaves a resolved alert.
        for (const [key, word] of shuffled.last) if (!sorted.last.has(key)) expect(word).toMatchObject({ patch: { status: "resolved" } });
      }),
      RUNS,
    );
  });

  test("counts every event exactly once over simulated weeks, whatever the clock does", () => {
    const jump = fc.integer({ min: -3 * 24 * 60, max: 3 * 24 * 60 });
    fc.assert(
      fc.property(fc.array(fc.tuple(jump, fc.integer({ min: 0, max: 9 })), { maxLength: 60 }), (steps) => {
        const world = new CoreWorld();
        let at = 0;
        steps.forEach(([minutes, gap], n) => {
          at += gap * MINUTE;
          // The source's time goes on; ours jumps back and forth.
          world.observe([event(n, at)], at + minutes * MINUTE);
          world.turn(at + minutes * MINUTE);
        });
        world.runUntil(at + 60 * 24 * 60 * MINUTE);
        const orders = world.raised.map(({ key, order }) => `${key} ${order}`);
        expect(new Set(orders).size).toBe(orders.length);
        const totals = [...world.last.values()].map((word) => ("patch" in word ? (word.patch.total ?? 0) : 0));
        expect(totals.reduce((sum, total) => sum + total, 0)).toBeLessThanOrEqual(steps.length);
      }),
      RUNS,
    );
  });
});

/** The rows with the newest run alone: how long older ones are remembered depends on when they were heard. */
const newest = (world: CoreWorld): unknown[] =>
  world.rows.map((row) => {
    const [place, { runs, ...state }] = JSON.parse(row);
    return { place, ...state, run: runs.at(-1) };
  });

/** What was last said of the alerts that the other one has, without when and how often. */
function lastWords(world: CoreWorld, other: CoreWorld): unknown[] {
  return [...other.last.keys()].sort().map((key) => {
    const word = world.last.get(key);
    return word && "patch" in word ? { key, patch: word.patch } : { key, word };
  });
}
