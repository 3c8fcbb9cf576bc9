import { describe, expect, test } from "vitest";
import { CoreWorld, MINUTE, SECOND, START, seen } from "../../test/support/observations.ts";
import type { GateSettings } from "./interface.ts";
import { lastTimes } from "./runs.ts";

const three: GateSettings = { gate: "threshold", count: 3, withinMs: 5 * MINUTE };
const group: GateSettings = { gate: "group", waitMs: 0, intervalMs: MINUTE };

describe("many keys", () => {
  test("are bounded: those that were quiet longest are given up, and what waited is told", () => {
    const world = new CoreWorld(20);
    for (let n = 0; n < 25; n += 1)
      world.observe([seen({ gate: "unless", withinMs: MINUTE }, { event: `e${n}`, alert: `a${n}`, at: n, keys: [`k${n}`] })]);
    expect(world.store.count("unless", "rule")).toBe(20);
    expect(world.core.dropped).toBe(5);
    expect(world.verdicts).toEqual(["a0 fired", "a1 fired", "a2 fired", "a3 fired", "a4 fired"]);
    world.runUntil(10 * MINUTE);
    expect(new Set(world.verdicts).size).toBe(25);
    expect(world.verdicts).toHaveLength(25);
  });

  test("of an inhibition are bounded by its alerts, and who waits is freed", () => {
    const world = new CoreWorld(20);
    world.observe([seen({ gate: "inhibit_source" }, { event: "s", alert: "s", at: 0, keys: ["x"] })]);
    for (let n = 0; n < 30; n += 1) {
      const keys = n === 0 ? ["x"] : [`k${n}`];
      world.observe([seen({ gate: "inhibit_target", waitMs: MINUTE }, { event: `e${n}`, alert: `a${n}`, at: n, keys })]);
    }
    expect(world.store.count("inhibit_alert", "rule")).toBe(20);
    expect(world.store.count("inhibit", "rule")).toBeLessThanOrEqual(20);
    expect(world.verdicts.slice(0, 2)).toEqual(["a0 held", "a0 free"]);
  });

  test("that are given up and come again have numbers of their own", () => {
    const world = new CoreWorld(20);
    const burst = (key: string, at: number) =>
      world.observe([1, 2, 3].map((n) => seen(three, { event: `${key}-${at}-${n}`, at, keys: [key] })));
    burst("a", 0);
    for (let n = 0; n < 30; n += 1) burst(`other${n}`, MINUTE);
    burst("a", 60 * MINUTE);
    const keys = world.raised.map(({ key }) => key).filter((key) => key.startsWith("tocsin:threshold:rule:a:"));
    expect(new Set(keys).size).toBe(2);
  });

  test("of a group that is given up are told as they are", () => {
    const world = new CoreWorld(20);
    const late: GateSettings = { gate: "group", waitMs: 60 * MINUTE, intervalMs: 60 * MINUTE };
    for (let n = 0; n < 21; n += 1) world.observe([seen(late, { event: `e${n}`, at: n, keys: [`k${n}`] })]);
    expect(world.raised).toMatchObject([{ key: "tocsin:group:rule:k0:1", patch: { total: 1 } }]);
  });
});

describe("a row", () => {
  /** What an SQLite row takes, with room for the rest of it. */
  const MOST = 1_900_000;
  const wide = (length: number) => "\u6f22".repeat(length);
  const facts = (n: number) => ({
    title: `${n} ${wide(3_000)}\u0001`.repeat(2),
    assets: [1, 2, 3, 4, 5].map((asset) => `${n} ${asset} ${wide(2_000)}`),
    more: {
      url: `https://siem.example.com/${n}/${"x".repeat(3_000)}`,
      category: wide(3_000),
      tags: Array.from({ length: 500 }, () => wide(300)),
    },
  });
  const keysOf = (n: number) => Array.from({ length: 20 }, (_, key) => `${n} ${key} ${wide(400)}`);

  test.each<[string, (world: CoreWorld) => void]>([
    ["a group", (world) => world.observe(Array.from({ length: 700 }, (_, n) => seen(group, { event: `e${n}`, at: n, ...facts(n) })))],
    [
      "a threshold",
      (world) => {
        const many: GateSettings = { gate: "threshold", count: 1_000, withinMs: 2 * SECOND };
        const events = Array.from({ length: 9 * 200 }, (_, n) => {
          const [run, within] = [Math.floor(n / 200), n % 200];
          return seen(many, { event: `e${n}`, at: run * MINUTE + within, ...(within < 5 ? facts(n) : {}) });
        });
        world.observe(events);
      },
    ],
    [
      "what waits for an answer",
      (world) =>
        world.observe(
          Array.from({ length: 400 }, (_, n) =>
            seen({ gate: "unless", withinMs: MINUTE }, { event: `e${n}`, at: n, keys: ["all", ...keysOf(n)], ...facts(n) }),
          ),
        ),
    ],
    [
      "an inhibition",
      (world) =>
        world.observe(
          Array.from({ length: 2_000 }, (_, n) =>
            seen(
              { gate: n % 2 ? "inhibit_source" : "inhibit_target", waitMs: 0 },
              { event: `e${n}`, at: n, keys: ["all"], ...facts(n % 3) },
            ),
          ),
        ),
    ],
  ])("of %s fits into a row, whatever sources write", (_, fill) => {
    const world = new CoreWorld();
    fill(world);
    world.runUntil(60 * MINUTE);
    const sizes = [...world.store.rows.values()].map(({ json }) => Buffer.byteLength(json));
    const told = world.effects.map((effect) => Buffer.byteLength(JSON.stringify(effect)));
    expect(Math.max(...sizes, ...told)).toBeLessThan(MOST);
  });

  test("of a threshold keeps no more times than all its runs may have in it", () => {
    const times = Array.from({ length: 30_000 }, (_, n) => START + n);
    expect(JSON.stringify(Array.from({ length: 8 }, () => lastTimes(times, 10_000))).length).toBeLessThan(1_200_000);
    expect(lastTimes(times, 100)).toHaveLength(250);
  });

  test("of a group knows a thousand ordinary members one by one", () => {
    const world = new CoreWorld();
    world.observe(
      Array.from({ length: 1_000 }, (_, n) =>
        seen(group, { event: `e${n}`, at: n, assets: ["db-1.example.com"], title: "Failed logins of an administrator from abroad" }),
      ),
    );
    expect(world.raised.at(-1)?.patch).toMatchObject({ total: 1_000, summary: "1000 of 1000 alerts are open." });
    expect([...world.store.rows.values()].filter(({ place }) => place.kind === "group")[0]?.json).toContain('"more":0');
  });
});

