import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Settlement } from "../outbox/interface.ts";
import { SettleLoop } from "./settle-loop.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settlement = (id: string): Settlement => ({ id, slot: id, attempt: 1, outcome: { kind: "delivered" }, at: 0, ms: 1 });
const after = <Value>(ms: number, value: Value) => new Promise<Value>((resolve) => setTimeout(() => resolve(value), ms));

// A loop that found nothing owed once counted as running for ever: the answers after it waited for their lease to end.
test("every answer is settled once, whatever the order and the pace of answers and calls", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ startsAt: fc.nat({ max: 40 }), takes: fc.nat({ max: 40 }) }), { minLength: 1, maxLength: 12 }),
      fc.nat({ max: 30 }),
      async (attempts, callTakes) => {
        const settled: string[] = [];
        const loop = new SettleLoop(async (settlements) => {
          await after(callTakes, undefined);
          settled.push(...settlements.map(({ id }) => id));
        }, "soc");
        const all = attempts.map(async ({ startsAt, takes }, index) => {
          await after(startsAt, undefined);
          await loop.attempt(() => after(takes, settlement(String(index))));
          loop.due();
        });
        const end = Promise.all(all).then(() => loop.finished());
        await vi.runAllTimersAsync();
        await end;
        expect(settled.sort()).toEqual(attempts.map((_, index) => String(index)).sort());
      },
    ),
  );
});

test("a lone answer is settled at once; one that waits for others waits no more than a moment", async () => {
  const calls: { at: number; ids: string[] }[] = [];
  const start = Date.now();
  const loop = new SettleLoop(
    async (settlements) => void calls.push({ at: Date.now() - start, ids: settlements.map(({ id }) => id) }),
    "soc",
  );
  const attempt = async (id: string, ms: number) => {
    await loop.attempt(() => after(ms, settlement(id)));
    loop.due();
  };
  const all = Promise.all([attempt("quick", 5), attempt("slow", 500)]);
  await vi.advanceTimersByTimeAsync(40);
  expect(calls).toEqual([{ at: 15, ids: ["quick"] }]);
  await vi.runAllTimersAsync();
  await all;
  expect(calls[1]).toEqual({ at: 500, ids: ["slow"] });
});

test("a settle call that fails is made again", async () => {
  let calls = 0;
  const loop = new SettleLoop(async () => {
    calls += 1;
    if (calls < 3) throw new Error("reset");
  }, "soc");
  await loop.attempt(async () => settlement("one"));
  const end = loop.finished();
  await vi.runAllTimersAsync();
  await end;
  expect(calls).toBe(3);
});
