// Enrichers in the whole relay: from rows of D1 to what a chat shows, and what of a network is never told to anybody.
import { env } from "cloudflare:workers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { reportOf } from "../../demo/virustotal-api.ts";
import type { AlertStory } from "../../src/ledger/interface.ts";
import { parseAlertId } from "../../src/lib/names.ts";
import { type Flow, ntopngFlow } from "../support/flows.ts";
import { clock } from "./support/clock.ts";
import { installNet, net } from "./support/net.ts";
import { call, configure, type HookAnswer, hook, ledgerOf, settled, WAIT } from "./support/relay.ts";
import { setSecret } from "./support/secrets.ts";

installNet();
const ROUTES = { probe: "e1000000-cbd2-4a2b-8a3b-6d7c6e2f9a11", second: "e2000000-cbd2-4a2b-8a3b-6d7c6e2f9a11" };
const PLAIN = "e3000000-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const KEY = "key-of-the-oracle-77aa";
const HOST = "vt.example";
let port = 40_000;

beforeAll(async () => {
  setSecret("VT_KEY", KEY);
  setSecret("WALL", "https://wall.example/services/T/B/x");
  const rules = [{ name: "all", to: ["wall"] }];
  await configure({
    destinations: { wall: { type: "slack", url: "secret:WALL", rate: "1000/s" }, box: { type: "inbox" } },
    enrichers: {
      virustotal: { type: "virustotal", token: "secret:VT_KEY", api: `https://${HOST}`, rate: "1000/s", except: ["shop.example"] },
      unset: { type: "virustotal", token: "secret:NEVER_SET_KEY", api: `https://${HOST}` },
    },
    routes: {
      probe: { id: ROUTES.probe, source: "ntopng", enrich: ["virustotal"], rules },
      second: { id: ROUTES.second, source: "ntopng", enrich: ["virustotal", "unset", "gone"], rules },
      plain: { id: PLAIN, source: "ntopng", rules },
    },
  });
});
beforeEach(() => {
  net.answer("wall.example", () => new Response("ok"));
  net.answer(HOST, ({ url }) => {
    const object = url.pathname.replace("/api/v3/", "");
    if (object.includes("203.0.113.")) return Response.json(reportOf(object, { malicious: 5, harmless: 55, undetected: 30 }));
    if (object.includes("198.51.100.")) return Response.json(reportOf(object, { harmless: 60, undetected: 30 }));
    return Response.json({ error: { code: "NotFoundError", message: "" } }, { status: 404 });
  });
});
afterEach(() => clock.reset());
afterAll(() => {
  setSecret("VT_KEY", undefined);
  setSecret("WALL", undefined);
});

/** Raises one alert and answers its id. */
async function raise(id: string, flow: Omit<Flow, "port">): Promise<string> {
  port += 1;
  const answer = (await (await hook(id, ntopngFlow({ port, ...flow }))).json()) as HookAnswer;
  return answer.results[0]?.alert ?? "";
}
const storyOf = async (alert: string): Promise<AlertStory> => {
  const { route, hash } = parseAlertId(alert) ?? { route: "", hash: "" };
  const story = await ledgerOf(route).story(hash);
  if (!story) throw new Error(`no story of ${alert}`);
  return story;
};
const enriched = (alert: string, count: number) =>
  vi.waitFor(async () => {
    const { alert: now } = await storyOf(alert);
    expect(now.data.enrichments).toHaveLength(count);
    return now;
  }, WAIT);
const asked = () => net.callsTo(HOST).map(({ url }) => decodeURIComponent(url.pathname.replace("/api/v3/", "")));
const wall = () => net.callsTo("wall.example").map(({ body }) => body);

