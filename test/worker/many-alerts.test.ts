// Lists over more rows than one call looks at: what is found, where a call stops and goes on, and what it costs by SQLite's own account.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeCursor } from "../../src/admin/cursor.ts";
import type { AlertSearch } from "../../src/admin/queries/alerts.ts";
import { MOST_ROWS, searchAlerts } from "../../src/admin/queries/alerts.ts";
import { listInbox, MOST_INBOX_ROWS } from "../../src/admin/queries/inbox.ts";
import { projectAlerts } from "../../src/store/projection.ts";
import { sampleAlert } from "../support/alerts.ts";
import { fillAlerts, needle } from "../support/many-alerts.ts";
import { api, json } from "./support/api.ts";

const COUNT = 61_000;
const NOW = Date.UTC(2026, 10, 21, 14);
const DAY = 86_400_000;
const PAGE = { limit: 50 };

beforeAll(async () => {
  await env.DB.exec("DELETE FROM alerts");
  await fillAlerts(env.DB, { count: COUNT, until: NOW, days: 30 });
});

interface Asked {
  sql: string;
  params: unknown[];
}

/** The database, and what was asked of it. */
function watched(): { db: D1Database; asked: Asked[] } {
  const asked: Asked[] = [];
  const prepare = (sql: string) => ({
    bind: (...params: unknown[]) => {
      asked.push({ sql, params });
      return env.DB.prepare(sql).bind(...params);
    },
  });
  return { db: { prepare } as unknown as D1Database, asked };
}

/** All that a search finds, call by call. */
async function all(search: Omit<AlertSearch, "limit">, limit = 50) {
  const found: { id: string; created_at: string }[] = [];
  let calls = 0;
  for (let cursor: AlertSearch["cursor"] | null = search.cursor; cursor !== null; calls += 1) {
    const { items, next } = await searchAlerts(env.DB, { ...search, limit, cursor }, NOW);
    found.push(...items);
    cursor = next === null ? null : (decodeCursor(next) ?? null);
  }
  return { ids: found.map(({ id }) => id), found, calls };
}

const counted = async (condition: string): Promise<number> =>
  (await env.DB.prepare(`SELECT count(*) AS n FROM alerts WHERE ${condition}`).first<{ n: number }>())?.n ?? 0;

describe("a search", () => {
  test("without a filter has a page and leads on", async () => {
    const first = await searchAlerts(env.DB, PAGE, NOW);
    expect(first.items).toHaveLength(50);
    expect(first.searched_to).toBe(first.items.at(-1)?.created_at);
    const oldest = await searchAlerts(env.DB, { limit: 200, to: new Date(NOW - 30 * DAY + 60_000).toISOString() }, NOW);
    expect(oldest).toMatchObject({ next: null, searched_to: null });
    expect(oldest.items.length).toBeGreaterThan(0);
  });

  test("finds few among many, each once and in order, in as many calls as it takes", async () => {
    const { ids, found, calls } = await all({ severity: ["critical"], route: ["cloud"], status: ["resolved"] });
    expect(ids).toHaveLength(await counted("severity_id = 5 AND route = 'cloud' AND status = 'resolved'"));
    expect(new Set(ids).size).toBe(ids.length);
    expect(found.map((one) => one.created_at)).toEqual(
      found
        .map((one) => one.created_at)
        .sort()
        .reverse(),
    );
    expect(calls).toBe(Math.ceil(COUNT / MOST_ROWS.columns));
  });

  test("that looked at all it may says how far it came, although it found nothing", async () => {
    const first = await searchAlerts(env.DB, { ...PAGE, route: ["nobody"] }, NOW);
    expect(first.items).toEqual([]);
    const looked = NOW - (MOST_ROWS.columns - 1) * ((30 * DAY) / COUNT);
    expect(Math.abs(Date.parse(first.searched_to ?? "") - looked)).toBeLessThanOrEqual(1);
    const cursor = decodeCursor(first.next ?? "");
    expect(await searchAlerts(env.DB, { ...PAGE, route: ["nobody"], cursor }, NOW)).toEqual({ items: [], next: null, searched_to: null });
  });

  test("knows sources and several severities", async () => {
    const { items } = await searchAlerts(env.DB, { ...PAGE, source: ["ntopng"], severity: ["high", "critical"] }, NOW);
    expect(new Set(items.map(({ source }) => source))).toEqual(new Set(["ntopng"]));
    expect(items).toHaveLength(50);
    expect(items.every(({ severity_id }) => severity_id >= 4)).toBe(true);
  });
});

