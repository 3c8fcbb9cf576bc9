// A row that cannot be read is set aside: it is told of, and neither the object nor any other alert stops for it.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { api, json } from "./support/api.ts";
import { clock } from "./support/clock.ts";
import { crash } from "./support/crash.ts";
import { eventOf, LedgerWorld, WAIT } from "./support/ledger-world.ts";
import { OutboxWorld } from "./support/outbox-world.ts";
import { call, configure, type HookAnswer, hook, ledgerStub, outboxOf, outboxStub, settled, sweepNow } from "./support/relay.ts";

beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const write = (stub: DurableObjectStub, sql: string, ...params: string[]) =>
  runInDurableObject(stub, (_, state) => state.storage.sql.exec(sql, ...params).rowsWritten);

/** Two alerts whose events nobody could decide yet; of the first one, the row is spoilt. */
async function spoilt(text: string): Promise<{ world: LedgerWorld; hash: string; other: string }> {
  const world = new LedgerWorld();
  world.broken.planner = "down";
  const [first, second] = await world.submit(eventOf("one"), eventOf("two"));
  const hash = first?.alert?.split(".")[1] ?? "";
  await write(world.stub, "UPDATE alerts SET state = ? WHERE hash = ?", text, hash);
  await world.crash();
  delete world.broken.planner;
  return { world, hash, other: second?.alert ?? "" };
}

describe("a ledger with an open alert whose row cannot be read", () => {
  test.each(['{"alert":{"id":"x', "null", "{}", '{"alert":{}}', ""])(
    "begins its life, goes on with the others, and says so: %j",
    async (text) => {
      const { world, hash, other } = await spoilt(text);
      expect(await world.ledger.books()).toMatchObject({ setAside: [hash] });
      await vi.waitFor(() => expect(world.handed.map(({ alert }) => alert)).toEqual([other]), WAIT);
      expect(await world.submit(eventOf("three"))).toMatchObject([{ outcome: "accepted" }]);
      await world.ledger.sweep();
      expect(await world.counts()).toMatchObject({ accepted: 3, processing: 1 });
      expect(await world.ledger.story(hash)).toBeNull();
      // The next life knows it too, and does not look at it again.
      await world.crash();
      expect(await world.ledger.books()).toMatchObject({ setAside: [hash] });
      await world.ledger.sweep();
      await vi.waitFor(async () => expect(await world.alarmAt()).toBeNull(), WAIT);
      expect(await world.ledger.project("", 100)).toMatchObject({ next: null });
    },
  );

  test("begins the alert anew with its next event, and decides what was left undecided of it", async () => {
    const { world, hash } = await spoilt("{");
    await world.submit(eventOf("one", { title: "Anew" }));
    expect(await world.settled()).toMatchObject({ accepted: 3, processing: 0, routed: 3 });
    expect(await world.ledger.books()).toMatchObject({ setAside: [] });
    expect((await world.ledger.story(hash))?.events).toHaveLength(2);
  });

  test("can be rid of it by erasing, by id and by what its rows have", async () => {
    for (const search of [(hash: string) => ({ hash }), () => ({ value: "erin-1" })]) {
      const { world, hash } = await spoilt('{"alert":{"assets":["erin-1"');
      const { alerts } = await world.ledger.find(search(hash), "", 10);
      expect(alerts).toMatchObject([{ hash, id: `${world.name}.${hash}`, events: 1 }]);
      expect(await world.ledger.erase(alerts)).toEqual({ alerts: 1, events: 1, busy: [] });
      expect(await world.ledger.books()).toMatchObject({ setAside: [] });
    }
  });

  test("forgets it after its retention, and empties the others", async () => {
    const DAY = 86_400_000;
    const { world, hash } = await spoilt("{");
    world.route = { ...world.route, retentionMs: 30 * DAY, retentionPayloadsMs: 7 * DAY };
    await write(world.stub, "UPDATE events SET end = 'failed', body = '{' WHERE alert = ?", hash);
    await world.ledger.sweep();
    clock.skip(8 * DAY);
    expect((await world.ledger.sweep()).removed).toMatchObject({ emptied: 3 });
    clock.skip(30 * DAY);
    await world.ledger.sweep();
    expect(await world.rows("SELECT hash FROM alerts")).toEqual([]);
    expect(await world.ledger.books()).toMatchObject({ setAside: [] });
    clock.reset();
  });
});

