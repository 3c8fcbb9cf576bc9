// The ledger's 202: what it stores, in how many transactions, and what it recognises as a copy.
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import type { Entry } from "../../src/ledger/interface.ts";
import { eventOf, LedgerWorld } from "./support/ledger-world.ts";

/** JSON has no such number: writing it throws in the middle of the transaction. */
const poison = (about: string) => eventOf(about, {}, { payload: 1n as never });

const rowCounts = async (world: LedgerWorld) => ({
  alerts: (await world.rows("SELECT hash FROM alerts")).length,
  events: (await world.rows("SELECT seq FROM events")).length,
  pages: (await world.rows("SELECT page FROM journal")).length,
});

async function transactionsDuring(world: LedgerWorld, work: () => Promise<unknown>): Promise<number> {
  const spy = await runInDurableObject(world.stub, (_, state) => vi.spyOn(state.storage, "transactionSync"));
  await work();
  const made = spy.mock.calls.length;
  spy.mockRestore();
  return made;
}

describe("accept", () => {
  test("has claim, state and counters stored when it answers", async () => {
    const world = new LedgerWorld();
    world.broken.planner = "nothing below works";
    const [result] = await world.submit(eventOf("one", { title: "One" }));
    expect(result).toMatchObject({ outcome: "accepted", alert: expect.stringMatching(/^world\d+\.[0-9a-f]{24}$/) });
    expect(await rowCounts(world)).toEqual({ alerts: 1, events: 1, pages: 1 });
    await world.crash();
    expect(await world.counts()).toMatchObject({ received: 1, accepted: 1, processing: 1 });
    expect((await world.story(result?.alert))?.alert).toMatchObject({ title: "One", version: 1, count: 1 });
  });

  test("stores nothing of a request of which one part cannot be stored", async () => {
    const world = new LedgerWorld();
    await world.submit(eventOf("before"));
    const before = { counts: await world.settled(), rows: await rowCounts(world) };
    await expect(world.submit(eventOf("good"), poison("bad"))).rejects.toThrow();
    expect(await world.settled()).toEqual(before.counts);
    expect(await rowCounts(world)).toEqual(before.rows);
    await world.crash();
    expect(await world.settled()).toEqual(before.counts);
  });

  test("counts tests and protocol traffic, and stores no event of them", async () => {
    const world = new LedgerWorld();
    const entries: Entry[] = [{ kind: "test" }, { kind: "ignored", reason: "a ping" }, { kind: "event", event: eventOf("one") }];
    const policy = { source: "sekoia", defaultSeverity: "high" as const, dedupWindowMs: 1_000 };
    const results = await world.ledger.accept({ policy, receivedAt: Date.now(), bytes: 5, entries });
    expect(results.map(({ outcome }) => outcome)).toEqual(["test", "ignored", "accepted"]);
    expect(results[0]).toMatchObject({ event: null, alert: null });
    expect(results[1]).toMatchObject({ event: null, alert: null, reason: "a ping" });
    expect(await world.counts()).toMatchObject({ received: 3, test: 1, ignored: 1, accepted: 1 });
  });
});

