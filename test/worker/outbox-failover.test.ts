// A destination that does not answer: somebody is told, another one shows its alerts, and it shows them itself when it is back.
import { afterEach, describe, expect, test } from "vitest";
import type { DeliveryOutcome } from "../../src/outcome.ts";
import { clock } from "./support/clock.ts";
import { alertOf, OutboxWorld } from "./support/outbox-world.ts";

afterEach(() => clock.reset());

const FAILED: DeliveryOutcome = { kind: "retry", reason: "server_error" };
const failover = { to: "oncall", failures: 3, afterMs: 60_000 };

/** Answers what is sent with a failure, waiting out each back-off, so many times. */
async function fail(world: OutboxWorld, times: number, outcome = FAILED): Promise<void> {
  let sent = world.sent.length;
  for (let n = 0; n < times; n += 1) {
    const message = world.sent.at(-1);
    if (!message) throw new Error("nothing was sent");
    await world.answer(message, outcome);
    if (n === times - 1) return;
    sent += 1;
    clock.skip(61_000);
    await world.turn();
    await world.sentCount(sent);
  }
}

const settled = async (world: OutboxWorld, check: () => void | Promise<void>) => {
  for (let tries = 0; ; tries += 1) {
    try {
      await check();
      return;
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
      await world.status();
    }
  }
};

describe("a destination that fails again and again", () => {
  test("hands what waits to its failover, but for one message that is its probe", async () => {
    const world = new OutboxWorld({ failover });
    await world.plan("a");
    await world.sentCount(1);
    for (const about of ["b", "c", "d"]) await world.plan(about);
    await world.sentCount(4);
    for (const message of world.sent.slice(1)) await world.answer(message, FAILED);
    clock.skip(61_000);
    await world.answer(world.sent[0] as never, FAILED);
    await settled(world, async () =>
      expect(new Set(world.standIns)).toEqual(new Set(["a@1", "b@1", "c@1", "d@1"].map((one) => `oncall: ${one}`))),
    );
    await settled(world, async () =>
      expect((await world.status()).counts).toEqual({ planned: 4, own: 0, delivered: 0, merged: 3, pending: 1, dead: 0 }),
    );
    expect(await world.status()).toMatchObject({ brokenSince: expect.any(Number), failedOver: 4 });
    const merged = [...(await world.deliveries("b")), ...(await world.deliveries("c"))].filter(({ state }) => state === "merged");
    expect(merged.every(({ reason }) => reason === "failover oncall")).toBe(true);
  });

  test("hands over new alerts and new versions at once while it is broken", async () => {
    const world = new OutboxWorld({ failover });
    await world.plan("a");
    await world.sentCount(1);
    await fail(world, 3);
    await world.plan("b");
    await world.plan("a", { version: 2, count: 9 });
    await settled(world, () => expect(world.standIns).toEqual(expect.arrayContaining(["oncall: a@1", "oncall: b@1", "oncall: a@2"])));
  });

  test("heals: the latest version of everything it missed is shown, nothing twice, and the books balance", async () => {
    const world = new OutboxWorld({ failover });
    await world.plan("a");
    await world.sentCount(1);
    await fail(world, 3);
    await world.plan("b");
    await settled(world, () => expect(world.standIns).toContain("oncall: b@1"));
    await world.plan("b", { version: 2, count: 5 });
    await settled(world, () => expect(world.standIns).toContain("oncall: b@2"));
    await settled(world, async () => expect((await world.status()).counts).toMatchObject({ planned: 3, merged: 2, pending: 1 }));
    clock.skip(61_000);
    await world.turn();
    await world.deliverAll("m");
    await settled(world, async () => {
      await world.deliverAll("m");
      expect((await world.status()).counts).toEqual({ planned: 3, own: 0, delivered: 2, merged: 1, pending: 0, dead: 0 });
    });
    const shown = world.shown.slice(3);
    expect(shown).toContain("b@2");
    expect(shown).not.toContain("b@1");
    expect(await world.status()).toMatchObject({ failedOver: 0 });
    expect((await world.status()).brokenSince).toBeUndefined();
  });

  test("keeps what it owes through crashes", async () => {
    const world = new OutboxWorld({ failover });
    await world.plan("a");
    await world.sentCount(1);
    world.broken.standIn = "the other one is down as well";
    await fail(world, 3);
    await world.plan("b");
    await world.crash();
    expect(world.standIns).toEqual([]);
    delete world.broken.standIn;
    await world.turn();
    await settled(world, () => expect(new Set(world.standIns)).toEqual(new Set(["oncall: a@1", "oncall: b@1"])));
    await world.crash();
    clock.skip(61_000);
    await world.turn();
    await settled(world, async () => {
      await world.deliverAll("m");
      expect((await world.status()).counts).toEqual({ planned: 2, own: 0, delivered: 2, merged: 0, pending: 0, dead: 0 });
    });
  });

  test("shows everything itself when it is back before the other one answered", async () => {
    const world = new OutboxWorld({ failover, rate: { count: 1, perMs: 60_000 } });
    await world.plan("a");
    await world.sentCount(1);
    await fail(world, 3);
    await settled(world, () => expect(world.notices).toHaveLength(1));
    world.held.standIn = true;
    await world.outbox.enqueue(["b", "c"].map((about) => ({ alert: alertOf(about), versions: [1] })));
    await settled(world, () => expect(world.standIns).toEqual(expect.arrayContaining(["oncall: b@1", "oncall: c@1"])));
    clock.skip(61_000);
    await world.turn();
    await world.answer(await world.sentCount(4), { kind: "delivered", ref: "m" });
    expect((await world.status()).brokenSince).toBeUndefined();
    // The pace has b and c wait while the answer comes. That it is back is told after the answer was noted.
    delete world.held.standIn;
    await settled(world, () => expect(world.notices).toHaveLength(2));
    expect(await world.status()).toMatchObject({ failedOver: 0, counts: { planned: 3, delivered: 1, merged: 0, pending: 2 } });
    for (const sent of [5, 6]) {
      clock.skip(61_000);
      await world.turn();
      await world.answer(await world.sentCount(sent), { kind: "delivered", ref: "m" });
    }
    expect(new Set(world.shown.slice(4))).toEqual(new Set(["b@1", "c@1"]));
    expect(await world.status()).toMatchObject({ failedOver: 0, counts: { planned: 3, delivered: 3, merged: 0, pending: 0 } });
  });

  test("takes over after a time as well, when it only asks to wait", async () => {
    const world = new OutboxWorld({ failover });
    await world.plan("a");
    await world.answer(await world.sentCount(1), { kind: "retry", reason: "rate_limited", afterMs: 600_000 });
    expect(world.standIns).toEqual([]);
    clock.skip(60_001);
    await world.turn();
    await settled(world, () => expect(world.standIns).toEqual(["oncall: a@1"]));
  });

  test("loses nothing when it refuses for good: with a failover nothing has to die", async () => {
    const world = new OutboxWorld({ failover });
    await world.plan("a");
    await world.answer(await world.sentCount(1), { kind: "disabled", reason: "revoked" });
    await world.plan("b");
    await settled(world, () => expect(new Set(world.standIns)).toEqual(new Set(["oncall: a@1", "oncall: b@1"])));
    expect((await world.status()).counts).toMatchObject({ dead: 0 });
  });
});

