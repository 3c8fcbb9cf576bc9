// The admin API over HTTP: who may do what, what is refused and how, and what is remembered of every change.
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { endpoints } from "../../src/admin/endpoints/all.ts";
import { ROLES, suffices } from "../../src/admin/role.ts";
import { WRONG_TOKENS } from "../../src/admin/sign-in.ts";
import type { Env } from "../../src/env.ts";
import worker from "../../src/index.ts";
import { sha256 } from "../../src/lib/keys.ts";
import { sampleAlert } from "../support/alerts.ts";
import { allPages, api, json, problemOf, tokenOf } from "./support/api.ts";
import { clock } from "./support/clock.ts";
import { breakD1, call, configure, hook, outboxOf, settled, WAIT } from "./support/relay.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const CANARY = "canary-api-77aa";

interface Entry {
  actor: string;
  via: string;
  action: string;
  target: string | null;
  detail: Record<string, unknown>;
}
interface Delivery {
  id: string;
  state: string;
}
const changes = async (): Promise<Entry[]> => (await json<{ items: Entry[] }>(api("GET", "/audit?limit=200"))).items;
const raise = async (id: string) => expect((await hook(ROUTE, { text: `Alert ${id}` })).status).toBe(202);

beforeAll(() =>
  configure({
    destinations: { box: { type: "inbox" }, lost: { type: "webhook", url: "secret:NOT_SET_ANYWHERE" } },
    routes: { prod: { id: ROUTE, source: "text", rules: [{ to: ["box"] }] } },
  }),
);
// A minute later whoever called too often may call again.
beforeEach(() => clock.skip(60_000));
afterEach(() => vi.restoreAllMocks());

/** An operation's address with parts that exist nowhere. */
const addressOf = (path: string): string => path.replace(/:\w+/g, "none");

describe("who may call", () => {
  test("nobody without a token, whatever the method and the address", async () => {
    for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      for (const path of ["/books", "/tokens", "/no/such/address"]) {
        const answer = await api(method, path, { token: null });
        expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="tocsin"');
        await problemOf(answer, 401);
      }
    }
  });

  test.each(["", "x", "test-admin-toke", "test-admin-tokens", `tocsin_${"a".repeat(43)}`, "tocsin_"])(
    "nobody with the token %j",
    async (token) => {
      await problemOf(await api("GET", "/books", { token }), 401);
    },
  );

  test("a guesser waits after many wrong tokens from an address; others do not", async () => {
    const from = (address: string, token: string) => api("GET", "/enrichers", { token, headers: { "cf-connecting-ip": address } });
    for (let tries = 0; tries < WRONG_TOKENS; tries += 1) await problemOf(await from("192.0.2.7", `guess-${tries}`), 401);
    const held = await from("192.0.2.7", env.ADMIN_TOKEN);
    expect(Number(held.headers.get("retry-after"))).toBeGreaterThan(0);
    await problemOf(held, 429);
    expect((await from("192.0.2.8", env.ADMIN_TOKEN)).status).toBe(200);
    clock.skip(10_000);
    expect((await from("192.0.2.7", env.ADMIN_TOKEN)).status).toBe(200);
  });

  test("503 where nobody can look up the token; ADMIN_TOKEN needs no look-up", async () => {
    const token = await tokenOf("during-an-outage", "read");
    const mend = breakD1();
    const answer = await api("GET", "/enrichers", { token });
    mend();
    expect(answer.headers.get("retry-after")).toBe("5");
    await problemOf(answer, 503);
    expect((await api("GET", "/enrichers", { token })).status).toBe(200);
  });

  describe.each(ROLES)("with the role %s", (role) => {
    let token: string;
    beforeAll(async () => {
      token = await tokenOf(`all-${role}`, role);
    });

    test.each(endpoints.map((one) => [`${one.method} ${one.path}`, one] as const))("%s", async (_, { method, path, role: asked }) => {
      // An empty list is a body that fits nothing; the query is one that there is nowhere. So nothing is changed by a call that gets through.
      const answer = await api(method, `${addressOf(path)}?no_such_parameter=1`, { token, body: method === "GET" ? undefined : "[]" });
      if (suffices(role, asked)) return expect(answer.status).toBe(400);
      const { detail } = await problemOf(answer, 403);
      expect(detail).toBe(`This needs the role ${asked}; all-${role} has ${role}.`);
    });
  });

  test("metrics are for any token, not for a session, and not for everybody", async () => {
    const token = await tokenOf("prometheus", "read");
    const metrics = (headers: Record<string, string>) => call("/metrics", { headers });
    expect((await metrics({ authorization: `Bearer ${token}` })).status).toBe(200);
    await problemOf(await metrics({ authorization: `Bearer ${token}x` }), 401);
    await problemOf(await metrics({}), 401);
  });

  test("the ids of routes are for those who may configure, and asking for them is remembered", async () => {
    const reader = await tokenOf("curious", "operate");
    await problemOf(await api("GET", "/routes?reveal=true", { token: reader }), 403);
    expect(await (await api("GET", "/routes", { token: reader })).text()).not.toContain(ROUTE);
    expect(await (await api("GET", "/routes?reveal=true")).text()).toContain(ROUTE);
    expect((await changes())[0]).toMatchObject({ actor: "admin", via: "token", action: "routes.revealed", target: null });
  });
});

