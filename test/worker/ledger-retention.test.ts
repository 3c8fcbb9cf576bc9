// What a ledger removes when its time is over, how much at a sweep, and what it never touches.
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { clock } from "./support/clock.ts";
import { DAY_MS, eventOf, LedgerWorld, rule, WAIT } from "./support/ledger-world.ts";

afterEach(() => clock.reset());

/** A ledger whose route keeps what is ours for ten days, and what the source wrote for one. */
const twoTimes = () => new LedgerWorld({ route: { retentionMs: 10 * DAY_MS, retentionPayloadsMs: DAY_MS }, rules: [rule()] });
const CANARY = "canary-7f3a9c";
const rich = (about: string) =>
  eventOf(
    about,
    {
      title: `Login of ${CANARY}`,
      summary: CANARY,
      severity: "high",
      severity_label: CANARY,
      status_label: CANARY,
      category: CANARY,
      type: CANARY,
      tenant: CANARY,
      rule: { name: CANARY },
      url: `https://siem.example.com/${CANARY}`,
      assets: [{ name: CANARY }],
      observables: [{ name: "user", type: "user", value: CANARY }],
      attacks: [{ name: CANARY }],
      tags: [CANARY],
      data: { host: CANARY },
    },
    { payload: { user: CANARY }, detail: { kind: "alert", id: CANARY } },
  );
/** Everything that stands in any row of the ledger. */
const everything = async (world: LedgerWorld) => {
  const tables = await world.rows<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
  );
  expect(tables.length).toBeGreaterThan(3);
  return JSON.stringify(await Promise.all(tables.map(({ name }) => world.rows(`SELECT * FROM "${name}"`))));
};
const closed = (world: LedgerWorld, count: number) => vi.waitFor(() => expect(world.projected.length).toBeGreaterThanOrEqual(count), WAIT);

describe("when the retention is over", () => {
  test("an alert goes with its events, and the counts stay", async () => {
    const world = new LedgerWorld({ route: { retentionMs: DAY_MS, retentionPayloadsMs: DAY_MS } });
    await world.submit(...Array.from({ length: 620 }, (_, index) => eventOf(`old ${index}`)));
    await world.settled();
    await closed(world, 620);
    clock.skip(2 * DAY_MS);
    await world.submit(eventOf("fresh"));
    await world.settled();
    const swept = await world.ledger.sweep();
    expect(swept).toMatchObject({ removed: { alerts: 620, events: 620 }, more: false, retention: { retentionMs: DAY_MS } });
    expect(await world.rows("SELECT hash FROM alerts")).toHaveLength(1);
    expect(await world.rows("SELECT seq FROM events")).toHaveLength(1);
    expect(await world.counts()).toMatchObject({ accepted: 621 });
  });

  test("an alert that goes on living loses its old events alone", async () => {
    const world = twoTimes();
    const [first] = await world.submit(eventOf("living"));
    await world.settled();
    clock.skip(9 * DAY_MS);
    await world.submit(eventOf("living", { title: "Again" }));
    await world.settled();
    await closed(world, 2);
    clock.skip(2 * DAY_MS);
    await world.ledger.sweep();
    expect((await world.story(first?.alert))?.events).toHaveLength(1);
  });

  test("what is still open stays, and goes once it is done", async () => {
    const world = twoTimes();
    world.broken.handOver = "down";
    await world.submit(rich("open"));
    clock.skip(11 * DAY_MS);
    expect(await world.ledger.sweep()).toMatchObject({ removed: { alerts: 0, emptied: 0 } });
    expect(await world.rows("SELECT hash FROM alerts")).toHaveLength(1);
    delete world.broken.handOver;
    await world.settled();
    await closed(world, 1);
    expect(world.handed).toMatchObject([{ title: `Login of ${CANARY}` }]);
    clock.skip(11 * DAY_MS);
    await world.ledger.sweep();
    expect(await everything(world)).not.toContain(CANARY);
    expect(await world.rows("SELECT hash FROM alerts")).toEqual([]);
  });
});

