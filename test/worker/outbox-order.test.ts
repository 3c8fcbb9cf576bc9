// What an outbox sends, in which order and how fast: one message in flight for each alert, the latest version wins, the
// urgent go first, and a chat that cannot edit is not flooded.
import { afterEach, describe, expect, test } from "vitest";
import { clock } from "./support/clock.ts";
import { bodyOf, OutboxWorld } from "./support/outbox-world.ts";

afterEach(() => clock.reset());

const cannotEdit = { can: () => ({ edit: false, thread: false, idempotencyKey: false, record: false }) };

describe("versions of one alert", () => {
  test("go one after the other, and what waits is replaced by what is newer", async () => {
    const world = new OutboxWorld();
    await world.plan("a", { version: 1 });
    const first = await world.sentCount(1);
    await world.plan("a", { version: 2 });
    await world.plan("a", { version: 3 });
    expect(world.shown).toEqual(["a@1"]);
    expect((await world.status()).counts).toMatchObject({ planned: 3, merged: 1, pending: 2 });
    await world.answer(first, { kind: "delivered", ref: "m1" });
    const second = await world.sentCount(2);
    expect(world.shown).toEqual(["a@1", "a@3"]);
    await world.answer(second, { kind: "delivered" });
    expect((await world.status()).counts).toEqual({ planned: 3, own: 0, delivered: 2, merged: 1, pending: 0, dead: 0 });
    expect((await world.deliveries("a")).map(({ version, state, reason }) => [version, state, reason])).toEqual([
      [2, "merged", "newer_version"],
      [1, "delivered", null],
      [3, "delivered", null],
    ]);
  });

  test("that come together are one message", async () => {
    const world = new OutboxWorld();
    await world.plan("a", { version: 3 }, [1, 2, 3]);
    await world.sentCount(1);
    expect(world.shown).toEqual(["a@3"]);
    expect((await world.status()).counts).toMatchObject({ planned: 3, merged: 2, pending: 1 });
  });

  test("that come again change nothing", async () => {
    const world = new OutboxWorld();
    await world.plan("a", { version: 2 }, [1, 2]);
    await world.plan("a", { version: 2 }, [1, 2]);
    await world.deliverAll();
    await world.plan("a", { version: 2 }, [2]);
    await world.crash();
    await world.plan("a", { version: 1 }, [1]);
    expect((await world.status()).counts).toEqual({ planned: 2, own: 0, delivered: 1, merged: 1, pending: 0, dead: 0 });
    expect(world.shown).toEqual(["a@2"]);
  });

  test("replace a failed one that is to be sent again", async () => {
    const world = new OutboxWorld();
    await world.plan("a", { version: 1 });
    const first = await world.sentCount(1);
    await world.plan("a", { version: 2 });
    await world.answer(first, { kind: "retry", reason: "server_error", afterMs: 60_000 });
    expect((await world.status()).counts).toMatchObject({ merged: 1, pending: 1 });
    clock.skip(61_000);
    await world.turn();
    await world.sentCount(2);
    expect(world.shown).toEqual(["a@1", "a@2"]);
  });
});

describe("the window", () => {
  test("has eight messages in flight, and the next goes when one is answered", async () => {
    const world = new OutboxWorld();
    for (let n = 0; n < 12; n += 1) await world.plan(`n${n}`);
    const eighth = await world.sentCount(8);
    expect(await world.status()).toMatchObject({ inFlight: 8, counts: { pending: 12 } });
    await world.answer(eighth, { kind: "delivered" });
    await world.sentCount(9);
    expect(world.shown).toEqual(Array.from({ length: 9 }, (_, n) => `n${n}@1`));
    expect(await world.status()).toMatchObject({ inFlight: 8 });
  });
});