describe("whom Access lets in", () => {
  const as = (email: string | undefined, method: string, path: string, headers: Record<string, string> = {}) => {
    const context = createExecutionContext();
    Object.defineProperty(context, "access", { value: { getIdentity: async () => ({ email }) } });
    return worker.fetch(new Request(`http://relay.example${path}`, { method, headers }), env as unknown as Env, context);
  };
  const give = async (value: string | undefined) => {
    if (value === undefined) await env.DB.exec("DELETE FROM relay WHERE key = 'access'");
    else await env.DB.prepare("INSERT OR REPLACE INTO relay (key, value) VALUES ('access', ?)").bind(value).run();
    clock.skip(2_001);
  };
  afterEach(() => give(undefined));

  test("may do everything where the configuration does not say who may what", async () => {
    expect((await as("ana@example.com", "GET", "/api/tokens")).status).toBe(200);
  });

  test("has the role of the configuration, in the API and on the dashboard", async () => {
    await give('{"configure":["lead@example.com"],"operate":["*@soc.example.com"],"read":["*@example.com"]}');
    expect((await as("lead@example.com", "GET", "/api/tokens")).status).toBe(200);
    expect((await as("ana@soc.example.com", "POST", "/api/deliveries/replay")).status).toBe(200);
    await problemOf(await as("ana@soc.example.com", "GET", "/api/tokens"), 403);
    expect((await as("ben@example.com", "GET", "/api/books")).status).toBe(200);
    await problemOf(await as("ben@example.com", "POST", "/api/deliveries/replay"), 403);

    expect((await as("ben@example.com", "GET", "/alerts")).status).toBe(200);
    for (const path of [
      "/alerts/prod.x/status",
      "/deliveries/lost.none.1/replay",
      "/routes/prod/test",
      "/destinations/box/test",
      "/silences/none/end",
    ]) {
      const answer = await as("ben@example.com", "POST", path, { origin: "http://relay.example" });
      expect(answer.status, path).toBe(403);
      expect(await answer.text()).toContain("This needs the role operate; ben@example.com has read.");
    }
  });

  test("sees on the first page what is silenced, and can end it", async () => {
    const body = { when: 'alert.title == "<b>"', until: "2h", owner: "ana", comment: "the <b> is known" };
    const { id } = await json<{ id: string }>(api("POST", "/silences", { body }));
    const page = await (await as("ana@example.com", "GET", "/")).text();
    expect(page).toContain("the &lt;b&gt; is known");
    expect(page).toContain("hid nothing so far");
    expect(page).toContain(`href="/silences#silence-${id}"`);
    const end = () => as("ana@example.com", "POST", `/silences/${id}/end`, { origin: "http://relay.example" });
    expect((await end()).headers.get("location")).toBe("/silences?done=silence_ended");
    expect((await end()).headers.get("location")).toBe("/silences?done=silence_was_over");
    expect(await (await as("ana@example.com", "GET", "/")).text()).not.toContain("is known");
  });

  test("may do nothing where the configuration does not know them, or cannot be understood", async () => {
    for (const access of ['{"configure":["lead@example.com"]}', "lead@example.com"]) {
      await give(access);
      for (const email of ["ana@example.com", undefined]) {
        for (const one of endpoints) await problemOf(await as(email, one.method, `/api${addressOf(one.path)}`), 403);
        expect((await as(email, "GET", "/")).status).toBe(403);
      }
      expect((await api("GET", "/tokens")).status).toBe(200);
    }
  });
});