describe("an alert of a route with an enricher", () => {
  test("gets its verdicts, and a malicious one is told where the chat cannot edit", async () => {
    const alert = await raise(ROUTES.probe, { to: "203.0.113.21", name: "c2.evil.example" });
    expect(await enriched(alert, 2)).toMatchObject({
      version: 2,
      data: {
        enrichments: [
          { provider: "VirusTotal", type: "ip", name: "attacker", value: "203.0.113.21", verdict: "malicious", score: "5/90" },
          { provider: "VirusTotal", type: "domain", name: "attacker", value: "c2.evil.example", verdict: "unknown" },
        ],
      },
    });
    await settled("probe", "wall");
    expect(wall()).toHaveLength(2);
    expect(wall()[1]).toContain("203.0.113.21 is malicious, 5/90");
    expect(wall()[1]).not.toContain("c2.evil.example unknown");
    // What is ours stays here: the host, its name, and what lies below it.
    expect(asked()).toEqual(["ip_addresses/203.0.113.21", "domains/c2.evil.example"]);
    const seen = net.callsTo(HOST).map(({ url, headers, body }) => `${url.href} ${JSON.stringify([...headers])} ${body}`);
    expect(seen.join()).not.toMatch(/10\.0\.1\.20|ws-20|corp\.example/);
  });

  test("is not told of twice where the verdicts are no news", async () => {
    const alert = await raise(ROUTES.probe, { to: "198.51.100.22", name: "quiet.example" });
    await enriched(alert, 2);
    await settled("probe", "wall");
    expect(wall()).toHaveLength(1);
    const last = "SELECT state, reason FROM deliveries WHERE alert = ? ORDER BY version DESC LIMIT 1";
    await vi.waitFor(
      async () => expect(await env.DB.prepare(last).bind(alert).first()).toEqual({ state: "merged", reason: "nothing_new" }),
      WAIT,
    );
  });

  test("costs no call for what was asked before, by whatever route, also where they knew nothing", async () => {
    const first = await raise(ROUTES.probe, { to: "203.0.113.23", name: "c3.evil.example" });
    await enriched(first, 2);
    expect(asked()).toHaveLength(2);
    const again = await raise(ROUTES.probe, { to: "203.0.113.23", name: "c3.evil.example" });
    const other = await raise(ROUTES.second, { to: "203.0.113.23", name: "c3.evil.example" });
    await enriched(again, 2);
    await enriched(other, 2);
    expect(asked()).toHaveLength(2);
    expect((await storyOf(again)).events[0]?.trace.filter(({ decision }) => decision === "verdict")).toMatchObject([
      { reason: "VirusTotal had told before: malicious 5/90" },
      { reason: "VirusTotal had told before: unknown" },
    ]);
  });

  test("keeps to itself what the configuration excepts", async () => {
    const alert = await raise(ROUTES.probe, { to: "203.0.113.24", name: "vpn.shop.example" });
    await enriched(alert, 1);
    expect(asked()).toEqual(["ip_addresses/203.0.113.24"]);
  });

  test("says why another enricher told nothing", async () => {
    const alert = await raise(ROUTES.second, { to: "203.0.113.25" });
    await enriched(alert, 1);
    await vi.waitFor(async () => {
      const steps = (await storyOf(alert)).events[0]?.trace ?? [];
      expect(steps).toContainEqual(
        expect.objectContaining({
          decision: "no_verdict",
          reason: "the secret NEVER_SET_KEY is not set",
          values: expect.objectContaining({ enricher: "unset" }),
        }),
      );
    }, WAIT);
  });

  test("asks again once a refused key was put right, and nothing repeats the key", async () => {
    net.answer(HOST, ({ headers }) => new Response(`who is ${headers.get("x-apikey")}?`, { status: 401 }));
    const refused = await raise(ROUTES.probe, { to: "203.0.113.26" });
    const reason = "VirusTotal refused our key (status 401)";
    await vi.waitFor(async () => expect(JSON.stringify((await storyOf(refused)).events[0]?.trace)).toContain(reason), WAIT);
    expect((await storyOf(refused)).alert).toMatchObject({ version: 1 });
    expect(JSON.stringify(await storyOf(refused))).not.toContain(KEY);
    net.answer(HOST, ({ url }) => Response.json(reportOf(url.pathname.replace("/api/v3/", ""), { harmless: 90 })));
    clock.skip(61_000);
    await enriched(await raise(ROUTES.probe, { to: "203.0.113.27" }), 1);
  });
});

test("a route without an enricher asks nobody", async () => {
  await raise(PLAIN, { to: "203.0.113.31" });
  await settled("plain");
  expect(asked()).toEqual([]);
});

describe("people", () => {
  const get = async (path: string) => {
    const answer = await call(path, { headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` } });
    expect(answer.status).toBe(200);
    return answer.text();
  };

  test("see which enrichers there are, with their secrets as names, and what is wrong", async () => {
    const { items } = JSON.parse(await get("/api/enrichers"));
    expect(items).toEqual([
      { name: "of second", state: "broken", problem: expect.stringContaining('there is no enricher "gone"'), routes: [] },
      {
        name: "unset",
        state: "ok",
        type: "virustotal",
        label: "VirusTotal",
        rate: "4/m",
        except: [],
        settings: { token: "secret:NEVER_SET_KEY", api: `https://${HOST}`, threshold: 3 },
        routes: ["second"],
      },
      {
        name: "virustotal",
        state: "ok",
        type: "virustotal",
        label: "VirusTotal",
        rate: "1000/s",
        except: ["shop.example"],
        settings: { token: "secret:VT_KEY", api: `https://${HOST}`, threshold: 3 },
        routes: ["probe", "second"],
      },
    ]);
    const routes: { items: { name: string; enrich?: string[] }[] } = JSON.parse(await get("/api/routes"));
    expect(routes.items.find(({ name }) => name === "second")?.enrich).toEqual(["virustotal", "unset", "gone"]);
    expect(await get("/api/enrichers")).not.toContain(KEY);
  });
});
