// What an outbox makes of the answers that are no success: when it calls again, when it stops, what it tells, and how a
// person brings a dead delivery back.
import { afterEach, describe, expect, test } from "vitest";
import { clock } from "./support/clock.ts";
import { bodyOf, OutboxWorld } from "./support/outbox-world.ts";

afterEach(() => clock.reset());

const MINUTE = 60_000;
const many = async (world: OutboxWorld, count: number) => {
  for (let n = 0; n < count; n += 1) await world.plan(`n${n}`);
};

describe("a destination that asks to wait", () => {
  test("is not called before its Retry-After is over, for any alert", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    await world.answer(await world.sentCount(1), { kind: "retry", reason: "rate_limited", afterMs: 90_000 });
    await world.plan("b");
    const { closedUntil, closedReason } = await world.status();
    expect((closedUntil ?? 0) - Date.now()).toBeGreaterThan(88_000);
    expect(closedReason).toBe("rate_limited");
    clock.skip(89_000 - 1_000);
    await world.turn();
    await world.sentCount(1);
    clock.skip(3_000);
    await world.turn();
    await world.sentCount(3);
    expect(world.shown).toEqual(["a@1", "a@1", "b@1"]);
  });
});

describe("a destination that fails", () => {
  test("twice in a row is asked with one message at a time, ever more slowly, until one gets through", async () => {
    const world = new OutboxWorld();
    await many(world, 5);
    await world.sentCount(5);
    for (const message of [...world.sent]) await world.answer(message, { kind: "retry", reason: "server_error" });
    // A window of messages that fail together is no more than a failing destination.
    expect(await world.status()).toMatchObject({ failures: 2, inFlight: 0, counts: { pending: 5 } });
    clock.skip(MINUTE);
    await world.turn();
    const probe = await world.sentCount(6);
    expect(await world.status()).toMatchObject({ inFlight: 1 });
    await world.answer(probe, { kind: "retry", reason: "server_error" });
    await world.sentCount(6);
    clock.skip(5 * MINUTE);
    await world.turn();
    await world.answer(await world.sentCount(7), { kind: "delivered" });
    expect(await world.status()).toMatchObject({ failures: 0 });
    await world.sentCount(11);
    await world.deliverAll();
    expect((await world.status()).counts).toMatchObject({ planned: 5, delivered: 5 });
  });

  test("once gets the same message again after a moment, by itself", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    await world.answer(await world.sentCount(1), { kind: "retry", reason: "server_error" });
    await world.sentCount(1);
    const again = await world.sentCount(2);
    expect(again).toMatchObject({ attempt: 2, id: world.id("a") });
  });

  test("for three days is given up, and the delivery can be replayed", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    const message = await world.sentCount(1);
    clock.skip(73 * 60 * MINUTE);
    await world.answer(message, { kind: "retry", reason: "server_error" });
    expect(await world.deliveries("a")).toMatchObject([{ state: "dead", reason: "gave_up" }]);
  });
});

describe("a message that was not attempted", () => {
  test("is no attempt and no failure, and goes again at once", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    await world.answer(await world.sentCount(1), { kind: "retry", reason: "not_attempted" });
    expect(await world.sentCount(2)).toMatchObject({ attempt: 1 });
    expect(await world.status()).toMatchObject({ failures: 0, unknown: 0 });
  });
});

describe("a destination that is gone", () => {
  test.each(["not_found", "revoked"] as const)("(%s) makes its messages dead with that reason, and is not called", async (reason) => {
    const world = new OutboxWorld();
    await world.plan("a");
    await world.answer(await world.sentCount(1), { kind: "disabled", reason });
    await many(world, 3);
    expect((await world.status()).counts).toMatchObject({ planned: 4, dead: 4, pending: 0 });
    expect(await world.deliveries("n2")).toMatchObject([{ state: "dead", reason, attempts: 0 }]);
    expect((await world.status()).disabled).toMatchObject({ reason });
    await world.sentCount(1);
    // After a while one message tries whether it is back.
    clock.skip(11 * MINUTE);
    await world.plan("later");
    await world.answer(await world.sentCount(2), { kind: "delivered" });
    expect((await world.status()).disabled).toBeUndefined();
  });

  test.each(["forbidden", "misconfigured"] as const)("for this message only (%s) is still called for the others", async (reason) => {
    const world = new OutboxWorld();
    await world.plan("a");
    await world.answer(await world.sentCount(1), { kind: "disabled", reason });
    expect(await world.deliveries("a")).toMatchObject([{ state: "dead", reason, attempts: 1 }]);
    await world.plan("b");
    await world.sentCount(2);
  });

  test("gets another chance when its settings change", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    await world.answer(await world.sentCount(1), { kind: "disabled", reason: "not_found" });
    world.config = { ...world.config, settings: { url: "another" } };
    await world.plan("b");
    await world.sentCount(2);
    expect((await world.status()).disabled).toBeUndefined();
  });
});