describe("a token", () => {
  test("is told once, kept as a hash, listed without it, and removed for good", async () => {
    const made = await json<{ token: string; created_by: string }>(api("POST", "/tokens", { body: { name: "ci", role: "operate" } }));
    expect(made).toMatchObject({ name: "ci", role: "operate", created_by: "admin", expires_at: null });
    expect(made.token).toMatch(/^tocsin_[\w-]{43}$/);
    expect((await api("GET", "/books", { token: made.token })).status).toBe(200);

    const listed = await (await api("GET", "/tokens")).text();
    expect(listed).toContain('"ci"');
    const rows = await env.DB.prepare("SELECT * FROM tokens").all();
    for (const text of [listed, JSON.stringify(rows.results), JSON.stringify(await changes())])
      expect(text).not.toContain(made.token.slice(7));

    expect((await api("DELETE", "/tokens/ci")).status).toBe(204);
    await problemOf(await api("GET", "/books", { token: made.token }), 401);
    await problemOf(await api("DELETE", "/tokens/ci"), 404);
    expect((await changes()).slice(0, 2)).toMatchObject([
      { action: "token.removed", target: "ci", actor: "admin" },
      { action: "token.made", target: "ci", detail: { role: "operate", expires_at: null } },
    ]);
  });

  test("that the command line made for somebody acts in their name", async () => {
    for (const [name, hash] of [
      ["cli-ana-laptop-0f3a11", sha256(`tocsin_${"a".repeat(43)}`)],
      ["ci-main", sha256(`tocsin_${"b".repeat(43)}`)],
    ])
      await env.DB.prepare("INSERT INTO tokens (hash, name, role, created_by) VALUES (?, ?, 'configure', 'ana@laptop')")
        .bind(hash, name)
        .run();
    for (const letter of ["a", "b"])
      await api("POST", "/tokens", { body: { name: `of-${letter}`, role: "read" }, token: `tocsin_${letter.repeat(43)}` });
    expect((await changes()).slice(0, 2)).toMatchObject([
      { target: "of-b", actor: "ci-main" },
      { target: "of-a", actor: "ana@laptop" },
    ]);
  });

  test("has a name of its own", async () => {
    await tokenOf("twice", "read");
    await problemOf(await api("POST", "/tokens", { body: { name: "twice", role: "configure" } }), 409);
  });

  test("holds until it expires", async () => {
    const token = await tokenOf("short", "read", "90s");
    expect((await api("GET", "/enrichers", { token })).status).toBe(200);
    clock.skip(90_001);
    await problemOf(await api("GET", "/enrichers", { token }), 401);
    const until = new Date(Date.now() + 60_000).toISOString();
    const made = await json<{ expires_at: string }>(api("POST", "/tokens", { body: { name: "dated", role: "read", expires: until } }));
    expect(made.expires_at).toBe(until);
  });

  test.each([
    [{}, "name"],
    [{ name: "x" }, "role"],
    [{ name: "x", role: "root" }, "role"],
    [{ name: "ana@example.com", role: "read" }, "name"],
    [{ name: "admin", role: "read" }, "name"],
    [{ name: "", role: "read" }, "name"],
    [{ name: "x".repeat(64), role: "read" }, "name"],
    [{ name: "x", role: "read", expires: "tomorrow" }, "expires"],
    [{ name: "x", role: "read", expires: "0s" }, "expires"],
    [{ name: "x", role: "read", expires: "2020-01-01" }, "expires"],
    [{ name: "x", role: "read", hash: CANARY }, "hash"],
  ])("of %j is refused: %s", async (body, where) => {
    const problem = await problemOf(await api("POST", "/tokens", { body }), 422);
    expect(problem.where).toBe(where);
    expect(JSON.stringify(problem)).not.toContain(CANARY);
  });
});

