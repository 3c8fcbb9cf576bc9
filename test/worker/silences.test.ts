// Silences by the API: made, listed by where they stand in their time, ended; who may, what is refused, what is remembered.
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { registries } from "../../cli/registries.ts";
import { hiddenOf } from "../../src/admin/queries/silences.ts";
import { ConfigCache } from "../../src/store/config-cache.ts";
import { changesOf, loadConfig } from "../../src/store/config-reader.ts";
import { api, json, problemOf, tokenOf } from "./support/api.ts";
import { clock } from "./support/clock.ts";
import { configure } from "./support/relay.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const HOUR = 3_600_000;

interface Silence {
  id: string;
  state: string;
  from: string;
  until: string;
  ended_at: string | null;
  problem?: string;
  [member: string]: unknown;
}
const WANTED = { when: "alert.severity_id >= HIGH", until: "2h", owner: "ana", comment: "known" };
const make = (more: object = {}): Promise<Silence> => json(api("POST", "/silences", { body: { ...WANTED, ...more } }));
const listed = async (query = ""): Promise<Silence[]> => (await json<{ items: Silence[] }>(api("GET", `/silences${query}`))).items;
const end = async (id: string): Promise<number> => (await api("DELETE", `/silences/${id}`)).status;

beforeAll(() =>
  configure({ destinations: { box: { type: "inbox" } }, routes: { prod: { id: ROUTE, source: "text", rules: [{ to: ["box"] }] } } }),
);
beforeEach(async () => {
  clock.skip(60_000);
  await env.DB.exec("DELETE FROM silences");
});

describe("is made", () => {
  test("with what it needs, from now on", async () => {
    const before = Date.now();
    const made = await make();
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      state: "active",
      when: WANTED.when,
      from: expect.any(String),
      until: expect.any(String),
      recur: null,
      ceiling: "high",
      owner: "ana",
      comment: "known",
      routes: null,
      created_at: made.from,
      created_by: "admin",
      ended_at: null,
      hidden: { events: 0, alerts: 0 },
    });
    expect(Date.parse(made.from)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(made.until) - Date.parse(made.from)).toBe(2 * HOUR);
    expect(await listed()).toEqual([made]);
  });

  test("with everything, as it was written", async () => {
    const recur = { zone: "Europe/Paris", days: ["sun", "mon"], from: "22:00", to: "24:00", holidays: ["2026-12-25"] };
    const made = await make({ from: "1h", until: "2999-01-01", recur, ceiling: "critical", routes: ["prod", "prod"] });
    expect(made).toMatchObject({ state: "upcoming", until: "2999-01-01T00:00:00.000Z", recur, ceiling: "critical", routes: ["prod"] });
    expect(Date.parse(made.from) - Date.parse(String(made.created_at))).toBe(HOUR);
  });

  const HOURS = { zone: "UTC", days: ["mon"], from: "08:00", to: "18:00" };
  test.each<[name: string, body: object, where: string, sentence: string | RegExp]>([
    ["no condition", { when: undefined }, "when", "when: is missing"],
    ["a condition that is empty", { when: "" }, "when", "when: must have at least 1 character"],
    [
      "a condition that is none",
      { when: "alert.sttus == 1" },
      "when",
      "when: alert has no field sttus; did you mean status? (column 6 of the condition)",
    ],
    ["a list that there is not", { when: '"a" in lists.vips' }, "when", /^when: /],
    ["no end", { until: undefined }, "until", /./],
    [
      "an end that is no time",
      { until: "tomorrow" },
      "until",
      "until: must be a time such as 2026-11-21T14:00:00Z, or a duration such as 2h",
    ],
    ["an end that was", { until: "2020-01-01" }, "until", "until: must be after its beginning"],
    ["an end and a beginning that were", { from: "2020-01-01", until: "2020-01-02" }, "until", "until: must be in the future"],
    ["no length", { until: "0s" }, "until", "until: must be after its beginning"],
    ["no owner", { owner: " " }, "owner", /./],
    ["no comment", { comment: undefined }, "comment", /./],
    ["a ceiling that is none", { ceiling: "urgent" }, "ceiling", "ceiling: must be one of info, low, medium, high, critical"],
    ["a zone that there is not", { recur: { ...HOURS, zone: "Paris" } }, "recur", /must be the name of a time zone/],
    ["hours of no length", { recur: { ...HOURS, to: "08:00" } }, "recur", /is the same as `from`/],
    ["hours with `outside`", { recur: { ...HOURS, outside: "drop" } }, "recur", /^recur\.outside: is not a known key; known keys are days/],
    ["holidays that there are not", { recur: { ...HOURS, holidays: "gone" } }, "recur", /there is no list "gone"/],
    ["a route that there is not", { routes: ["prod", "prd"] }, "routes", "routes: there is no route prd; did you mean prod?"],
    ["what is not known", { severity: "high" }, "severity", /^severity: is not a known key; known keys are ceiling/],
  ])("not with %s", async (_, body, where, sentence) => {
    const problem = await problemOf(await api("POST", "/silences", { body: { ...WANTED, ...body } }), 422);
    expect(problem.where).toBe(where);
    expect(problem.detail).toMatch(sentence);
    expect(await listed("?state=active,upcoming,ended")).toEqual([]);
  });

  test("as long as there are not too many; what is over does not count", async () => {
    const row = "INSERT INTO silences (condition, starts_at, ends_at, owner, comment, created_by)";
    const many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 499)";
    await env.DB.exec(`${many} ${row} SELECT 'true', '2026-01-01T00:00:00Z', '2999-01-01T00:00:00Z', 'a', 'b', 'c' FROM n`);
    await env.DB.exec(`${many} ${row} SELECT 'true', '2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z', 'a', 'b', 'c' FROM n`);
    const { id } = await make();
    const { detail } = await problemOf(await api("POST", "/silences", { body: WANTED }), 409);
    expect(detail).toContain("500 silences");
    expect(await end(id)).toBe(204);
    await make();
  });
});

