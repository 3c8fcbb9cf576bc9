// Pages of what happened, over the real queries: replaying one, the chosen and what a filter finds; the log by reason and trace; silences that
// are tried, made and ended; the settings.
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { sampleAlert } from "../support/alerts.ts";
import { api, json, problemOf } from "./support/api.ts";
import { clock } from "./support/clock.ts";
import { call, configure, hook, outboxOf, settled, WAIT } from "./support/relay.ts";

const ID = (n: number) => `4ad4bd0e-cbd2-4a2b-8a3b-${String(n).padStart(12, "0")}`;
const NO_DIGEST = { after: 1_000_000 };
const HEADERS = { origin: "http://relay.example" };
let cookie = "";
let made = 0;
const alertId = (): string => `one.${(++made).toString(16).padStart(24, "0")}`;

const look = async (path: string): Promise<string> => {
  const answer = await call(path, { headers: { cookie, accept: "text/html" }, redirect: "manual" });
  expect(answer.status, path).toBe(200);
  return answer.text();
};
const press = (path: string, form: Record<string, string> | string[][] = {}): Promise<Response> =>
  call(path, { method: "POST", headers: { cookie, ...HEADERS }, body: new URLSearchParams(form), redirect: "manual" });
const goes = async (answer: Promise<Response>): Promise<string> => (await answer).headers.get("location") ?? "";
const plain = (html: string): string => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

