// Retention over the whole relay: what a source wrote, a chat answered and a person remarked goes into every store on its real way,
// the clock moves on, the sweep runs, and then every row of every table is looked at.
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { reportOf } from "../../demo/virustotal-api.ts";
import { Outbox } from "../../src/index.ts";
import { lastSweep } from "../../src/store/upkeep.ts";
import { clock } from "./support/clock.ts";
import { installNet, net } from "./support/net.ts";
import { call, configure, type HookAnswer, hook, outboxOf, settled, sweepNow, WAIT } from "./support/relay.ts";
import { everyRow } from "./support/rows.ts";

installNet();

const DAY = 86_400_000;
const SHORT = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9b01";
const LONG = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9b02";
const CANARY = "canary-7f3a9c";
const IP = "203.0.113.77";
const MAPPING = {
  title: "title",
  summary: "note",
  severity: "severity",
  key: "key",
  id: "id",
  assets: ["host"],
  observables: [{ value: "user", type: "user" }, { value: "ip" }],
  tags: ["tags"],
  url: "url",
};
let number = 0;
/** A body that has the canary wherever a source can write. */
const body = (more: object = {}) => ({
  id: ++number,
  key: `case-${number}-${CANARY}`,
  title: `Login of ${CANARY}`,
  note: `${CANARY} signed in from ${IP}`,
  severity: "high",
  host: `host-${CANARY}`,
  user: CANARY,
  ip: IP,
  tags: [CANARY],
  url: `https://siem.example.com/${CANARY}`,
  unmapped: { deep: [{ secret: CANARY }] },
  ...more,
});
const bearer = { authorization: `Bearer ${env.ADMIN_TOKEN}` };
const post = (path: string, json: unknown) =>
  call(path, { method: "POST", headers: { ...bearer, "content-type": "application/json" }, body: JSON.stringify(json) });
const places = async (text: string) =>
  (await everyRow()).filter((row) => row.includes(text)).map((row) => row.split(" ").slice(0, 2).join(" "));
/** The tables that have the text, each once. */
const tablesWith = async (text: string) => [...new Set(await places(text))].sort();