describe("the pace", () => {
  test("is the destination's rate, however many wait", async () => {
    const world = new OutboxWorld({ rate: { count: 2, perMs: 3_600_000 } });
    for (let n = 0; n < 3; n += 1) await world.plan(`n${n}`);
    await world.sentCount(1);
    await world.deliverAll();
    clock.skip(1_799_000);
    await world.turn();
    await world.sentCount(1);
    clock.skip(2_000);
    await world.turn();
    await world.sentCount(2);
    await world.deliverAll();
    clock.skip(1_800_000);
    await world.turn();
    await world.sentCount(3);
  });

  test("is the adapter's where the destination has none, and a burst goes at once", async () => {
    const world = new OutboxWorld({ adapter: { pace: () => ({ perSecond: 0.001, burst: 3 }) } });
    for (let n = 0; n < 5; n += 1) await world.plan(`n${n}`);
    await world.sentCount(3);
  });

  test("goes on by itself when the next turn is near", async () => {
    const world = new OutboxWorld({ rate: { count: 20, perMs: 1_000 } });
    for (let n = 0; n < 25; n += 1) await world.plan(`n${n}`);
    while (world.sent.length < 25) {
      await world.deliverAll();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await world.deliverAll();
    expect((await world.status()).counts).toMatchObject({ delivered: 25, pending: 0 });
  });

  test("obeys a budget that headers tell to be used up", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    await world.answer(await world.sentCount(1), { kind: "delivered" }, { remaining: 0, resetAfterMs: 30_000 });
    await world.plan("b");
    await world.sentCount(1);
    clock.skip(30_001);
    await world.turn();
    await world.sentCount(2);
  });

  test("is bounded by what a budget shared with others grants", async () => {
    let tokens = 1;
    const world = new OutboxWorld({
      budget: async () => {
        const granted = tokens;
        tokens = 0;
        return { granted, nextAt: Date.now() + 60_000 };
      },
    });
    for (const about of ["a", "b"]) await world.plan(about);
    await world.deliverAll();
    await world.sentCount(1);
    tokens = 1;
    await world.turn();
    await world.sentCount(2);
  });

  test("is lowered for a while when the chat asks to wait although it was kept: some limits are told by nothing else", async () => {
    const world = new OutboxWorld({ rate: { count: 1, perMs: 60_000 } });
    for (let n = 0; n < 6; n += 1) await world.plan(`n${n}`);
    await world.deliverAll();
    clock.skip(60_001);
    await world.turn();
    await world.answer(await world.sentCount(2), { kind: "retry", reason: "rate_limited", afterMs: 60_000 });
    clock.skip(60_001);
    await world.turn();
    await world.answer(await world.sentCount(3), { kind: "delivered" });
    clock.skip(100_000);
    await world.turn();
    await world.sentCount(3);
    clock.skip(40_000);
    await world.turn();
    await world.answer(await world.sentCount(4), { kind: "delivered" });
    // It held for long enough: back to what is configured.
    clock.skip(300_000);
    await world.turn();
    await world.answer(await world.sentCount(5), { kind: "delivered" });
    clock.skip(60_001);
    await world.turn();
    await world.sentCount(6);
  });
});

describe("lanes", () => {
  test("critical first, then first messages, then what turned, then repeats; in each, who has waited longest", async () => {
    const world = new OutboxWorld();
    await world.show("repeats", {}, "m1");
    await world.show("resolves", {}, "m2");
    await world.show("rises", {}, "m3");
    await world.plan("waits");
    await world.answer(await world.sentCount(4), { kind: "retry", reason: "rate_limited", afterMs: 60_000 });
    await world.plan("repeats", { version: 2, count: 9 });
    await world.plan("resolves", { version: 2, status: "resolved" });
    await world.plan("first");
    await world.plan("rises", { version: 2, severity: "critical" });
    await world.plan("critical", { severity: "critical" });
    await world.sentCount(4);
    clock.skip(61_000);
    await world.turn();
    await world.sentCount(10);
    expect(world.shown.slice(4)).toEqual(["rises@2", "critical@1", "waits@1", "first@1", "resolves@2", "repeats@2"]);
  });

  test("a critical alert passes a backlog", async () => {
    const world = new OutboxWorld({ rate: { count: 1, perMs: 60_000 } });
    for (let n = 0; n < 30; n += 1) await world.plan(`n${n}`);
    await world.plan("critical", { severity: "critical" });
    await world.deliverAll();
    clock.skip(60_001);
    await world.turn();
    await world.sentCount(2);
    expect(world.shown).toEqual(["n0@1", "critical@1"]);
  });
});

describe("where the chat can edit", () => {
  test("the living message is edited, with the reference that the chat gave", async () => {
    const world = new OutboxWorld();
    await world.show("a", {}, "m1");
    await world.plan("a", { version: 2, count: 2 });
    const edit = await world.sentCount(2);
    expect(edit).toMatchObject({ action: "edit", ref: "m1" });
    expect(bodyOf(edit.body)).toMatchObject({ kind: "alert", version: 2 });
    await world.answer(edit, { kind: "delivered" });
    await world.plan("a", { version: 3, count: 3 });
    expect(await world.sentCount(3)).toMatchObject({ action: "edit", ref: "m1" });
  });

  test("a message whose reference is unknown is posted anew", async () => {
    const world = new OutboxWorld();
    await world.show("a");
    await world.plan("a", { version: 2, count: 2 });
    expect(await world.sentCount(2)).toMatchObject({ action: "post" });
  });

  test("a message that is gone is posted anew, and that one is edited from then on", async () => {
    const world = new OutboxWorld();
    await world.show("a", {}, "m1");
    await world.plan("a", { version: 2, count: 2 });
    await world.answer(await world.sentCount(2), { kind: "thread_lost" });
    const anew = await world.sentCount(3);
    expect(anew).toMatchObject({ action: "post", attempt: 2 });
    expect(bodyOf(anew.body)).toMatchObject({ kind: "alert", version: 2 });
    await world.answer(anew, { kind: "delivered", ref: "m2" });
    await world.plan("a", { version: 3, count: 3 });
    expect(await world.sentCount(4)).toMatchObject({ action: "edit", ref: "m2" });
  });
});

