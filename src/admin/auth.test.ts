import { describe, expect, test } from "vitest";
import type { People } from "../config/model.ts";
import { type Entrance, mayChange, originOf, roleOf, visitorOf } from "./auth.ts";
import { readSession, SESSION_COOKIE, SESSION_MS, sessionCookie, sessionValues, signSession } from "./session.ts";
import { Tries } from "./sign-in.ts";

const TOKEN = "an-admin-token-of-some-length";
const NOW = Date.UTC(2026, 10, 21, 14);
const session = signSession(TOKEN, { expiresAt: NOW + SESSION_MS });
const ask = (headers: Record<string, string>, method = "POST") => new Request("https://relay.example.com/api/alerts", { method, headers });

describe("a session", () => {
  test("holds for twelve hours", () => {
    expect(readSession(session, TOKEN, NOW)).toEqual({ expiresAt: NOW + SESSION_MS });
    expect(readSession(session, TOKEN, NOW + SESSION_MS - 1)).toBeDefined();
    expect(readSession(session, TOKEN, NOW + SESSION_MS)).toBeUndefined();
  });

  test("ends with the admin token that signed it", () => {
    expect(readSession(session, "another-token", NOW)).toBeUndefined();
  });

  test("says whose it is, where a token that was made for somebody began it", () => {
    const token = { name: "ana.b-1", mark: "0123456789abcdef" };
    const value = signSession(TOKEN, { expiresAt: NOW + 1, token });
    expect(readSession(value, TOKEN, NOW)).toEqual({ expiresAt: NOW + 1, token });
    const [end, mark, ...rest] = value.split(".");
    const others = [
      [end, "fedcba9876543210", ...rest],
      [end, mark, "lead", rest.at(-1)],
      [end, rest.at(-1)],
      [end, mark, `${token.name}.x`, rest.at(-1)],
    ];
    for (const parts of others) expect(readSession(parts.join("."), TOKEN, NOW)).toBeUndefined();
  });

  test("cannot be made longer, cut or made up", () => {
    const [, signature = ""] = session.split(".");
    const longer = `${NOW + 10 * SESSION_MS}.${signature}`;
    for (const value of [longer, session.slice(0, -1), `${session}x`, "", ".", `0${session}`, signature])
      expect(readSession(value, TOKEN, NOW)).toBeUndefined();
  });

  test("is a cookie that no script and no other site can use", () => {
    expect(sessionCookie("v", { secure: true })).toBe(`${SESSION_COOKIE}=v; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure`);
    expect(sessionCookie("v", { secure: false })).not.toContain("Secure");
    expect(sessionCookie("v", { secure: true, seconds: 60 })).toContain("Max-Age=60;");
    expect(sessionCookie("", { secure: true })).toContain("Max-Age=0");
  });

  test("is found among other cookies", () => {
    expect(sessionValues(`a=1; ${SESSION_COOKIE}=x; ${SESSION_COOKIE}=y.z; b=2`)).toEqual(["x", "y.z"]);
    expect(sessionValues(null)).toEqual([]);
  });
});

