import { expect, test } from "vitest";
import type { Lister, Query } from "../frame/api.ts";
import { type Request, Requests } from "./requests.ts";

const START = Date.parse("2026-11-21T14:00:00.000Z");
const at = (seconds: number): string => new Date(START + seconds * 1_000).toISOString();
const request = (id: string, seconds: number): Request => ({
  id,
  at: at(seconds),
  route: "prod",
  status: 202,
  outcome: "accepted",
  reason: null,
  bytes: 1,
  trace_id: null,
  events: [],
  alerts: [],
  deliveries: [],
});

/** A log that answers as the relay does: newest first, bounded by `from`, so many at the most. */
function logOf(entries: Request[]): { lister: Lister; asked: Query[] } {
  const asked: Query[] = [];
  const list = async (_path: string, _schema: unknown, query: Query, most: number) => {
    asked.push(query);
    const found = entries.filter((one) => one.at >= String(query.from)).toSorted((left, right) => (left.at < right.at ? 1 : -1));
    return { items: found.slice(0, most), more: found.length > most };
  };
  return { lister: { list } as unknown as Lister, asked };
}

const idsOf = async (requests: Requests, lister: Lister): Promise<string[]> => (await requests.next(lister)).items.map(({ id }) => id);

test("each request is told once, oldest first, from the beginning on", async () => {
  const entries = [request("before", -1), request("a", 0), request("b", 1)];
  const { lister } = logOf(entries);
  const requests = new Requests({}, START);
  expect(await idsOf(requests, lister)).toEqual(["a", "b"]);
  expect(await idsOf(requests, lister)).toEqual([]);
  entries.push(request("c", 2));
  expect(await idsOf(requests, lister)).toEqual(["c"]);
});

test("one that is logged late, behind newer ones, is told too", async () => {
  const entries = [request("a", 20)];
  const { lister } = logOf(entries);
  const requests = new Requests({}, START);
  await requests.next(lister);
  entries.push(request("late", 10), request("same moment", 20));
  expect(await idsOf(requests, lister)).toEqual(["late", "same moment"]);
  expect(await idsOf(requests, lister)).toEqual([]);
});

test("what is asked for moves on, so that a long watch does not read the whole log", async () => {
  const entries = [request("a", 0)];
  const { lister, asked } = logOf(entries);
  const requests = new Requests({ route: ["prod"] }, START);
  await requests.next(lister);
  entries.push(request("b", 600));
  await requests.next(lister);
  await requests.next(lister);
  expect(asked.map(({ from }) => from)).toEqual([at(0), at(0), at(585)]);
  expect(asked[0]).toMatchObject({ route: ["prod"] });
});

test("more than can be read is said so", async () => {
  const entries = Array.from({ length: 1_500 }, (_, index) => request(String(index), index / 100));
  const { lister } = logOf(entries);
  const first = await new Requests({}, START).next(lister);
  expect(first.items).toHaveLength(1_000);
  expect(first.items.at(-1)?.id).toBe("1499");
  expect(first.missed).toBe(true);
});
