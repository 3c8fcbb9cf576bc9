// The correlator inside the runtime: what it owes survives crashes, what is due is done by alarm or sweep, and nothing is counted twice.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CorrelatorCalls, GateSettings, Observation } from "../../src/correlator/interface.ts";
import { clock } from "./support/clock.ts";
import { CorrelatorWorld, observed, WAIT } from "./support/correlator-world.ts";
import { call, configure, type HookAnswer, hook, settled, sweepNow } from "./support/relay.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const three: GateSettings = { gate: "threshold", count: 3, withinMs: 5 * MINUTE };
const wait: GateSettings = { gate: "unless", withinMs: 10 * MINUTE };

beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});
afterEach(() => {
  clock.reset();
  vi.restoreAllMocks();
});

describe("what is observed", () => {
  test("is durable when the call answers, and raises an alert in the ledger that it belongs to", async () => {
    const world = new CorrelatorWorld();
    await Promise.all([1, 2, 3].map(() => world.observe(observed(three))));
    await world.observe(...[1, 2, 3].map(() => observed(three, { keys: ["other"] })));
    await world.settled();
    expect(world.calls.map(({ ledger }) => ledger).sort()).toEqual(["one", "two"]);
    expect(world.told.sort()).toEqual(["tocsin:threshold:rule:db-1:1 3", "tocsin:threshold:rule:other:1 3"]);
  });

  test("changes nothing when it is told again, also after a crash", async () => {
    const world = new CorrelatorWorld();
    const events = [observed(three), observed(three)];
    await world.observe(...events);
    await world.observe(...events);
    await world.crash();
    await world.observe(...events);
    expect(await world.settled()).toEqual([]);
    await world.observe(observed(three));
    expect(await world.settled()).toEqual(["tocsin:threshold:rule:db-1:1 3"]);
  });

  test("in many calls at once is one transaction", async () => {
    const world = new CorrelatorWorld();
    await world.observe(observed(three));
    const transactions = await runInDurableObject(world.stub, async (object, state) => {
      const spy = vi.spyOn(state.storage, "transactionSync");
      const calls = object as unknown as { observe(observations: Observation[]): Promise<void> };
      await Promise.all(Array.from({ length: 50 }, () => calls.observe([observed(three)])));
      return spy.mock.calls.length;
    });
    expect(transactions).toBe(1);
    expect((await world.settled()).at(-1)).toBe("tocsin:threshold:rule:db-1:1 51");
  });

  test("costs a row for its event and one for its key; the word and its end two more", async () => {
    const world = new CorrelatorWorld();
    await world.observe(observed(three, { keys: ["warm"] }));
    const cost = async (...observations: Observation[]): Promise<number> =>
      runInDurableObject(world.stub, async (object, state) => {
        let rows = 0;
        const { exec } = Object.getPrototypeOf(state.storage.sql);
        const spy = vi.spyOn(Object.getPrototypeOf(state.storage.sql), "exec").mockImplementation(function (this: unknown, ...args) {
          const cursor = exec.apply(this, args);
          rows += cursor.rowsWritten;
          return cursor;
        });
        await (object as unknown as { observe(observations: Observation[]): Promise<void> }).observe(observations);
        await new Promise((resolve) => setTimeout(resolve, 50));
        spy.mockRestore();
        return rows;
      });
    expect(await cost(observed(three))).toBe(2);
    expect(await cost(observed(three))).toBe(2);
    expect(await cost(observed(three))).toBe(4);
    // Three gates see one event: its row is one.
    const event = "ev_shared";
    const group: GateSettings = { gate: "group", waitMs: MINUTE, intervalMs: MINUTE };
    expect(
      await cost(observed(three, { event, keys: ["x"] }), observed({ gate: "inhibit_source" }, { event }), observed(group, { event })),
    ).toBe(7);
    // A silence is looked at again at a time that stands already.
    const silent: GateSettings = { gate: "silent", afterMs: 60 * MINUTE };
    expect(await cost(observed(silent))).toBe(3);
    expect(await cost(observed(silent))).toBe(2);
    expect(await cost(observed(wait))).toBe(3);
  });
});