describe("an erased alert", () => {
  test("is gone from samples, groups and everything that waits; what was raised is told without it", () => {
    const world = new CoreWorld();
    const named = { alert: "prod.secret", title: "of Alice" };
    world.observe([1, 2, 3].map((n) => seen(three, { event: `t${n}`, at: n, ...(n === 2 ? named : {}) })));
    world.observe([seen(group, { event: "g1", at: 0, ...named }), seen(group, { event: "g2", at: 0 })]);
    world.observe([seen({ gate: "unless", withinMs: MINUTE }, { event: "u1", at: 0, ...named })]);
    world.observe([
      seen({ gate: "inhibit_source" }, { event: "s1", at: 0, ...named }),
      seen({ gate: "inhibit_target", waitMs: 0 }, { event: "i1", at: 0, alert: "prod.other" }),
    ]);
    expect(world.verdicts).toEqual(["prod.other held"]);
    world.effects.length = 0;
    const { effects, rows } = world.core.forget(["prod.secret"], START + MINUTE);
    expect(rows).toBeGreaterThan(3);
    world.effects.push(...effects, ...world.core.turn(START + 10 * MINUTE, 100));
    const kept = JSON.stringify([[...world.store.rows.values()], effects]);
    expect(kept).not.toContain("prod.secret");
    expect(kept).not.toContain("Alice");
    expect([...world.last.values()].map((word) => ("patch" in word ? word.patch.total : word.verdict)).sort()).toEqual([1, 3, "free"]);
  });
});

test("an erased alert is gone from what its group says at once, not after its interval", () => {
  const world = new CoreWorld();
  const slow: GateSettings = { gate: "group", waitMs: 0, intervalMs: 24 * 60 * MINUTE };
  world.observe([seen(slow, { event: "g1", at: 0, alert: "prod.secret", title: "of Alice" }), seen(slow, { event: "g2", at: 0 })]);
  world.effects.length = 0;
  world.effects.push(...world.core.forget(["prod.secret"], START + MINUTE).effects);
  expect(world.raised).toMatchObject([{ patch: { total: 1, title: "Failed login (db-1)" } }]);
  expect(JSON.stringify(world.raised)).not.toMatch(/secret|Alice/);
});

test("a value that is erased is part of no key any more; others stay", () => {
  const world = new CoreWorld();
  world.observe([
    seen({ gate: "silent", afterMs: MINUTE }, { event: "e1", at: 0, keys: ["Alice-PC", "db-1", "alice-pc-2"] }),
    seen(three, { event: "e2", at: 0, keys: ["scan\u001falice-pc", "scan\u001fdb-1"] }),
    seen({ gate: "unless", withinMs: MINUTE }, { event: "e3", at: 0, keys: ["alice-pc"] }),
  ]);
  expect(world.core.forgetKeys("ALICE-PC", START + SECOND)).toEqual({ effects: [], rows: 3 });
  expect([...world.store.rows.values()].map(({ place }) => place.key).sort()).toEqual(["alice-pc-2", "db-1", "scan\u001fdb-1"]);
  world.runUntil(60 * MINUTE);
  expect(world.raised.map(({ key }) => key).sort()).toEqual(["tocsin:silent:rule:alice-pc-2:1", "tocsin:silent:rule:db-1:1"]);
});

describe("time", () => {
  test("that nobody looked at for long does everything that became due, once", () => {
    const world = new CoreWorld();
    world.observe([
      seen({ gate: "unless", withinMs: MINUTE }, { event: "e1", alert: "a1", at: 0 }),
      seen({ ...group, waitMs: 30 * SECOND }, { event: "e2", at: 0 }),
      seen({ gate: "silent", afterMs: MINUTE }, { event: "e3", at: 0, by: "route" }),
    ]);
    world.turn(30 * 24 * 60 * MINUTE);
    expect(world.effects).toHaveLength(3);
    world.runUntil(60 * 24 * 60 * MINUTE);
    expect(world.effects).toHaveLength(3);
  });

  test("does what is quiet and old away, but nothing that waits", () => {
    const world = new CoreWorld();
    world.observe([1, 2, 3].map((n) => seen(three, { event: `t${n}`, at: n })));
    const places = [...world.store.rows.values()].map(({ place }) => place);
    expect(world.core.giveUpOld(places, START + MINUTE)).toEqual([]);
    expect(world.store.rows.size).toBe(0);
    world.observe([4, 5, 6].map((n) => seen(three, { event: `t${n}`, at: n })));
    expect(world.raised.map(({ key }) => key)).toEqual(["tocsin:threshold:rule:db-1:1", "tocsin:threshold:rule:db-1:2"]);
  });
});
