// What an outbox counts for the metrics: attempts by what came of them, how long events took to the wall, how long it was closed, what
// the projection is owed.
import { expect, test, vi } from "vitest";
import { LATENCY_BOUNDS } from "../../src/outbox/tally.ts";
import { clock } from "./support/clock.ts";
import { alertOf, OutboxWorld, WAIT } from "./support/outbox-world.ts";

/** Hands over one version of an alert whose event came so long ago. */
const planned = (world: OutboxWorld, about: string, agoMs: number, version = 1) =>
  world.outbox.enqueue([{ alert: alertOf(about, { version }), versions: [version], receivedAt: Date.now() - agoMs }]);
/** The bounds of what was counted, in seconds. */
const bounds = async (world: OutboxWorld): Promise<number[]> =>
  (await world.status()).tally.latency.flatMap((count, index) => new Array(count).fill(LATENCY_BOUNDS[index] ?? Number.POSITIVE_INFINITY));

test("an event counts from when it came until it is shown, with the tries in between, over a restart", async () => {
  const world = new OutboxWorld();
  await planned(world, "a", 3_000);
  await world.answer(await world.sentCount(1), { kind: "retry", reason: "rate_limited", afterMs: 20_000 });
  expect(await bounds(world)).toEqual([]);
  clock.skip(20_000);
  await world.turn();
  await world.answer(await world.sentCount(2), { kind: "delivered" });
  await world.crash();
  const { tally, waitedMs } = await world.status();
  expect(await bounds(world)).toEqual([30]);
  expect(tally.latencySumMs).toBeGreaterThanOrEqual(23_000);
  expect(tally.attempts).toEqual({ rate_limited: 1, delivered: 1 });
  expect(waitedMs).toBe(20_000);
});

test("a message that stands for several events counts from the first of them, once", async () => {
  const world = new OutboxWorld({ rate: { count: 1, perMs: 3_600_000 } });
  await world.show("first");
  await planned(world, "a", 50_000);
  await planned(world, "a", 100, 2);
  clock.skip(3_600_000);
  await world.turn();
  await world.answer(await world.sentCount(2), { kind: "delivered" });
  expect(await bounds(world)).toEqual([7_200]);
  expect((await world.status()).tally.latencySumMs).toBeGreaterThanOrEqual(3_650_000);
});

test("what no event brought is not counted: notices, tests, replays, detail", async () => {
  const world = new OutboxWorld();
  await world.test("test");
  await world.outbox.announce({ id: "n", severity: "high", resolved: false, title: "t", text: "t", at: new Date().toISOString() });
  await world.plan("detail");
  await world.sentCount(3);
  await world.deliverAll();
  await planned(world, "dead", 100);
  await world.answer(await world.sentCount(4), { kind: "rejected", reason: "invalid_payload" });
  await world.answer(await world.sentCount(5), { kind: "rejected", reason: "invalid_payload" });
  expect(await world.outbox.replay(world.id("dead"))).toBe("replayed");
  await world.answer(await world.sentCount(6), { kind: "delivered" });
  expect(await bounds(world)).toEqual([]);
  expect((await world.status()).tally.attempts).toEqual({ delivered: 4, rejected: 2 });
});

test("what was never sent is no attempt", async () => {
  const world = new OutboxWorld();
  await world.plan("a");
  await world.answer(await world.sentCount(1), { kind: "retry", reason: "not_attempted" });
  expect((await world.status()).tally.attempts).toEqual({});
});

test("what the projection does not have is told until it has", async () => {
  const world = new OutboxWorld();
  world.broken.project = "D1 is away";
  await world.show("a");
  expect((await world.status()).unprojected).toBe(1);
  world.broken.project = undefined;
  await world.crash();
  await vi.waitFor(async () => expect((await world.status()).unprojected).toBe(0), WAIT);
});

test("the end of a word has the id of its beginning, and both are shown, each once", async () => {
  const world = new OutboxWorld();
  const word = { id: "watch.books_off:relay.1", severity: "high", title: "t", text: "t", at: new Date().toISOString() } as const;
  for (const resolved of [false, false, true, true]) await world.outbox.announce({ ...word, resolved });
  await world.sentCount(2);
  await world.deliverAll();
  expect((await world.status()).counts).toMatchObject({ own: 2, delivered: 2 });
});