describe("what is announced", () => {
  test("a destination that broke, once, and that it is back", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    await world.sentCount(1);
    await fail(world, 6);
    await settled(world, () => expect(world.notices).toHaveLength(1));
    expect(world.notices[0]).toMatchObject({ resolved: false, severity: "high", title: expect.stringContaining(world.name) });
    expect(world.notices[0]?.text).toMatch(/server error\)\. 1 message waits/);
    clock.skip(61_000);
    await world.turn();
    await world.answer(await world.sentCount(7), { kind: "delivered" });
    await settled(world, () => expect(world.notices).toHaveLength(2));
    expect(world.notices[1]).toMatchObject({ resolved: true });
  });

  test("a return that comes while the trouble is being told is told as well", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    await world.sentCount(1);
    world.held.announce = true;
    await fail(world, 6);
    await settled(world, () => expect(world.notices).toHaveLength(1));
    clock.skip(61_000);
    await world.turn();
    await world.answer(await world.sentCount(7), { kind: "delivered" });
    expect((await world.status()).brokenSince).toBeUndefined();
    delete world.held.announce;
    await settled(world, () => expect(world.notices.map(({ resolved }) => resolved)).toEqual([false, true]));
  });

  test("a word that nobody can take stays owed, is said to be, and is told when somebody can", async () => {
    const world = new OutboxWorld();
    world.nobodyTells = true;
    await world.plan("a");
    await world.sentCount(1);
    await fail(world, 6);
    expect(await world.status()).toMatchObject({ brokenSince: expect.any(Number), untold: 1 });
    await world.crash();
    expect(await world.status()).toMatchObject({ untold: 1 });
    world.nobodyTells = false;
    clock.skip(61_000);
    await world.outbox.sweep();
    await settled(world, () => expect(world.notices).toMatchObject([{ resolved: false }]));
    await settled(world, async () => expect(await world.status()).toMatchObject({ untold: 0 }));
    await world.outbox.sweep();
    await world.answer(await world.sentCount(7), { kind: "delivered" });
    await settled(world, () => expect(world.notices).toMatchObject([{ resolved: false }, { resolved: true }]));
  });

  test("is offered once a minute while nobody can take it, and a trouble that nobody was told of ends without a word", async () => {
    const world = new OutboxWorld();
    let offered = 0;
    world.nobodyTells = true;
    Object.defineProperty(world, "nobodyTells", { get: () => Boolean(++offered) });
    await world.plan("a");
    await world.sentCount(1);
    await fail(world, 6);
    await settled(world, () => expect(offered).toBeGreaterThan(0));
    const before = offered;
    for (let one = 0; one < 5; one += 1) await world.outbox.sweep();
    expect(offered).toBe(before);
    clock.skip(61_000);
    await world.outbox.sweep();
    await settled(world, () => expect(offered).toBe(before + 1));
    await world.answer(await world.sentCount(7), { kind: "delivered" });
    await settled(world, async () => expect(await world.status()).toMatchObject({ untold: 0 }));
    expect(world.notices).toEqual([]);
  });

  test("one failure and one busy moment are nobody's business", async () => {
    const world = new OutboxWorld();
    await world.plan("a");
    await world.answer(await world.sentCount(1), { kind: "retry", reason: "rate_limited", afterMs: 2_000 });
    clock.skip(2_001);
    await world.turn();
    await world.answer(await world.sentCount(2), { kind: "delivered" });
    expect(world.notices).toEqual([]);
  });

  test("a test of a destination that is set up wrongly is told to who tests, not to others", async () => {
    const world = new OutboxWorld();
    await world.test("probe");
    await world.answer(await world.sentCount(1), { kind: "disabled", reason: "forbidden" });
    await world.turn();
    expect(world.notices).toEqual([]);
    expect(await world.status()).toMatchObject({ counts: { planned: 1, own: 1, dead: 1 } });
  });
});