describe("when the retention of payloads is over", () => {
  test("nothing that the source wrote is left in any row, and what is ours stays", async () => {
    const world = twoTimes();
    const [done] = await world.submit(rich("done"));
    await world.settled();
    await world.ledger.setStatus(done?.alert?.split(".")[1] ?? "", { status: "in_progress", comment: CANARY, author: "ana" });
    await closed(world, 2);
    expect(await everything(world)).toContain(CANARY);
    clock.skip(2 * DAY_MS);
    expect(await world.ledger.sweep()).toMatchObject({ removed: { alerts: 0, events: 0, emptied: 3 } });
    await world.crash();
    expect(await everything(world)).not.toContain(CANARY);
    const story = await world.story(done?.alert);
    expect(story).toMatchObject({ alert: { severity: "high", status: "in_progress", version: 2, key: "" }, shownBy: ["soc"] });
    expect(story?.events).toMatchObject([
      { payload: null, end: "routed", change: { kind: "opened", fields: {} } },
      { type: "tocsin:status", trace: [{ reason: "ana set the status to in_progress and commented", values: { author: "ana" } }] },
    ]);
    // Nothing is written a second time.
    expect(await world.ledger.sweep()).toMatchObject({ removed: { emptied: 0 } });
  });

  test("an emptied alert is filled anew by what its source says next, and a late word of before counts too", async () => {
    const world = twoTimes();
    const [done] = await world.submit(rich("again"));
    await world.settled();
    await closed(world, 1);
    clock.skip(2 * DAY_MS);
    await world.ledger.sweep();
    await world.submit(eventOf("again", { title: "Back", assets: [{ name: "db-1" }] }, { order: 5 }));
    await world.settled();
    const alert = (await world.story(done?.alert))?.alert;
    expect(alert).toMatchObject({ key: "again", title: "Back", version: 2, severity: "high", assets: [{ name: "db-1" }], observables: [] });
    expect(world.handed.at(-1)).toMatchObject({ title: "Back", versions: [2] });
  });
});

describe("a large ledger", () => {
  test("is gone through over several sweeps, also when it loses its memory between them", async () => {
    const world = new LedgerWorld({ route: { retentionMs: DAY_MS, retentionPayloadsMs: DAY_MS } });
    await world.submit(eventOf("first"));
    await world.settled();
    await closed(world, 1);
    // Young ones that lie before the old ones in the order of keys: a sweep that began anew each time would never come beyond them.
    const fill = (count: number, prefix: string, at: number) =>
      runInDurableObject(world.stub, (_, state) =>
        state.storage.sql.exec(
          `INSERT INTO alerts (hash, state, updated_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
           SELECT printf('%s%06d', ?, i), '{"alert":{"key":"k"}}', ? FROM n`,
          count,
          prefix,
          at,
        ),
      );
    await fill(10_000, "0", Date.now() + 5 * DAY_MS);
    await fill(300, "z", Date.now() - 5 * DAY_MS);
    const left = async () => (await world.rows("SELECT hash FROM alerts WHERE hash LIKE 'z%'")).length;
    expect(await world.ledger.sweep()).toMatchObject({ more: true });
    expect(await left()).toBe(300);
    await world.crash();
    expect(await world.ledger.sweep()).toMatchObject({ more: false, removed: { alerts: 300 } });
    expect(await left()).toBe(0);
  });

  test("removes an alert's thousands of events over several sweeps, and the alert with the last of them", async () => {
    const world = new LedgerWorld({ route: { retentionMs: DAY_MS, retentionPayloadsMs: DAY_MS } });
    await world.submit(eventOf("storm"));
    await world.settled();
    await closed(world, 1);
    await runInDurableObject(world.stub, (_, state) =>
      state.storage.sql.exec(
        `INSERT INTO events (alert, seq, claim, received_at, end, body) WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 15001)
         SELECT (SELECT hash FROM alerts), i, 'c' || i, 1, 'routed', '{}' FROM n`,
      ),
    );
    clock.skip(2 * DAY_MS);
    expect(await world.ledger.sweep()).toMatchObject({ more: true, removed: { alerts: 0, events: 10_000 } });
    expect(await world.ledger.sweep()).toMatchObject({ more: false, removed: { alerts: 1, events: 5_001 } });
  });

  test("that has nothing old writes nothing", async () => {
    const world = twoTimes();
    await world.submit(eventOf("young"));
    await world.settled();
    await closed(world, 1);
    await world.ledger.sweep();
    const written = () => runInDurableObject(world.stub, (_, state) => state.storage.sql.exec("SELECT * FROM journal").toArray());
    const before = await written();
    clock.skip(60_000);
    await world.ledger.sweep();
    expect(await written()).toEqual(before);
  });
});

