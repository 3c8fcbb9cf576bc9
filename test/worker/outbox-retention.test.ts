// What an outbox removes when its time is over: by the retention of the alert's route, and nothing that is open.
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Retentions } from "../../src/config/retention.ts";
import { sampleAlert } from "../support/alerts.ts";
import { clock } from "./support/clock.ts";
import { OutboxWorld, WAIT } from "./support/outbox-world.ts";

afterEach(() => clock.reset());

const HOUR = 3_600_000;
const CANARY = "canary-7f3a9c";
const keep = (ms: number, payloadsMs = ms) => ({ ms, payloadsMs });
const HOURS: Retentions = { routes: { prod: keep(HOUR) }, others: keep(100 * HOUR) };
const now = () => ({ updated_at: new Date(Date.now()).toISOString() });
const everything = async (world: OutboxWorld) => JSON.stringify(await world.sql("SELECT * FROM slots"));
const ids = async (world: OutboxWorld) => (await world.sql("SELECT id FROM slots ORDER BY id")).map(({ id }) => id);
const written = (world: OutboxWorld, count: number) => vi.waitFor(() => expect(world.projected.length).toBeGreaterThanOrEqual(count), WAIT);

describe("when the retention is over", () => {
  test("what was shown goes, each by its own route's, and nothing that is open", async () => {
    const world = new OutboxWorld();
    await world.show("old", now());
    await world.outbox.enqueue([{ alert: sampleAlert({ id: "slow.alert", ...now() }), versions: [1] }]);
    await world.deliverAll();
    await world.plan("open", now());
    await written(world, 2);
    clock.skip(2 * HOUR);
    expect(await world.outbox.sweep(HOURS)).toEqual({ removed: { slots: 1, emptied: 0 }, more: false });
    expect(await ids(world)).toEqual(["prod.open", "slow.alert"]);
    clock.skip(100 * HOUR);
    await world.outbox.sweep(HOURS);
    expect(await ids(world)).toEqual(["prod.open"]);
    expect((await world.status()).counts).toMatchObject({ planned: 3 });
  });

  test("of an alert that goes on living, what was settled long ago goes", async () => {
    const world = new OutboxWorld({ adapter: { can: () => ({ edit: true, thread: false, idempotencyKey: false, record: false }) } });
    await world.show("living", now(), "m1");
    clock.skip(2 * HOUR);
    await world.plan("living", { version: 2, title: "again", ...now() });
    await world.deliverAll("m1");
    await written(world, 2);
    await world.outbox.sweep(HOURS);
    expect((await world.deliveries("living")).map(({ version }) => version)).toEqual([2]);
  });

  test("a digest goes by the shortest of all, since it may name alerts of any route", async () => {
    const cannotEdit = { can: () => ({ edit: false, thread: false, idempotencyKey: false, record: false }) };
    const world = new OutboxWorld({
      adapter: cannotEdit,
      rate: { count: 1, perMs: 60_000 },
      digest: { after: 2, everyMs: 1_000, max: 10 },
    });
    for (let index = 0; index < 6; index += 1) await world.plan(`n${index}`, { title: CANARY, ...now() });
    await vi.waitFor(async () => expect((await ids(world)).filter((id) => String(id).startsWith("digest-"))).toHaveLength(1), WAIT);
    clock.skip(60_000);
    await world.turn();
    await vi.waitFor(() => expect(world.sent.some(({ slot }) => slot.startsWith("digest-"))).toBe(true), WAIT);
    for (const message of world.sent) await world.answer(message, { kind: "delivered" });
    await vi.waitFor(async () => expect(await world.outbox.owed(10)).toEqual([]), WAIT);
    // What a digest said is not kept once it has arrived.
    expect(JSON.stringify(await world.sql("SELECT slot FROM slots WHERE id LIKE 'digest-%'"))).not.toContain(CANARY);
    clock.skip(2 * HOUR);
    await world.outbox.sweep(HOURS);
    expect((await ids(world)).filter((id) => String(id).startsWith("digest-"))).toEqual([]);
  });
});

test("when the retention of payloads is over, neither the alert's words nor the chat's are left; that it was shown is", async () => {
  const retentions: Retentions = { routes: { prod: keep(100 * HOUR, HOUR) }, others: keep(HOUR) };
  const world = new OutboxWorld({ adapter: { can: () => ({ edit: true, thread: true, idempotencyKey: false, record: false }) } });
  const alert = { title: CANARY, assets: [{ name: CANARY }], data: { comment: { text: CANARY } }, ...now() };
  await world.plan("done", alert);
  const message = await world.sentCount(1);
  const { id, slot, attempt } = message;
  await world.outbox.settle([{ id, slot, attempt, outcome: { kind: "delivered", ref: "m1" }, at: Date.now(), ms: 1, answer: CANARY }]);
  await written(world, 1);
  expect(await everything(world)).toContain(CANARY);
  clock.skip(2 * HOUR);
  expect(await world.outbox.sweep(retentions)).toMatchObject({ removed: { slots: 0, emptied: 1 } });
  await world.crash();
  expect(await everything(world)).not.toContain(CANARY);
  expect(await world.deliveries("done")).toMatchObject([{ state: "delivered", log: [{ outcome: "delivered", ms: 1 }] }]);
  expect(await world.outbox.sweep(retentions)).toMatchObject({ removed: { emptied: 0 } });
  // The message that stands at the chat is still known, and is edited when the alert lives on.
  await world.plan("done", { version: 2, title: "again", ...now() });
  expect(await world.sentCount(2)).toMatchObject({ action: "edit", ref: "m1" });
});

test("an alert that its ledger has forgotten and begins anew is shown, although its versions begin anew as well", async () => {
  const world = new OutboxWorld();
  await world.plan("same", { version: 5, created_at: "2026-10-01T00:00:00.000Z" });
  await world.deliverAll();
  await world.plan("same", { version: 6, created_at: "2026-10-01T00:00:00.000Z" });
  expect(await world.sentCount(2)).toMatchObject({ id: world.id("same", 6) });
  await world.plan("same", { version: 1, created_at: "2026-11-20T00:00:00.000Z" });
  expect(await world.sentCount(3)).toMatchObject({ id: world.id("same", 1) });
  await world.deliverAll();
  expect((await world.status()).counts).toMatchObject({ planned: 3, delivered: 2, merged: 1, pending: 0 });
});

test("a large outbox is gone through over several sweeps, also when it loses its memory between them", async () => {
  const world = new OutboxWorld();
  await world.show("first", now());
  const fill = (count: number, prefix: string, at: number) =>
    runInDurableObject(world.stub, (_, state) =>
      state.storage.sql.exec(
        `INSERT INTO slots (id, alert, slot, touched_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
         SELECT printf('prod.%s%06d', ?, i), json_object('updated_at', ?, 'key', 'k'), '{"settled":[]}', 1 FROM n`,
        count,
        prefix,
        new Date(at).toISOString(),
      ),
    );
  await fill(10_000, "0", Date.now() + HOUR);
  await fill(300, "z", Date.now() - 5 * HOUR);
  expect(await world.outbox.sweep(HOURS)).toEqual({ removed: { slots: 0, emptied: 0 }, more: true });
  await world.crash();
  expect(await world.outbox.sweep(HOURS)).toEqual({ removed: { slots: 300, emptied: 0 }, more: false });
});
