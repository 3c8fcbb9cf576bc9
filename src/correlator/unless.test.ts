import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arrivals, CoreWorld, MINUTE, RUNS, type Said, SECOND, START, seen } from "../../test/support/observations.ts";

const WITHIN = 10 * MINUTE;
const a = (event: string, at: number, more: Partial<Said> = {}) =>
  seen({ gate: "unless", withinMs: WITHIN }, { event, alert: event, at, ...more });
const b = (event: string, at: number, more: Partial<Said> = {}) => seen({ gate: "unless_answer" }, { event, at, ...more });

describe("unless", () => {
  test("fires when nothing answers, at its time and once", () => {
    const world = new CoreWorld();
    world.observe([a("a1", 0)]);
    world.runUntil(WITHIN - 1);
    expect(world.effects).toEqual([]);
    world.runUntil(60 * MINUTE);
    const verdict = { alert: "a1", event: "a1", gate: "unless", by: "rule", verdict: "fired", reason: "nothing answered it within 10m" };
    expect(world.effects).toEqual([{ kind: "verdict", verdict: { ...verdict, at: START + WITHIN } }]);
    expect(world.store.rows.size).toBe(0);
  });

  test.each([
    ["at once", 0, true],
    ["just in time", WITHIN, true],
    ["too late", WITHIN + 1, false],
    ["before it", -1, false],
  ])("an answer that happens %s", (_, at, isAnswer) => {
    for (const order of ["first", "last"]) {
      const world = new CoreWorld();
      const both = order === "first" ? [b("b1", at), a("a1", 0)] : [a("a1", 0), b("b1", at)];
      for (const one of both) world.observe([one], 0);
      world.runUntil(60 * MINUTE);
      expect(world.verdicts).toEqual([isAnswer ? "a1 answered" : "a1 fired"]);
    }
  });

  test("says which event answered", () => {
    const world = new CoreWorld();
    world.observe([a("a1", 0), b("b1", 1)]);
    expect(world.effects).toMatchObject([{ verdict: { reason: "the event b1 with the key db-1 answered it in time" } }]);
  });

  test("only an answer with one of its keys answers, and each waits for itself", () => {
    const world = new CoreWorld();
    world.observe([
      a("a1", 0, { keys: ["x", "y"] }),
      a("a2", 0, { keys: ["x"] }),
      a("a3", 0, { keys: ["z"] }),
      a("a4", MINUTE, { keys: ["y"] }),
    ]);
    world.observe([b("b1", 2 * MINUTE, { keys: ["y"] })]);
    expect(world.verdicts).toEqual(["a1 answered", "a4 answered"]);
    world.runUntil(60 * MINUTE);
    expect(world.verdicts.slice(2).sort()).toEqual(["a2 fired", "a3 fired"]);
  });

  test("an event does not answer itself", () => {
    const world = new CoreWorld();
    world.observe([a("a1", 0), b("a1", 0)]);
    world.runUntil(60 * MINUTE);
    expect(world.verdicts).toEqual(["a1 fired"]);
  });

  test("what comes too late to be answered in time waits a moment for the answer behind it", () => {
    const world = new CoreWorld();
    world.observe([a("a1", 0)], 60 * MINUTE);
    expect(world.verdicts).toEqual([]);
    world.observe([b("b1", MINUTE)], 60 * MINUTE + SECOND);
    expect(world.verdicts).toEqual(["a1 answered"]);
  });

  test("a source's clock that is ahead does not make it wait longer", () => {
    const world = new CoreWorld();
    world.observe([a("a1", 300 * MINUTE)], 0);
    world.runUntil(WITHIN);
    expect(world.verdicts).toEqual(["a1 fired"]);
  });

  test("when too many of a key wait, the first fires and none is lost", () => {
    const world = new CoreWorld();
    world.observe(Array.from({ length: 1_003 }, (_, n) => a(`a${n}`, n)));
    expect(world.verdicts).toEqual(["a0 fired", "a1 fired", "a2 fired"]);
    world.runUntil(60 * MINUTE);
    expect(new Set(world.verdicts).size).toBe(1_003);
  });

  test("in any order and with copies, each fires or is answered exactly once, as in the sorted stream", () => {
    const step = fc.record({
      gap: fc.integer({ min: 0, max: 400 }),
      isA: fc.boolean(),
      keys: fc.uniqueArray(fc.constantFrom("x", "y"), { minLength: 1 }),
    });
    const stream = fc.array(step, { maxLength: 20 }).map((steps) => {
      let at = 0;
      return steps.map(({ gap, isA, keys }, n) => {
        at += gap * SECOND;
        return (isA ? a : b)(`e${n}`, at, { keys });
      });
    });
    const drawn = stream.chain((words) => fc.tuple(fc.constant(words), arrivals(words, WITHIN)));
    fc.assert(
      fc.property(drawn, ([words, arriving]) => {
        const [sorted, shuffled] = [new CoreWorld(), new CoreWorld()];
        for (const one of words) sorted.observe([one], 0);
        // Our clock stands still: who is late is not late for us.
        for (const { item } of arriving) shuffled.observe([item], 0);
        for (const world of [sorted, shuffled]) world.runUntil(24 * 60 * MINUTE);
        expect(shuffled.verdicts.sort()).toEqual(sorted.verdicts.sort());
        expect(shuffled.verdicts).toHaveLength(words.filter(({ settings }) => settings.gate === "unless").length);
        const waits = words.filter(({ settings }) => settings.gate === "unless");
        for (const one of waits) {
          const isAnswered = words.some(
            (other) =>
              other.settings.gate === "unless_answer" &&
              other.at >= one.at &&
              other.at <= one.at + WITHIN &&
              other.keys.some((key) => one.keys.includes(key)),
          );
          expect(shuffled.verdicts).toContain(`${one.event} ${isAnswered ? "answered" : "fired"}`);
        }
      }),
      RUNS,
    );
  });

  test("a clock that jumps fires nothing twice", () => {
    const world = new CoreWorld();
    world.observe([a("a1", 0), a("a2", 0)]);
    for (const hours of [1, -5, 700, -900, 2]) world.turn(hours * 60 * MINUTE);
    world.observe([a("a1", 0), b("b1", MINUTE)], 0);
    world.runUntil(24 * 60 * MINUTE);
    expect(world.verdicts).toEqual(["a1 fired", "a2 fired"]);
  });
});
