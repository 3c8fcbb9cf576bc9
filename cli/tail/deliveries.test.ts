import { beforeEach, expect, test } from "vitest";
import type { Lister, Query } from "../frame/api.ts";
import type { Delivery } from "../views/attempts.ts";
import { Deliveries } from "./deliveries.ts";

const START = Date.parse("2026-11-21T14:00:00.000Z");
const at = (seconds: number): string => new Date(START + seconds * 1_000).toISOString();

/** A relay's deliveries by id, as they are at the moment. */
const all = new Map<string, Delivery>();
beforeEach(() => all.clear());

function has(id: string, created: number, change: Partial<Delivery> = {}): void {
  const fresh: Delivery = {
    id,
    alert: "prod.a",
    version: 1,
    destination: "soc",
    kind: "create",
    state: "pending",
    attempts: 0,
    reason: null,
    created_at: at(created),
    updated_at: at(created),
    log: [],
  };
  all.set(id, { ...(all.get(id) ?? fresh), ...change });
}
const failed = (times: number): Partial<Delivery> => ({
  attempts: times,
  log: Array.from({ length: times }, (_, index) => ({ at: at(index), ms: 5, outcome: "retry: server_error", status: 500 })),
});

const lister = {
  list: async (_path: string, _schema: unknown, { state, from, to, destination }: Query, most: number) => {
    const states = [state ?? []].flat();
    const found = [...all.values()]
      .filter((one) => states.length === 0 || states.includes(one.state))
      .filter((one) => (!from || one.created_at >= String(from)) && (!to || one.created_at <= String(to)))
      .filter((one) => !destination || [destination].flat().includes(one.destination))
      .toSorted((left, right) => (left.created_at < right.created_at ? 1 : -1));
    return { items: found.slice(0, most), more: found.length > most };
  },
} as unknown as Lister;

const told = async (deliveries: Deliveries): Promise<string[]> =>
  (await deliveries.next(lister)).items.map(({ id, state, attempts }) => `${id} ${state} ${attempts}`);

test("one that is made and delivered between two looks is told once", async () => {
  const deliveries = new Deliveries(undefined, START);
  expect(await told(deliveries)).toEqual([]);
  has("a", 1, { state: "delivered", attempts: 1 });
  expect(await told(deliveries)).toEqual(["a delivered 1"]);
  expect(await told(deliveries)).toEqual([]);
});

test("each attempt that failed is told, what only waits or is on its way is not, and in the end how it ended", async () => {
  const deliveries = new Deliveries(undefined, START);
  has("a", 1);
  expect(await told(deliveries)).toEqual([]);
  // In flight: an attempt without an outcome yet.
  has("a", 1, { attempts: 1 });
  expect(await told(deliveries)).toEqual([]);
  has("a", 1, failed(1));
  expect(await told(deliveries)).toEqual(["a pending 1"]);
  expect(await told(deliveries)).toEqual([]);
  has("a", 1, failed(2));
  expect(await told(deliveries)).toEqual(["a pending 2"]);
  has("a", 1, { ...failed(3), state: "dead", reason: "revoked" });
  expect(await told(deliveries)).toEqual(["a dead 3"]);
  expect(await told(deliveries)).toEqual([]);
});

test("one that waited long before anybody watched is told when it ends", async () => {
  has("old", -90_000, failed(9));
  const deliveries = new Deliveries(undefined, START);
  expect(await told(deliveries)).toEqual([]);
  has("new", 100, { state: "delivered", attempts: 1 });
  expect(await told(deliveries)).toEqual(["new delivered 1"]);
  has("old", -90_000, { state: "delivered", attempts: 10 });
  expect(await told(deliveries)).toEqual(["old delivered 10"]);
  expect(await told(deliveries)).toEqual([]);
});

test("a dead one that is replayed is told again", async () => {
  const deliveries = new Deliveries(undefined, START);
  has("a", 1, { state: "dead", attempts: 1, reason: "revoked" });
  expect(await told(deliveries)).toEqual(["a dead 1"]);
  has("a", 1, { state: "pending", attempts: 0, log: [] });
  expect(await told(deliveries)).toEqual([]);
  has("a", 1, { state: "delivered", attempts: 1 });
  expect(await told(deliveries)).toEqual(["a delivered 1"]);
});

test("one that is gone altogether, such as an erased one, is forgotten", async () => {
  has("a", 1);
  const deliveries = new Deliveries(undefined, START);
  await told(deliveries);
  all.clear();
  expect(await told(deliveries)).toEqual([]);
  expect(await told(deliveries)).toEqual([]);
});

test("of one destination only, where that was asked", async () => {
  has("a", 1, { destination: "other", state: "delivered" });
  has("b", 1, { state: "delivered" });
  expect(await told(new Deliveries(["soc"], START))).toEqual(["b delivered 0"]);
});