describe("where the chat cannot edit", () => {
  test("a follow-up says what changed since what is shown", async () => {
    const world = new OutboxWorld({ adapter: cannotEdit });
    await world.show("a", { count: 3 });
    await world.plan("a", { version: 2, count: 5, severity: "critical" });
    const update = await world.sentCount(2);
    expect(update).toMatchObject({ action: "post" });
    expect(bodyOf(update.body)).toMatchObject({ kind: "update", delta: { newEvents: 2, severity: { before: "high", after: "critical" } } });
  });

  test("one with nothing to say is not sent", async () => {
    const world = new OutboxWorld({ adapter: cannotEdit });
    await world.show("a");
    await world.plan("a", { version: 2 });
    expect((await world.status()).counts).toMatchObject({ planned: 2, delivered: 1, merged: 1, pending: 0 });
    expect((await world.deliveries("a")).at(-1)).toMatchObject({ version: 2, state: "merged", reason: "nothing_new" });
    await world.sentCount(1);
  });

  test("follow-ups that are not urgent come once a minute for each alert, with all that happened", async () => {
    const world = new OutboxWorld({ adapter: cannotEdit });
    await world.show("a", { count: 1 });
    await world.plan("a", { version: 2, count: 2 });
    await world.answer(await world.sentCount(2), { kind: "delivered" });
    for (let version = 3; version < 10; version += 1) await world.plan("a", { version, count: version });
    await world.show("b");
    expect(world.shown).toEqual(["a@1", "a@2", "b@1"]);
    clock.skip(58_000);
    await world.turn();
    await world.sentCount(3);
    clock.skip(2_500);
    await world.turn();
    const followUp = await world.sentCount(4);
    expect(bodyOf(followUp.body)).toMatchObject({ version: 9, delta: { newEvents: 7 } });
    await world.answer(followUp, { kind: "delivered" });
    expect((await world.status()).counts).toMatchObject({ planned: 10, delivered: 4, merged: 6 });
  });

  test.each([
    ["a rise", { severity: "critical" as const }],
    ["a resolve", { status: "resolved" as const }],
    ["the detail that was missing", { enriched: true }],
  ])("%s is told at once, however recent the last follow-up", async (_, news) => {
    const world = new OutboxWorld({ adapter: cannotEdit });
    await world.show("a", { enriched: false });
    await world.plan("a", { version: 2, count: 2, enriched: false });
    await world.answer(await world.sentCount(2), { kind: "delivered" });
    await world.plan("a", { version: 3, count: 3, enriched: false });
    await world.sentCount(2);
    await world.plan("a", { version: 4, count: 3, enriched: false, ...news });
    await world.sentCount(3);
    expect(world.shown).toEqual(["a@1", "a@2", "a@4"]);
  });

  test("a severity that falls is no reason to hurry", async () => {
    const world = new OutboxWorld({ adapter: cannotEdit });
    await world.show("a");
    await world.plan("a", { version: 2, count: 2 });
    await world.answer(await world.sentCount(2), { kind: "delivered" });
    await world.plan("a", { version: 3, severity: "low" });
    await world.sentCount(2);
    expect((await world.status()).counts).toMatchObject({ pending: 1 });
  });
});

describe("a mention", () => {
  test("is the one that the destination has for the severity; follow-ups mention on a rise only", async () => {
    const world = new OutboxWorld({ adapter: cannotEdit });
    world.config = { ...world.config, ping: { critical: "<!channel>" } };
    await world.show("a", { severity: "critical" });
    expect(bodyOf(world.sent[0]?.body).ping).toBe("<!channel>");
    await world.show("b");
    expect(bodyOf(world.sent[1]?.body).ping).toBeUndefined();
    await world.plan("a", { version: 2, severity: "critical", count: 4 });
    expect(bodyOf((await world.sentCount(3)).body).ping).toBeUndefined();
    await world.plan("b", { version: 2, severity: "critical" });
    expect(bodyOf((await world.sentCount(4)).body).ping).toBe("<!channel>");
  });
});