describe("a search for words", () => {
  test("looks back 7 days, and further where it is told to go on", async () => {
    const { host } = needle(COUNT - 1 - Math.round((9 * COUNT) / 30));
    const first = await searchAlerts(env.DB, { ...PAGE, q: host }, NOW);
    expect(first.items).toEqual([]);
    expect(Date.parse(first.searched_to ?? "")).toBeLessThanOrEqual(NOW - 7 * DAY);
    expect(Date.parse(first.searched_to ?? "")).toBeGreaterThan(NOW - 7 * DAY - 60_000);
    const second = await searchAlerts(env.DB, { ...PAGE, q: host, cursor: decodeCursor(first.next ?? "") }, NOW);
    expect(second.items.map(({ assets }) => assets[0]?.name)).toEqual([host]);
    expect(Date.parse(second.searched_to ?? "")).toBeGreaterThan(NOW - 14 * DAY - 120_000);
  });

  test("finds every one of them in the end, parts of words and any case", async () => {
    const { ids, calls } = await all({ q: "SITE-7 on WS-00" });
    expect(ids.length).toBe(await counted("instr(words, 'site-7') AND instr(words, 'ws-00') AND instr(words, 'on')"));
    expect(calls).toBeGreaterThan(4);
  });

  test("looks as far as it is told, so many rows at a time", async () => {
    const { host } = needle(3);
    const { ids, calls } = await all({ q: host, from: new Date(NOW - 40 * DAY).toISOString() });
    expect(ids).toHaveLength(1);
    expect(calls).toBe(Math.ceil(COUNT / MOST_ROWS.words));
  });

  test("has no end in a gap of time without alerts", async () => {
    const alert = sampleAlert({ id: "old.aaaaaaaaaaaaaaaaaaaaaaaa", title: "Zebra", created_at: new Date(NOW - 300 * DAY).toISOString() });
    await projectAlerts(env.DB, [{ alert, copies: 0 }]);
    const { ids, calls } = await all({ q: "zebra" });
    expect(ids).toEqual([alert.id]);
    expect(calls).toBeLessThan(8);
    await env.DB.prepare("DELETE FROM alerts WHERE id = ?").bind(alert.id).run();
  });
});

describe("a search for an observable", () => {
  test("takes the whole value of an observable, a host's name or its address", async () => {
    const number = COUNT - 20;
    const { host, address } = needle(number);
    for (const observable of [host.toUpperCase(), address]) {
      const { items } = await searchAlerts(env.DB, { ...PAGE, observable }, NOW);
      expect(items.map(({ assets }) => assets[0]?.name)).toEqual([host]);
    }
    const part = await searchAlerts(env.DB, { ...PAGE, observable: host.slice(0, -1) }, NOW);
    expect(part.items).toEqual([]);
    const { items } = await searchAlerts(env.DB, { ...PAGE, observable: "203.0.113.9" }, NOW);
    expect(items.every(({ observables }) => observables.some(({ value }) => value === "203.0.113.9"))).toBe(true);
  });

  test("finds one beyond the words that are kept", async () => {
    const observables = Array.from({ length: 200 }, (_, n) => ({ name: "h", type: "hash", value: `${n}`.padStart(32, "e") }));
    const alert = sampleAlert({ id: "long.aaaaaaaaaaaaaaaaaaaaaaaa", created_at: new Date(NOW).toISOString(), observables });
    await projectAlerts(env.DB, [{ alert, copies: 0 }]);
    const { items } = await searchAlerts(env.DB, { ...PAGE, observable: "199".padStart(32, "E") }, NOW);
    expect(items.map(({ id }) => id)).toEqual([alert.id]);
    await env.DB.prepare("DELETE FROM alerts WHERE id = ?").bind(alert.id).run();
  });
});

