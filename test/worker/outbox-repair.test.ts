// What survives a crash of an outbox, how messages travel over the queue, and that its books balance whatever happens.
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { seeded } from "../../demo/chats/faults.ts";
import type { DeliveryOutcome } from "../../src/outcome.ts";
import { clock } from "./support/clock.ts";
import { alertOf, OutboxWorld, WAIT } from "./support/outbox-world.ts";

afterEach(() => clock.reset());

describe("after a crash", () => {
  test("what waits goes on, and what was in flight is awaited until its lease ends", async () => {
    const world = new OutboxWorld();
    for (let n = 0; n < 10; n += 1) await world.plan(`n${n}`);
    await world.sentCount(8);
    await world.crash();
    expect(await world.status()).toMatchObject({ inFlight: 8, counts: { planned: 10, pending: 10 } });
    await world.deliverAll();
    await world.sentCount(10);
    await world.deliverAll();
    expect((await world.status()).counts).toMatchObject({ planned: 10, delivered: 10 });
  });

  test("of the whole process, what was on a queue in memory is known to be lost and sent again, at most the window", async () => {
    const world = new OutboxWorld({ queueDiesWithProcess: true });
    for (let n = 0; n < 10; n += 1) await world.plan(`n${n}`);
    await world.sentCount(8);
    // The row says that another process wrote it.
    await world.sql("UPDATE meta SET value = json_set(value, '$.isolate', 'another')");
    await world.crash();
    expect((await world.status()).unknown).toBe(8);
    await world.sentCount(16);
    expect(new Set(world.sent.slice(8).map(({ id }) => id))).toEqual(new Set(world.sent.slice(0, 8).map(({ id }) => id)));
  });

  test("what the chat recognises is sent again and is not in doubt", async () => {
    const can = () => ({ edit: false, thread: false, idempotencyKey: true, record: false });
    const world = new OutboxWorld({ queueDiesWithProcess: true, adapter: { can } });
    await world.plan("a");
    await world.sentCount(1);
    await world.sql("UPDATE meta SET value = json_set(value, '$.isolate', 'another')");
    await world.crash();
    expect((await world.status()).unknown).toBe(0);
    expect(await world.sentCount(2)).toMatchObject({ id: world.id("a"), attempt: 2 });
  });

  test("an eviction alone loses nothing, and sends nothing twice", async () => {
    const world = new OutboxWorld({ queueDiesWithProcess: true });
    await world.plan("a");
    await world.sentCount(1);
    await world.crash();
    expect(await world.status()).toMatchObject({ unknown: 0, inFlight: 1 });
    await world.turn();
    await world.sentCount(1);
  });

  test("what is shown, the references and the health are known", async () => {
    const world = new OutboxWorld();
    await world.show("a", {}, "m1");
    await world.plan("b");
    await world.answer(await world.sentCount(2), { kind: "retry", reason: "rate_limited", afterMs: 60_000 });
    await world.crash();
    expect((await world.status()).closedUntil).toBeGreaterThan(Date.now() + 50_000);
    await world.plan("a", { version: 2, count: 2 });
    clock.skip(61_000);
    await world.turn();
    await world.sentCount(4);
    expect(world.sent.find(({ slot, action }) => slot === "prod.a" && action === "edit")).toMatchObject({ ref: "m1" });
  });

  test("a delivery that the projection lacks is written to it", async () => {
    const world = new OutboxWorld();
    world.broken.project = "D1 is away";
    await world.show("a");
    expect(world.projected).toEqual([]);
    await world.crash();
    delete world.broken.project;
    await world.status();
    await vi.waitFor(
      () => expect(world.projected).toMatchObject([{ id: world.id("a"), state: "delivered", log: [{ outcome: "delivered" }] }]),
      WAIT,
    );
  });

  test("an alarm is armed while anything is pending", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    const at = await runInDurableObject(world.stub, (_, state) => state.storage.getAlarm());
    expect(at).not.toBeNull();
    expect((at ?? 0) - Date.now()).toBeLessThanOrEqual(45_000);
  });
});

describe("the queue", () => {
  test("that takes nothing is given the messages again, and no attempt is counted", async () => {
    const world = new OutboxWorld();
    world.broken.send = "the queue is away";
    await world.plan("a");
    expect(await world.status()).toMatchObject({ inFlight: 1 });
    delete world.broken.send;
    expect(await world.sentCount(1)).toMatchObject({ attempt: 1 });
    expect(await world.status()).toMatchObject({ unknown: 0, failures: 0 });
  });

  test("carries large messages by reference", async () => {
    const large = "x".repeat(30_000);
    const world = new OutboxWorld({ adapter: { render: (view) => JSON.stringify({ kind: view.kind, large }) } });
    await world.plan("a");
    const message = await world.sentCount(1);
    expect(message.body).toBeUndefined();
    expect(await world.outbox.body(message.slot, message.attempt)).toContain(large);
    expect(await world.outbox.body(message.slot, message.attempt + 1)).toBeUndefined();
    expect(await world.outbox.body("prod.nobody", 1)).toBeUndefined();
    await world.answer(message, { kind: "delivered" });
    expect(await world.outbox.body(message.slot, message.attempt)).toBeUndefined();
  });

  test("never gets more bytes in one call than it takes", async () => {
    const world = new OutboxWorld({ adapter: { render: () => "€".repeat(19_000) } });
    await world.outbox.enqueue(Array.from({ length: 8 }, (_, n) => ({ alert: alertOf(`n${n}`), versions: [1] })));
    await world.sentCount(8);
    expect(world.batches.length).toBeGreaterThan(1);
    for (const batch of world.batches) expect(new TextEncoder().encode(JSON.stringify(batch)).length).toBeLessThan(256_000);
  });

  test("gets many messages in one call", async () => {
    const world = new OutboxWorld();
    await world.outbox.enqueue(Array.from({ length: 8 }, (_, n) => ({ alert: alertOf(`n${n}`), versions: [1] })));
    await world.sentCount(8);
    expect(world.batches).toHaveLength(1);
  });
});