describe("a message that is refused", () => {
  test("is sent once more in plain form, then it is dead", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    await world.answer(await world.sentCount(1), { kind: "rejected", reason: "invalid_payload" });
    const plain = await world.sentCount(2);
    expect(bodyOf(plain.body)).toMatchObject({ plain: true });
    expect(plain.attempt).toBe(2);
    await world.answer(plain, { kind: "rejected", reason: "too_large" });
    await world.sentCount(2);
    expect(await world.deliveries("a")).toMatchObject([{ state: "dead", reason: "too_large", attempts: 2 }]);
    expect((await world.deliveries("a"))[0]?.log.map(({ outcome }) => outcome)).toEqual([
      "rejected: invalid_payload",
      "rejected: too_large",
    ]);
    expect(await world.status()).toMatchObject({ failures: 0 });
  });

  test("because it cannot be rendered goes out in plain form at once", async () => {
    const world = new OutboxWorld({
      adapter: {
        render: () => {
          throw new Error("a bug in an adapter");
        },
      },
    });
    await world.plan("a");
    expect(bodyOf((await world.sentCount(1)).body)).toMatchObject({ plain: true, version: 1 });
  });
});

describe("an outcome that nobody knows", () => {
  test("is counted, told, and the message is sent again", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    await world.answer(await world.sentCount(1), { kind: "unknown", reason: "timeout" });
    expect(await world.status()).toMatchObject({ unknown: 1, failures: 1 });
    clock.skip(MINUTE);
    await world.turn();
    await world.answer(await world.sentCount(2), { kind: "delivered" });
    expect((await world.deliveries("a"))[0]).toMatchObject({ state: "delivered", attempts: 2 });
    expect((await world.deliveries("a"))[0]?.log.map(({ outcome }) => outcome)).toEqual(["unknown: timeout", "delivered"]);
  });

  test("is what a lease that ended means", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    const first = await world.sentCount(1);
    expect(first.leaseUntil).toBeGreaterThan(Date.now() + 10_000);
    clock.skip(first.leaseUntil - Date.now() - 500);
    await world.turn();
    await world.sentCount(1);
    clock.skip(600);
    await world.turn();
    expect(await world.sentCount(2)).toMatchObject({ attempt: 2, id: first.id });
    expect(await world.status()).toMatchObject({ unknown: 1, failures: 0 });
  });
});

describe("an answer to an attempt that is over", () => {
  test("counts if it says that the message arrived, and the later attempt's answer changes nothing", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    const first = await world.sentCount(1);
    clock.skip(46_000);
    await world.turn();
    const second = await world.sentCount(2);
    await world.answer(first, { kind: "delivered", ref: "m1" });
    expect((await world.status()).counts).toMatchObject({ delivered: 1, pending: 0 });
    await world.answer(second, { kind: "delivered", ref: "m2" });
    await world.answer(second, { kind: "retry", reason: "server_error" });
    expect((await world.status()).counts).toEqual({ planned: 1, own: 0, delivered: 1, merged: 0, pending: 0, dead: 0 });
    expect(await world.status()).toMatchObject({ failures: 0 });
  });

  test("is ignored otherwise: the attempt in flight decides", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    const first = await world.sentCount(1);
    clock.skip(46_000);
    await world.turn();
    await world.sentCount(2);
    await world.answer(first, { kind: "disabled", reason: "not_found" });
    expect(await world.status()).toMatchObject({ inFlight: 1, counts: { pending: 1, dead: 0 }, disabled: undefined });
  });

  test("is ignored for a message that nobody knows", async () => {
    const world = new OutboxWorld();
    await world.outbox.settle([{ id: "x.y.1", slot: "y", attempt: 1, outcome: { kind: "delivered" }, at: 0, ms: 0 }]);
    expect((await world.status()).counts).toMatchObject({ planned: 0, delivered: 0 });
  });
});