describe("a call that is wrong", () => {
  const bodies = endpoints.filter(({ body }) => body);

  test.each(bodies.map((one) => [`${one.method} ${one.path}`, one] as const))(
    "%s: a body that cannot be read, or is too large",
    async (_, one) => {
      const send = (body: string) => api(one.method, addressOf(one.path), { body });
      const unread = one.takes === "application/json" ? `{"${CANARY}": ` : undefined;
      if (unread) expect((await problemOf(await send(unread), 400)).where).toBe("body");
      await problemOf(await send(" ".repeat(one.mostBytes + 1)), 413);
      if (one.takes === "application/json") {
        const { where, detail } = await problemOf(await send(`{"${"no_such_member"}":"${CANARY}"}`), 422);
        expect(where).toBeTruthy();
        expect(detail).not.toContain(CANARY);
      }
    },
  );

  test.each(endpoints.map((one) => [`${one.method} ${one.path}`, one] as const))(
    "%s: an unknown parameter, named but not repeated",
    async (_, one) => {
      const answer = await api(one.method, `${addressOf(one.path)}?no_such_parameter=${CANARY}`, { body: one.body ? "{}" : undefined });
      const { where, detail } = await problemOf(answer, 400);
      expect(where).toBe("no_such_parameter");
      expect(detail).not.toContain(CANARY);
    },
  );

  test.each([...new Set(endpoints.map(({ path }) => path))])("%s: another method is told which ones there are", async (path) => {
    const taken = endpoints.filter((one) => one.path === path).map(({ method }) => method);
    const other = (["DELETE", "PUT", "PATCH"] as const).find((method) => !taken.includes(method as "PUT")) ?? "PATCH";
    const answer = await api(other, addressOf(path));
    const allow = answer.headers.get("allow")?.split(", ") ?? [];
    expect(allow.sort()).toEqual([...taken, ...(taken.includes("GET") ? ["HEAD"] : []), "OPTIONS"].sort());
    await problemOf(answer, 405);
    const options = await api("OPTIONS", addressOf(path));
    expect([options.status, options.headers.get("allow")]).toEqual([204, answer.headers.get("allow")]);
    expect(options.headers.has("access-control-allow-origin")).toBe(false);
  });

  test.each(["/", "/nothing", "/alerts/a/b", "/%00", "/../api/nothing"])("%s: no such address", async (path) => {
    await problemOf(await api("GET", path), 404);
  });

  test("comes too often: 429, with what the RateLimit fields say; another visitor goes on", async () => {
    const other = await tokenOf("patient", "read");
    clock.skip(60_000);
    const first = await api("GET", "/enrichers");
    expect(first.headers.get("ratelimit-policy")).toBe('"default";q=200;w=4');
    expect(first.headers.get("ratelimit")).toBe('"default";r=199;t=1');
    // Time stands still: no call comes back while these are made.
    vi.spyOn(Date, "now").mockReturnValue(Date.now());
    const answers = await Promise.all(Array.from({ length: 210 }, () => api("OPTIONS", "/enrichers")));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    const [one] = refused;
    expect(Number(one?.headers.get("retry-after"))).toBe(1);
    expect(one?.headers.get("ratelimit")).toMatch(/^"default";r=0;t=4$/);
    if (one) await problemOf(one, 429);
    expect((await api("GET", "/enrichers", { token: other })).status).toBe(200);
  });

  test("fails: 500 that says nothing of why, and 503 while the configuration cannot be read", async () => {
    // The listing of tokens needs D1; who asks does not.
    clock.skip(1);
    await json(api("GET", "/enrichers"));
    vi.spyOn(Object.getPrototypeOf(env.DB), "prepare").mockImplementation(() => {
      throw new Error(CANARY);
    });
    const { detail } = await problemOf(await api("GET", "/tokens"), 500);
    expect(detail).not.toContain(CANARY);
  });
});

describe("HEAD, caches and types", () => {
  const gets = endpoints.filter(({ method, path }) => method === "GET" && !path.includes(":"));

  test.each(gets.map(({ path }) => path))("HEAD %s says what GET says, without the body", async (path) => {
    const [got, head] = [await api("GET", path), await api("HEAD", path)];
    expect(head.status).toBe(got.status);
    expect(head.headers.get("content-type")).toBe(got.headers.get("content-type"));
    expect(await head.text()).toBe("");
    expect(got.headers.get("cache-control")).toMatch(/^(no-store|private, no-cache)$/);
  });

  test("the description is sent once: a copy of the same ETag is 304", async () => {
    const first = await api("GET", "/openapi.json");
    const etag = first.headers.get("etag") ?? "";
    expect(await first.json()).toMatchObject({ openapi: "3.1.0" });
    const again = await api("GET", "/openapi.json", { headers: { "if-none-match": etag } });
    expect([again.status, again.headers.get("etag"), await again.text()]).toEqual([304, etag, ""]);
    expect((await api("GET", "/openapi.json", { headers: { "if-none-match": '"other"' } })).status).toBe(200);
  });
});

