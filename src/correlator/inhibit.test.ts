import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arrivals, CoreWorld, MINUTE, RUNS, type Said, SECOND, START, seen } from "../../test/support/observations.ts";

let events = 0;
const source = (alert: string, at: number, more: Partial<Said> = {}) =>
  seen({ gate: "inhibit_source" }, { event: `e${++events}`, alert, at, title: "Host down", ...more });
const target = (alert: string, at: number, waitMs = 0, more: Partial<Said> = {}) =>
  seen({ gate: "inhibit_target", waitMs }, { event: `e${++events}`, alert, at, ...more });
const ended = (alert: string, at: number, version = 2, more: Partial<Said> = {}) =>
  source(alert, at, { status: "resolved", version, ...more });

describe("inhibition", () => {
  test("holds what a source explains, and frees it when the last source has ended", () => {
    const world = new CoreWorld();
    world.observe([source("s1", 0), source("s2", 0)]);
    world.observe([target("t1", 1)]);
    expect(world.effects).toMatchObject([
      {
        verdict: {
          alert: "t1",
          gate: "inhibit_target",
          verdict: "held",
          reason: 'the alert s1 (Host down) holds it back by the inhibition "rule"',
        },
      },
    ]);
    world.observe([ended("s1", MINUTE)]);
    expect(world.verdicts).toEqual(["t1 held"]);
    world.observe([ended("s2", 2 * MINUTE)]);
    expect(world.verdicts).toEqual(["t1 held", "t1 free"]);
    world.runUntil(24 * 60 * MINUTE);
    expect(world.verdicts).toHaveLength(2);
  });

  test("frees at once what no source explains", () => {
    const world = new CoreWorld();
    world.observe([source("s1", 0, { keys: ["other"] })]);
    world.observe([target("t1", 0)]);
    expect(world.verdicts).toEqual(["t1 free"]);
  });

  test("waits for a source that is on its way", () => {
    const world = new CoreWorld();
    world.observe([target("t1", 0, 30 * SECOND), target("t2", 0, 30 * SECOND, { keys: ["other"] })]);
    expect(world.verdicts).toEqual([]);
    world.observe([source("s1", 10 * SECOND)]);
    expect(world.verdicts).toEqual(["t1 held"]);
    world.runUntil(MINUTE);
    expect(world.verdicts).toEqual(["t1 held", "t2 free"]);
    expect(world.effects.at(-1)).toMatchObject({ verdict: { at: START + 30 * SECOND, reason: "no alert holds it back" } });
  });

  test("answers every question: what was free is not held back again before it asks, and a held one hears it again", () => {
    const world = new CoreWorld();
    world.observe([target("t1", 0)]);
    world.observe([source("s1", 1)]);
    expect(world.verdicts).toEqual(["t1 free"]);
    world.observe([target("t1", 2)]);
    world.observe([target("t1", 3)]);
    expect(world.verdicts).toEqual(["t1 free", "t1 held", "t1 held"]);
  });

  test("no alert holds itself back, and a source is held back by none", () => {
    const world = new CoreWorld();
    world.observe([target("x", 0), source("x", 0), source("y", 0), target("y", 0)]);
    expect(world.verdicts.sort()).toEqual(["x free", "y free"]);
    expect(world.effects[0]).toMatchObject({ verdict: { reason: "it is a source of the same inhibition, and those are not held back" } });
  });

  test("a target of several keys is held by a source of any of them", () => {
    const world = new CoreWorld();
    world.observe([source("s1", 0, { keys: ["x"] }), source("s2", 0, { keys: ["y", "z"] })]);
    world.observe([target("t1", 0, 0, { keys: ["x", "y"] })]);
    world.observe([ended("s1", 1, 2, { keys: ["x"] })]);
    expect(world.verdicts).toEqual(["t1 held"]);
    world.observe([source("s2", 2, { version: 2, keys: ["z"] })]);
    expect(world.verdicts).toEqual(["t1 held", "t1 free"]);
  });

  test("a source that ends with other keys than it began with holds nothing any more", () => {
    const world = new CoreWorld();
    world.observe([source("s1", 0, { keys: ["x"] }), target("t1", 0, 0, { keys: ["x"] })]);
    world.observe([ended("s1", 1, 2, { keys: ["y"] })]);
    expect(world.verdicts).toEqual(["t1 held", "t1 free"]);
  });

  test("an older word does not bring an ended source back; a newer one does", () => {
    const world = new CoreWorld();
    world.observe([ended("s1", 5, 2)]);
    world.observe([source("s1", 6, { version: 1 })]);
    world.observe([target("t1", 7)]);
    world.observe([source("s1", 8, { version: 3 }), target("t2", 8)]);
    expect(world.verdicts).toEqual(["t1 free", "t2 held"]);
  });

  test("a resolved target is freed with the others and forgotten", () => {
    const world = new CoreWorld();
    world.observe([source("s1", 0), target("t1", 0)]);
    world.observe([target("t1", 1, 0, { status: "resolved", version: 2 })]);
    world.observe([ended("s1", 2)]);
    expect(world.verdicts).toEqual(["t1 held", "t1 held", "t1 free"]);
    expect([...world.store.rows.values()].map(({ place }) => place.key)).toEqual(["s1"]);
  });

  test("whatever the order, a target ends held exactly while a source of its keys stands", () => {
    const keys = fc.uniqueArray(fc.constantFrom("x", "y"), { minLength: 1 });
    const step = fc.record({
      alert: fc.constantFrom("p", "q", "r"),
      isSource: fc.boolean(),
      isActive: fc.boolean(),
      keys,
      gap: fc.integer({ min: 0, max: 60 }),
    });
    const stream = fc.array(step, { maxLength: 20 }).map((steps) => {
      let at = 0;
      const versions = new Map<string, number>();
      return steps.map(({ alert, isSource, isActive, keys: of, gap }) => {
        at += gap * SECOND;
        const id = `${isSource ? "s" : "t"}-${alert}`;
        // A target keeps its keys, as its questions may be asked in any order.
        const version = (versions.get(id) ?? 0) + 1;
        versions.set(id, version);
        if (!isSource) return target(id, at, 0, { keys: alert === "p" ? ["x"] : alert === "q" ? ["y"] : ["x", "y"] });
        return source(id, at, { keys: of, version, status: isActive ? "new" : "resolved" });
      });
    });
    const drawn = stream.chain((words) => fc.tuple(fc.constant(words), arrivals(words, 10 * MINUTE)));
    fc.assert(
      fc.property(drawn, ([words, arriving]) => {
        const world = new CoreWorld();
        const targets = words.filter(({ settings }) => settings.gate === "inhibit_target");
        for (const { item, arrives } of arriving) world.observe([item], arrives - START);
        // Each asks once more at the end.
        const end = 60 * 60 * MINUTE;
        world.observe(
          targets.map((one, n) => ({ ...one, event: `again-${n}` })),
          end,
        );
        const sources = new Map(words.filter(({ settings }) => settings.gate === "inhibit_source").map((one) => [one.alert.id, one]));
        for (const { alert, keys: of } of targets) {
          const isHeld = [...sources.values()].some((one) => one.alert.status !== "resolved" && one.keys.some((key) => of.includes(key)));
          expect([...world.last.values()].findLast((word) => "alert" in word && word.alert === alert.id)).toMatchObject({
            verdict: isHeld ? "held" : "free",
          });
        }
        // When all sources end, all are free.
        world.observe(
          [...sources.values()].map((one) => source(one.alert.id, end, { version: 1_000, status: "resolved" })),
          end,
        );
        for (const word of world.last.values()) expect(word).toMatchObject({ verdict: "free" });
        expect([...world.store.rows.values()].filter(({ place }) => place.kind === "inhibit")).toEqual([]);
      }),
      RUNS,
    );
  });
});
