// Copies by `dedup_key` and alerts of silent keys in the object itself: rows that outlive a crash, books that balance, nothing left of what is old.
import { afterEach, expect, test } from "vitest";
import type { AlertPatch } from "../../src/alert.ts";
import type { Raised } from "../../src/correlator/interface.ts";
import { clock } from "./support/clock.ts";
import { DAY_MS, eventOf, LedgerWorld, rule } from "./support/ledger-world.ts";

afterEach(() => clock.reset());

const scan: AlertPatch = { title: "Scan", severity: "medium", status: "new", rule: { name: "scan" }, assets: [{ name: "srv-1" }] };

test("a copy by the key is recognised after a crash, counted as a duplicate, and makes no message", async () => {
  const world = new LedgerWorld({ rules: [rule()], route: { dedupKey: ["rule.name", "asset.name"] } });
  const [first] = await world.submit(eventOf("a", scan));
  await world.settled();
  await world.crash();
  const results = await world.submit(
    eventOf("b", scan),
    eventOf("c", { ...scan, severity: "critical" }),
    eventOf("d", { ...scan, severity: "critical" }),
  );
  expect(results.map(({ outcome }) => outcome)).toEqual(["duplicate", "accepted", "duplicate"]);
  expect(results[0]).toMatchObject({ alert: first?.alert, event: first?.event, reason: expect.stringContaining("dedup_key") });
  expect(results[2]).toMatchObject({ alert: results[1]?.alert });
  expect(await world.settled()).toMatchObject({ received: 4, accepted: 2, duplicate: 2, routed: 2, handed: 2 });
  expect(new Set(world.handed.map(({ alert }) => alert)).size).toBe(2);
  expect((await world.story(first?.alert))?.copies).toBe(1);
  const log = await world.ledger.log({ limit: 10 });
  expect(log.some(({ reason }) => reason?.includes("dedup_key"))).toBe(true);
});

test("nothing is kept of a key beyond the retention, and of a route without one nothing at all", async () => {
  const world = new LedgerWorld({ rules: [rule()], route: { dedupKey: ["rule.name"], retentionMs: 7 * DAY_MS } });
  await world.submit(eventOf("a", scan));
  await world.settled();
  const kept = () => world.rows<{ signature: string }>("SELECT signature FROM keyed");
  expect(await kept()).toHaveLength(1);
  clock.skip(8 * DAY_MS);
  await world.submit(eventOf("z", { ...scan, rule: { name: "login" } }));
  await world.settled();
  await world.ledger.sweep();
  expect(await kept()).toHaveLength(1);
  const other = new LedgerWorld({ rules: [rule()] });
  await other.submit(eventOf("a", scan));
  await other.settled();
  expect(await other.rows("SELECT signature FROM keyed")).toEqual([]);
});

test("silence that is watched no more raises nothing, and its end is no alert; what was raised is resolved all the same", async () => {
  const silent = (order: number, type: "silent" | "returned"): Raised => ({
    gate: "silent",
    by: "silent_after",
    key: "tocsin:silent:silent_after:db-1:1",
    order,
    type,
    reason: "nothing was heard of it",
    patch: { title: "Nothing heard of db-1", status: type === "silent" ? "new" : "resolved", severity: "high" },
    at: Date.now(),
  });
  const world = new LedgerWorld({ rules: [rule()] });
  await world.ledger.raise([silent(1, "silent")]);
  await world.ledger.raise([silent(2, "returned")]);
  await world.settled();
  expect(world.handed).toEqual([]);
  const watched = { afterMs: 3_600_000, by: ["asset.name"], severity: "high" as const };
  world.route = { ...world.route, silentKeys: watched };
  await world.ledger.raise([silent(3, "returned")]);
  expect(world.handed).toEqual([]);
  await world.ledger.raise([silent(4, "silent")]);
  await world.quiet();
  expect(world.told).toHaveLength(1);
  world.route = { ...world.route, silentKeys: undefined };
  await world.ledger.raise([silent(5, "returned")]);
  await world.quiet();
  expect(world.told).toHaveLength(2);
});
