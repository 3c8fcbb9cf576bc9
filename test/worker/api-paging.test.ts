// Pages are stable under writes: what was there when the first page was read is told once, in order, whatever is written between two pages.
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { projectAlerts, projectDeliveries } from "../../src/store/projection.ts";
import { sampleAlert } from "../support/alerts.ts";
import { allPages, api, json } from "./support/api.ts";
import { clock } from "./support/clock.ts";
import { installNet, net } from "./support/net.ts";
import { configure, ledgerOf, outboxOf, WAIT } from "./support/relay.ts";

installNet();
const ID = (n: number) => `4ad4bd0e-cbd2-4a2b-8a3b-${String(n).padStart(12, "0")}`;
const START = Date.UTC(2026, 10, 1);
const NO_DIGEST = { after: 1_000_000 };
const RUNS = { numRuns: 15, seed: 20_261_101 };

interface Item {
  id: string;
}

beforeAll(() =>
  configure({
    destinations: { lost: { type: "webhook", url: "secret:NOT_SET_ANYWHERE" }, slow: { type: "webhook", url: "https://slow.example/" } },
    routes: {
      one: { id: ID(1), source: "text", shards: 2, rules: [] },
      two: { id: ID(2), source: "text", rules: [{ to: ["lost"] }] },
    },
  }),
);
beforeEach(() => {
  clock.skip(60_000);
  // Has messages wait for as long as these tests run.
  net.answer("slow.example", () => new Response(null, { status: 429, headers: { "retry-after": "3600" } }));
});

afterEach(() => vi.restoreAllMocks());

/** A moment out of few, so that many items share one. */
const moment = fc.integer({ min: 0, max: 4 });
const script = fc.record({
  before: fc.array(moment, { minLength: 1, maxLength: 12 }),
  between: fc.array(fc.array(moment, { maxLength: 4 }), { minLength: 1, maxLength: 6 }),
  limit: fc.integer({ min: 1, max: 5 }),
});

let made = 0;
const iso = (moment: number): string => new Date(START + moment).toISOString();

/** Lists whose rows a test can write with the times it likes: `add` writes items of these moments. */
const written: Record<string, { path: string; add(moments: number[]): Promise<void>; clear(): Promise<unknown> }> = {
  alerts: {
    path: "/alerts",
    add: (moments) =>
      projectAlerts(
        env.DB,
        moments.map((at) => ({ alert: sampleAlert({ id: `one.${hex(++made)}`, created_at: iso(at) }), copies: 0 })),
      ),
    clear: () => env.DB.exec("DELETE FROM alerts"),
  },
  deliveries: {
    path: "/deliveries?state=delivered,dead,merged,pending",
    add: (moments) =>
      projectDeliveries(
        env.DB,
        moments.map((at) => ({
          id: `lost.one.${hex(++made)}.1`,
          alert: null,
          version: 1,
          destination: "lost",
          kind: "create",
          state: "delivered",
          attempts: 1,
          reason: null,
          created_at: iso(at),
          updated_at: iso(at),
          log: [],
        })),
      ),
    clear: () => env.DB.exec("DELETE FROM deliveries"),
  },
  inbox: {
    path: "/inbox",
    add: async (moments) => {
      const insert = env.DB.prepare("INSERT INTO inbox VALUES ('box', ?, 1, 'high', 'A title', '{}', ?, ?)");
      if (moments.length > 0) await env.DB.batch(moments.map((at) => insert.bind(`one.${hex(++made)}`, iso(at), iso(at))));
    },
    clear: () => env.DB.exec("DELETE FROM inbox"),
  },
  audit: {
    path: "/audit",
    add: async (moments) => {
      const insert = env.DB.prepare("INSERT INTO audit (at, actor, via, action) VALUES (?, 'ana', 'access', 'a.test')");
      if (moments.length > 0) await env.DB.batch(moments.map((at) => insert.bind(iso(at))));
    },
    clear: () => env.DB.exec("DELETE FROM audit"),
  },
  silences: {
    path: "/silences?state=active,upcoming,ended",
    add: async (moments) => {
      const insert = env.DB.prepare(
        `INSERT INTO silences (created_at, condition, starts_at, ends_at, owner, comment, created_by)
         VALUES (?1, 'true', ?1, iif(?2 > 2, '2026-11-02', '2999-01-01') || 'T00:00:00.000Z', 'ana', 'c', 'ana')`,
      );
      if (moments.length > 0) await env.DB.batch(moments.map((at) => insert.bind(iso(at), at)));
    },
    clear: () => env.DB.exec("DELETE FROM silences"),
  },
};
const hex = (number: number): string => number.toString(16).padStart(24, "0");

