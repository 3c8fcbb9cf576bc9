// A transaction that fails leaves nothing behind: what an object has in memory is again what its rows say, so that what is tried again
// succeeds, and a new life finds the same.
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { clock } from "./support/clock.ts";
import { failureOf } from "./support/failure.ts";
import { eventOf, LedgerWorld, WAIT } from "./support/ledger-world.ts";
import { alertOf, OutboxWorld } from "./support/outbox-world.ts";

/** More than ride along in one row: the others have rows of their own. */
const MANY = 300;

beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});
afterEach(() => {
  clock.reset();
  vi.restoreAllMocks();
});

/** Has storage refuse a write, deep inside a transaction, until it is told otherwise. */
async function refuse(stub: () => DurableObjectStub, write: string): Promise<() => Promise<void>> {
  const sql = (text: string) => runInDurableObject(stub(), (_, state) => void state.storage.sql.exec(text));
  await sql(`CREATE TRIGGER refused BEFORE ${write} BEGIN SELECT RAISE(ABORT, 'the disk refuses'); END`);
  return () => sql("DROP TRIGGER refused");
}
const alarmOf = (stub: DurableObjectStub) => runInDurableObject(stub, (_, state) => state.storage.getAlarm());
const openRows = (stub: DurableObjectStub) =>
  runInDurableObject(stub, (_, state) =>
    state.storage.sql
      .exec<{ id: string }>("SELECT id FROM open ORDER BY id")
      .toArray()
      .map(({ id }) => id),
  );

describe("an outbox", () => {
  const slow = { rate: { count: 1, perMs: 60_000 } };
  const many = async (world: OutboxWorld) => {
    await world.outbox.enqueue(Array.from({ length: MANY }, (_, n) => ({ alert: alertOf(`n${n}`), versions: [1] })));
    await world.sentCount(1);
  };
  const waiting = async (world: OutboxWorld) => (await world.outbox.pending(1_000)).map(({ id, attempts }) => [id, attempts]);
  /** What it says of itself, in this life and in the next one. */
  const twice = async (world: OutboxWorld) => {
    const now = [await world.status(), await waiting(world)];
    await world.crash();
    return [now, [await world.status(), await waiting(world)]];
  };

  test("that cannot write a message takes it when it comes again, and finds it in its next life", async () => {
    const world = new OutboxWorld(slow);
    await many(world);
    const before = await world.status();
    const rows = await openRows(world.stub);
    expect(rows.length).toBeGreaterThan(0);
    const allow = await refuse(() => world.stub, "INSERT ON slots WHEN NEW.id = 'prod.bad'");
    const both = ["good", "bad"].map((about) => ({ alert: alertOf(about), versions: [1] }));
    expect(await failureOf(() => world.outbox.enqueue(both))).toContain("refuses");
    expect(await world.status()).toEqual(before);
    expect(await openRows(world.stub)).toEqual(rows);
    await allow();
    await world.plan("bad");
    const [life, next] = await twice(world);
    expect(next).toEqual(life);
    expect((await world.outbox.pending(1_000)).map(({ id }) => id)).toContain(world.id("bad"));
    expect((await world.status()).counts).toMatchObject({ planned: MANY + 1, pending: MANY + 1 });
  });

  test("that cannot write an answer has not learned from it", async () => {
    const world = new OutboxWorld({ failover: { to: "oncall", failures: 1, afterMs: 60_000 } });
    await world.plan("a");
    const message = await world.sentCount(1);
    const before = await world.status();
    const allow = await refuse(() => world.stub, "UPDATE ON slots");
    const outcome = { kind: "retry", reason: "rate_limited", afterMs: 600_000 } as const;
    expect(await failureOf(() => world.answer(message, outcome))).toContain("refuses");
    expect(await world.status()).toEqual(before);
    expect(world.notices).toEqual([]);
    await allow();
    await world.answer(message, outcome);
    expect(await world.status()).toMatchObject({ failures: 1, closedReason: "rate_limited" });
    const [life, next] = await twice(world);
    expect(next).toEqual(life);
  });

  test("fails alone with what cannot be written, and takes what came with it at the same moment", async () => {
    const world = new OutboxWorld(slow);
    await many(world);
    await refuse(() => world.stub, "INSERT ON slots WHEN NEW.id = 'prod.bad'");
    const both = await Promise.all(["bad", "good"].map((about) => failureOf(() => world.plan(about))));
    expect(both).toEqual([expect.stringContaining("refuses"), "none"]);
    expect((await world.status()).counts).toMatchObject({ planned: MANY + 1 });
    const [life, next] = await twice(world);
    expect(next).toEqual(life);
  });

  test("has an alarm as soon as something is pending, also when the first try failed", async () => {
    const world = new OutboxWorld();
    const allow = await refuse(() => world.stub, "INSERT ON slots");
    expect(await failureOf(() => world.plan("a"))).toContain("refuses");
    await allow();
    clock.skip(1_000);
    await world.plan("a");
    expect(await alarmOf(world.stub)).not.toBeNull();
  });

  test("that cannot erase has all of it as it was", async () => {
    const world = new OutboxWorld(slow);
    await many(world);
    await world.plan("b");
    const before = [await world.status(), await waiting(world), await openRows(world.stub)];
    const allow = await refuse(() => world.stub, "DELETE ON slots WHEN OLD.id = 'prod.n280'");
    expect(await failureOf(() => world.outbox.erase(["prod.b", "prod.n290", "prod.n280"], false))).toContain("refuses");
    expect([await world.status(), await waiting(world), await openRows(world.stub)]).toEqual(before);
    await allow();
    expect(await world.outbox.erase(["prod.b", "prod.n290", "prod.n280"], false)).toMatchObject({ slots: 3, dead: 3 });
    expect((await world.status()).counts).toMatchObject({ pending: MANY - 2, dead: 3 });
    const [life, next] = await twice(world);
    expect(next).toEqual(life);
  });
});