describe("what is owed to a ledger", () => {
  test("survives a crash between the commit and the call, with and without the alarm", async () => {
    for (const alarm of [true, false]) {
      const world = new CorrelatorWorld();
      world.broken.ledger = "all";
      await world.observe(...[1, 2, 3].map(() => observed(three)));
      expect(await world.correlator.status()).toMatchObject({ owed: 1 });
      await world.crash({ alarm });
      delete world.broken.ledger;
      expect(await world.settled()).toEqual(["tocsin:threshold:rule:db-1:1 3"]);
      expect(await world.rows("SELECT * FROM owed")).toEqual([]);
    }
  });

  test("is told again when the crash came before the answer, with the same order", async () => {
    const world = new CorrelatorWorld();
    world.hanging.add("one");
    await world.observe(...[1, 2, 3].map(() => observed(three)));
    await vi.waitFor(() => expect(world.calls).toHaveLength(1), WAIT);
    await world.crash();
    world.hanging.clear();
    await world.settled();
    const [first, again] = world.calls.flatMap(({ effects }) => effects);
    expect(again).toEqual(first);
  });

  test("is one word for each alert, the last, however many came meanwhile, and nothing of the first is lost", async () => {
    const world = new CorrelatorWorld();
    world.broken.ledger = "one";
    await world.observe(...[1, 2, 3].map(() => observed(three)));
    for (let n = 0; n < 5; n += 1) {
      clock.skip(6_000);
      await world.observe(observed(three));
    }
    expect(await world.correlator.status()).toMatchObject({ owed: 1 });
    delete world.broken.ledger;
    expect(await world.settled()).toEqual(["tocsin:threshold:rule:db-1:1 8"]);
    expect(world.calls[0]?.effects).toMatchObject([{ raised: { type: "threshold_reached", order: 6 } }]);
  });

  test("holds nothing up that is for another one", async () => {
    const world = new CorrelatorWorld();
    world.hanging.add("one");
    await world.observe(...[1, 2, 3].map(() => observed(three)));
    await world.observe(...[1, 2, 3].map(() => observed(three, { keys: ["other"] })));
    await vi.waitFor(() => expect(world.told).toContain("tocsin:threshold:rule:other:1 3"), WAIT);
  });

  test("holds up nothing else where its ledger cannot take it", async () => {
    const world = new CorrelatorWorld();
    world.broken.effect = "poison";
    for (const key of ["a", "poison", "b", "c"]) await world.observe(...[1, 2, 3].map(() => observed(three, { keys: [key] })));
    await vi.waitFor(() => expect(world.told.toSorted()).toEqual(["a", "b", "c"].map((key) => `tocsin:threshold:rule:${key}:1 3`)), WAIT);
    expect(await world.correlator.status()).toMatchObject({ owed: 1 });
    delete world.broken.effect;
    expect(await world.settled()).toContain("tocsin:threshold:rule:poison:1 3");
  });

  test("waits while nobody knows for which ledger it is", async () => {
    const world = new CorrelatorWorld();
    world.broken.ledgerOf = true;
    await world.observe(...[1, 2, 3].map(() => observed(three)));
    expect(await world.correlator.status()).toMatchObject({ owed: 1 });
    delete world.broken.ledgerOf;
    expect(await world.settled()).toHaveLength(1);
  });
});