describe("the request log", () => {
  test("loses what is older than 7 days, page by page and in the newest one too, which carries the counters", async () => {
    const world = new LedgerWorld();
    const start = Date.now();
    for (let index = 0; index < 100; index += 1) await world.submitAt(start + index, eventOf("one"));
    await world.settled();
    expect(await world.rows("SELECT page FROM journal")).toHaveLength(3);
    clock.skip(8 * DAY_MS);
    expect(await world.ledger.sweep()).toMatchObject({ removed: { requests: 100 } });
    expect(await world.rows("SELECT page, entries FROM journal")).toEqual([{ page: 2, entries: "[]" }]);
    await world.crash();
    expect(await world.counts()).toMatchObject({ received: 100, accepted: 100 });
    expect(await world.ledger.books()).toMatchObject({ lastEventAt: start + 99 });
    await world.submit(eventOf("one"));
    expect(await world.ledger.log({ limit: 10 })).toHaveLength(1);
  });

  test("loses the old half of a page that a quiet route filled over weeks", async () => {
    const world = new LedgerWorld();
    const day = (index: number) => Date.now() + index * DAY_MS;
    for (let index = 0; index < 50; index += 1) await world.submitAt(day(index), eventOf("one"));
    await world.settled();
    clock.skip(50 * DAY_MS);
    await world.ledger.sweep();
    const left = await world.ledger.log({ limit: 100 });
    expect(left.length).toBeGreaterThanOrEqual(6);
    expect(left.length).toBeLessThanOrEqual(7);
    expect(Math.min(...left.map(({ at }) => at))).toBeGreaterThanOrEqual(Date.now() - 7 * DAY_MS - 60_000);
  });
});

test("a route that was removed before it had an alert is swept all the same", async () => {
  const world = new LedgerWorld();
  world.broken.planner = "the route is not configured and was never seen";
  expect(await world.ledger.sweep()).toMatchObject({ removed: { alerts: 0 }, more: false });
});

/** What was told is projected first. */
const gone = (world: LedgerWorld) =>
  vi.waitFor(async () => {
    await world.ledger.sweep();
    expect(await world.rows("SELECT hash FROM alerts")).toEqual([]);
  }, WAIT);

describe("what waits", () => {
  test("for its hours, an answer or the end of a silence stays until it was told, whatever the retention", async () => {
    const opens = (after: number) => Math.floor(((Date.now() + after) % DAY_MS) / 60_000);
    const from = opens(DAY_MS / 2);
    const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
    const hours = { zone: "UTC", days: [...days], from, to: (from + 60) % 1_440, outside: "hold" as const };
    const world = new LedgerWorld({
      route: { retentionMs: 3_600_000, retentionPayloadsMs: 3_600_000 },
      rules: [rule(undefined, { hours })],
    });
    await world.submit(eventOf("night", { title: "night", severity: "critical" }));
    await world.submit(eventOf("night", { title: "still", severity: "critical" }));
    expect(await world.quiet()).toMatchObject({ routed: 2, handed: 0 });
    await world.skip(DAY_MS / 4);
    await world.ledger.sweep();
    await world.skip(DAY_MS / 4 + 120_000);
    expect(world.told).toEqual(["soc still@2"]);
    await world.skip(DAY_MS);
    await gone(world);
    expect(await world.rows("SELECT seq FROM events")).toEqual([]);
  });

  test("for its escalation stays as well", async () => {
    const after = 6 * 3_600_000;
    const afterMs = { info: after, low: after, medium: after, high: after, critical: after };
    const world = new LedgerWorld({
      route: { retentionMs: 3_600_000, retentionPayloadsMs: 3_600_000 },
      rules: [rule(undefined, { escalate: [{ afterMs, to: ["boss"] }] })],
    });
    await world.submit(eventOf("one", { title: "one" }));
    await world.quiet();
    await world.skip(3 * 3_600_000);
    await world.ledger.sweep();
    await world.skip(4 * 3_600_000);
    expect(world.told).toEqual(["soc one@1", "boss one@1"]);
    await world.skip(DAY_MS);
    await gone(world);
  });
});