describe("the projection", () => {
  test("gets each settled delivery, and can be written anew", async () => {
    const world = new OutboxWorld();
    await world.plan("a", { version: 2 }, [1, 2]);
    await world.deliverAll();
    await vi.waitFor(
      () => expect(world.projected.map(({ version, state }) => `${version} ${state}`).sort()).toEqual(["1 merged", "2 delivered"]),
      WAIT,
    );
    world.projected.length = 0;
    expect(await world.outbox.project("", 100)).toEqual({ written: 2, next: null });
    expect(world.projected).toHaveLength(2);
  });

  test("while it lacks a settled delivery, the outbox tells of it", async () => {
    const world = new OutboxWorld();
    world.broken.project = "D1 is away";
    await world.plan("a", { version: 2 }, [1, 2]);
    await world.deliverAll();
    await vi.waitFor(
      async () => expect((await world.outbox.owed(10)).map(({ state }) => state).sort()).toEqual(["delivered", "merged"]),
      WAIT,
    );
    expect(await world.outbox.owed(1)).toHaveLength(1);

    const other = new OutboxWorld();
    await other.show("b");
    await vi.waitFor(() => expect(other.projected).toHaveLength(1), WAIT);
    await vi.waitFor(async () => expect(await other.outbox.owed(10)).toEqual([]), WAIT);
  });
});

describe("pending deliveries", () => {
  test("are told newest first, in flight ones with their attempts", async () => {
    const world = new OutboxWorld({ rate: { count: 1, perMs: 60_000 } });
    await world.plan("a");
    clock.skip(5);
    await world.plan("b");
    const pending = await world.outbox.pending(10);
    expect(pending.map(({ id, attempts, state }) => [id, attempts, state])).toEqual([
      [world.id("b"), 0, "pending"],
      [world.id("a"), 1, "pending"],
    ]);
    expect(await world.outbox.pending(1)).toHaveLength(1);
  });

  test("are told page by page, each once, also those of one moment and one that waits behind another of its alert", async () => {
    const world = new OutboxWorld({ rate: { count: 1, perMs: 60_000 } });
    await world.plan("a");
    await world.sentCount(1);
    await world.plan("a", { version: 2 }, [2]);
    await world.outbox.enqueue(Array.from({ length: 20 }, (_, n) => ({ alert: alertOf(`b${n}`), versions: [1] })));
    clock.skip(5);
    await world.plan("c");
    const all = await world.outbox.pending(100);
    expect(all).toHaveLength(23);
    expect(all[0]).toMatchObject({ id: world.id("c"), attempts: 0 });
    expect(all.filter(({ alert }) => alert === "prod.a").map(({ version, attempts }) => [version, attempts])).toEqual([
      [2, 0],
      [1, 1],
    ]);
    const paged: typeof all = [];
    for (let behind: { at: string; id: string } | undefined; ; ) {
      const page = await world.outbox.pending(5, { behind });
      paged.push(...page);
      const last = page.at(-1);
      if (page.length < 5 || !last) break;
      behind = { at: last.created_at, id: last.id };
    }
    expect(paged.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    const { created_at: from = "" } = all[0] ?? {};
    expect(await world.outbox.pending(100, { from })).toHaveLength(1);
    expect((await world.outbox.pending(100, { to: from })).length).toBe(23);
  });
});

describe("the books", () => {
  const OUTCOMES: DeliveryOutcome[] = [
    { kind: "delivered", ref: "m" },
    { kind: "delivered" },
    { kind: "retry", reason: "server_error" },
    { kind: "retry", reason: "rate_limited", afterMs: 5_000 },
    { kind: "retry", reason: "not_attempted" },
    { kind: "rejected", reason: "invalid_payload" },
    { kind: "disabled", reason: "forbidden" },
    { kind: "disabled", reason: "not_found" },
    { kind: "thread_lost" },
    { kind: "unknown", reason: "timeout" },
  ];

  test.each([1, 2, 3])("balance after every step of whatever happens (seed %i)", async (seed) => {
    const next = seeded(seed);
    const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(next() * items.length)];
    const world = new OutboxWorld({
      adapter: { can: () => ({ edit: seed % 2 === 0, thread: false, idempotencyKey: false, record: false }) },
    });
    const versions = new Map<string, number>();
    const steps: (() => Promise<unknown>)[] = [
      () => {
        const about = `n${Math.floor(next() * 6)}`;
        const version = (versions.get(about) ?? 0) + 1;
        versions.set(about, version);
        return world.plan(about, { version, count: version });
      },
      async () => {
        const message = pick(world.sent);
        const outcome = pick(OUTCOMES);
        if (message && outcome) await world.answer(message, outcome);
      },
      () => {
        clock.skip(next() * 50_000);
        return world.turn();
      },
      () => world.outbox.replay(world.id(`n${Math.floor(next() * 6)}`, 1 + Math.floor(next() * 3))),
    ];
    let planned = 0;
    for (let step = 0; step < 120; step += 1) {
      await pick(steps)?.();
      if (step % 40 === 39) await world.crash();
      const { counts } = await world.status();
      expect(counts.planned).toBeGreaterThanOrEqual(planned);
      planned = counts.planned;
    }
    expect(planned).toBe([...versions.values()].reduce((sum, count) => sum + count, 0));
  });
});