describe("what is due", () => {
  test("is done by the alarm, which is armed for it, and once", async () => {
    const world = new CorrelatorWorld();
    const event = observed(wait);
    await world.observe(event);
    expect(await world.alarmAt()).toBe(event.at + 10 * MINUTE);
    clock.skip(10 * MINUTE);
    await world.runAlarm();
    expect(await world.settled()).toEqual([`${event.alert.id} fired`]);
    await world.crash();
    await world.runAlarm();
    await world.correlator.sweep(Date.now() - 30 * DAY);
    expect(await world.settled()).toHaveLength(1);
  });

  test("after a crash is done by the next life, also when the alarm was lost", async () => {
    const world = new CorrelatorWorld();
    const event = observed(wait);
    await world.observe(event);
    await world.crash({ alarm: false });
    expect((await world.correlator.status()).open).toEqual({ unless: 1 });
    expect(await world.alarmAt()).toBe(event.at + 10 * MINUTE);
    await world.crash({ alarm: false });
    clock.skip(20 * MINUTE);
    await world.correlator.status();
    expect(await world.settled()).toEqual([`${event.alert.id} fired`]);
  });

  test("of very many keys at once is done in parts, each once", async () => {
    const world = new CorrelatorWorld();
    await world.observe(...Array.from({ length: 1_200 }, (_, n) => observed(wait, { keys: [`k${n}`] })));
    clock.skip(20 * MINUTE);
    await vi.waitFor(async () => {
      await world.runAlarm();
      expect(new Set(world.told).size).toBe(1_200);
    }, WAIT);
    expect(world.told).toHaveLength(1_200);
  });

  test("stands still while the clock goes back, and is told once when it comes again", async () => {
    const world = new CorrelatorWorld();
    await world.observe(observed(wait));
    clock.skip(-30 * DAY);
    await world.runAlarm();
    clock.skip(31 * DAY);
    await world.crash();
    await world.correlator.status();
    clock.skip(-30 * DAY);
    await world.runAlarm();
    clock.skip(60 * DAY);
    await world.correlator.sweep(Date.now() - 30 * DAY);
    expect(await world.settled()).toHaveLength(1);
  });
});

describe("a sweep", () => {
  test("removes what was quiet for long and events that are recognised no longer, and keeps numbers apart", async () => {
    const world = new CorrelatorWorld();
    await world.observe(...[1, 2, 3].map(() => observed(three)));
    await world.settled();
    clock.skip(8 * DAY);
    expect(await world.correlator.sweep(Date.now() - 30 * DAY)).toEqual({ removed: 3, more: false });
    expect(await world.correlator.status()).toEqual({ open: { threshold: 1 }, owed: 0, dropped: 0 });
    clock.skip(30 * DAY);
    expect(await world.correlator.sweep(Date.now() - 30 * DAY)).toEqual({ removed: 1, more: false });
    await world.observe(...[1, 2, 3].map(() => observed(three)));
    expect((await world.settled()).at(-1)).toBe("tocsin:threshold:rule:db-1:2 3");
  });
});

describe("too many keys", () => {
  test("are given up in turn and counted, also over a crash", async () => {
    const world = new CorrelatorWorld(20);
    for (let n = 0; n < 22; n += 1) await world.observe(observed(wait, { keys: [`k${n}`] }));
    await world.crash();
    await world.observe(observed(wait, { keys: ["last"] }));
    expect(await world.correlator.status()).toMatchObject({ open: { unless: 20 }, dropped: 3 });
    expect(await world.settled()).toHaveLength(3);
  });
});

describe("an erased alert", () => {
  test("is in no row any more, and no verdict about it is told", async () => {
    const world = new CorrelatorWorld();
    const secret = { id: "prod.secret", title: "of Alice" };
    await world.observe(observed(wait, {}, secret), observed(three, {}, secret), observed({ gate: "inhibit_source" }, {}, secret));
    expect(await world.correlator.forget(["prod.secret"])).toBeGreaterThan(2);
    const rows = JSON.stringify([await world.rows("SELECT * FROM states"), await world.rows("SELECT * FROM owed")]);
    expect(rows).not.toMatch(/secret|Alice/);
    clock.skip(DAY);
    await world.runAlarm();
    expect(await world.settled()).toEqual([]);
  });
});

