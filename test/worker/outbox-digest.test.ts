// A backlog becomes a digest: nothing is lost in it, no critical alert is swallowed, and what was sent of it never changes.
import { afterEach, describe, expect, test } from "vitest";
import type { QueuedMessage } from "../../src/outbox/interface.ts";
import { clock } from "./support/clock.ts";
import { OutboxWorld } from "./support/outbox-world.ts";

afterEach(() => clock.reset());

const slow = { rate: { count: 1, perMs: 30_000 }, digest: { after: 3, everyMs: 60_000, max: 100 } };
const backlog = async (world: OutboxWorld, count: number) => {
  for (let n = 0; n < count; n += 1) await world.plan(`n${n}`);
};
/** Lets time pass, delivering what goes, until a digest is sent. */
async function untilDigest(world: OutboxWorld): Promise<QueuedMessage> {
  for (let turns = 0; turns < 10; turns += 1) {
    const digest = world.sent.find(({ slot }) => slot.startsWith("digest-"));
    if (digest) return digest;
    await world.deliverAll();
    clock.skip(30_001);
    await world.turn();
  }
  throw new Error(`no digest was sent: ${world.shown}`);
}
const bodies = (world: OutboxWorld) => world.sent.map(({ body }) => JSON.parse(body ?? "{}"));

describe("a digest", () => {
  test("swallows what waits, is counted as the destination's own, and the books balance", async () => {
    const world = new OutboxWorld(slow);
    await backlog(world, 8);
    await untilDigest(world);
    await world.deliverAll();
    const { counts } = await world.status();
    expect(counts).toMatchObject({ planned: 9, own: 1 });
    expect(counts.merged).toBeGreaterThan(3);
    expect(world.sent.length).toBeLessThan(8);
    const [swallowed] = await world.deliveries("n2");
    expect(swallowed).toMatchObject({ state: "merged", reason: expect.stringContaining("digest") });
  });

  test("tells how many it swallowed", async () => {
    const world = new OutboxWorld(slow);
    await backlog(world, 8);
    const digest = await untilDigest(world);
    expect(JSON.parse(digest.body ?? "{}").total).toBe((await world.status()).counts.merged);
  });

  test("swallows no critical alert", async () => {
    const world = new OutboxWorld(slow);
    await backlog(world, 5);
    await world.plan("critical", { severity: "critical" });
    await world.deliverAll();
    clock.skip(30_001);
    await world.turn();
    await world.sentCount(2);
    expect(bodies(world)[1]).toMatchObject({ kind: "alert", title: "critical" });
  });

  test("has the same id and content at every attempt, also after a crash and whatever the alerts became", async () => {
    const world = new OutboxWorld(slow);
    await backlog(world, 6);
    const first = await untilDigest(world);
    await world.answer(first, { kind: "retry", reason: "server_error" });
    await world.plan("n4", { version: 2, severity: "medium", status: "resolved" });
    await world.crash();
    const again = () => world.sent.find(({ id, attempt }) => id === first.id && attempt === 2);
    for (let turns = 0; turns < 10 && !again(); turns += 1) {
      await world.deliverAll();
      clock.skip(120_000);
      await world.turn();
    }
    expect(again()?.body).toBe(first.body);
  });

  test("is not made of what is gone in a moment", async () => {
    const world = new OutboxWorld({ digest: { after: 3, everyMs: 60_000, max: 100 } });
    await backlog(world, 20);
    await world.deliverAll();
    expect((await world.status()).counts).toMatchObject({ planned: 20, own: 0, delivered: 20 });
  });
});