beforeAll(async () => {
  for (const level of ["log", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
  await configure({
    destinations: {
      box: { type: "inbox" },
      hook: { type: "webhook", url: "https://hook.example/in", rate: "1000/s" },
      slow: { type: "webhook", url: "https://slow.example/in", rate: "1/m", digest: { after: 2, every: "1s", max: 20 } },
    },
    enrichers: { virustotal: { type: "virustotal", token: "key", api: "https://vt.example" } },
    routes: {
      short: {
        id: SHORT,
        source: "generic",
        mapping: MAPPING,
        retention: "10d",
        retention_payloads: "2d",
        enrich: ["virustotal"],
        rules: [{ when: `alert.title.contains("${CANARY.slice(0, 6)}")`, to: ["box", "hook", "slow"] }],
      },
      long: { id: LONG, source: "generic", mapping: MAPPING, retention: "60d", rules: [{ to: ["box", "hook"] }] },
    },
  });
});
afterAll(() => vi.restoreAllMocks());

/** Chats and the oracle repeat what they are sent. */
function answers(): void {
  const echo = ({ body: sent }: { body: string }) => new Response(sent.includes(CANARY) ? `took ${CANARY}` : "took it");
  net.answer("hook.example", echo);
  net.answer("slow.example", echo);
  net.answer("vt.example", ({ url }) => Response.json(reportOf(url.pathname.replace("/api/v3/", ""), { malicious: 5, harmless: 85 })));
}

/** Lets time pass until a slow destination has nothing left to send. */
const drained = (destination: string) =>
  vi.waitFor(async () => {
    clock.skip(61_000);
    await outboxOf(destination).sweep();
    expect((await outboxOf(destination).status()).counts.pending).toBe(0);
    expect(await outboxOf(destination).owed(1)).toEqual([]);
  }, WAIT);

describe("retention", () => {
  let kept = "";

  test("every store has the canary before", async () => {
    answers();
    const first: HookAnswer = await (await hook(SHORT, body())).json();
    const id = first.results[0]?.alert ?? "";
    expect((await post(`/api/alerts/${id}/status`, { status: "in_progress", comment: `seen by ${CANARY}` })).status).toBe(200);
    for (let index = 0; index < 6; index += 1) await hook(SHORT, body());
    await hook(SHORT, body({ severity: CANARY, title: { not: CANARY } }));
    kept = ((await (await hook(LONG, body({ title: "Kept" }))).json()) as HookAnswer).results[0]?.alert ?? "";
    await settled("short", "box", "hook");
    await settled("long", "box", "hook");
    await vi.waitFor(async () => {
      const found = await tablesWith(CANARY);
      for (const where of ["D1 alerts", "D1 deliveries", "D1 inbox", "ledger:short:0 alerts", "ledger:short:0 events", "outbox:hook slots"])
        expect(found).toContain(where);
      expect(found.some((where) => where.startsWith("outbox:slow"))).toBe(true);
      expect((await everyRow()).some((row) => row.startsWith("enricher:") && row.includes(IP))).toBe(true);
    }, WAIT);
    // The backlog of the slow destination becomes a digest, which is on its way.
    await drained("slow");
    expect((await everyRow()).some((row) => row.startsWith("outbox:slow slots") && row.includes('"digest-'))).toBe(true);
  });

  test("what the source wrote is nowhere once the retention of payloads is over, and what is ours is still there", async () => {
    answers();
    clock.skip(2 * DAY + 60_000);
    await sweepNow();
    const left = (await everyRow()).filter((row) => row.includes(CANARY) || row.includes(IP));
    // The other route keeps for longer; its rules and those of the first stand in the configuration.
    const own = left.filter((row) => !row.startsWith("D1 routes ") && !row.startsWith("ledger:long:0 ") && !row.includes(kept));
    expect(own.map((row) => row.slice(0, 300))).toEqual([]);
    const { items }: { items: { id: string; title: string; severity: string }[] } = await (
      await call("/api/alerts?route=short", { headers: bearer })
    ).json();
    expect(items).toHaveLength(8);
    expect(new Set(items.map(({ title }) => title))).toEqual(new Set(["(removed after its retention)"]));
    const story = await (await call(`/api/alerts/${items.at(-1)?.id}?payloads=true`, { headers: bearer })).json();
    expect(story).toMatchObject({ events: [{ payload: null, end: "routed" }, { type: "tocsin:status" }] });
    expect(Object(story).deliveries.length).toBeGreaterThan(0);
    expect(await lastSweep(env.DB)).toMatchObject({ failed: [], removed: { emptied: expect.any(Number), inbox: 7 } });
  });

  test("nothing of it is left once its retention is over, where the other route's is still whole", async () => {
    answers();
    clock.skip(9 * DAY);
    await sweepNow();
    const rows = await everyRow();
    expect(rows.filter((row) => /short\.[0-9a-f]{24}/.test(row) && !row.startsWith("D1 audit ")).map((row) => row.slice(0, 200))).toEqual(
      [],
    );
    expect(rows.filter((row) => row.startsWith("ledger:short:0 alerts") || row.startsWith("ledger:short:0 events"))).toEqual([]);
    expect(await (await call(`/api/alerts/${kept}`, { headers: bearer })).json()).toMatchObject({
      alert: { title: "Kept", observables: expect.any(Array) },
    });
    expect(await lastSweep(env.DB)).toMatchObject({ failed: [], more: false, removed: { alerts: 16 } });
  });

  test("goes on by the retention that a route last had, when the route is removed", async () => {
    answers();
    const removed: HookAnswer = await (await hook(SHORT, body())).json();
    const alert = removed.results[0]?.alert ?? "?";
    await settled("short", "box", "hook");
    await drained("slow");
    await vi.waitFor(async () => expect(await tablesWith(alert)).toContain("D1 deliveries"), WAIT);
    await env.DB.prepare("DELETE FROM routes WHERE name = 'short'").run();
    clock.skip(11 * DAY);
    await sweepNow();
    expect((await everyRow()).filter((row) => row.includes(alert)).map((row) => row.slice(0, 200))).toEqual([]);
    expect(await tablesWith(kept)).toContain("D1 alerts");
  });

  test("names the object whose sweep failed, and sweeps the others", async () => {
    answers();
    vi.spyOn(Outbox.prototype, "sweep").mockRejectedValueOnce(new Error("broken"));
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    clock.skip(60 * DAY);
    await sweepNow();
    const last = await lastSweep(env.DB);
    expect(last?.failed).toHaveLength(1);
    expect(last?.failed[0]).toMatch(/^outbox:/);
    expect(last?.removed.alerts).toBeGreaterThan(0);
    await sweepNow();
    expect(await lastSweep(env.DB)).toMatchObject({ failed: [] });
    expect(await tablesWith(CANARY)).toEqual([]);
  });

  test("that is shorter than the window of dedup shortens it: what is kept is recognised, and what is forgotten is new", async () => {
    const id = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9b03";
    await configure({ routes: { brief: { id, source: "generic", mapping: MAPPING, rules: [{ to: ["box"] }], retention: "1d" } } });
    const same = { title: "once", severity: "low", key: "brief", id: "brief-1" };
    const send = async () => (await (await hook(id, same)).json<HookAnswer>()).results[0]?.outcome;
    expect(await send()).toBe("accepted");
    await settled("brief", "box");
    clock.skip(DAY - 60_000);
    await sweepNow();
    expect(await send()).toBe("duplicate");
    clock.skip(61_000);
    await sweepNow();
    expect(await send()).toBe("accepted");
  });

  test("removes what has times of its own: the audit log, tokens that expired, codes that ended", async () => {
    await env.DB.batch([
      env.DB.prepare("INSERT INTO audit (at, actor, via, action) VALUES (?, 'ana', 'token', 'old.one')").bind(
        new Date(Date.now() - 401 * DAY).toISOString(),
      ),
      env.DB.prepare("INSERT INTO audit (at, actor, via, action) VALUES (?, 'ana', 'token', 'young.one')").bind(
        new Date(Date.now() - 399 * DAY).toISOString(),
      ),
      env.DB.prepare("INSERT INTO tokens (hash, name, role, created_by, expires_at) VALUES ('a', 'long-gone', 'read', 'ana', ?)").bind(
        new Date(Date.now() - 8 * DAY).toISOString(),
      ),
      env.DB.prepare("INSERT INTO tokens (hash, name, role, created_by, expires_at) VALUES ('b', 'just-gone', 'read', 'ana', ?)").bind(
        new Date(Date.now() - DAY).toISOString(),
      ),
      env.DB.prepare("INSERT INTO tokens (hash, name, role, created_by) VALUES ('c', 'for-ever', 'read', 'ana')"),
      ...[
        ["over-long-ago", -500, -401, null],
        ["ended-long-ago", -500, 401, -401],
        ["over", -500, -399, null],
        ["ended", -500, 401, -399],
        ["lasts", -500, 401, null],
      ].map(([id, from, until, ended]) => {
        const at = (days: string | number | null | undefined) =>
          typeof days === "number" ? new Date(Date.now() + days * 86_400_000).toISOString() : null;
        return env.DB.prepare(
          "INSERT INTO silences (id, condition, starts_at, ends_at, ended_at, owner, comment, created_by) VALUES (?, 'true', ?, ?, ?, 'ana', 'c', 'ana')",
        ).bind(id, at(from), at(until), at(ended));
      }),
      env.DB.prepare("INSERT INTO signin_codes (hash, expires_at) VALUES ('d', ?)").bind(Date.now() - 1),
    ]);
    await sweepNow();
    const column = async (sql: string) => (await env.DB.prepare(sql).all<{ it: string }>()).results.map(({ it }) => it);
    expect(await column("SELECT action AS it FROM audit WHERE action LIKE '%.one'")).toEqual(["young.one"]);
    expect(await column("SELECT name AS it FROM tokens ORDER BY name")).toEqual(["for-ever", "just-gone"]);
    expect(await column("SELECT id AS it FROM silences ORDER BY id")).toEqual(["ended", "lasts", "over"]);
    expect(await column("SELECT hash AS it FROM signin_codes")).toEqual([]);
  });
});