describe("the object", () => {
  test("notes that it exists once, and works while it cannot", async () => {
    const world = new CorrelatorWorld();
    world.broken.note = true;
    await world.observe(observed(three));
    delete world.broken.note;
    await world.observe(observed(three));
    await world.crash();
    await world.observe(observed(three));
    expect(world.noted).toBe(1);
    expect(await world.settled()).toHaveLength(1);
  });

  test("goes into a backup and comes out of it: windows, what waits and what is owed go on", async () => {
    const [from, to] = [new CorrelatorWorld(), new CorrelatorWorld()];
    from.broken.ledger = "all";
    const waiting = observed(wait);
    await from.observe(...[1, 2, 3].map(() => observed(three)), waiting);
    const { rows, next } = await from.correlator.dump(null);
    expect(next).toBeNull();
    const digest = "a".repeat(64);
    expect(await to.correlator.stage(digest, rows)).toEqual({ kind: "staged" });
    await expect(to.observe(observed(three))).rejects.toThrow("being restored");
    await to.correlator.adopt(digest, rows.length).catch(() => undefined);
    expect(await to.correlator.adopt(digest, rows.length)).toEqual({ kind: "restored" });
    clock.skip(20 * MINUTE);
    await to.runAlarm();
    await vi.waitFor(() => expect(to.told.sort()).toEqual([`${waiting.alert.id} fired`, "tocsin:threshold:rule:db-1:1 3"].sort()), WAIT);
    expect(await to.correlator.stage("b".repeat(64), rows)).toEqual({ kind: "occupied" });
  });

  test("takes a call that fails alone back whole, and the others not", async () => {
    const world = new CorrelatorWorld();
    await world.observe(observed(three));
    const bad = { ...observed(three), alert: undefined } as unknown as Observation;
    const answers = await Promise.allSettled([world.observe(observed(three)), world.observe(bad), world.observe(observed(three))]);
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await world.settled()).toEqual(["tocsin:threshold:rule:db-1:1 3"]);
  });
});

describe("in the relay", () => {
  const id = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9c01";
  const correlator = () => (env.CORRELATOR as DurableObjectNamespace).getByName("correlator:prod") as unknown as CorrelatorCalls;
  const bearer = { authorization: `Bearer ${env.ADMIN_TOKEN}` };

  test("a correlator forgets what is erased, and is found by a backup and by the sweep, which goes by the retention of payloads", async () => {
    const settings = { mapping: { title: "title" }, retention: "60d", retention_payloads: "20d" };
    await configure({ routes: { prod: { id, source: "generic", ...settings } } });
    const { results }: HookAnswer = await (await hook(id, { title: "of Alice" })).json();
    const alert = results[0]?.alert ?? "";
    await settled("prod");
    await correlator().observe([observed(three, {}, { id: alert, title: "of Alice" })]);
    const page = async (): Promise<{ rows: { table: string }[] }> =>
      (await call("/api/backup/correlator:prod", { headers: bearer })).json();
    expect(JSON.stringify(await page())).toContain(alert);
    const erased = await call("/api/erase", { method: "POST", headers: bearer, body: JSON.stringify({ alert }) });
    expect(await erased.json()).toMatchObject({ alerts: 1, waiting: 0 });
    expect(JSON.stringify(await page())).not.toContain(alert);

    const parts: { objects: string[] } = await (await call("/api/backup", { headers: bearer })).json();
    expect(parts.objects).toContain("correlator:prod");
    expect(new Set((await page()).rows.map(({ table }) => table))).toEqual(new Set(["states", "seen", "kept"]));
    clock.skip(19 * DAY);
    await sweepNow();
    expect((await correlator().status()).open).toEqual({ threshold: 1 });
    clock.skip(2 * DAY);
    await sweepNow();
    expect((await correlator().status()).open).toEqual({});
  });

  test("a correlator forgets the keys by which it knew a host that is erased", async () => {
    await configure({ routes: { prod: { id, source: "generic", mapping: { title: "title", "observables.0.value": "host" } } } });
    await correlator().observe([observed({ gate: "silent", afterMs: DAY }, { keys: ["alice-pc", "db-1"] })]);
    const page = async (): Promise<string> => (await call("/api/backup/correlator:prod", { headers: bearer })).text();
    expect(await page()).toContain("alice-pc");
    const body = JSON.stringify({ observable: { value: "alice-pc" } });
    expect((await call("/api/erase", { method: "POST", headers: bearer, body })).status).toBe(200);
    expect(await page()).not.toContain("alice-pc");
    expect(await page()).toContain("db-1");
  });
});
