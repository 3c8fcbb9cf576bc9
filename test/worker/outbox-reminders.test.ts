// Words that an alert waits for somebody, and the digest of what waited for its hours: messages of the destination's own.
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { HandedMessage } from "../../src/outbox/interface.ts";
import { clock } from "./support/clock.ts";
import { alertOf, bodyOf, OutboxWorld, WAIT } from "./support/outbox-world.ts";

const DAY_MS = 86_400_000;

afterEach(() => clock.reset());

const remind = (world: OutboxWorld, about: string, id: string, more: Partial<HandedMessage> = {}): Promise<void> => {
  const reminders = [{ id, text: "nobody has taken it in hand for 15m", ping: "@here", at: Date.now() }];
  return world.outbox.enqueue([{ alert: alertOf(about), versions: [], reminders, ...more }]);
};
const slots = async (world: OutboxWorld): Promise<unknown[]> => (await world.sql("SELECT id FROM slots ORDER BY id")).map(({ id }) => id);

describe("a word that an alert waits", () => {
  test("is a message of its own beside the alert's, with its ping, and is counted as such", async () => {
    const world = new OutboxWorld();
    await world.show("one", {}, "ref");
    await remind(world, "one", "5.1");
    const sent = await world.sentCount(2);
    expect(sent).toMatchObject({ action: "post" });
    expect(bodyOf(sent.body)).toMatchObject({ kind: "update", reminder: "nobody has taken it in hand for 15m", ping: "@here" });
    await world.deliverAll("other");
    const { counts } = await world.status();
    expect(counts).toMatchObject({ planned: 2, own: 1, delivered: 2, pending: 0 });
    // The alert's own message goes on living where it stands.
    await world.plan("one", { version: 2, title: "news" });
    expect(await world.sentCount(3)).toMatchObject({ action: "edit", ref: "ref" });
    expect((await world.deliveries("one")).map(({ kind, alert }) => [kind, alert])).toEqual([
      ["create", "prod.one"],
      ["update", "prod.one"],
      ["update", "prod.one"],
    ]);
  });

  test("is told once, however often it is handed over, also to a new life; the next one is another", async () => {
    const world = new OutboxWorld();
    await world.show("one", {}, "ref");
    await remind(world, "one", "5.1");
    await remind(world, "one", "5.1");
    await world.sentCount(2);
    await world.deliverAll();
    await world.crash();
    await remind(world, "one", "5.1");
    expect((await world.status()).counts).toMatchObject({ planned: 2, own: 1 });
    await remind(world, "one", "5.2");
    await world.sentCount(3);
    await world.deliverAll();
    expect((await world.status()).counts).toMatchObject({ planned: 3, own: 2, delivered: 3 });
  });

  test("that still waits is not told once somebody has taken the alert in hand", async () => {
    const world = new OutboxWorld({ rate: { count: 1, perMs: 60_000 } });
    await world.show("one", {}, "ref");
    await remind(world, "one", "5.1");
    await remind(world, "two", "5.1", { versions: [1] });
    expect((await world.status()).counts).toMatchObject({ pending: 3 });
    await world.plan("one", { version: 2, status: "in_progress" });
    const { counts } = await world.status();
    expect(counts).toMatchObject({ own: 2, merged: 1, pending: 3 });
    for (let turns = 0; turns < 4; turns += 1) {
      clock.skip(60_001);
      await world.turn();
      await world.deliverAll("ref");
    }
    expect(world.sent.map(({ slot }) => slot).filter((slot) => slot.startsWith("prod.one~"))).toEqual([]);
    expect((await world.status()).counts).toMatchObject({ pending: 0, delivered: 4, merged: 1 });
  });

  test("is tried again as any message is, under the same id", async () => {
    const world = new OutboxWorld();
    await world.show("one", {}, "ref");
    await remind(world, "one", "5.1");
    const first = await world.sentCount(2);
    await world.answer(first, { kind: "retry", reason: "server_error" });
    clock.skip(120_000);
    await world.turn();
    const again = await world.sentCount(3);
    expect(again).toMatchObject({ id: first.id, key: first.key, attempt: 2 });
  });

  test("is erased with the alert, and no other one's", async () => {
    const world = new OutboxWorld({ rate: { count: 1, perMs: 60_000 } });
    await world.show("one", {}, "ref");
    await remind(world, "one", "5.1");
    await remind(world, "one2", "5.1");
    expect(await slots(world)).toHaveLength(3);
    const counted = await runInDurableObject(world.stub, (object) =>
      (object as unknown as OutboxWorld["outbox"]).erase(["prod.one"], true),
    );
    expect(counted).toMatchObject({ slots: 2, dead: 1 });
    const erased = await runInDurableObject(world.stub, (object) =>
      (object as unknown as OutboxWorld["outbox"]).erase(["prod.one"], false),
    );
    expect(erased).toMatchObject({ slots: 2, dead: 1, busy: [] });
    expect(await slots(world)).toEqual(["prod.one2~.5.1"]);
    expect((await world.status()).counts).toMatchObject({ planned: 3, own: 2, delivered: 1, dead: 1, pending: 1 });
  });

  test("goes with the retention of the alert's route", async () => {
    const world = new OutboxWorld();
    await world.show("one", {}, "ref");
    await remind(world, "one", "5.1");
    await world.sentCount(2);
    await world.deliverAll();
    const long = { ms: 90 * DAY_MS, payloadsMs: 90 * DAY_MS };
    const short = { ms: 2 * DAY_MS, payloadsMs: DAY_MS };
    // What is owed to the projection is not swept before it is written.
    await vi.waitFor(async () => expect(await world.status()).toMatchObject({ unprojected: 0, counts: { pending: 0 } }), WAIT);
    clock.skip(3 * DAY_MS);
    await world.outbox.sweep({ routes: { prod: long }, others: short });
    expect(await slots(world)).toHaveLength(2);
    await world.outbox.sweep({ routes: { prod: short }, others: long });
    expect(await slots(world)).toEqual([]);
  });
});