describe("is listed", () => {
  test("newest first, by where it stands in its time", async () => {
    const over = await make({ until: "1m" });
    clock.skip(60_001);
    const active = await make();
    const upcoming = await make({ from: "1h" });
    const ended = await make();
    expect(await end(ended.id)).toBe(204);
    const called = await make({ from: "1h" });
    expect(await end(called.id)).toBe(204);
    const ids = async (query: string) => (await listed(query)).map(({ id }) => id);
    // Several may be made within the same millisecond.
    const same = (...all: Silence[]) => all.map(({ id }) => id).sort();
    expect((await ids("")).sort()).toEqual(same(active, upcoming));
    expect(await ids("?state=active")).toEqual(same(active));
    expect(await ids("?state=upcoming")).toEqual(same(upcoming));
    expect((await ids("?state=ended")).sort()).toEqual(same(over, ended, called));
    expect(await ids("?state=active,ended,upcoming")).toHaveLength(5);
    const all = await listed("?state=active,ended,upcoming");
    expect(all.map(({ created_at }) => String(created_at))).toEqual(
      all
        .map(({ created_at }) => String(created_at))
        .sort()
        .reverse(),
    );
    await problemOf(await api("GET", "/silences?state=done"), 400);
  });

  test("with what it hid, summed over the ledgers; null where one of them does not answer", async () => {
    const { id } = await make();
    // No silence hid anything in this relay: what ledgers tell is put into their mouths.
    const told = [{ [id]: { events: 3, alerts: 2 }, other: { events: 9, alerts: 9 } }, {}, { [id]: { events: 1, alerts: 1 } }];
    const relay = {
      env: { DB: env.DB, LEDGER: { getByName: () => ({ hidden: async () => told.shift() }) } },
      loaded: { config: { routes: [{ name: "prod", shards: 3 }], destinations: [] } },
      now: () => Date.now(),
    } as unknown as Parameters<typeof hiddenOf>[0];
    expect(await hiddenOf(relay, id)).toEqual({ events: 4, alerts: 3 });
    vi.spyOn(console, "error").mockImplementation(() => {});
    Object.assign(relay.env.LEDGER, { getByName: () => ({ hidden: () => Promise.reject(new Error("away")) }) });
    expect(await hiddenOf(relay, id)).toBeNull();
  });

  test("with why it hides nothing, where a list that it names is gone", async () => {
    await env.DB.exec(`INSERT INTO lists VALUES ('vips', '["ana"]')`);
    clock.skip(2_001);
    const made = await make({ when: "alert.title in lists.vips" });
    expect(made).not.toHaveProperty("problem");
    await env.DB.exec("DELETE FROM lists");
    clock.skip(2_001);
    const [found] = await listed();
    expect(found?.problem).toMatch(/^when: /);
    await end(made.id);
    expect((await listed("?state=ended"))[0]).not.toHaveProperty("problem");
  });
});

describe("is ended", () => {
  test("once; what is over stays as it is", async () => {
    const { id } = await make();
    expect(await end(id)).toBe(204);
    const [ended] = await listed("?state=ended");
    expect(ended).toMatchObject({ id, state: "ended", ended_at: expect.any(String) });
    clock.skip(1_000);
    expect(await end(id)).toBe(204);
    expect((await listed("?state=ended"))[0]?.ended_at).toBe(ended?.ended_at);
    await problemOf(await api("DELETE", "/silences/none"), 404);
  });

  test("and both are remembered, without what people wrote", async () => {
    const token = await tokenOf("night-shift", "operate");
    const made = await json<Silence>(
      api("POST", "/silences", { token, body: { ...WANTED, comment: "canary-comment", owner: "canary-owner" } }),
    );
    expect(made.created_by).toBe("night-shift");
    await api("DELETE", `/silences/${made.id}`, { token });
    await api("DELETE", `/silences/${made.id}`, { token });
    const { items } = await json<{ items: object[] }>(api("GET", "/audit?actor=night-shift"));
    expect(items).toMatchObject([
      { action: "silence.ended", target: made.id },
      {
        action: "silence.made",
        target: made.id,
        detail: { from: made.from, until: made.until, ceiling: "high", recurs: false, routes: null },
      },
    ]);
    expect(items).toHaveLength(2);
    expect(JSON.stringify(items)).not.toContain("canary");
  });

  test("by those who may: looking takes `read`, the rest `operate`", async () => {
    const token = await tokenOf("looks", "read");
    const { id } = await make();
    expect((await api("GET", "/silences", { token })).status).toBe(200);
    expect((await api("POST", "/silences", { token, body: WANTED })).status).toBe(403);
    expect((await api("DELETE", `/silences/${id}`, { token })).status).toBe(403);
  });
});

test("is known to every isolate within two seconds, and to none any more after its end", async () => {
  const other = new ConfigCache({ changes: changesOf, load: (db) => loadConfig(db, registries) });
  const known = async (now: number) => (await other.get(env.DB, now)).config.silences.map(({ id }) => id);
  const start = Date.now();
  expect(await known(start)).toEqual([]);
  const { id } = await make();
  expect(await known(start + 2_000)).toEqual([id]);
  await end(id);
  expect(await known(start + 4_000)).toEqual([]);
  // An edit of the configuration that began before is not in the way of a silence, nor it in the edit's.
  const { version } = (await other.latest(env.DB)).config;
  await make();
  expect((await other.latest(env.DB)).config).toMatchObject({ version, silences: [{ ceiling: "high" }] });
});