describe("a change is remembered with who made it", () => {
  test("a status, a comment, a replay; nothing of a dry run", async () => {
    const token = await tokenOf("night-shift", "operate");
    await raise("remembered");
    await settled("prod", "box");
    const alert = await vi.waitFor(async () => {
      const { items } = await json<{ items: { id: string }[] }>(api("GET", "/alerts?q=remembered"));
      if (!items[0]) throw new Error("not projected yet");
      return items[0].id;
    }, WAIT);
    await json(api("POST", `/alerts/${alert}/status`, { token, body: { status: "resolved", comment: CANARY } }));
    await json(api("POST", `/alerts/${alert}/status`, { token, body: { comment: CANARY } }));
    await json(api("POST", "/destinations/box/test?dry_run=true", { token }));
    await outboxOf("lost").enqueue([{ alert: sampleAlert(), versions: [1] }]);
    const [dead] = await vi.waitFor(async () => {
      const { items } = await json<{ items: Delivery[] }>(api("GET", "/deliveries?state=dead&destination=lost"));
      if (items.length === 0) throw new Error("not dead yet");
      return items;
    }, WAIT);
    await json(api("POST", `/deliveries/${dead?.id}/replay`, { token }));
    await problemOf(await api("POST", "/deliveries/lost.none.1/replay", { token }), 404);

    const own = (await changes()).filter(({ actor }) => actor === "night-shift");
    expect(own).toHaveLength(3);
    expect(own).toMatchObject([
      { via: "token", action: "delivery.replayed", target: dead?.id },
      { action: "alert.commented", target: alert, detail: { commented: true } },
      { action: "alert.status_set", target: alert, detail: { status: "resolved", commented: true } },
    ]);
    expect(JSON.stringify(own)).not.toContain(CANARY);
    expect(JSON.stringify(await changes())).not.toContain(ROUTE);
  });

  test("a change stands where D1 does not take the row; then the log has it", async () => {
    await raise("unlogged");
    await settled("prod", "box");
    const { items } = await vi.waitFor(async () => {
      const found = await json<{ items: { id: string }[] }>(api("GET", "/alerts?q=unlogged"));
      if (found.items.length === 0) throw new Error("not projected yet");
      return found;
    }, WAIT);
    await env.DB.exec("ALTER TABLE audit RENAME TO audit_away");
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    try {
      const alert = await json<{ status: string }>(api("POST", `/alerts/${items[0]?.id}/status`, { body: { status: "suppressed" } }));
      expect(alert.status).toBe("suppressed");
      expect(
        lines.mock.calls
          .flat()
          .map(String)
          .find((line) => line.includes("admin.changed")),
      ).toContain('"audit":"lost"');
    } finally {
      await env.DB.exec("ALTER TABLE audit_away RENAME TO audit");
    }
  });

  test("and is found by actor, action and time, in pages or as one CSV file", async () => {
    for (const name of ["csv-1", "csv-2", "csv-3"]) await tokenOf(name, "read");
    // As a person's address may be: a spreadsheet must not take it for a formula.
    await env.DB.prepare("INSERT INTO audit (actor, via, action, target, detail) VALUES (?, 'access', 'alert.commented', ?, ?)")
      .bind('=cmd|"x"@example.com', "a,b", '{"k":"v"}')
      .run();
    const made = await allPages<Entry>("/audit?action=token.made&limit=2");
    expect(made.slice(0, 3).map(({ target }) => target)).toEqual(["csv-3", "csv-2", "csv-1"]);
    expect(made.every(({ action }) => action === "token.made")).toBe(true);
    expect(await allPages("/audit?actor=nobody")).toEqual([]);
    expect(await allPages("/audit?to=2020-01-01")).toEqual([]);

    const file = await api("GET", "/audit?format=csv");
    expect(file.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const lines = (await file.text()).split("\r\n");
    expect(lines[0]).toBe("at,id,actor,via,action,target,detail");
    expect(lines[1]).toMatch(/^[\dT:.-]+Z,[0-9a-f]{16},"'=cmd\|""x""@example.com",access,alert.commented,"a,b","\{""k"":""v""\}"$/);
    expect(lines).toHaveLength((await allPages("/audit?limit=200")).length + 2);
    const accepted = await api("GET", "/audit?action=token.made", { headers: { accept: "text/csv" } });
    expect((await accepted.text()).split("\r\n")).toHaveLength(made.length + 2);
    expect((await api("GET", "/audit?format=json", { headers: { accept: "text/csv" } })).headers.get("content-type")).toContain(
      "application/json",
    );
  });
});
