// What an outbox has confirmed is never handed over again: neither after a crash, whose row still names it, nor to an outbox that has
// forgotten the alert since, which would plan it a second time.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { clock } from "./support/clock.ts";
import { crash } from "./support/crash.ts";
import { detail, eventOf, LedgerWorld, WAIT } from "./support/ledger-world.ts";
import { call, configure, type HookAnswer, hook, ledgerOf, ledgerStub, outboxOf, outboxStub, settled } from "./support/relay.ts";

/** What was handed over of the first alert that was, call by call. */
const versionsOf = ({ handed }: LedgerWorld): number[][] =>
  handed.filter(({ alert }) => alert === handed[0]?.alert).map(({ versions }) => versions);

/** What an alert's row names, whatever is known in memory. */
const named = (world: LedgerWorld) =>
  world.rows<{ versions: string }>("SELECT state ->> '$.handover' AS versions FROM alerts ORDER BY hash");

/** A ledger in a new life: everything is confirmed and off the open list, and the row of the first alert names a hand-over all the same. */
async function crashed(world: LedgerWorld, more: Parameters<typeof eventOf>[2] = {}): Promise<string> {
  const [first] = await world.submit(eventOf("one", { title: "One" }, more));
  await world.settled();
  await vi.waitFor(() => expect(world.projected.length).toBeGreaterThan(0), WAIT);
  // Leaving the open list rides on the next write.
  await world.submit(eventOf("other"));
  await world.settled();
  await world.crash();
  expect((await named(world)).filter(({ versions }) => versions !== "[]").length).toBeGreaterThan(0);
  return first?.alert ?? "";
}

describe("a hand-over that was confirmed is not made again", () => {
  test("with a later event", async () => {
    const world = new LedgerWorld();
    await crashed(world);
    await world.submit(eventOf("one", { title: "Newer" }));
    expect(await world.settled()).toMatchObject({ routed: 3, handed: 3 });
    expect(versionsOf(world)).toEqual([[1], [2]]);
  });

  test("with a status that somebody sets", async () => {
    const world = new LedgerWorld();
    const alert = await crashed(world);
    await world.ledger.setStatus(alert.split(".")[1] ?? "", { status: "in_progress", author: "ann" });
    await vi.waitFor(() => expect(versionsOf(world)).toEqual([[1], [2]]), WAIT);
    expect(await world.counts()).toMatchObject({ handed: 3 });
  });

  test("with detail that comes late", async () => {
    let known = false;
    const world = new LedgerWorld({
      lookup: async () => (known ? detail({ title: "Real" }) : { kind: "missing", reason: "busy", final: false }),
    });
    await crashed(world, { detail: { kind: "alert", id: "one" } });
    known = true;
    clock.skip(120_000);
    await world.ledger.sweep();
    await vi.waitFor(() => expect(versionsOf(world)).toEqual([[1], [2]]), WAIT);
    expect(await world.counts()).toMatchObject({ handed: 3 });
    clock.reset();
  });
});

test("while one that was not confirmed is, together with what came since", async () => {
  const world = new LedgerWorld();
  world.broken.handOver = "the outbox is away";
  await world.submit(eventOf("one"));
  await vi.waitFor(async () => expect(await world.rows("SELECT seq FROM events WHERE end = 'routed'")).toHaveLength(1), WAIT);
  await world.submit(eventOf("other"));
  await world.crash();
  await world.submit(eventOf("one", { title: "Newer" }));
  delete world.broken.handOver;
  expect(await world.settled()).toMatchObject({ routed: 3, handed: 3 });
  const about = world.handed.find(({ title }) => title === "Newer")?.alert;
  expect(world.handed.filter(({ alert }) => alert === about).flatMap(({ versions }) => versions)).toEqual([1, 2]);
});

describe("the whole relay", () => {
  const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9d01";
  const send = async (key: string, title: string): Promise<string> => {
    const answer: HookAnswer = await (await hook(ROUTE, { key, title, id: `${key} ${title}` })).json();
    return answer.results[0]?.alert ?? "";
  };
  const bearer = { authorization: `Bearer ${env.ADMIN_TOKEN}` };
  const api = async (path: string, init: RequestInit = {}) => (await call(`/api/${path}`, { ...init, headers: bearer })).json();
  const rowOf = (hash: string) =>
    runInDurableObject(ledgerStub("prod"), (_, state) =>
      state.storage.sql.exec("SELECT state ->> '$.handover' AS handover FROM alerts WHERE hash = ?", hash).toArray(),
    );

  beforeAll(async () => {
    await configure({
      destinations: { box: { type: "inbox" } },
      routes: { prod: { id: ROUTE, source: "generic", mapping: { title: "title", key: "key", id: "id" }, rules: [{ to: ["box"] }] } },
    });
  });

  test("plans nothing twice for an outbox that has forgotten the alert", async () => {
    const id = await send("one", "first");
    await settled("prod", "box");
    await send("other", "first");
    await settled("prod", "box");
    await crash(ledgerStub("prod"));
    const hash = id.split(".")[1] ?? "";
    expect(await rowOf(hash)).not.toEqual([{ handover: "[]" }]);
    // As after the retention of an outbox that is ahead of the ledger's.
    await runInDurableObject(outboxStub("box"), (_, state) => state.storage.sql.exec("DELETE FROM slots WHERE id = ?", id));
    await crash(outboxStub("box"));
    await send("one", "second");
    await settled("prod", "box");
    expect((await outboxOf("box").status()).counts).toMatchObject({ planned: 3, delivered: 3 });
    expect((await ledgerOf("prod").books()).counts).toMatchObject({ routed: 3, handed: 3 });
    expect(await api("books")).toMatchObject({ balanced: true });
  });

  test("nor when it dies while an alert is being erased, with its outbox done and its ledger not", async () => {
    const id = await send("two", "first");
    await settled("prod", "box");
    const hash = id.split(".")[1] ?? "";
    await vi.waitFor(async () => expect((await ledgerOf("prod").find({ hash }, "", 1)).alerts).toMatchObject([{ isOpen: false }]), WAIT);
    const before = (await outboxOf("box").status()).counts;
    await outboxOf("box").erase([id], false);
    await crash(ledgerStub("prod"));
    await settled("prod", "box");
    expect((await ledgerOf("prod").find({ hash }, "", 1)).alerts).toMatchObject([{ id, isOpen: false }]);
    expect((await outboxOf("box").status()).counts).toEqual(before);
    expect(await api("books")).toMatchObject({ balanced: true });
  });
});