describe("a storm where the chat can edit", () => {
  const sample = (world: OutboxWorld) => bodies(world).filter(({ kind }) => kind === "digest");

  test("has one summary, which is kept current and counts what its digests swallowed", async () => {
    const world = new OutboxWorld(slow);
    await backlog(world, 8);
    await untilDigest(world);
    await world.deliverAll("summary");
    for (let n = 8; n < 20; n += 1) await world.plan(`n${n}`);
    for (let turns = 0; turns < 10 && sample(world).length < 2; turns += 1) {
      clock.skip(30_001);
      await world.turn();
      await world.deliverAll("summary");
    }
    const [first, second] = world.sent.filter(({ slot }) => slot.startsWith("digest-"));
    expect([first?.action, second?.action, second?.ref]).toEqual(["post", "edit", "summary"]);
    expect(sample(world)[1].total + sample(world)[1].updates).toBe((await world.status()).counts.merged);
    expect((await world.status()).counts).toMatchObject({ own: 2 });
  });

  test("counts a newer version of an alert that it told as an update", async () => {
    const world = new OutboxWorld(slow);
    await backlog(world, 8);
    await untilDigest(world);
    await world.deliverAll("summary");
    const told = [];
    for (let n = 0; n < 8; n += 1)
      if ((await world.deliveries(`n${n}`)).some(({ reason }) => reason?.startsWith("digest"))) told.push(`n${n}`);
    for (const about of told) await world.plan(about, { version: 2, count: 9 });
    for (let turns = 0; turns < 10 && sample(world).length < 2; turns += 1) {
      clock.skip(30_001);
      await world.turn();
      await world.deliverAll("summary");
    }
    const second = sample(world)[1];
    expect(second.total).toBeLessThanOrEqual(8);
    expect(second.updates).toBeGreaterThan(0);
    expect(second.total + second.updates).toBe((await world.status()).counts.merged);
  });

  test("begins a new summary when the last one is long over", async () => {
    const world = new OutboxWorld(slow);
    await backlog(world, 8);
    await untilDigest(world);
    await world.deliverAll("summary");
    clock.skip(3_600_000);
    await world.turn();
    await world.deliverAll("m");
    for (let n = 30; n < 40; n += 1) await world.plan(`n${n}`);
    for (let turns = 0; turns < 10 && sample(world).length < 2; turns += 1) {
      clock.skip(30_001);
      await world.turn();
      await world.deliverAll("m");
    }
    const digests = world.sent.filter(({ slot }) => slot.startsWith("digest-"));
    expect(digests.map(({ action }) => action)).toEqual(["post", "post"]);
  });

  test("never hides a rise in it", async () => {
    const world = new OutboxWorld(slow);
    await backlog(world, 8);
    await untilDigest(world);
    await world.deliverAll("summary");
    const told = [];
    for (let n = 0; n < 8; n += 1)
      if ((await world.deliveries(`n${n}`)).some(({ reason }) => reason?.startsWith("digest"))) told.push(`n${n}`);
    for (let n = 8; n < 16; n += 1) await world.plan(`n${n}`, { severity: "low" });
    const [about = ""] = told;
    await world.plan(about, { version: 2, severity: "critical" });
    clock.skip(30_001);
    await world.turn();
    await world.deliverAll("summary");
    expect(bodies(world).at(-1)).toMatchObject({ kind: "alert", title: about, version: 2 });
  });
});

describe("a digest that was not sent yet", () => {
  test("goes on swallowing until its first attempt", async () => {
    const world = new OutboxWorld({ rate: { count: 1, perMs: 600_000 }, digest: { after: 3, everyMs: 60_000, max: 100 } });
    await world.plan("first");
    await world.deliverAll();
    await backlog(world, 6);
    for (let n = 6; n < 30; n += 1) await world.plan(`n${n}`);
    clock.skip(600_001);
    await world.turn();
    await world.deliverAll();
    const digests = world.sent.filter(({ slot }) => slot.startsWith("digest-"));
    expect(digests).toHaveLength(1);
    const total = JSON.parse(digests[0]?.body ?? "{}").total;
    expect(total).toBeGreaterThan(20);
    expect(total).toBe((await world.status()).counts.merged);
  });
});
