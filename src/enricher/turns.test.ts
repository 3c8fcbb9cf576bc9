import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Turns } from "./turns.ts";

const MINUTE = 60_000;
const HALF_AN_HOUR = 30 * MINUTE;
const free = { count: 4, perMs: MINUTE };

/** Asks for a turn, and calls when it is now. */
function go(turns: Turns, question: string, now: number): number | undefined {
  const at = turns.turn(question, now, HALF_AN_HOUR);
  if (at === now) turns.took(question, now);
  return at;
}

describe("turns", () => {
  test("are at once until the budget is used up, then when it is there again", () => {
    const turns = new Turns(free);
    const at = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map((question) => go(turns, question, 0));
    expect(at).toEqual([0, 0, 0, 0, 60_500, 60_500, 60_500, 60_500, 121_000]);
  });

  test("are kept for the question, and taken when it comes back", () => {
    const turns = new Turns(free);
    for (const question of ["a", "b", "c", "d"]) go(turns, question, 0);
    expect(go(turns, "e", 0)).toBe(60_500);
    expect(go(turns, "e", 1_000)).toBe(60_500);
    expect(go(turns, "f", 30_000)).toBe(60_500);
    expect(go(turns, "e", 60_500)).toBe(60_500);
  });

  test("that come late leave the budget whole", () => {
    const turns = new Turns(free);
    for (const question of ["a", "b", "c", "d", "e", "f", "g", "h", "i"]) go(turns, question, 0);
    // Four are taken half a minute late: the fifth, meant for 121 s, has to wait for them.
    for (const question of ["e", "f", "g", "h"]) expect(go(turns, question, 90_000)).toBe(90_000);
    expect(go(turns, "i", 121_000)).toBe(150_500);
  });

  test("that nobody takes are given up", () => {
    const turns = new Turns({ count: 1, perMs: MINUTE });
    go(turns, "a", 0);
    expect(go(turns, "b", 0)).toBe(60_500);
    expect(go(turns, "c", 10 * MINUTE)).toBe(10 * MINUTE);
  });

  test("are refused when they would be too far ahead, or too many are kept", () => {
    const slow = new Turns({ count: 1, perMs: HALF_AN_HOUR });
    go(slow, "a", 0);
    expect(go(slow, "b", 0)).toBeUndefined();
    const quick = new Turns({ count: 1, perMs: 1 });
    for (let n = 0; n < 600; n += 1) go(quick, `q${n}`, 0);
    expect(go(quick, "late", 0)).toBeUndefined();
  });

  test("come after a pause, also those that were kept", () => {
    const turns = new Turns(free);
    for (const question of ["a", "b", "c", "d", "e"]) go(turns, question, 0);
    turns.closeUntil(10 * MINUTE);
    expect(go(turns, "e", 60_500)).toBe(10 * MINUTE);
    expect(go(turns, "f", 60_500)).toBe(10 * MINUTE);
    turns.closeUntil(MINUTE);
    expect(go(turns, "f", 2 * MINUTE)).toBe(10 * MINUTE);
  });

  test("count the calls of the life before", () => {
    const turns = new Turns(free, [1_000, 2_000, 3_000, 4_000, 5_000]);
    expect(go(turns, "a", 10_000)).toBe(62_500);
  });

  test("never let more calls go in any span than the vendor allows", () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 40_000 }), question: fc.integer({ min: 0, max: 12 }), closes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (steps, count) => {
        const turns = new Turns({ count, perMs: MINUTE });
        const calls: number[] = [];
        let now = 1;
        for (const { wait, question, closes } of steps) {
          now += wait;
          if (closes && question === 0) turns.closeUntil(now + 5_000);
          if (go(turns, String(question), now) === now) calls.push(now);
        }
        for (const [index, at] of calls.entries()) {
          const later = calls[index + count];
          if (later !== undefined) expect(later - at).toBeGreaterThan(MINUTE);
        }
      }),
    );
  });
});