describe("the cost", () => {
  const moment = (days: number): string => new Date(NOW - days * DAY).toISOString();
  const cursor = { at: moment(5), id: "ndr.5" };
  const searches: [string, Omit<AlertSearch, "limit">][] = [
    ["nothing", {}],
    ["a position", { cursor }],
    ["a time and a position", { from: moment(20), to: moment(2), cursor }],
    ["a rare severity of one route", { severity: ["critical"], route: ["cloud"] }],
    ["a route that there is not", { route: ["nobody"], cursor }],
    ["words", { q: "nobody has this" }],
    ["words within a time", { q: "nobody", from: moment(29), to: moment(1) }],
    ["an observable", { observable: "198.51.100.99" }],
    ["all of them", { route: ["nobody"], source: ["x"], severity: ["low"], status: ["new"], q: "a b c", observable: "z", cursor }],
  ];

  test.each(searches)("of a search for %s is bounded: the key is walked, nothing is sorted", async (_, search) => {
    const { db, asked } = watched();
    await searchAlerts(db, { ...search, ...PAGE }, NOW);
    for (const { sql, params } of asked) await expectBounded(sql, params, "alerts", 2 * MOST_ROWS.columns);
  });

  test.each([
    ["nothing", {}],
    ["a severity", { severity: ["critical" as const] }],
    ["a destination", { destination: ["wall"], cursor }],
  ])("of the inbox with %s is bounded", async (_, search) => {
    await env.DB.exec("DELETE FROM inbox");
    const inserted = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < 30000)
      INSERT INTO inbox SELECT 'box', 'a.' || i, 1, 'low', 'A title', '{"card":"${"x".repeat(300)}"}',
        strftime('%Y-%m-%dT%H:%M:%fZ', ${NOW / 1_000} - i * 60, 'unixepoch'), '' FROM n`;
    await env.DB.prepare(inserted).run();
    const { db, asked } = watched();
    await listInbox(db, { ...search, limit: 20 });
    expect(asked.length).toBeGreaterThan(0);
    for (const { sql, params } of asked) await expectBounded(sql, params, "inbox", 2 * MOST_INBOX_ROWS);
    await env.DB.exec("DELETE FROM inbox");
  });

  async function expectBounded(sql: string, params: unknown[], table: string, most: number): Promise<void> {
    const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...params)
      .all<{ detail: string }>();
    const steps = plan.results.map(({ detail }) => detail);
    expect(steps.join("\n")).not.toMatch(/TEMP B-TREE|AUTOMATIC/);
    // A scan has no bound but its LIMIT, which every one has.
    for (const step of steps.filter((one) => one.startsWith(`SCAN ${table}`)))
      expect(step).toMatch(new RegExp(`^SCAN ${table}( USING .*INDEX inbox_by_time)?$`));
    expect(sql).toMatch(/LIMIT (\?|1)/);
    const { meta } = await env.DB.prepare(sql)
      .bind(...params)
      .all();
    expect(meta.rows_read).toBeLessThanOrEqual(most);
  }
});

test("the API tells how far it looked, and refuses what it does not know", async () => {
  const found = await json<{ items: unknown[]; next: string; searched_to: string }>(
    api("GET", "/alerts?severity=high,critical&source=ntopng&limit=2"),
  );
  expect(found.items).toHaveLength(2);
  expect(found.searched_to).toMatch(/^2026-11-/);
  expect((await api("GET", `/alerts?observable=${"x".repeat(201)}`)).status).toBe(400);
});
