import { describe, expect, test } from "vitest";
import type { DeliveryOutcome } from "../outcome.ts";
import { backoffMs, Health } from "./health.ts";

const NOW = 1_000_000;
const FAILED: DeliveryOutcome = { kind: "retry", reason: "server_error" };
const learn = (health: Health, outcome: DeliveryOutcome, now = NOW) =>
  health.learn(outcome, undefined, { now, random: 0.5, mayRepeat: true });

describe("failures", () => {
  test("one is bad luck: nothing waits, and the window stays open", () => {
    const health = new Health({});
    learn(health, FAILED);
    expect([health.window(8), health.wait(NOW)]).toEqual([8, 0]);
  });

  test("two in a row make it one probe at a time, after a wait that grows", () => {
    const health = new Health({});
    learn(health, FAILED);
    learn(health, FAILED);
    expect(health.window(8)).toBe(1);
    const waits = [];
    let now = NOW;
    for (let probes = 0; probes < 4; probes += 1) {
      waits.push(health.wait(now));
      now += health.wait(now);
      learn(health, FAILED, now);
    }
    expect(waits).toEqual([750, 1_500, 3_000, 6_000]);
  });

  test("of messages that were under way together count once", () => {
    const health = new Health({});
    for (let n = 0; n < 8; n += 1) learn(health, FAILED);
    expect(health.saved.failures).toBe(2);
    expect(health.wait(NOW)).toBe(750);
  });

  test("are forgotten by one that gets through", () => {
    const health = new Health({});
    learn(health, FAILED);
    learn(health, FAILED);
    learn(health, { kind: "delivered" }, NOW + 1_000);
    expect(health.window(8)).toBe(8);
    expect(health.saved).toMatchObject({ failures: 0, lastDeliveredAt: NOW + 1_000 });
  });

  test.each<DeliveryOutcome>([{ kind: "rejected", reason: "too_large" }, { kind: "thread_lost" }])(
    "$kind means that it works",
    (outcome) => {
      const health = new Health({ failures: 3 });
      learn(health, outcome);
      expect(health.saved.failures).toBe(0);
    },
  );

  test.each<DeliveryOutcome>([
    { kind: "retry", reason: "not_attempted" },
    { kind: "unknown", reason: "lease_expired" },
    { kind: "unknown", reason: "restarted" },
  ])("$kind, $reason says nothing of the destination", (outcome) => {
    const health = new Health({});
    learn(health, outcome);
    learn(health, outcome);
    expect([health.saved.failures, health.wait(NOW)]).toEqual([0, 0]);
  });

  test("unknown outcomes are counted", () => {
    const health = new Health({});
    learn(health, { kind: "unknown", reason: "timeout" });
    learn(health, { kind: "unknown", reason: "restarted" });
    expect(health.saved.unknown).toBe(2);
  });
});

describe("a pause", () => {
  test("that was asked for is kept, and a shorter one does not cut it", () => {
    const health = new Health({});
    learn(health, { kind: "retry", reason: "rate_limited", afterMs: 60_000 });
    learn(health, { kind: "retry", reason: "rate_limited", afterMs: 1_000 });
    expect(health.wait(NOW)).toBe(60_000);
    expect(health.wait(NOW + 60_000)).toBe(0);
  });

  test("because a shared address is banned is long", () => {
    const health = new Health({});
    learn(health, { kind: "retry", reason: "rate_limited", blameless: true });
    expect(health.wait(NOW)).toBe(15 * 60_000);
  });

  test("is taken from the headers of a success as well", () => {
    const health = new Health({});
    health.learn({ kind: "delivered" }, { remaining: 1, resetAfterMs: 9_000 }, { now: NOW, random: 0, mayRepeat: true });
    expect(health.wait(NOW)).toBe(0);
    health.learn({ kind: "delivered" }, { remaining: 0, resetAfterMs: 9_000 }, { now: NOW, random: 0, mayRepeat: true });
    expect(health.wait(NOW)).toBe(9_000);
  });

  test("survives a restart, and ends when somebody asks for another try", () => {
    const before = new Health({});
    learn(before, { kind: "retry", reason: "rate_limited", afterMs: 60_000 });
    learn(before, { kind: "disabled", reason: "not_found" });
    const after = new Health(JSON.parse(JSON.stringify(before.saved)));
    expect(after.wait(NOW)).toBe(60_000);
    expect(after.gone(NOW)).toMatchObject({ reason: "not_found" });
    after.forgive();
    expect([after.wait(NOW), after.gone(NOW)]).toEqual([0, undefined]);
  });
});

describe("an address that is gone", () => {
  test.each([
    ["not_found", true],
    ["revoked", true],
    ["forbidden", false],
    ["misconfigured", false],
  ] as const)("%s: nothing is called for a while: %s", (reason, stops) => {
    const health = new Health({});
    learn(health, { kind: "disabled", reason });
    expect(health.gone(NOW + 9 * 60_000) !== undefined).toBe(stops);
    expect(health.gone(NOW + 11 * 60_000)).toBeUndefined();
  });
});

describe("the pace", () => {
  test("is the configured rate, else the adapter's, and a change takes effect", () => {
    const health = new Health({});
    health.setPace(undefined, { perSecond: 1, burst: 3 }, NOW);
    for (let n = 0; n < 3; n += 1) health.take(NOW);
    expect(health.wait(NOW)).toBe(1_000);
    health.setPace({ count: 1, perMs: 60_000 }, { perSecond: 1, burst: 3 }, NOW);
    health.take(NOW);
    expect(health.wait(NOW)).toBe(60_000);
    health.setPace({ count: 1, perMs: 60_000 }, { perSecond: 1, burst: 3 }, NOW);
    expect(health.wait(NOW)).toBe(60_000);
    expect(health.drainMs(10)).toBe(600_000);
  });

  const limited: DeliveryOutcome = { kind: "retry", reason: "rate_limited", afterMs: 30_000 };
  const paceOf = (health: Health, now: number): number => {
    health.setPace({ count: 1, perMs: 1_000 }, { perSecond: 1, burst: 1 }, now);
    return Math.round(100_000_000 / health.drainMs(100)) / 1_000;
  };

  test("is lowered once for what was refused together, further by the next refusal, and comes back", () => {
    const health = new Health({});
    for (let n = 0; n < 8; n += 1) learn(health, limited);
    expect(paceOf(health, NOW)).toBe(0.45);
    learn(health, { kind: "delivered" }, NOW + 31_000);
    learn(health, limited, NOW + 32_000);
    expect(paceOf(health, NOW + 32_000)).toBe(0.203);
    expect(paceOf(health, NOW + 360_000)).toBe(0.203);
    expect(paceOf(health, NOW + 363_000)).toBe(1);
  });

  test("is not lowered by a refusal that is not about us, nor by a door that stays shut", () => {
    const health = new Health({});
    learn(health, { ...limited, blameless: true });
    expect(paceOf(health, NOW)).toBe(1);
    const shut = new Health({ failures: 1 });
    learn(shut, limited);
    expect(paceOf(shut, NOW)).toBe(1);
  });
});

describe("the wait before a retry", () => {
  test("doubles up to a limit, with jitter between half and whole", () => {
    expect([0, 1, 2].map((failures) => backoffMs(failures, 0))).toEqual([500, 1_000, 2_000]);
    expect([0, 1, 2].map((failures) => backoffMs(failures, 0.999_999))).toEqual([1_000, 2_000, 4_000]);
    expect(backoffMs(1_000, 0.999_999)).toBeLessThanOrEqual(60_000);
  });
});