beforeAll(async () => {
  await configure({
    destinations: { box: { type: "inbox" } },
    routes: {
      one: { id: ID(1), source: "text", rules: [{ to: ["box"] }], retention: "3d" },
      closed: { id: ID(2), source: "text", auth: { type: "header", name: "x-key", value: "secret:NOT_SET_EITHER" } },
    },
  });
});
beforeEach(async () => {
  clock.skip(60_000);
  await signIn();
});
async function signIn(): Promise<void> {
  const answer = await call("/signin", {
    method: "POST",
    headers: HEADERS,
    body: new URLSearchParams({ token: String(env.ADMIN_TOKEN) }),
    redirect: "manual",
  });
  cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

const BROKEN = { type: "webhook", url: "secret:NOT_SET_ANYWHERE", rate: "1000/s", digest: NO_DIGEST };
const REPAIRED = { type: "inbox", rate: "1000/s", digest: NO_DIGEST };

/** Has so many messages die at a destination of their own. Answers their ids. */
async function die(name: string, count: number): Promise<string[]> {
  await configure({ destinations: { [name]: BROKEN } });
  const alerts = Array.from({ length: count }, alertId);
  await outboxOf(name).enqueue(alerts.map((id) => ({ alert: sampleAlert({ id }), versions: [1] })));
  await vi.waitFor(async () => expect((await outboxOf(name).status()).counts).toMatchObject({ dead: count, pending: 0 }), WAIT);
  return alerts.map((id) => `${name}.${id}.1`);
}
const gone = (name: string): Promise<void> =>
  vi.waitFor(async () => expect((await outboxOf(name).status()).counts).toMatchObject({ dead: 0, pending: 0 }), WAIT);
const projected = (name: string): Promise<void> =>
  vi.waitFor(async () => expect((await outboxOf(name).status()).unprojected).toBe(0), WAIT);
const clear = async (): Promise<void> => {
  await env.DB.exec("DELETE FROM deliveries");
  await env.DB.exec("DELETE FROM audit");
};
const audited = async () => (await json<{ items: { action: string; detail: object }[] }>(api("GET", "/audit"))).items;

describe("dead deliveries", () => {
  beforeEach(clear);

  test("are counted by destination and cause, with what the projection does not have yet, by the index of them alone", async () => {
    await die("first", 3);
    // The projection may not have them yet: they count all the same, and once.
    for (const before of [projected("first"), Promise.resolve()]) {
      const counts = await json<object>(api("GET", "/deliveries/dead?destination=first"));
      expect(counts).toMatchObject({ count: 3, items: [{ destination: "first", reason: "misconfigured", count: 3 }] });
      await before;
    }
    expect(await json(api("GET", "/deliveries/dead?reason=revoked"))).toEqual({ count: 0, items: [] });
    expect(await json(api("GET", "/deliveries/dead?kind=digest"))).toEqual({ count: 0, items: [] });
    expect(await json(api("GET", "/deliveries/dead?to=2020-01-01"))).toEqual({ count: 0, items: [] });
    for (const sql of [
      "SELECT destination, count(*) FROM deliveries WHERE state = 'dead' GROUP BY destination, reason",
      "SELECT id FROM deliveries WHERE state = 'dead' ORDER BY created_at DESC, id DESC LIMIT 50",
    ]) {
      const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).all<{ detail: string }>();
      expect(results.map(({ detail }) => detail).join(" ")).toContain("deliveries_dead");
    }
  });

  test("stand above the list, and each has a page with its attempts", async () => {
    const [first = ""] = await die("second", 2);
    const html = await look("/deliveries");
    expect(html).toContain('href="/deliveries?state=dead&amp;destination=second&amp;reason=misconfigured">2 messages<');
    const page = await look(`/deliveries/${first}`);
    expect(plain(page)).toContain("its settings are wrong");
    expect(await json(api("GET", `/deliveries/${first}`))).toMatchObject({ id: first, state: "dead" });
    await problemOf(await api("GET", "/deliveries/second.one.000000000000000000ffffff.1"), 404);
    await problemOf(await api("GET", "/deliveries/nobody.one.000000000000000000ffffff.1"), 404);
  });

  test("are replayed one by one, by their boxes, and by a filter: counted before, told after", async () => {
    const [one = "", two = "", three = "", ...others] = await die("third", 6);
    expect(await goes(press(`/deliveries/${one}/replay`, { back: "/deliveries?state=dead" }))).toBe("/deliveries?state=dead&done=replayed");

    expect(await goes(press("/deliveries/chosen", { back: "/deliveries?state=dead" }))).toBe("/deliveries?state=dead&done=chosen_none");
    const boxes = [
      ["id", two],
      ["id", three],
      ["id", "made.up.1"],
      ["back", "/deliveries?state=dead"],
    ];
    const asked = await press("/deliveries/chosen", boxes);
    expect(plain(await asked.text())).toContain("Replay 3 dead deliveries?");
    // Nothing has happened yet.
    expect(await audited()).toMatchObject([{ action: "delivery.replayed" }]);
    expect(await goes(press("/deliveries/replay-chosen", boxes))).toBe(
      "/deliveries?state=dead&done=replayed_many&done_replayed=2&done_passed=1",
    );
    expect((await audited())[0]).toMatchObject({ action: "deliveries.replayed", detail: { ids: [two, three, "made.up.1"], replayed: 2 } });

    await projected("third");
    await vi.waitFor(
      async () => expect((await json<{ count: number }>(api("GET", "/deliveries/dead?destination=third"))).count).toBe(6),
      WAIT,
    );
    const before = plain(await look("/deliveries/replay?destination=third&reason=misconfigured"));
    expect(before).toContain("Replay 6 dead deliveries?");
    expect(before).toContain("Put its settings in order first");
    // Repaired: each is shown.
    await configure({ destinations: { third: REPAIRED } });
    expect(others).toHaveLength(3);
    expect(await goes(press("/deliveries/replay", { destination: "third", reason: "misconfigured" }))).toBe(
      "/deliveries?done=replayed_many&done_replayed=6&done_passed=0",
    );
    await gone("third");
    expect(await goes(press("/deliveries/replay", { destination: "third" }))).toBe(
      "/deliveries/replay?destination=third&done=replayed_none",
    );
  });

  test("go in pieces where they are very many: what is left is said, and going on is offered", async () => {
    await die("fourth", 1_100);
    await configure({ destinations: { fourth: REPAIRED } });
    const there = await goes(press("/deliveries/replay", { destination: "fourth" }));
    expect(there).toBe("/deliveries/replay?destination=fourth&done=replayed_piece&done_replayed=1000&done_left=100");
    expect(plain(await look(there))).toContain("1000 are on their way again, and about 100 are left.");
    expect(await goes(press("/deliveries/replay", { destination: "fourth" }))).toContain("done=replayed_many&done_replayed=100");
    await gone("fourth");
  });

  test("are chosen by ids at the API too, which go with nothing else", async () => {
    for (const body of [{ ids: [] }, { ids: ["a.b.1"], destination: "gone" }, { ids: "a.b.1" }, { ids: Array(201).fill("a.b.1") }])
      expect((await problemOf(await api("POST", "/deliveries/replay", { body }), 422)).where).toBe("ids");
    expect(await json(api("POST", "/deliveries/replay", { body: { ids: ["a.b.1"] } }))).toEqual({ replayed: 0, more: false });
  });
});

test("the list of deliveries is narrowed by what messages are", async () => {
  await clear();
  expect((await hook(ID(1), { text: "a new one" })).status).toBe(202);
  await settled("one", "box");
  const listed = async (kind: string) =>
    (await json<{ items: { kind: string; alert: string | null }[] }>(api("GET", `/deliveries?destination=box&kind=${kind}`))).items;
  // Besides the alert there may be words about the destinations above.
  const kinds = async (kind: string): Promise<string[]> => (await listed(kind)).flatMap((one) => (one.alert === null ? [] : one.kind));
  expect(await kinds("create")).toEqual(["create"]);
  expect(await kinds("digest,test")).toEqual([]);
  await problemOf(await api("GET", "/deliveries?kind=letter"), 400);
});

