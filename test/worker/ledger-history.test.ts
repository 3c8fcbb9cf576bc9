// What a ledger tells of its alerts for rules that are tried on them: the changes of their events, page by page, and not what no rule of a
// source's alerts would meet again.
import { afterEach, expect, test } from "vitest";
import { alertHash } from "../../src/lib/names.ts";
import { clock } from "./support/clock.ts";
import { DAY_MS, eventOf, LedgerWorld } from "./support/ledger-world.ts";

afterEach(() => clock.reset());

test("alerts with what their events changed, without payloads", async () => {
  const world = new LedgerWorld();
  await world.submit(eventOf("one", { title: "one", severity: "medium" }));
  await world.submit(eventOf("one", { severity: "critical" }, { occurred_at: "2026-11-20T10:00:00.000Z" }));
  await world.settled();
  await world.ledger.setStatus(alertHash("one"), { status: "in_progress", author: "ana" });
  await world.settled();
  const { alerts, next } = await world.ledger.history("", 10, 0);
  expect(next).toBeNull();
  expect(alerts).toMatchObject([
    {
      alert: { title: "one", severity: "critical", status: "in_progress" },
      events: [
        { type: "alert:created", end: "routed", change: { kind: "opened" }, occurred_at: null },
        {
          end: "routed",
          occurred_at: "2026-11-20T10:00:00.000Z",
          change: { kind: "updated", fields: { severity: { before: "medium", after: "critical" } } },
        },
        { type: "tocsin:status", change: { fields: { status: { before: "new", after: "in_progress" } } } },
      ],
    },
  ]);
  expect(JSON.stringify(alerts)).not.toContain("payload");
});

test("page by page in the order of the hashes, those to which something happened since", async () => {
  const world = new LedgerWorld();
  for (const key of ["a", "b", "c"]) await world.submit(eventOf(key, { title: key }));
  await world.settled();
  clock.skip(2 * DAY_MS);
  await world.submit(eventOf("b", { summary: "more" }));
  await world.settled();
  const titles = async (since: number): Promise<string[]> => {
    const found: string[] = [];
    for (let after: string | null = ""; after !== null; ) {
      const page = await world.ledger.history(after, 1, since);
      found.push(...page.alerts.map(({ alert }) => alert.title));
      after = page.next;
    }
    return found.sort();
  };
  expect(await titles(0)).toEqual(["a", "b", "c"]);
  expect(await titles(Date.now() - DAY_MS)).toEqual(["b"]);
  expect(await titles(Date.now() + DAY_MS)).toEqual([]);
});

test("without those that rules raised, and those that lost their content", async () => {
  const world = new LedgerWorld({ route: { retentionPayloadsMs: DAY_MS } });
  await world.submit(eventOf("old", { title: "old" }));
  await world.ledger.raise([
    {
      gate: "threshold",
      by: "rule",
      key: "tocsin:threshold:rule:db-1:1",
      order: 1,
      type: "threshold_reached",
      reason: "3 events",
      at: Date.now(),
      patch: { title: "ours", severity: "high" },
    },
  ]);
  await world.settled();
  expect((await world.ledger.history("", 10, 0)).alerts.map(({ alert }) => alert.title)).toEqual(["old"]);
  clock.skip(2 * DAY_MS);
  // A sweep empties so many at a time.
  await expect.poll(() => world.ledger.sweep().then(() => world.ledger.history("", 10, 0))).toEqual({ alerts: [], next: null });
});
