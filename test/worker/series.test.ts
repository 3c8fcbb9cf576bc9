// What the sweep counts and what is asked of it, over the whole Worker: samples, hours after two days, nothing after the retention.
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createdFlattened, incident } from "../../demo/sekoia-samples.ts";
import type { SeriesAnswer } from "../../src/admin/queries/series.ts";
import { readSamples } from "../../src/series/rows.ts";
import { sumOf } from "../../src/series/sample.ts";
import { AlertMinutes, MINUTES_SQL } from "../../src/store/alert-minutes.ts";
import { api, json } from "./support/api.ts";
import { clock } from "./support/clock.ts";
import { configure, hook, settled, sweepNow, WAIT } from "./support/relay.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
let number = 0;
const fresh = () => createdFlattened(incident(++number, "series"));

interface Row {
  to_at: string;
  from_at: string;
  counts: string;
  routes: string | null;
  destinations: string | null;
}
const rows = async (): Promise<Row[]> => (await env.DB.prepare("SELECT * FROM samples ORDER BY to_at").all<Row>()).results;
const total = (values: (number | null)[]): number => values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
const ask = (query: string) => json<SeriesAnswer>(api("GET", `/series?${query}`));
const projected = async (): Promise<number> => (await env.DB.prepare("SELECT count(*) AS count FROM alerts").first<number>("count")) ?? 0;
const post = async (count: number): Promise<void> => {
  const before = await projected();
  for (let one = 0; one < count; one += 1) expect((await hook(ROUTE, fresh())).status).toBe(202);
  await settled("prod", "box");
  await vi.waitFor(async () => expect(await projected()).toBe(before + count), WAIT);
};

beforeAll(async () => {
  await configure({
    destinations: {
      box: { type: "inbox" },
      chat: { type: "slack", url: "https://hooks.slack.com/services/T0/B0/plain-secret-of-the-hook" },
    },
    routes: { prod: { id: ROUTE, source: "sekoia", rules: [{ to: ["box"] }] } },
  });
  await sweepNow();
});

describe("a sweep", () => {
  beforeEach(() => env.DB.prepare("DELETE FROM samples").run());

  test("counts what came since the last one, once", async () => {
    await post(3);
    clock.skip(5 * MINUTE);
    await sweepNow();
    await sweepNow();
    const [one, ...others] = await rows();
    expect(others).toEqual([]);
    const { alerts, deliveries } = JSON.parse(one?.counts ?? "");
    expect(total(alerts)).toBe(3);
    expect(deliveries[0]).toBe(3);
    expect(total(deliveries.slice(2))).toBe(3);
    expect(JSON.parse(one?.routes ?? "").prod[0]).toBe(3);
    expect(JSON.parse(one?.destinations ?? "").box[0]).toBe(3);
    clock.skip(5 * MINUTE);
    await sweepNow();
    const [, second] = await rows();
    expect(second).toMatchObject({ from_at: one?.to_at, counts: '{"alerts":[],"deliveries":[]}', routes: "{}", destinations: "{}" });
  });

  test("makes hours of what is two days old, and loses nothing of it", async () => {
    const begin = Math.floor(Date.now() / HOUR) * HOUR;
    const insert = env.DB.prepare("INSERT INTO samples (to_at, from_at, counts, routes, destinations) VALUES (?, ?, ?, ?, ?)");
    const iso = (ms: number) => new Date(ms).toISOString();
    await env.DB.batch(
      Array.from({ length: 24 }, (_, at) =>
        insert.bind(
          iso(begin + (at + 1) * 5 * MINUTE - MINUTE),
          iso(begin + at * 5 * MINUTE - MINUTE),
          '{"alerts":[0,1],"deliveries":[2,0,2]}',
          at % 2 === 0 ? '{"prod":[1,0,1]}' : '{"ndr":[1]}',
          '{"box":[2,0,2]}',
        ),
      ),
    );
    clock.skip(2 * DAY + 3 * HOUR);
    await sweepNow();
    const found = (await rows()).filter(({ to_at }) => Date.parse(to_at) < begin + 3 * HOUR);
    expect(found.length).toBeLessThanOrEqual(3);
    const parsed = found.map(({ counts }) => JSON.parse(counts));
    expect(parsed.reduce((sum, { alerts }) => sum + total(alerts), 0)).toBe(24);
    expect(sumOf(await readSamples(env.DB, begin - HOUR), "routes")).toEqual(
      new Map([
        ["prod", [12, 0, 12]],
        ["ndr", [12]],
      ]),
    );
    // Nothing is done twice.
    await sweepNow();
    expect((await rows()).filter(({ to_at }) => Date.parse(to_at) < begin + 3 * HOUR)).toEqual(found);
  });

  test("removes what is older than the retention", async () => {
    clock.skip(5 * MINUTE);
    await sweepNow();
    expect((await rows()).length).toBeGreaterThan(0);
    clock.skip(31 * DAY);
    await sweepNow();
    expect((await rows()).every(({ to_at }) => Date.parse(to_at) > Date.now() - 30 * DAY)).toBe(true);
  });
});