describe("the request log", () => {
  test("has a wrong secret above all, is narrowed by reason and trace, and says what to do", async () => {
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    expect((await hook(ID(2), { text: "x" }, { "x-key": "wrong", traceparent: `00-${trace}-00f067aa0ba902b7-01` })).status).toBe(401);
    expect((await hook(ID(1), "no json at all")).status).toBe(400);
    expect((await hook(ID(1), { text: "fine" })).status).toBe(202);
    interface Items {
      items: { outcome: string; reason: string | null; route: string; trace_id: string | null }[];
    }
    const log = async (query: string) => (await json<Items>(api("GET", `/log?${query}`))).items;
    await vi.waitFor(async () => expect(await log("reason=unauthorized,not_json")).toHaveLength(2), WAIT);
    expect(await log("reason=unauthorized")).toMatchObject([{ route: "closed", outcome: "refused" }]);
    expect(await log(`trace_id=${trace}`)).toMatchObject([{ route: "closed", trace_id: trace }]);
    expect(await log("reason=unauth")).toEqual([]);
    expect(await log(`trace_id=${trace.slice(0, 10)}`)).toEqual([]);

    const counts = await json<{ items: object[] }>(api("GET", "/log/refused"));
    expect(counts.items).toEqual(expect.arrayContaining([expect.objectContaining({ route: "closed", reason: "unauthorized", count: 1 })]));
    expect(await json(api("GET", `/log/refused?from=${new Date(Date.now() + 1_000).toISOString()}`))).toMatchObject({ items: [] });
    const html = plain(await look("/log"));
    expect(html).toMatch(/were refused in the last hour[\s\S]*closed : the sender did not prove who it is[\s\S]*its secret is missing/);
  });
});

describe("silences", () => {
  beforeEach(() => env.DB.exec("DELETE FROM silences"));
  const FORM = { when: "alert.severity_id >= LOW", length: "2h", ceiling: "high", owner: "ana", comment: "known" };

  test("are tried on the alerts of the last day before they are made", async () => {
    clock.skip(25 * 3_600_000);
    await signIn();
    for (const text of ["one", "two"]) expect((await hook(ID(1), { text: `trial ${text}` })).status).toBe(202);
    await settled("one", "box");
    await vi.waitFor(async () => expect((await json<{ items: object[] }>(api("GET", "/alerts?q=trial"))).items).toHaveLength(2), WAIT);
    const { comment, ceiling, owner, when } = FORM;
    const body = { when, ceiling, owner, comment, until: "2h" };
    const tried = (more: object) => json<Record<string, number>>(api("POST", "/silences/try", { body: { ...body, ...more } }));
    expect(await tried({})).toMatchObject({ looked_at: 2, hidden: 2, above: 0, failed: 0, more: false });
    expect(await tried({ ceiling: "info" })).toMatchObject({ hidden: 0, above: 2 });
    expect(await tried({ routes: ["closed"] })).toMatchObject({ looked_at: 0, hidden: 0 });
    expect(await tried({ when: 'alert.title.contains("two")' })).toMatchObject({
      hidden: 1,
      examples: [expect.objectContaining({ severity: "high" })],
    });
    expect((await problemOf(await api("POST", "/silences/try", { body: { ...body, when: "alert.sttus == 1" } }), 422)).where).toBe("when");

    const answer = await press("/silences/check", FORM);
    expect(answer.status).toBe(200);
    expect(plain(await answer.text())).toContain("It would have hidden 2 alerts");
    expect(plain(await look("/silences"))).toContain("Nothing is silenced");
  });

  test("that are wrong are not made: what was typed is kept, and the field says what and where", async () => {
    const cases: [Record<string, string>, RegExp][] = [
      [{ when: "alert.sttus == 1" }, /id="when-problem">alert has no field sttus; did you mean status\? \(column 6 of the condition\)/],
      [{ until: "2020-01-01T00:00" }, /id="until-problem">must be after its beginning/],
      [{ comment: " " }, /id="comment-problem">Fill this in/],
      [
        { recurs: "yes", zone: "Paris", opens: "22:00", closes: "06:00", days: "mon" },
        /id="recur-problem">[^<]*must be the name of a time zone/,
      ],
      [{ routes: "nowhere" }, /id="routes-problem">there is no route/],
      [{ ceiling: "" }, /id="ceiling-problem">must be one of/],
    ];
    for (const [more, wanted] of cases) {
      const answer = await press("/silences/new", { ...FORM, ...more });
      const html = await answer.text();
      expect(answer.status, html).toBe(422);
      expect(html).toMatch(wanted);
      expect(html).toContain(">known</textarea>".replace("known", more.comment ?? "known"));
    }
    expect(await env.DB.prepare("SELECT count(*) AS n FROM silences").first()).toEqual({ n: 0 });
  });

  test("are made, told as what they are, and ended after a page that says what it hid", async () => {
    const there = await goes(press("/silences/new", { ...FORM, recurs: "yes", zone: "UTC", days: "mon", opens: "00:00", closes: "00:00" }));
    const [, id = ""] = /#silence-([0-9a-f]{16})$/.exec(there) ?? [];
    expect(await json(api("GET", `/silences/${id}`))).toMatchObject({
      id,
      owner: "ana",
      recur: { from: "00:00", to: "24:00", days: ["mon"] },
    });
    await problemOf(await api("GET", "/silences/ffffffffffffffff"), 404);
    clock.skip(2_001);
    expect(plain(await look("/silences"))).toMatch(/Recurring 1 known[\s\S]*Mon 00:00 to 24:00, UTC/);
    expect(plain(await look(`/silences/${id}/end`))).toContain("End this silence?");
    expect(await goes(press(`/silences/${id}/end`))).toBe("/silences?done=silence_ended");
    expect(await goes(press(`/silences/${id}/end`))).toBe("/silences?done=silence_was_over");
    expect((await press("/silences/ffffffffffffffff/end")).status).toBe(404);
    expect(plain(await look("/silences"))).toMatch(/Ended 1 known[\s\S]*ended by hand/);
  });
});

