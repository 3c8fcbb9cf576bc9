import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sampleRoute } from "../../test/support/routes.ts";
import type { Config } from "../config/model.ts";
import { ConfigCache, ConfigUnavailable } from "./config-cache.ts";

const DB = {} as D1Database;
const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const T0 = 1_000_000;

beforeEach(() => vi.spyOn(console, "warn").mockImplementation(() => undefined));
afterEach(() => vi.restoreAllMocks());

/** A database that counts what is asked of it. */
function database() {
  const state = {
    version: 1,
    silenced: 0,
    broken: false,
    ids: [ID],
    former: [] as { id: string; untilMs: number }[],
    versions: 0,
    loads: 0,
  };
  const fail = () => {
    if (state.broken) throw new Error("D1 is away");
  };
  const cache = new ConfigCache({
    changes: async () => {
      state.versions += 1;
      fail();
      return state.version + state.silenced;
    },
    load: async (): Promise<Config> => {
      state.loads += 1;
      fail();
      const routes = state.ids.map((id, index) => sampleRoute({ id, name: `route${index}`, formerIds: state.former }));
      const relay = { retentionMs: 1, retentionPayloadsMs: 1 };
      const none = { destinations: [], enrichers: [], lists: {}, inhibitions: [], silences: [], broken: [] };
      return { version: state.version, changes: state.version + state.silenced, relay, routes, ...none };
    },
  });
  return { state, cache };
}

describe("a copy", () => {
  test("that is fresh costs no read", async () => {
    const { state, cache } = database();
    for (let ms = 0; ms < 1_900; ms += 100) await cache.route(DB, ID, T0 + ms);
    expect([state.loads, state.versions]).toEqual([1, 0]);
  });

  test("that is older costs one row, and is read again only when the configuration changed", async () => {
    const { state, cache } = database();
    await cache.get(DB, T0);
    await cache.get(DB, T0 + 2_100);
    expect([state.loads, state.versions]).toEqual([1, 1]);
    state.version = 2;
    state.ids = [];
    expect(await cache.route(DB, ID, T0 + 4_300)).toBeUndefined();
    expect(state.loads).toBe(2);
  });

  test("is read again when a silence changed", async () => {
    const { state, cache } = database();
    await cache.get(DB, T0);
    state.silenced = 1;
    await cache.get(DB, T0 + 1_900);
    expect(state.loads).toBe(1);
    await cache.get(DB, T0 + 2_100);
    expect(state.loads).toBe(2);
  });

  test("is looked at again for who asks for the latest", async () => {
    const { state, cache } = database();
    await cache.get(DB, T0);
    state.version = 2;
    state.ids = [];
    expect((await cache.get(DB, T0 + 1)).config.version).toBe(1);
    expect((await cache.latest(DB, T0 + 2)).config.version).toBe(2);
    expect((await cache.latest(DB, T0 + 3)).config.version).toBe(2);
    expect([state.loads, state.versions]).toEqual([2, 2]);
    state.broken = true;
    expect((await cache.latest(DB, T0 + 4)).config.version).toBe(2);
  });

  test("knows a former id until its time, and then no more than any other", async () => {
    const { state, cache } = database();
    const old = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
    state.former = [{ id: old, untilMs: T0 + 1_000 }];
    expect(await cache.route(DB, old, T0)).toMatchObject({ id: ID });
    expect(await cache.route(DB, old, T0 + 999)).toMatchObject({ id: ID });
    expect(await cache.route(DB, old, T0 + 1_000)).toBeUndefined();
    expect(await cache.route(DB, ID, T0 + 1_000)).toMatchObject({ id: ID });
  });

  test("of any age serves while the database does not answer, and is not asked about for each request", async () => {
    const { state, cache } = database();
    await cache.get(DB, T0);
    state.broken = true;
    const later = T0 + 30 * 86_400_000;
    for (let n = 0; n < 50; n += 1) expect(await cache.route(DB, ID, later + n)).toMatchObject({ id: ID });
    expect(state.versions).toBe(1);
    state.broken = false;
    state.version = 2;
    state.ids = [];
    expect(await cache.route(DB, ID, later + 3_000)).toBeUndefined();
  });
});

describe("without a copy", () => {
  test("and without the database there is no answer, rather than a wrong one", async () => {
    const { state, cache } = database();
    state.broken = true;
    await expect(cache.route(DB, ID, T0)).rejects.toBeInstanceOf(ConfigUnavailable);
    await expect(cache.route(DB, ID, T0 + 1)).rejects.toBeInstanceOf(ConfigUnavailable);
    state.broken = false;
    expect(await cache.route(DB, ID, T0 + 2)).toMatchObject({ id: ID });
  });
});

describe("an unknown route", () => {
  test("is looked up again soon, because it may be new", async () => {
    const { state, cache } = database();
    state.ids = [];
    await cache.get(DB, T0);
    state.ids = [ID];
    state.version = 2;
    expect(await cache.route(DB, ID, T0 + 400)).toBeUndefined();
    expect(await cache.route(DB, ID, T0 + 600)).toMatchObject({ id: ID });
  });

  test("that somebody scans for does not cost a read each", async () => {
    const { state, cache } = database();
    for (let ms = 0; ms < 10_000; ms += 10) await cache.route(DB, "ffffffff-cbd2-4a2b-8a3b-6d7c6e2f9a11", T0 + ms);
    expect(state.versions).toBeLessThanOrEqual(20);
    expect(state.loads).toBe(1);
  });
});
