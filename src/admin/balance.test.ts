import { describe, expect, test } from "vitest";
import { sampleLedgerBooks, sampleStatus } from "../../test/support/readings.ts";
import { type LedgerBooks, noRouteCounts, type RouteCounts } from "../ledger/interface.ts";
import { type DestinationCounts, noDestinationCounts } from "../outbox/interface.ts";
import { balance } from "./balance.ts";
import type { Reading } from "./queries/objects.ts";

const all = { route: () => true, destination: () => true };
const books = (counts: Partial<RouteCounts>, inTransit = 0): LedgerBooks =>
  sampleLedgerBooks({ counts: { ...noRouteCounts(), ...counts }, inTransit });
const ledger = (name: string, before: LedgerBooks, after = before) => ({ name, route: name.split(":")[1] ?? "", before, after });
const outbox = (destination: string, counts: Partial<DestinationCounts>) => ({
  destination,
  status: sampleStatus({ counts: { ...noDestinationCounts(), ...counts } }),
});
const reading = (ledgers: Reading["ledgers"], outboxes: Reading["outboxes"], unreachable: string[] = []): Reading => ({
  ledgers,
  outboxes,
  correlators: [],
  unreachable,
});
const routed = (count: number): Partial<RouteCounts> => ({ received: count, accepted: count, routed: count, handed: count });
const delivered = (count: number): Partial<DestinationCounts> => ({ planned: count, delivered: count });

describe("the books", () => {
  test("balance at rest, shards of one route as one", () => {
    const found = balance(
      reading([ledger("ledger:a:0", books(routed(2))), ledger("ledger:a:1", books(routed(3)))], [outbox("soc", delivered(5))]),
      all,
    );
    expect(found.balanced).toBe(true);
    expect(found.routes).toMatchObject([{ name: "a", received: 5, handed: 5 }]);
    expect(found.off).toBeUndefined();
  });

  test.each([
    ["received", { ...routed(2), received: 3 }, "received = accepted + duplicate + test + ignored", 1],
    ["an end", { ...routed(2), routed: 1 }, "accepted = processing + unmatched + silenced + grouped + routed + failed", 1],
  ])("are off when %s is", (_, counts, identity, by) => {
    const found = balance(reading([ledger("ledger:a:0", books(counts))], [outbox("soc", delivered(2))]), all);
    expect(found).toMatchObject({ balanced: false, off: [{ of: "route a", identity, by }] });
  });

  test("are off when a destination lost one", () => {
    const found = balance(reading([ledger("ledger:a:0", books(routed(2)))], [outbox("soc", { planned: 2, delivered: 1 })]), all);
    expect(found.off).toEqual([{ of: "destination soc", identity: "planned = delivered + merged + pending + dead", by: 1 }]);
  });

  test.each([
    [3, 2],
    [2, 3],
  ])("are off at rest when %i were handed and %i taken", (handed, taken) => {
    const found = balance(reading([ledger("ledger:a:0", books(routed(handed)))], [outbox("soc", delivered(taken))]), all);
    expect(found.off).toEqual([{ of: "all", identity: "sum(handed) + sum(own) = sum(planned)", by: handed - taken }]);
  });

  test("count a destination's own messages", () => {
    const found = balance(reading([ledger("ledger:a:0", books(routed(2)))], [outbox("soc", { ...delivered(3), own: 1 })]), all);
    expect(found.balanced).toBe(true);
  });

  // Between the two readings messages move: whatever the outboxes say in between is right.
  test.each([5, 6, 7, 8])("balance under traffic when %i are taken between 5 and 7 confirmed and one in transit", (taken) => {
    const moving = ledger("ledger:a:0", books(routed(5), 2), books(routed(7), 1));
    expect(balance(reading([moving], [outbox("soc", delivered(taken))]), all).balanced).toBe(true);
  });

  test.each([4, 9])("are off under traffic when %i are taken", (taken) => {
    const moving = ledger("ledger:a:0", books(routed(5), 2), books(routed(7), 1));
    expect(balance(reading([moving], [outbox("soc", delivered(taken))]), all).balanced).toBe(false);
  });

  test("cannot balance while an object does not answer", () => {
    expect(balance(reading([], [], ["ledger:a:0"]), all)).toMatchObject({ balanced: false, unreachable: ["ledger:a:0"] });
    // A correlator keeps no books.
    expect(balance(reading([], [], ["correlator:a"]), all)).toEqual({ balanced: true, routes: [], destinations: [] });
  });

  test("name what was removed only if it ever counted", () => {
    const none = { route: () => false, destination: () => false };
    const gone = reading(
      [ledger("ledger:a:0", books(routed(1))), ledger("ledger:b:0", books({}))],
      [outbox("soc", delivered(1)), outbox("x", {})],
    );
    const found = balance(gone, none);
    expect(found.routes.map(({ name }) => name)).toEqual(["a"]);
    expect(found.destinations.map(({ name }) => name)).toEqual(["soc"]);
  });
});
