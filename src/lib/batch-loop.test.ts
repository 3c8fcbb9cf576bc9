import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BatchLoop } from "./batch-loop.ts";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function loop({ most = 100, everyMs = 50 } = {}) {
  const batches: string[][] = [];
  const done: string[] = [];
  const state = { broken: false, held: undefined as Promise<void> | undefined };
  const made = new BatchLoop({
    name: "test.loop",
    most,
    everyMs,
    write: async (keys) => {
      batches.push(keys);
      await state.held;
      if (state.broken) throw new Error("away");
    },
    done: (keys) => done.push(...keys),
  });
  return { made, batches, done, state };
}

describe("a loop", () => {
  test("writes the first keys at once, and says when they are done", async () => {
    const { made, batches, done } = loop();
    made.take(["a", "b", "a"]);
    expect(batches).toEqual([["a", "b"]]);
    expect(made.owes("a")).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(done).toEqual(["a", "b"]);
    expect(made.owes("a")).toBe(false);
  });

  test("lets what comes meanwhile ride on the next batch, in batches of at most so many", async () => {
    const { made, batches } = loop({ most: 2 });
    made.take(["a"]);
    made.take(["b", "c"]);
    made.take(["d"]);
    await vi.advanceTimersByTimeAsync(200);
    expect(batches).toEqual([["a"], ["b", "c"], ["d"]]);
  });

  test("keeps a distance between batches", async () => {
    const { made, batches } = loop({ everyMs: 50 });
    made.take(["a"]);
    await vi.advanceTimersByTimeAsync(10);
    made.take(["b"]);
    await vi.advanceTimersByTimeAsync(30);
    expect(batches).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(20);
    expect(batches).toHaveLength(2);
  });

  test("does not call a key done that owes something new", async () => {
    const { made, batches, done, state } = loop();
    const gate = Promise.withResolvers<void>();
    state.held = gate.promise;
    made.take(["a", "b"]);
    made.take(["a"]);
    gate.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(done).toEqual(["b"]);
    await vi.advanceTimersByTimeAsync(50);
    expect(batches).toEqual([["a", "b"], ["a"]]);
    expect(done).toEqual(["b", "a"]);
  });

  test("writes again what failed, after a while, and owes it until then", async () => {
    const { made, batches, done, state } = loop();
    state.broken = true;
    made.take(["a"]);
    await vi.advanceTimersByTimeAsync(4_000);
    expect([batches.length, done.length, made.owes("a")]).toEqual([1, 0, true]);
    state.broken = false;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(batches).toEqual([["a"], ["a"]]);
    expect(done).toEqual(["a"]);
  });
});