describe("what waited for its hours", () => {
  const held = (world: OutboxWorld, about: string, more: Parameters<typeof alertOf>[1] = {}): Promise<void> =>
    world.outbox.enqueue([{ alert: alertOf(about, more), versions: [1], digest: true }]);
  const gather = async (world: OutboxWorld): Promise<void> => {
    clock.skip(3_001);
    await world.turn();
  };

  test("is told in one message that says so; the alerts live on from there", async () => {
    const world = new OutboxWorld();
    for (const about of ["a", "b", "c"]) await held(world, about);
    expect(world.sent).toEqual([]);
    await gather(world);
    const digest = await world.sentCount(1);
    expect(bodyOf(digest.body)).toEqual({ kind: "digest", total: 3, updates: 0, waited: true });
    await world.deliverAll();
    expect((await world.status()).counts).toMatchObject({ planned: 4, own: 1, delivered: 1, merged: 3, pending: 0 });
    const [swallowed] = await world.deliveries("b");
    expect(swallowed).toMatchObject({ state: "merged", reason: `digest ${digest.id}` });
    await world.plan("b", { version: 2, title: "news" });
    expect(bodyOf((await world.sentCount(2)).body)).toMatchObject({ version: 2 });
  });

  test("is told on its own when it is alone", async () => {
    const world = new OutboxWorld();
    await held(world, "a");
    await gather(world);
    expect(bodyOf((await world.sentCount(1)).body)).toMatchObject({ kind: "alert", version: 1 });
    await world.deliverAll();
    expect((await world.status()).counts).toMatchObject({ planned: 1, own: 0, delivered: 1 });
  });

  test("and is critical is told on its own, at once", async () => {
    const world = new OutboxWorld();
    await held(world, "a");
    await held(world, "b");
    await held(world, "worst", { severity: "critical" });
    expect((await world.sentCount(1)).slot).toBe("prod.worst");
    await gather(world);
    expect(bodyOf((await world.sentCount(2)).body)).toMatchObject({ kind: "digest", total: 2 });
  });

  test("survives a crash before its digest, and in it", async () => {
    const world = new OutboxWorld({ queueDiesWithProcess: false });
    await held(world, "a");
    await held(world, "b");
    await world.crash();
    await held(world, "b");
    await gather(world);
    const digest = await world.sentCount(1);
    await world.crash();
    await world.answer(digest, { kind: "delivered" });
    expect((await world.status()).counts).toMatchObject({ planned: 3, own: 1, delivered: 1, merged: 2, pending: 0 });
  });

  test("and rises meanwhile to critical is told on its own, at once", async () => {
    const world = new OutboxWorld();
    await held(world, "a");
    await held(world, "b");
    await world.plan("a", { version: 2, severity: "critical" });
    expect((await world.sentCount(1)).slot).toBe("prod.a");
    await gather(world);
    expect(bodyOf((await world.sentCount(2)).body)).toMatchObject({ kind: "alert", version: 1 });
  });
});
