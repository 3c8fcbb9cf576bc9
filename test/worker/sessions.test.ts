// Signing in with a token that was made for somebody: what the session may do, when it ends, and that no other site can use it.
import { env, exports } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { api, json, problemOf, tokenOf } from "./support/api.ts";
import { clock } from "./support/clock.ts";
import { breakD1, call, configure } from "./support/relay.ts";

const ORIGIN = { origin: "http://relay.example" };
const HOUR = 3_600_000;

const signIn = (token: string, headers: Record<string, string> = ORIGIN): Promise<Response> =>
  call("/signin", {
    method: "POST",
    headers: { ...headers, "cf-connecting-ip": "192.0.2.7" },
    body: new URLSearchParams({ token }),
    redirect: "manual",
  });
const cookieOf = (answer: Response): string => answer.headers.get("set-cookie")?.split(";")[0] ?? "";
const sessionOf = async (token: string): Promise<string> => cookieOf(await signIn(token));
const look = (path: string, cookie: string): Promise<Response> =>
  call(path, { headers: { cookie, accept: "text/html" }, redirect: "manual" });
const press = (
  path: string,
  cookie: string,
  headers: Record<string, string> = ORIGIN,
  form: Record<string, string> = {},
): Promise<Response> =>
  call(path, { method: "POST", headers: { cookie, ...headers }, body: new URLSearchParams(form), redirect: "manual" });

beforeAll(() =>
  configure({
    destinations: { box: { type: "inbox" } },
    routes: { prod: { id: "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11", source: "text", rules: [{ to: ["box"] }] } },
  }),
);
beforeEach(async () => {
  clock.skip(60_000);
  await env.DB.exec("DELETE FROM tokens");
  await env.DB.exec("DELETE FROM audit");
});

const PAGES = ["/deliveries", "/log", "/silences", "/audit", "/settings"];

describe("somebody who signed in with a token `read`", () => {
  test("sees every page under its name, and on none of them anything to press", async () => {
    const cookie = await sessionOf(await tokenOf("ana", "read"));
    for (const path of PAGES) {
      const answer = await look(path, cookie);
      const html = await answer.text();
      expect(answer.status, path).toBe(200);
      expect(html).toContain("ana");
      expect(html).toContain("may look<");
      const [, main = ""] = html.split("<main");
      expect(main.split("</main>")[0], path).not.toMatch(/method="post"/);
    }
  });

  test("can change nothing, here or at the API", async () => {
    const cookie = await sessionOf(await tokenOf("ana", "read"));
    for (const path of [
      "/deliveries/replay",
      "/deliveries/chosen",
      "/deliveries/replay-chosen",
      "/deliveries/x/replay",
      "/silences/new",
      "/silences/check",
      "/silences/x/end",
      "/settings/doctor",
      "/settings/tokens",
      "/settings/tokens/ana/remove",
    ])
      expect((await press(path, cookie)).status, path).toBe(403);
    for (const path of ["/silences/new", "/deliveries/replay", "/settings/tokens/ana/remove"])
      expect((await look(path, cookie)).status, path).toBe(403);
    await problemOf(await call("/api/deliveries/replay", { method: "POST", headers: { cookie, ...ORIGIN } }), 403);
    expect((await call("/api/alerts", { headers: { cookie } })).status).toBe(200);
    expect((await call("/api/tokens", { headers: { cookie } })).status).toBe(403);
  });
});