describe("replay", () => {
  const dead = async (world: OutboxWorld, about = "a") => {
    const before = world.sent.length;
    await world.plan(about);
    await world.answer(await world.sentCount(before + 1), { kind: "disabled", reason: "forbidden" });
  };

  test("moves a dead delivery to pending and sends the alert's latest version", async () => {
    const world = new OutboxWorld();
    await dead(world);
    await world.plan("a", { version: 2, count: 2 });
    await world.answer(await world.sentCount(2), { kind: "disabled", reason: "forbidden" });
    expect(await world.outbox.replay(world.id("a", 1))).toBe("replayed");
    expect((await world.status()).counts).toMatchObject({ planned: 2, pending: 1, dead: 1 });
    await world.answer(await world.sentCount(3), { kind: "delivered" });
    expect(world.shown.at(-1)).toBe("a@2");
    expect((await world.status()).counts).toMatchObject({ planned: 2, delivered: 1, dead: 1 });
  });

  test("twice shows it once", async () => {
    const world = new OutboxWorld();
    await dead(world);
    expect(await world.outbox.replay(world.id("a"))).toBe("replayed");
    expect(await world.outbox.replay(world.id("a"))).toBe("not_dead");
    await world.answer(await world.sentCount(2), { kind: "delivered" });
    expect(await world.outbox.replay(world.id("a"))).toBe("not_dead");
    await world.sentCount(2);
    expect((await world.status()).counts).toEqual({ planned: 1, own: 0, delivered: 1, merged: 0, pending: 0, dead: 0 });
  });

  test("of two dead versions of one alert shows it once", async () => {
    const world = new OutboxWorld();
    await dead(world);
    await world.plan("a", { version: 2, count: 2 });
    await world.answer(await world.sentCount(2), { kind: "disabled", reason: "forbidden" });
    expect(await Promise.all([world.outbox.replay(world.id("a", 1)), world.outbox.replay(world.id("a", 2))])).toEqual([
      "replayed",
      "replayed",
    ]);
    await world.answer(await world.sentCount(3), { kind: "delivered" });
    await world.sentCount(3);
    expect((await world.status()).counts).toMatchObject({ planned: 2, delivered: 1, merged: 1, pending: 0, dead: 0 });
  });

  test("is for dead deliveries that are known only", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    expect(await world.outbox.replay(world.id("a"))).toBe("not_dead");
    await world.plan("a", { version: 2, count: 2 });
    await world.deliverAll();
    expect(await world.outbox.replay(world.id("a", 1))).toBe("not_dead");
    expect(await world.outbox.replay(world.id("a", 9))).toBe("unknown");
    expect(await world.outbox.replay("other.prod.a.1")).toBe("unknown");
  });

  test("forgives a destination that was given up", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    await world.answer(await world.sentCount(1), { kind: "disabled", reason: "not_found" });
    await world.outbox.replay(world.id("a"));
    await world.sentCount(2);
  });

  test("is told as pending at once, in the projection too", async () => {
    const world = new OutboxWorld();
    await dead(world);
    await world.outbox.replay(world.id("a"));
    expect(world.projected.at(-1)).toMatchObject({ id: world.id("a"), state: "pending" });
  });
});

describe("a destination that was removed", () => {
  test("has its pending deliveries dead, with that reason; what is on its way ends by its answer", async () => {
    const world = new OutboxWorld();
    await world.plan("flies");
    const flies = await world.sentCount(1);
    await world.plan("flies", { version: 2 });
    await world.answer(flies, { kind: "retry", reason: "rate_limited", afterMs: MINUTE });
    await world.plan("waits");
    world.state = "removed";
    await world.turn();
    expect((await world.status()).counts).toMatchObject({ planned: 3, dead: 2, merged: 1, pending: 0 });
    expect(await world.deliveries("waits")).toMatchObject([{ state: "dead", reason: "destination_removed" }]);
    await world.plan("new");
    expect(await world.deliveries("new")).toMatchObject([{ state: "dead", reason: "destination_removed" }]);
    await world.sentCount(1);
  });

  test("and added again shows what is replayed", async () => {
    const world = new OutboxWorld();
    world.state = "removed";
    await world.plan("a");
    world.state = "there";
    expect(await world.outbox.replay(world.id("a"))).toBe("replayed");
    await world.sentCount(1);
  });

  test("is something else than one whose configuration is broken: there, messages wait", async () => {
    const world = new OutboxWorld();
    world.state = "broken";
    await world.plan("a");
    expect((await world.status()).counts).toMatchObject({ planned: 1, pending: 1, dead: 0 });
    world.state = "there";
    await world.turn();
    await world.sentCount(1);
  });
});

describe("a destination's own test", () => {
  test("is sent, counted as its own, and belongs to no alert", async () => {
    const world = new OutboxWorld();
    const id = await world.test("probe");
    const message = await world.sentCount(1);
    expect(message.id).toBe(id);
    expect(bodyOf(message.body)).toMatchObject({ kind: "test" });
    await world.answer(message, { kind: "delivered" });
    expect((await world.status()).counts).toMatchObject({ planned: 1, own: 1, delivered: 1 });
    expect(await world.deliveries("probe")).toMatchObject([{ kind: "test", alert: null }]);
  });

  test("tries an address that was gone a moment ago, and says whether it is back", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    await world.answer(await world.sentCount(1), { kind: "disabled", reason: "not_found" });
    await world.test("probe1");
    await world.answer(await world.sentCount(2), { kind: "disabled", reason: "not_found" });
    await world.plan("b");
    expect(await world.deliveries("b")).toMatchObject([{ state: "dead", attempts: 0 }]);
    await world.test("probe2");
    await world.answer(await world.sentCount(3), { kind: "delivered" });
    expect((await world.status()).disabled).toBeUndefined();
    await world.plan("c");
    await world.sentCount(4);
  });
});
