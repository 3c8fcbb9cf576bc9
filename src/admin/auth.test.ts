import { describe, expect, test } from "vitest";
import { mayChange, originOf, visitorOf } from "./auth.ts";
import { isSession, SESSION_COOKIE, SESSION_MS, sessionCookie, sessionValues, signSession } from "./session.ts";
import { Tries } from "./sign-in.ts";

const TOKEN = "an-admin-token-of-some-length";
const NOW = Date.UTC(2026, 10, 21, 14);
const session = signSession(TOKEN, NOW + SESSION_MS);
const ask = (headers: Record<string, string>, method = "POST") => new Request("https://relay.example.com/api/alerts", { method, headers });

describe("a session", () => {
  test("holds for twelve hours", () => {
    expect(isSession(session, TOKEN, NOW)).toBe(true);
    expect(isSession(session, TOKEN, NOW + SESSION_MS - 1)).toBe(true);
    expect(isSession(session, TOKEN, NOW + SESSION_MS)).toBe(false);
  });

  test("ends with the admin token that signed it", () => {
    expect(isSession(session, "another-token", NOW)).toBe(false);
  });

  test("cannot be made longer, cut or made up", () => {
    const [, signature = ""] = session.split(".");
    const longer = `${NOW + 10 * SESSION_MS}.${signature}`;
    for (const value of [longer, session.slice(0, -1), `${session}x`, "", ".", `0${session}`, signature])
      expect(isSession(value, TOKEN, NOW)).toBe(false);
  });

  test("is a cookie that no script and no other site can use", () => {
    expect(sessionCookie("v", { secure: true })).toBe(`${SESSION_COOKIE}=v; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure`);
    expect(sessionCookie("v", { secure: false })).not.toContain("Secure");
    expect(sessionCookie("", { secure: true })).toContain("Max-Age=0");
  });

  test("is found among other cookies", () => {
    expect(sessionValues(`a=1; ${SESSION_COOKIE}=x; ${SESSION_COOKIE}=y.z; b=2`)).toEqual(["x", "y.z"]);
    expect(sessionValues(null)).toEqual([]);
  });
});

describe("who asks", () => {
  const who = (headers: Record<string, string>, token: string | undefined = TOKEN, access?: Parameters<typeof visitorOf>[2]) =>
    visitorOf(ask(headers), token, access, NOW);
  const access = { getIdentity: async () => ({ email: "ana@example.com" }) };

  test("is the bearer of the token", async () => {
    expect(await who({ authorization: `Bearer ${TOKEN}` })).toMatchObject({ by: "bearer" });
    expect(await who({ authorization: `bearer ${TOKEN}` })).toMatchObject({ by: "bearer" });
  });

  test.each([`Bearer ${TOKEN}x`, "Bearer ", "Bearer", `Basic ${TOKEN}`, TOKEN, ""])("is nobody with %j", async (authorization) => {
    expect(await who({ authorization, cookie: `${SESSION_COOKIE}=${session}` }, TOKEN, access)).toBeUndefined();
  });

  test("is somebody with a session, or let in by Access", async () => {
    expect(await who({ cookie: `${SESSION_COOKIE}=bad; ${SESSION_COOKIE}=${session}` })).toMatchObject({ by: "session" });
    expect(await who({}, undefined, access)).toEqual({ by: "access", name: "ana@example.com" });
    const failing = { getIdentity: () => Promise.reject(new Error("no identity")) };
    expect(await who({}, undefined, failing)).toEqual({ by: "access", name: "access" });
  });

  test("is nobody where no token is configured and Access did not let them in", async () => {
    const unsigned = signSession("", NOW + SESSION_MS);
    for (const token of ["", undefined]) {
      expect(await visitorOf(ask({ authorization: "Bearer " }), token, undefined, NOW)).toBeUndefined();
      expect(await visitorOf(ask({ cookie: `${SESSION_COOKIE}=${unsigned}` }), token, undefined, NOW)).toBeUndefined();
    }
  });
});

describe("a change", () => {
  const visitors = {
    bearer: { by: "bearer", name: "" },
    session: { by: "session", name: "" },
    access: { by: "access", name: "" },
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