test("with `operate` one can act, and not configure", async () => {
  const cookie = await sessionOf(await tokenOf("ben", "operate"));
  const made = await press("/silences/new", cookie, ORIGIN, {
    when: "alert.severity_id <= LOW",
    length: "1h",
    ceiling: "low",
    owner: "ben",
    comment: "loud",
  });
  expect(made.headers.get("location")).toMatch(/^\/silences\?done=silence_made#silence-[0-9a-f]{16}$/);
  for (const path of ["/settings/tokens", "/settings/tokens/ben/remove"]) expect((await press(path, cookie)).status).toBe(403);
  expect(await (await look("/settings", cookie)).text()).not.toContain("/settings/tokens");
  const { items } = await json<{ items: object[] }>(api("GET", "/audit?action=silence.made"));
  expect(items).toMatchObject([{ actor: "ben", via: "session" }]);
});

describe("a session", () => {
  test("is a cookie that no script and no other site can use, good for twelve hours at the most", async () => {
    const token = await tokenOf("ana", "read");
    const http = (await signIn(token)).headers.get("set-cookie") ?? "";
    expect(http).toMatch(/^tocsin_session=[\w.-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    expect(http).not.toContain(token);
    const secure = await exports.default.fetch(
      new Request("https://relay.example/signin", {
        method: "POST",
        headers: { origin: "https://relay.example" },
        body: new URLSearchParams({ token }),
        redirect: "manual",
      }),
    );
    expect(secure.headers.get("set-cookie")).toMatch(/; Secure$/);
  });

  test("ends with its token: removed, or expired", async () => {
    const cookie = await sessionOf(await tokenOf("ana", "read"));
    expect((await look("/log", cookie)).status).toBe(200);
    expect((await api("DELETE", "/tokens/ana")).status).toBe(204);
    expect((await look("/log", cookie)).headers.get("location")).toBe("/signin?next=%2Flog");
    expect((await call("/api/alerts", { headers: { cookie } })).status).toBe(401);
    // Another token of the same name is another one.
    await tokenOf("ana", "configure");
    expect((await look("/log", cookie)).status).toBe(303);

    const short = await signIn(await tokenOf("ben", "read", "1h"));
    expect(short.headers.get("set-cookie")).toMatch(/Max-Age=3(600|599)/);
    expect((await look("/log", cookieOf(short))).status).toBe(200);
    clock.skip(HOUR);
    expect((await look("/log", cookieOf(short))).status).toBe(303);
  });

  test("has the role that its token has by now", async () => {
    const cookie = await sessionOf(await tokenOf("ana", "configure"));
    expect((await look("/settings/tokens/ana/remove", cookie)).status).toBe(200);
    await env.DB.exec("UPDATE tokens SET role = 'read' WHERE name = 'ana'");
    expect((await look("/settings/tokens/ana/remove", cookie)).status).toBe(403);
  });

  test("cannot be made of another: name, end and mark are signed", async () => {
    await tokenOf("lead", "configure");
    const cookie = await sessionOf(await tokenOf("ana", "read"));
    const [end = "", mark = "", , seal = ""] = cookie.replace("tocsin_session=", "").split(".");
    for (const value of [
      [end, mark, "lead", seal],
      [end, seal],
      [String(Number(end) + HOUR), mark, "ana", seal],
    ])
      expect((await look("/log", `tocsin_session=${value.join(".")}`)).status).toBe(303);
  });

  test("changes nothing for another site's page", async () => {
    const cookie = await sessionOf(await tokenOf("ben", "operate"));
    const others: Record<string, string>[] = [
      {},
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site", ...ORIGIN },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of others) {
      const answer = await press("/deliveries/replay", cookie, headers);
      expect(answer.status, JSON.stringify(headers)).toBe(403);
      expect(await answer.text()).toContain("another site");
    }
    expect((await press("/deliveries/replay", cookie, { "sec-fetch-site": "same-origin" })).status).toBe(303);
  });

  test("is told apart from a database that does not answer", async () => {
    const token = await tokenOf("ana", "read");
    const cookie = await sessionOf(token);
    const mend = breakD1();
    try {
      expect((await look("/log", cookie)).status).toBe(503);
      expect((await signIn(token)).status).toBe(503);
    } finally {
      mend();
    }
    expect((await look("/log", cookie)).status).toBe(200);
  });

  test("ends when one signs out", async () => {
    const cookie = await sessionOf(await tokenOf("ana", "read"));
    const answer = await press("/signout", cookie);
    expect(answer.headers.get("set-cookie")).toMatch(/^tocsin_session=; .*Max-Age=0/);
  });
});

describe("signing in", () => {
  test("is refused with what is no token, one that has ended, and from another site", async () => {
    const ended = await tokenOf("ana", "read", "1m");
    clock.skip(61_000);
    for (const token of [ended, "", `tocsin_${"a".repeat(43)}`, "guess"]) {
      const answer = await signIn(token);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("set-cookie")).toBeNull();
    }
    expect((await signIn(String(env.ADMIN_TOKEN), { origin: "https://evil.example" })).status).toBe(403);
    clock.skip(HOUR);
    expect((await signIn(` ${env.ADMIN_TOKEN} `)).status).toBe(303);
  });

  test("slows a guesser down", async () => {
    for (let count = 0; count < 5; count += 1) expect((await signIn(`tocsin_${"b".repeat(43)}`)).status).toBe(401);
    expect((await signIn(String(env.ADMIN_TOKEN))).status).toBe(429);
    clock.skip(HOUR);
  });

  test("asks for a token", async () => {
    const html = await (await call("/signin")).text();
    expect(html).toMatch(/<label>Token<input type="password"/);
  });
});

test("the audit log's file can be had with a session", async () => {
  const cookie = await sessionOf(await tokenOf("ana", "read"));
  const [, href = ""] = /href="(\/api\/audit[^"]*)"/.exec(await (await look("/audit?actor=admin", cookie)).text()) ?? [];
  const answer = await look(href.replaceAll("&amp;", "&"), cookie);
  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(await answer.text()).toMatch(/^at,id,actor[^\n]*\r\n[^\n]*admin,token,token\.made,ana/);
});
