import { describe, expect, test, vi } from "vitest";
import { gather } from "./gather.ts";

describe("calls that come together", () => {
  test("are one batch, and each gets its own answer", async () => {
    const run = vi.fn((items: number[]) => items.map((item) => item * 2));
    const double = gather(run, 100);
    expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
    expect(run.mock.calls).toEqual([[[1, 2, 3]]]);
  });

  test("a microtask later still join; a macrotask later is the next batch", async () => {
    const run = vi.fn((items: string[]) => items);
    const one = gather(run, 100);
    const first = one("a");
    await Promise.resolve();
    const second = one("b");
    await Promise.all([first, second]);
    await one("c");
    expect(run.mock.calls).toEqual([[["a", "b"]], [["c"]]]);
  });

  test("are never more than the most, and none is left out", async () => {
    const run = vi.fn((items: number[]) => items);
    const one = gather(run, 4);
    const items = Array.from({ length: 10 }, (_, index) => index);
    expect(await Promise.all(items.map(one))).toEqual(items);
    expect(run.mock.calls.map(([batch]) => batch.length)).toEqual([4, 4, 2]);
  });

  test("a bad one fails alone, the others are done", async () => {
    const run = vi.fn((items: number[]) => {
      if (items.includes(2)) throw new Error("two is bad");
      return items;
    });
    const one = gather(run, 100);
    const answers = await Promise.allSettled([1, 2, 3].map(one));
    expect(answers).toEqual([
      { status: "fulfilled", value: 1 },
      { status: "rejected", reason: new Error("two is bad") },
      { status: "fulfilled", value: 3 },
    ]);
    expect(run.mock.calls).toEqual([[[1, 2, 3]], [[1]], [[2]], [[3]]]);
  });

  test("a failure does not stop the calls that come after", async () => {
    let broken = true;
    const one = gather((items: number[]) => {
      if (broken) throw new Error("once");
      return items;
    }, 100);
    await expect(one(1)).rejects.toThrow("once");
    broken = false;
    expect(await one(2)).toBe(2);
  });
});
