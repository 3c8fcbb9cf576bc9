import { describe, expect, test } from "vitest";
import { CoreWorld, MINUTE, START, seen } from "../../test/support/observations.ts";
import type { GateSettings } from "./interface.ts";

const HOUR = 60 * MINUTE;
const settings: GateSettings = { gate: "silent", afterMs: HOUR };
let events = 0;
const heard = (at: number, key = "db-1") => seen(settings, { event: `e${++events}`, at, keys: [key] });

describe("silence", () => {
  test("for longer than it may last raises an alert, and the return resolves it", () => {
    const world = new CoreWorld();
    world.observe([heard(0)]);
    world.runUntil(HOUR - 1);
    expect(world.effects).toEqual([]);
    world.runUntil(HOUR);
    expect(world.raised).toMatchObject([
      {
        key: "tocsin:silent:rule:db-1:1",
        type: "silent",
        reason: "nothing was heard of it since 2026-11-21 14:00 UTC, for longer than 1h",
        patch: { title: "Nothing heard of db-1 since 2026-11-21 14:00 UTC", status: "new", data: { silent_after: "1h" } },
      },
    ]);
    world.runUntil(24 * HOUR);
    expect(world.raised).toHaveLength(1);
    world.observe([heard(25 * HOUR)]);
    expect(world.raised.at(-1)).toMatchObject({
      key: "tocsin:silent:rule:db-1:1",
      type: "returned",
      order: 2,
      patch: { status: "resolved", summary: "Db-1 was heard of again at 2026-11-22 15:00 UTC." },
    });
    world.runUntil(27 * HOUR);
    expect(world.raised.at(-1)?.key).toBe("tocsin:silent:rule:db-1:2");
  });

  test("of a whole route names the route", () => {
    const world = new CoreWorld();
    world.observe([heard(0, "")]);
    world.runUntil(2 * HOUR);
    expect(world.raised[0]?.patch.title).toBe("Nothing heard of the route prod since 2026-11-21 14:00 UTC");
  });

  test("is never raised while it is heard of, over simulated weeks, and costs a new time to look only once per span", () => {
    const world = new CoreWorld();
    let looks = 0;
    for (let at = 0; at < 21 * 24 * HOUR; at += 59 * MINUTE) {
      for (let due = world.store.nextDue(); due !== undefined && due <= START + at; due = world.store.nextDue()) {
        looks += 1;
        world.turn(due - START);
      }
      world.observe([heard(at)]);
    }
    expect(world.effects).toEqual([]);
    // Once per span, which a look finds moved on by what was heard a moment before.
    expect(looks).toBeLessThanOrEqual(Math.ceil((21 * 24 * 60) / 59));
  });

  test("goes by when we heard: a source whose clock is hours behind is not silent", () => {
    const world = new CoreWorld();
    for (let n = 0; n < 10; n += 1) {
      world.runUntil(n * 30 * MINUTE);
      world.observe([heard(-5 * HOUR)], n * 30 * MINUTE);
    }
    expect(world.effects).toEqual([]);
  });

  test("a clock that jumps raises nothing twice", () => {
    const world = new CoreWorld();
    world.observe([heard(0)]);
    for (const hours of [2, -5, 700, -900, 2]) world.turn(hours * HOUR);
    expect(world.raised).toHaveLength(1);
    // Our clock went back: what is heard now counts from now.
    world.observe([heard(0)], -10 * HOUR);
    world.runUntil(-8 * HOUR);
    expect(world.raised.map(({ type }) => type)).toEqual(["silent", "returned", "silent"]);
  });
});