describe.each(Object.entries(written))("%s", (_, { path, add, clear }) => {
  test("each item that was there is told once and in order, while others are written before, between and behind", async () => {
    await fc.assert(
      fc.asyncProperty(script, async ({ before, between, limit }) => {
        clock.skip(10_000);
        await clear();
        await add(before);
        const whole = (await json<{ items: Item[] }>(api("GET", `${withQuery(path)}limit=200`))).items.map(({ id }) => id);
        expect(whole).toHaveLength(before.length);
        const rounds = [...between];
        const paged = (await allPages<Item>(`${withQuery(path)}limit=${limit}`, () => add(rounds.shift() ?? []))).map(({ id }) => id);
        expectStable(whole, paged);
      }),
      RUNS,
    );
  });
});

const withQuery = (path: string): string => (path.includes("?") ? `${path}&` : `${path}?`);

/** `paged` has every item of `whole` once and in its order; others may stand between them, once each. */
function expectStable(whole: string[], paged: string[]): void {
  expect(new Set(paged).size).toBe(paged.length);
  const known = new Set(whole);
  expect(paged.filter((id) => known.has(id))).toEqual(whole);
}

describe("the request log", () => {
  // Requests of one moment, in several ledgers, in any order of times.
  const calls = fc.array(fc.record({ route: fc.constantFrom("one", "two"), shard: fc.constantFrom(0, 1), ago: moment }), { maxLength: 6 });
  const note = async (requests: { route: string; shard: number; ago: number }[]) => {
    for (const { route, shard, ago } of requests)
      await ledgerOf(route, route === "one" ? shard : 0).refused({ at: Date.now() - ago, status: 401, reason: "unauthorized", bytes: 1 });
  };

  test("each request is told once and in order while others come in, also those of the very moment that a page ended in", async () => {
    let now = vi.spyOn(Date, "now");
    await fc.assert(
      fc.asyncProperty(calls, fc.array(calls, { maxLength: 5 }), fc.integer({ min: 1, max: 4 }), async (before, between, limit) => {
        // Time stands still while requests come in.
        now.mockRestore();
        clock.skip(60_000);
        const still = Date.now();
        now = vi.spyOn(Date, "now").mockReturnValue(still);
        await note(before);
        const list = `/log?from=${new Date(still - 1_000).toISOString()}&`;
        const whole = (await json<{ items: Item[] }>(api("GET", `${list}limit=200`))).items.map(({ id }) => id);
        expect(whole).toHaveLength(before.length);
        const rounds = [...between];
        const paged = (await allPages<Item>(`${list}limit=${limit}`, () => note(rounds.shift() ?? []))).map(({ id }) => id);
        expectStable(whole, paged);
      }),
      RUNS,
    );
  });
});