describe("a copy", () => {
  test("within the window changes nothing but its count, and names the first", async () => {
    const world = new LedgerWorld({ route: { dedupWindowMs: 60_000 } });
    const event = eventOf("one");
    const at = Date.now();
    const [first] = await world.submitAt(at, event);
    await world.settled();
    const [copy] = await world.submitAt(at + 59_000, event);
    expect(copy).toEqual({ ...first, outcome: "duplicate" });
    expect(await world.settled()).toMatchObject({ received: 2, accepted: 1, duplicate: 1, routed: 1 });
    expect(world.handed).toHaveLength(1);
    expect(await world.story(first?.alert)).toMatchObject({ copies: 1, events: [{ id: first?.event }], alert: { count: 1 } });
  });

  test("is counted for good, at no row but the one that each request costs", async () => {
    const world = new LedgerWorld();
    const event = eventOf("one");
    const [first] = await world.submit(event);
    await world.settled();
    for (let count = 0; count < 3; count += 1) await world.submit(event);
    await world.crash();
    expect(await world.story(first?.alert)).toMatchObject({ copies: 3 });
    await world.submit(event);
    await world.crash();
    expect(await world.story(first?.alert)).toMatchObject({ copies: 4 });
  });

  test("after the window is an event of its own", async () => {
    const world = new LedgerWorld({ route: { dedupWindowMs: 60_000 } });
    const event = eventOf("one");
    const at = Date.now();
    const [first] = await world.submitAt(at, event);
    const [again] = await world.submitAt(at + 60_000, event);
    expect(again).toMatchObject({ outcome: "accepted", alert: first?.alert });
    expect(again?.event).not.toBe(first?.event);
    expect(await world.settled()).toMatchObject({ accepted: 2, duplicate: 0 });
  });

  test("of an event without id and time is recognised for a minute only, whatever the window", async () => {
    const world = new LedgerWorld();
    const event = eventOf("one", {}, { identified: false, order: undefined });
    const at = Date.now();
    const outcomes = [];
    for (const ms of [0, 59_999, 60_000]) outcomes.push((await world.submitAt(at + ms, event))[0]?.outcome);
    expect(outcomes).toEqual(["accepted", "duplicate", "accepted"]);
  });

  test("is recognised after a restart", async () => {
    const world = new LedgerWorld();
    const event = eventOf("one");
    await world.submit(event);
    await world.settled();
    await world.crash();
    expect(await world.submit(event)).toMatchObject([{ outcome: "duplicate" }]);
  });

  test("three at once are one event", async () => {
    const world = new LedgerWorld();
    const event = eventOf("one");
    const answers = await Promise.all([world.submit(event), world.submit(event), world.submit(event)]);
    expect(
      answers
        .flat()
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(["accepted", "duplicate", "duplicate"]);
    expect(new Set(answers.flat().map(({ event }) => event)).size).toBe(1);
    expect(await world.settled()).toMatchObject({ received: 3, accepted: 1, duplicate: 2, handed: 1 });
  });

  test("in the same request is one event as well", async () => {
    const world = new LedgerWorld();
    const event = eventOf("one");
    expect(await world.submit(event, event)).toMatchObject([{ outcome: "accepted" }, { outcome: "duplicate" }]);
  });

  test("of a claim that was never decided is no reason to drop the event", async () => {
    const world = new LedgerWorld();
    world.broken.planner = "down";
    const event = eventOf("one");
    await world.submit(event);
    expect(await world.submit(event)).toMatchObject([{ outcome: "duplicate" }]);
    delete world.broken.planner;
    await world.crash();
    expect(await world.settled()).toMatchObject({ accepted: 1, routed: 1, handed: 1 });
    expect(world.handed).toHaveLength(1);
  });
});

describe("group commit", () => {
  test("stores fifty requests that come together in a few transactions, and answers each its own", async () => {
    const world = new LedgerWorld();
    world.broken.planner = "only accepting is counted here";
    const events = Array.from({ length: 50 }, (_, index) => eventOf(`alert ${index % 10}`, { tags: [`t${index}`] }));
    let answers: Awaited<ReturnType<LedgerWorld["submit"]>>[] = [];
    const transactions = await transactionsDuring(world, async () => {
      answers = await Promise.all(events.map((event) => world.submit(event)));
    });
    expect(transactions).toBeGreaterThan(0);
    expect(transactions).toBeLessThanOrEqual(10);
    expect(new Set(answers.map(([answer]) => answer?.event)).size).toBe(50);
    for (const [index, [answer]] of answers.entries()) expect(answer?.alert).toBe(answers[index % 10]?.[0]?.alert);
    expect(await world.counts()).toMatchObject({ received: 50, accepted: 50, processing: 50 });
    expect(await rowCounts(world)).toMatchObject({ alerts: 10, events: 50 });
    expect((await world.story(answers[0]?.[0]?.alert))?.alert.count).toBe(5);
  });

  test("one request that cannot be stored fails alone", async () => {
    const world = new LedgerWorld();
    const answers = await Promise.allSettled([
      world.submit(eventOf("a")),
      world.submit(poison("b")),
      world.submit(eventOf("c")),
      world.submit(eventOf("a")),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    expect(await world.settled()).toMatchObject({ received: 3, accepted: 3, routed: 3 });
    expect(await rowCounts(world)).toMatchObject({ alerts: 2, events: 3 });
    await world.crash();
    expect(await world.counts()).toMatchObject({ received: 3, accepted: 3 });
  });
});

describe("the intake rate", () => {
  test("lets a burst pass, then says for how long to wait", async () => {
    const world = new LedgerWorld();
    const rate = { count: 2, perMs: 60_000 };
    const answers = [await world.ledger.admit(rate), await world.ledger.admit(rate), await world.ledger.admit(rate)];
    expect(answers.slice(0, 2)).toEqual([{ afterMs: 0 }, { afterMs: 0 }]);
    expect(answers[2]?.afterMs).toBeGreaterThan(29_000);
    expect(answers[2]?.afterMs).toBeLessThanOrEqual(30_000);
  });
});