describe("the settings", () => {
  test("say how the relay is set up, with secrets as names alone", async () => {
    const settings = await json<Record<string, unknown>>(api("GET", "/settings"));
    expect(settings).toMatchObject({
      schema: { applied: expect.stringMatching(/^\d{4}_/) },
      relay: { plan: "paid", retention: "30d", retention_audit: "400d" },
      routes: expect.arrayContaining([{ name: "one", retention: "3d", retention_payloads: "3d" }]),
      secrets: expect.arrayContaining([{ name: "NOT_SET_EITHER", set: false, used_by: ["route closed"] }]),
      admin_token: true,
    });
    expect(Object(settings.schema).applied).toBe(Object(settings.schema).expected);
    expect(await json(api("GET", "/usage"))).toMatchObject({ plan: "paid", items: null });
    const html = await look("/settings");
    expect(plain(html)).toMatch(/NOT_SET_EITHER missing route closed/);
    expect(html).not.toContain(String(env.ADMIN_TOKEN));
    expect(html).not.toContain(ID(1));
  });

  test("make a token that is told once, and remove it", async () => {
    const refused = await press("/settings/tokens", { name: "No Such Name", role: "read", expires: "7d" });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toMatch(/id="token-name-help">must be up to 63 small letters/);
    const answer = await press("/settings/tokens", { name: "grafana", role: "read", expires: "7d" });
    const [token = ""] = /tocsin_[\w-]{43}/.exec(await answer.text()) ?? [];
    expect((await api("GET", "/alerts", { token })).status).toBe(200);
    expect(plain(await (await press("/settings/tokens", { name: "grafana", role: "read", expires: "" })).text())).toContain(
      "There is a token of this name",
    );
    const page = await look("/settings");
    expect(page).toContain('id="token-grafana"');
    expect(page).not.toContain(token);
    expect(plain(await look("/settings/tokens/grafana/remove"))).toContain("Remove the token grafana?");
    expect(await goes(press("/settings/tokens/grafana/remove"))).toBe("/settings?done=token_removed");
    expect((await api("GET", "/alerts", { token })).status).toBe(401);
    expect((await press("/settings/tokens/grafana/remove")).status).toBe(404);
  });

  test("estimate what of the free plan's day was used, once somebody counts", async () => {
    await env.DB.exec("INSERT INTO relay (key, value) VALUES ('plan', 'free')");
    clock.skip(2_001);
    expect(await json(api("GET", "/usage"))).toMatchObject({ plan: "free", items: null });
    const zero = { worker_requests: 0, object_requests: 0, object_rows_written: 0, d1_rows_written: 0, queue_operations: 0 };
    const day = { date: new Date(Date.now()).toISOString().slice(0, 10), before: zero };
    await env.DB.prepare("INSERT INTO upkeep (key, value, updated_at) VALUES ('watch', ?, '')").bind(JSON.stringify({ day })).run();
    const { items } = await json<{ items: { name: string; used: number; limit: number }[] }>(api("GET", "/usage"));
    expect(items.find(({ name }) => name === "worker_requests")).toMatchObject({ limit: 100_000, used: expect.any(Number) });
    expect(plain(await look("/settings"))).toContain("worker requests");
    await env.DB.exec("DELETE FROM relay WHERE key = 'plan'");
    await env.DB.exec("DELETE FROM upkeep WHERE key = 'watch'");
  });
});