test("an event whose row cannot be read ends like one that says nothing", async () => {
  const world = new LedgerWorld();
  world.broken.planner = "down";
  const [first] = await world.submit(eventOf("one"));
  await write(world.stub, "UPDATE events SET body = '{', payload = '{'");
  await world.crash();
  delete world.broken.planner;
  await world.ledger.books();
  expect(await world.settled()).toMatchObject({ accepted: 1, processing: 0 });
  expect((await world.story(first?.alert))?.events).toMatchObject([{ type: "unreadable", payload: null }]);
});

describe("an outbox with an open slot whose row cannot be read", () => {
  const slow = { rate: { count: 1, perMs: 60_000 } };

  test.each([
    ["slot", "{"],
    ["slot", "null"],
    ["alert", "{"],
  ])("begins its life, goes on with the others, and counts its message as dead (%s %j)", async (column, text) => {
    const world = new OutboxWorld(slow);
    for (const about of ["a", "b", "c"]) await world.plan(about);
    await write(world.stub, `UPDATE slots SET ${column} = ? WHERE id = 'prod.b'`, text);
    await world.crash();
    expect(await world.status()).toMatchObject({ setAside: ["prod.b"], counts: { planned: 3, pending: 2, dead: 1 } });
    await world.crash();
    expect(await world.status()).toMatchObject({ setAside: ["prod.b"], counts: { planned: 3, pending: 2, dead: 1 } });
    await world.deliverAll();
    clock.skip(61_000);
    await world.turn();
    await world.sentCount(2);
    await world.deliverAll();
    expect((await world.status()).counts).toMatchObject({ delivered: 2, pending: 0 });
    await world.plan("b", { version: 2 }, [2]);
    expect(await world.status()).toMatchObject({ setAside: [], counts: { planned: 4, pending: 1, dead: 1 } });
    clock.reset();
  });

  test("erases it", async () => {
    const world = new OutboxWorld(slow);
    await world.plan("a");
    await write(world.stub, "UPDATE slots SET slot = '{' WHERE id = 'prod.a'");
    await world.crash();
    expect(await world.outbox.erase(["prod.a"], false)).toMatchObject({ busy: [] });
    expect(await world.sql("SELECT id FROM slots")).toEqual([]);
    expect(await world.status()).toMatchObject({ setAside: [] });
  });

  test("is swept like any other", async () => {
    const world = new OutboxWorld();
    await world.show("a");
    await world.show("b");
    await write(world.stub, "UPDATE slots SET slot = '{', alert = '{' WHERE id = 'prod.a'");
    await world.crash();
    const DAY = 86_400_000;
    clock.skip(31 * DAY);
    const others = { ms: 30 * DAY, payloadsMs: 7 * DAY };
    expect((await world.outbox.sweep({ routes: {}, others })).removed).toMatchObject({ slots: expect.any(Number) });
    expect(await world.sql("SELECT id FROM slots WHERE id = 'prod.a'")).toEqual([]);
    clock.reset();
  });
});

test("people see it in the health of the relay until it is erased", async () => {
  const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9e01";
  await configure({
    destinations: { box: { type: "inbox" } },
    routes: { prod: { id: ROUTE, source: "generic", mapping: { title: "title", key: "key", id: "id" }, rules: [{ to: ["box"] }] } },
  });
  const answer: HookAnswer = await (await hook(ROUTE, { key: "k", title: "t", id: "1" })).json();
  const id = answer.results[0]?.alert ?? "";
  await settled("prod", "box");
  await write(ledgerStub("prod"), "UPDATE alerts SET state = '{' WHERE hash = ?", id.split(".")[1] ?? "");
  await write(outboxStub("box"), "UPDATE slots SET slot = '{' WHERE id = ?", id);
  for (const stub of [ledgerStub("prod"), outboxStub("box")]) await crash(stub);
  await api("GET", `/alerts/${id}`);
  await outboxOf("box").deliveriesOf(id);
  await sweepNow();
  const health = () =>
    json<{ status: string; checks: { check: string; state: string; subject: string; text: string }[] }>(api("GET", "/health"));
  const found = (await health()).checks.filter(({ check }) => check === "row_unreadable");
  expect(found).toMatchObject([
    { state: "degraded", subject: "box (destination)", text: `Of 1 alert: ${id}.` },
    { state: "degraded", subject: "prod (route)", text: `Of 1 alert: ${id}.` },
  ]);
  const erase = await call("/api/erase", {
    method: "POST",
    headers: { authorization: `Bearer ${env.ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ alert: id }),
  });
  expect(await erase.json()).toMatchObject({ alerts: 1, waiting: 0 });
  await sweepNow();
  expect((await health()).checks.find(({ check }) => check === "row_unreadable")).toMatchObject({ state: "ok" });
});