describe("what happened", () => {
  test("in the last hour stands there before any sweep", async () => {
    await env.DB.prepare("DELETE FROM samples").run();
    clock.skip(5 * MINUTE);
    await sweepNow();
    await post(4);
    clock.skip(2 * MINUTE);
    const { alerts, deliveries, routes, destinations } = await ask("span=1h");
    expect(total([...alerts.high, ...alerts.medium, ...alerts.critical, ...alerts.low, ...alerts.info])).toBe(4);
    expect(alerts.at).toHaveLength(60);
    expect(total(deliveries.delivered)).toBe(4);
    expect(routes).toEqual(expect.arrayContaining([{ name: "prod", received: 4, alerts: 4 }]));
    expect(destinations).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: "box", delivered: 4, p50_s: expect.any(Number) })]),
    );
  });

  test.each(["24h", "7d", "30d"])("over %s has what the sweep counted and what came since", async (span) => {
    const { alerts, deliveries, span: answered } = await ask(`span=${span}`);
    expect(answered).toBe(span);
    expect(total([...alerts.high, ...alerts.medium, ...alerts.critical, ...alerts.low, ...alerts.info])).toBeGreaterThanOrEqual(4);
    expect(total(deliveries.delivered)).toBeGreaterThanOrEqual(4);
    expect(deliveries.p50_s).toContain(null);
  });

  test("of one destination is its own, also of one that there is not", async () => {
    expect(total((await ask("span=24h&destination=box")).deliveries.delivered)).toBeGreaterThanOrEqual(4);
    expect(total((await ask("span=24h&destination=nobody")).deliveries.delivered)).toBe(0);
    expect(total((await ask("span=24h&destination=%22%27%5D")).deliveries.delivered)).toBe(0);
  });
});

describe("reading", () => {
  test("walks keys, and 30 days are fewer than 1,500 rows", async () => {
    const plan = async (sql: string, ...params: unknown[]) =>
      (
        await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .bind(...params)
          .all<{ detail: string }>()
      ).results.map(({ detail }) => detail);
    expect(await plan(MINUTES_SQL, "2026")).toEqual(
      expect.arrayContaining([expect.stringMatching(/SEARCH alerts USING PRIMARY KEY \(created_at>\?\)/)]),
    );
    await env.DB.prepare("DELETE FROM samples").run();
    const now = Date.now();
    const made = Array.from({ length: 576 + 672 }, (_, at) => {
      const to = now - (at < 576 ? at * 5 * MINUTE : 2 * DAY + (at - 576) * HOUR);
      return { to: new Date(to).toISOString(), from: new Date(to - 5 * MINUTE).toISOString() };
    });
    await env.DB.prepare(
      `INSERT INTO samples SELECT value ->> 'to', value ->> 'from', '{"alerts":[1],"deliveries":[1,0,1]}', '{"prod":[1,1]}', '{"box":[1,0,1]}' FROM json_each(?)`,
    )
      .bind(JSON.stringify(made))
      .run();
    let read = 0;
    const counting = {
      prepare: (sql: string) => ({
        bind: (...params: unknown[]) => ({
          all: async () => {
            const answer = await env.DB.prepare(sql)
              .bind(...params)
              .all();
            read = answer.meta.rows_read;
            return answer;
          },
        }),
      }),
    } as unknown as D1Database;
    expect(await readSamples(counting, now - 30 * DAY)).toHaveLength(1_248);
    expect(read).toBeLessThan(1_500);
    await env.DB.prepare("UPDATE samples SET routes = NULL WHERE to_at = (SELECT max(to_at) FROM samples)").run();
    expect(sumOf(await readSamples(env.DB, now - 30 * DAY), "routes")).toBeNull();
    expect(await ask("span=30d")).toMatchObject({
      routes: null,
      destinations: expect.arrayContaining([expect.objectContaining({ name: "box" })]),
    });
  });

  test("the last hour again and again reads the last minutes alone, and forgets nothing", async () => {
    const minutes = new AlertMinutes();
    const sum = async () => (await minutes.read(env.DB, Date.now())).reduce((all, { counts }) => all + total(counts), 0);
    clock.skip(2 * HOUR);
    await post(2);
    expect(await sum()).toBe(2);
    clock.skip(8 * MINUTE);
    await post(1);
    expect(await sum()).toBe(3);
    clock.skip(30 * MINUTE);
    expect(await sum()).toBe(3);
    clock.skip(25 * MINUTE);
    expect(await sum()).toBe(1);
  });
});

describe("every layout of a destination", () => {
  interface Previews {
    items: { layout: string; body: string; says: string[]; method?: string; url?: string }[];
  }
  test("is shown with its bytes, without a secret, and nothing is sent", async () => {
    const { items } = await json<Previews>(api("GET", "/destinations/chat/preview"));
    expect(items.map(({ layout }) => layout)).toEqual(
      expect.arrayContaining(["first", "thin", "rise", "resolved", "digest", "notice", "test"]),
    );
    expect(items[0]).toMatchObject({ method: "POST", says: expect.arrayContaining(["Host: ws-0142 (192.0.2.42)"]) });
    expect(JSON.stringify(items)).not.toContain("plain-secret-of-the-hook");
    const box = await json<Previews>(api("GET", "/destinations/box/preview"));
    expect(box.items.length).toBeGreaterThan(5);
  });
});
