import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CallBudget } from "./budget.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** When each of so many calls was let go, in ms from now. */
async function times(budget: CallBudget, count: number, over: number): Promise<number[]> {
  const start = Date.now();
  const let_go: number[] = [];
  for (let n = 0; n < count; n += 1) void budget.take().then(() => let_go.push(Date.now() - start));
  await vi.advanceTimersByTimeAsync(over);
  return let_go;
}

describe("the budget of a key", () => {
  test("lets calls go in order, at its rate", async () => {
    expect(await times(new CallBudget({ perSecond: 5, burst: 1 }, Date.now), 5, 2_000)).toEqual([0, 200, 400, 600, 800]);
  });

  test("lets a burst go at once", async () => {
    expect(await times(new CallBudget({ perSecond: 10, burst: 3 }, Date.now), 5, 2_000)).toEqual([0, 0, 0, 100, 200]);
  });

  test("lets nobody go before a pause is over, also those who wait already", async () => {
    const budget = new CallBudget({ perSecond: 10, burst: 1 }, Date.now);
    await budget.take();
    budget.close(3_000);
    expect(await times(budget, 2, 5_000)).toEqual([3_000, 3_100]);
  });

  test("is not closed for less by a shorter pause", async () => {
    const budget = new CallBudget({ perSecond: 1_000, burst: 1 }, Date.now);
    budget.close(3_000);
    budget.close(1_000);
    expect(await times(budget, 1, 5_000)).toEqual([3_000]);
  });

  test("refuses those who would wait for longer than they have patience", () => {
    const budget = new CallBudget({ perSecond: 10, burst: 1 }, Date.now);
    expect(budget.refuses(5_000)).toBe(0);
    budget.close(5_000);
    expect(budget.refuses(5_000)).toBe(0);
    budget.close(60_000);
    expect(budget.refuses(5_000)).toBe(60_000);
  });

  test("refuses when too many wait, and says for how long", async () => {
    const budget = new CallBudget({ perSecond: 1, burst: 1 }, Date.now);
    for (let n = 0; n < 201; n += 1) void budget.take();
    expect(budget.refuses(5_000)).toBe(200_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(budget.refuses(5_000)).toBe(0);
  });
});