describe("deliveries on their way", () => {
  test("are told once, wherever they are: waiting, just settled, or long settled", async () => {
    await env.DB.exec("DELETE FROM deliveries");
    const plan = (destination: string, count: number) =>
      outboxOf(destination).enqueue(
        Array.from({ length: count }, () => ({ alert: sampleAlert({ id: `one.${hex(++made)}` }), versions: [1] })),
      );
    await plan("slow", 7);
    await plan("lost", 9);
    const whole = await vi.waitFor(async () => {
      const { items } = await json<{ items: (Item & { state: string })[] }>(api("GET", "/deliveries?destination=slow,lost&limit=200"));
      if (items.filter(({ state }) => state === "dead").length < 9) throw new Error("not dead yet");
      // What the relay says about itself is no alert.
      return items.map(({ id }) => id).filter((id) => !id.includes("notice"));
    }, WAIT);
    expect(whole).toHaveLength(16);
    const paged = await allPages<Item>("/deliveries?destination=slow,lost&limit=3", async () => {
      await plan("slow", 2);
      await plan("lost", 2);
    });
    expectStable(
      whole,
      paged.map(({ id }) => id),
    );
  });

  test("a dead one that is replayed between two pages does not come twice", async () => {
    const dead = "/deliveries?state=dead&destination=lost&limit=2";
    const seen: string[] = [];
    const paged = await allPages<Item>(dead, async () => {
      const { items } = await json<{ items: Item[] }>(api("GET", dead));
      const again = items.find(({ id }) => !seen.includes(id));
      if (!again) return;
      seen.push(again.id);
      await api("POST", `/deliveries/${again.id}/replay`);
    });
    expect(new Set(paged.map(({ id }) => id)).size).toBe(paged.length);
  });
});

describe("sending all dead deliveries again", () => {
  test("puts back what the filter finds, once; what is not dead stays as it is", async () => {
    await env.DB.exec("DELETE FROM deliveries");
    await configure({
      destinations: { gone: { type: "webhook", url: "secret:NOT_SET_ANYWHERE_EITHER", rate: "1000/s", digest: NO_DIGEST } },
    });
    await outboxOf("gone").enqueue(
      Array.from({ length: 250 }, () => ({ alert: sampleAlert({ id: `one.${hex(++made)}` }), versions: [1] })),
    );
    await vi.waitFor(async () => expect((await outboxOf("gone").status()).counts).toMatchObject({ dead: 250, pending: 0 }), WAIT);
    const replay = (body: object) => json<{ replayed: number; more: boolean }>(api("POST", "/deliveries/replay", { body }));
    expect(await replay({ destination: "gone", reason: "revoked" })).toEqual({ replayed: 0, more: false });
    expect(await replay({ destination: "elsewhere" })).toEqual({ replayed: 0, more: false });
    expect(await replay({ destination: "gone", to: "2020-01-01" })).toEqual({ replayed: 0, more: false });

    // Repaired: each is shown once.
    await configure({ destinations: { gone: { type: "inbox", rate: "1000/s", digest: NO_DIGEST } } });
    const [first, second] = await Promise.all([
      replay({ destination: "gone", reason: "misconfigured" }),
      replay({ destination: "gone", reason: "misconfigured" }),
    ]);
    expect(first.replayed + second.replayed).toBe(250);
    await vi.waitFor(
      async () => expect((await outboxOf("gone").status()).counts).toMatchObject({ delivered: 250, dead: 0, pending: 0 }),
      WAIT,
    );
    const { shown } =
      (await env.DB.prepare("SELECT count(*) AS shown FROM inbox WHERE destination = 'gone'").first<{ shown: number }>()) ?? {};
    expect(shown).toBe(250);
    expect(await replay({ destination: "gone" })).toEqual({ replayed: 0, more: false });
    const { items } = await json<{ items: { action: string; detail: object }[] }>(api("GET", "/audit?action=deliveries.replayed"));
    expect(items.reduce((sum, { detail }) => sum + Object(detail).replayed, 0)).toBe(250);
    expect(items[0]?.detail).toMatchObject({ destination: ["gone"], reason: ["misconfigured"] });
  });

  test("takes no list that it does not know", async () => {
    for (const body of [{ state: "dead" }, { from: "yesterday" }, []])
      expect((await api("POST", "/deliveries/replay", { body })).status).toBe(422);
  });
});