describe("who asks", () => {
  const noDatabase = { prepare: () => expect.unreachable("D1 was asked") } as unknown as D1Database;
  const entrance: Entrance = {
    adminToken: TOKEN,
    db: noDatabase,
    access: undefined,
    people: async () => undefined,
    tries: new Tries(),
    now: NOW,
  };
  const who = (headers: Record<string, string>, more: Partial<Entrance> = {}) =>
    visitorOf(ask(headers), { ...entrance, tries: new Tries(), ...more });
  const access = { getIdentity: async () => ({ email: "Ana@example.com" }) };
  const nobody = { ok: false, reason: { kind: "nobody" } };

  test("is the bearer of the token", async () => {
    for (const scheme of ["Bearer", "bearer"])
      expect(await who({ authorization: `${scheme} ${TOKEN}` })).toEqual({
        ok: true,
        value: { by: "bearer", name: "admin", role: "configure" },
      });
  });

  test.each([`Bearer ${TOKEN}x`, "Bearer ", "Bearer", `Basic ${TOKEN}`, TOKEN, "", "Bearer tocsin_short"])(
    "is nobody with %j, and D1 is not asked about what is no token of ours",
    async (authorization) => {
      expect(await who({ authorization, cookie: `${SESSION_COOKIE}=${session}` }, { access })).toEqual(nobody);
    },
  );

  test("is somebody with a session, or let in by Access", async () => {
    const cookie = `${SESSION_COOKIE}=bad; ${SESSION_COOKIE}=${session}`;
    expect(await who({ cookie })).toEqual({ ok: true, value: { by: "session", name: "admin", role: "configure" } });
    const byAccess = (name: string) => ({ ok: true, value: { by: "access", name, role: "configure" } });
    expect(await who({}, { adminToken: undefined, access })).toEqual(byAccess("Ana@example.com"));
    const failing = { getIdentity: () => Promise.reject(new Error("no identity")) };
    expect(await who({}, { adminToken: undefined, access: failing })).toEqual(byAccess("access"));
  });

  test("has the role that the configuration gives, and none that it does not", async () => {
    const allowed = (people: People) => who({}, { access, people: async () => people });
    expect(await allowed({ operate: ["ana@example.com"], read: ["*@example.com"] })).toMatchObject({ value: { role: "operate" } });
    expect(await allowed({ configure: ["lead@example.com"] })).toEqual({ ok: false, reason: { kind: "no_role", name: "Ana@example.com" } });
  });

  test("is nobody where no token is configured and Access did not let them in", async () => {
    const unsigned = signSession("", { expiresAt: NOW + SESSION_MS });
    for (const adminToken of ["", undefined]) {
      expect(await who({ authorization: "Bearer " }, { adminToken })).toEqual(nobody);
      expect(await who({ cookie: `${SESSION_COOKIE}=${unsigned}` }, { adminToken })).toEqual(nobody);
    }
  });

  test("waits after five wrong tokens, with a right one too; others do not", async () => {
    const tries = new Tries();
    const from = (address: string, token: string, now = NOW) =>
      who({ authorization: `Bearer ${token}`, "cf-connecting-ip": address }, { tries, now });
    for (let count = 0; count < 5; count += 1) expect(await from("192.0.2.1", "wrong")).toEqual(nobody);
    expect(await from("192.0.2.1", TOKEN)).toMatchObject({ ok: false, reason: { kind: "too_often" } });
    expect(await from("192.0.2.2", TOKEN)).toMatchObject({ ok: true });
    expect(await from("192.0.2.1", TOKEN, NOW + 10_000)).toMatchObject({ ok: true });
  });

  test("is told apart from a database that does not answer", async () => {
    const failing = { prepare: () => expect.fail("D1 is down") } as unknown as D1Database;
    const answer = await who({ authorization: `Bearer tocsin_${"a".repeat(43)}` }, { db: failing });
    expect(answer).toEqual({ ok: false, reason: { kind: "unavailable" } });
  });
});

describe("the role of somebody whom Access lets in", () => {
  const people: People = { configure: ["lead@example.com"], operate: ["*@example.com"], read: ["*@example.org", "guest@example.net"] };
  test.each([
    ["lead@example.com", "configure"],
    ["LEAD@Example.com", "configure"],
    ["ana@example.com", "operate"],
    ["ana@example.org", "read"],
    ["guest@example.net", "read"],
    ["other@example.net", undefined],
    ["ana@evil-example.com", undefined],
    ["lead@example.com@evil.example", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s: %s", (email, role) => {
    expect(roleOf(people, email)).toBe(role);
  });

  test("is everything where the configuration says nothing, and nothing where its list is empty", () => {
    expect(roleOf(undefined, undefined)).toBe("configure");
    expect(roleOf({}, "lead@example.com")).toBeUndefined();
  });
});

describe("a change", () => {
  const visitors = {
    bearer: { by: "bearer", name: "", role: "configure" },
    session: { by: "session", name: "", role: "configure" },
    access: { by: "access", name: "", role: "configure" },
  } as const;
  const may = (by: keyof typeof visitors, headers: Record<string, string>, method = "POST") =>
    mayChange(ask(headers, method), visitors[by]);

  test("by a cookie must come from our own pages", () => {
    expect(may("session", { "sec-fetch-site": "same-origin" })).toBe(true);
    expect(may("session", { origin: "https://relay.example.com" })).toBe(true);
    const others: Record<string, string>[] = [
      {},
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://evil.example" },
      { origin: "null" },
    ];
    for (const headers of others) expect(may("session", headers)).toBe(false);
    expect(may("session", { "sec-fetch-site": "cross-site" }, "GET")).toBe(true);
  });

  test("by Access may come from no page at all, but from no other site", () => {
    expect(may("access", {})).toBe(true);
    expect(may("access", { "sec-fetch-site": "cross-site" })).toBe(false);
  });

  test("by the token may come from anywhere: no browser sends it by itself", () => {
    expect(may("bearer", { origin: "https://evil.example" })).toBe(true);
  });

  test("is judged by what pages cannot set", () => {
    expect(originOf(ask({ "sec-fetch-site": "cross-site", origin: "https://relay.example.com" }))).toBe("other");
  });
});

describe("wrong tries", () => {
  test("are slowed down for each address", () => {
    const tries = new Tries();
    for (let count = 0; count < 5; count += 1) {
      expect(tries.wait("a", NOW)).toBe(0);
      tries.wrong("a", NOW);
    }
    expect(tries.wait("a", NOW)).toBeGreaterThan(0);
    expect(tries.wait("b", NOW)).toBe(0);
    expect(tries.wait("a", NOW + 10_000)).toBe(0);
  });
});