describe("a ledger", () => {
  const many = async (world: LedgerWorld) => {
    world.broken.planner = "down";
    await world.submit(...Array.from({ length: MANY }, (_, n) => eventOf(`n${n}`)));
  };
  const told = async (world: LedgerWorld) => [
    await world.ledger.books(),
    await world.ledger.log({ limit: 100 }),
    await openRows(world.stub),
  ];

  test("that cannot store an event says no, stores it when it comes again, and decides it in its next life", async () => {
    const world = new LedgerWorld();
    await many(world);
    const before = await told(world);
    expect(before[2]).not.toEqual([]);
    const event = eventOf("bad");
    const allow = await refuse(() => world.stub, `INSERT ON events WHEN NEW.claim = '${event.claim}'`);
    expect(await failureOf(() => world.submit(eventOf("good"), event))).toContain("refuses");
    expect(await told(world)).toEqual(before);
    await allow();
    expect(await world.submit(event)).toMatchObject([{ outcome: "accepted" }]);
    await world.crash({ alarm: false });
    delete world.broken.planner;
    await world.ledger.books();
    expect(await world.settled()).toMatchObject({ accepted: MANY + 1, routed: MANY + 1 });
    await vi.waitFor(async () => expect((await world.ledger.books()).inTransit).toBe(0), WAIT);
    expect(await world.counts()).toMatchObject({ handed: MANY + 1 });
  });

  test("that cannot write a decision decides again, and hands over once", async () => {
    const world = new LedgerWorld();
    await world.submit(eventOf("one"));
    await world.settled();
    const allow = await refuse(() => world.stub, "UPDATE ON events");
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await world.submit(eventOf("one", { title: "Newer" }), eventOf("two"));
    await vi.waitFor(() => expect(said.mock.calls.flat().join()).toContain("ledger.decide_failed"), WAIT);
    expect(await world.counts()).toMatchObject({ processing: 2, routed: 1, handed: 1 });
    await allow();
    expect(await world.runAlarm()).toBe(true);
    expect(await world.settled()).toMatchObject({ routed: 3, handed: 3 });
    await vi.waitFor(() => expect(world.handed.map(({ versions }) => versions)).toEqual([[1], [2], [1]]), WAIT);
  });

  test("comes to rest afterwards", async () => {
    const world = new LedgerWorld();
    await world.submit(eventOf("one"));
    await world.settled();
    const allow = await refuse(() => world.stub, "INSERT ON events");
    expect(await failureOf(() => world.submit(eventOf("one"), eventOf("two")))).toContain("refuses");
    await allow();
    await world.runAlarm();
    expect(await alarmOf(world.stub)).toBeNull();
    expect((await world.rows<{ open: string }>("SELECT open FROM journal ORDER BY page DESC LIMIT 1"))[0]?.open).toBe("[]");
    expect(await world.counts()).toMatchObject({ accepted: 1, routed: 1, handed: 1 });
  });

  test("has an alarm as soon as something is open, also when the first try failed", async () => {
    const world = new LedgerWorld();
    world.broken.planner = "down";
    const allow = await refuse(() => world.stub, "INSERT ON journal");
    expect(await failureOf(() => world.submit(eventOf("one")))).toContain("refuses");
    expect(await alarmOf(world.stub)).toBeNull();
    await allow();
    clock.skip(1_000);
    await world.submit(eventOf("one"));
    expect(await alarmOf(world.stub)).not.toBeNull();
  });
});