describe("who shows alerts in another's place", () => {
  test("marks them, keeps them up to date, and counts them as its own", async () => {
    const world = new OutboxWorld();
    await world.outbox.standIn("soc", [{ alert: alertOf("a"), versions: [1] }]);
    await world.outbox.standIn("soc", [{ alert: alertOf("a"), versions: [1] }]);
    await world.deliverAll("m1");
    await world.outbox.standIn("soc", [{ alert: alertOf("a", { version: 3, count: 7 }), versions: [3] }]);
    await world.deliverAll("m1");
    expect(world.sent.map(({ action, slot }) => [action, slot])).toEqual([
      ["post", "prod.a~soc"],
      ["edit", "prod.a~soc"],
    ]);
    expect((await world.status()).counts).toEqual({ planned: 2, own: 2, delivered: 2, merged: 0, pending: 0, dead: 0 });
    expect((await world.deliveries("a")).map(({ alert, state }) => [alert, state])).toEqual([
      ["prod.a", "delivered"],
      ["prod.a", "delivered"],
    ]);
  });

  test("leaves alone what it shows itself", async () => {
    const world = new OutboxWorld();
    await world.show("a", {}, "m1");
    await world.outbox.standIn("soc", [{ alert: alertOf("a"), versions: [1] }]);
    expect((await world.status()).counts).toMatchObject({ planned: 1, own: 0 });
  });

  test("tells a word about the relay once for its id", async () => {
    const world = new OutboxWorld();
    const notice = {
      id: "soc.broken.1",
      severity: "high",
      resolved: false,
      title: "soc does not answer",
      text: "…",
      at: "2026-11-02T14:01:07.000Z",
    } as const;
    await world.outbox.announce(notice);
    await world.outbox.announce(notice);
    await world.deliverAll("m1");
    await world.outbox.announce(notice);
    expect(world.sent).toHaveLength(1);
    expect((await world.status()).counts).toEqual({ planned: 1, own: 1, delivered: 1, merged: 0, pending: 0, dead: 0 });
  });
});
