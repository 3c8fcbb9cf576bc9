// Names that every object inherits are names like any other: of a route, a destination and an enricher, from the file to the metrics.
import { env } from "cloudflare:workers";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { reportOf } from "../../demo/virustotal-api.ts";
import { ntopngFlow } from "../support/flows.ts";
import { api, json, tokenOf } from "./support/api.ts";
import { clock } from "./support/clock.ts";
import { installNet, net } from "./support/net.ts";
import { call, type HookAnswer, hook, ledgerOf, settled, sweepNow, WAIT } from "./support/relay.ts";
import { setSecret } from "./support/secrets.ts";

installNet();
const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const INHERITED = [...Object.getOwnPropertyNames(Object.prototype), "prototype", "name", "length"];
/** Those that the form of a name allows. */
const USABLE = INHERITED.filter((name) => /^[a-z0-9_-]+$/.test(name) && !name.startsWith("_"));

const fileWith = (name: string): string => `[relay]
notify = ["${name}"]
[destinations.${name}]
type = "inbox"
[enrichers.${name}]
type = "virustotal"
token = "secret:VT_KEY"
api = "https://vt.example"
rate = "1000/s"
[routes.${name}]
id = "${ID}"
source = "ntopng"
silent_after = "2h"
enrich = ["${name}"]
severity_map = { ${name} = "low" }
rules = [{ name = "all", to = ["${name}"], detail = "full" }]
`;
const put = (text: string): Promise<Response> => api("PUT", "/config", { body: text, headers: { "if-match": "*" } });
let port = 41_000;

beforeEach(() => {
  setSecret("VT_KEY", "key-of-the-oracle-19cc");
  net.answer("vt.example", ({ url }) => Response.json(reportOf(url.pathname.replace("/api/v3/", ""), { malicious: 5, harmless: 55 })));
});
afterAll(() => setSecret("VT_KEY", undefined));

test.each(INHERITED.filter((name) => !USABLE.includes(name)))("%s is refused with a sentence", async (name) => {
  clock.skip(60_000);
  const answer = await put(fileWith(name));
  expect([400, 422]).toContain(answer.status);
  const { detail } = await answer.json<{ detail: string }>();
  expect(detail).toMatch(/is not a name that can be used|is not a key that may stand here/);
});

test.each(USABLE)("%s is a name like any other", async (name) => {
  clock.skip(60_000);
  expect(await json(put(fileWith(name)))).toMatchObject({ applied: true });
  expect(await json(put(fileWith(name)))).toMatchObject({ applied: false });
  expect(await (await api("GET", "/config")).text()).toBe(fileWith(name));
  clock.skip(2_001);
  const answer = await hook(ID, ntopngFlow({ port: ++port, to: `203.0.113.${port % 200}` }));
  const { results } = await answer.json<HookAnswer>();
  expect(await settled(name, name)).toMatchObject({ accepted: 1, routed: 1 });
  await vi.waitFor(async () => expect((await ledgerOf(name).books()).lookups[name]).toMatchObject({ told: 1 }), WAIT);
  await settled(name, name);
  const alert = results[0]?.alert ?? "";
  const story = await json<{ deliveries: { destination: string; state: string }[] }>(api("GET", `/alerts/${alert}`));
  expect(story.deliveries.length).toBeGreaterThan(0);
  for (const one of story.deliveries) expect(one).toMatchObject({ destination: name, state: "delivered" });

  await sweepNow();
  expect(await (await call("/healthz")).json()).toMatchObject({ status: "ok", broken: 0 });
  clock.skip(3 * 3_600_000);
  await sweepNow();
  const { results: conditions } = await env.DB.prepare("SELECT id, told_by FROM conditions").all();
  expect(conditions).toEqual([{ id: `source_silent:${name}`, told_by: name }]);
  expect(await json(api("GET", "/books"))).toMatchObject({ balanced: true });
  const token = await tokenOf(`reader-${name}`, "read");
  const metrics = await (await call("/metrics", { headers: { authorization: `Bearer ${token}` } })).text();
  expect(metrics).toContain(`tocsin_messages_handed_total{route="${name}"} 2\n`);
  expect(metrics).not.toMatch(/NaN|undefined|function|\[object/);
  expect(await json(api("POST", `/routes/${name}/test?dry_run=true`))).toMatchObject({ dry_run: true });
  // Back to nothing: what it leaves behind is found by its name.
  expect(await json(put("# nothing"))).toMatchObject({ applied: true });
  await sweepNow();
  expect(await json(api("GET", "/books"))).toMatchObject({ balanced: true, routes: [{ name }], destinations: [{ name }] });
  await env.DB.batch(["objects", "conditions", "upkeep"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
});
