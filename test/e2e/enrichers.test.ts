// An enricher over HTTP, against a simulated VirusTotal: a file of the configuration is applied, an alert is shown at once, its verdict
// edits the living message or follows it, "malicious" reaches who was not told before, and a restart forgets nothing.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startVirusTotalApi, type VirusTotalApi } from "../../demo/virustotal-api.ts";
import { parseTables } from "../../src/config/parse.ts";
import { destinations } from "../../src/destinations/index.ts";
import { enrichers } from "../../src/enrichers/index.ts";
import { sources } from "../../src/sources/index.ts";
import { ntopngFlow } from "../support/flows.ts";
import { type Stack, type StackConfig, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a33";
const MALICIOUS =
  'has(alert.data.enrichments) && alert.data.enrichments.exists(one, one.verdict == "malicious" && one.data.malicious >= 5.0)';
let oracle: VirusTotalApi;
let stack: Stack;
let config: StackConfig;

beforeAll(async () => {
  oracle = await startVirusTotalApi({ requestsPerMinute: 4 });
  oracle.put("ip_addresses/203.0.113.7", { malicious: 7, suspicious: 1, harmless: 52, undetected: 30 }, -20);
  oracle.put("ip_addresses/198.51.100.9", { harmless: 60, undetected: 30 });
  stack = await startStack({
    secrets: ({ chats }) => ({ SOC_SLACK: chats.slack("soc").url, ON_CALL: chats.slack("oncall").url, VIRUSTOTAL_KEY: oracle.token }),
    config: ({ chats }) => {
      config = {
        destinations: {
          soc: { type: "slack", url: "secret:SOC_SLACK", rate: "100/s" },
          war: { type: "discord", url: chats.discord("war").url, rate: "100/s" },
          oncall: { type: "slack", url: "secret:ON_CALL", rate: "100/s" },
        },
        enrichers: { virustotal: { token: "secret:VIRUSTOTAL_KEY", api: oracle.url } },
        routes: {
          probe: {
            id: ROUTE,
            source: "ntopng",
            enrich: ["virustotal"],
            rules: [
              { name: "all", to: ["soc", "war"] },
              { name: "malicious", when: MALICIOUS, to: ["oncall"] },
            ],
          },
        },
      };
      return config;
    },
  });
});
afterAll(async () => {
  await stack?.stop();
  await oracle?.close();
});

const objects = () => oracle.requests.map(({ object }) => object);

test("the configuration is one that the file may hold", () => {
  expect(parseTables(config, { sources, destinations, enrichers }, { local: true }).problems).toEqual([]);
});

test("a malicious address is news: followed where the chat cannot edit, edited where it can, and it pages", async () => {
  const { chats } = stack;
  // The verdict is slower than the chats: it comes when both show the alert.
  const shown = [chats.slack("soc"), chats.discord("war")].map((channel) => channel.waitFor((visible) => visible.length === 1));
  oracle.hold(Promise.allSettled(shown));
  await stack.hook(ROUTE, ntopngFlow({ port: 50_001, to: "203.0.113.7", name: "c2.evil.example" }));
  await chats.slack("oncall").waitFor((visible) => visible.length === 1);
  const books = await stack.settled();
  const [first, second, ...more] = chats.slack("soc").visible();
  expect(more).toEqual([]);
  expect(first?.raw).not.toContain("VirusTotal");
  expect(second?.raw).toContain("203.0.113.7 is malicious, 7/90");
  expect(chats.discord("war").visible()).toHaveLength(1);
  expect(chats.discord("war").visible()[0]?.raw).toContain("203.0.113.7 malicious 7/90 (VirusTotal)");
  expect(chats.discord("war").visible()[0]?.raw).toContain("c2.evil.example unknown (VirusTotal)");
  expect(chats.slack("oncall").visible()[0]?.raw).toContain("203.0.113.7 malicious 7/90 (VirusTotal)");
  expect(books.routes).toMatchObject([{ received: 1, accepted: 1, routed: 1, handed: 5 }]);
  expect(objects()).toEqual(["ip_addresses/203.0.113.7", "domains/c2.evil.example"]);
});

test("a harmless one is no news", async () => {
  const { chats } = stack;
  await stack.hook(ROUTE, ntopngFlow({ port: 50_002, to: "198.51.100.9" }));
  await chats.discord("war").waitFor((visible) => visible.at(-1)?.raw.includes("harmless 0/90") ?? false);
  await stack.settled();
  expect(chats.slack("soc").visible()).toHaveLength(3);
  expect(chats.slack("oncall").visible()).toHaveLength(1);
  expect(objects()).toHaveLength(3);
});

test("the story tells what was asked, what came, and that the rules were asked again", async () => {
  const { items } = await stack.get<{ items: { id: string; data: { enrichments: unknown[] } }[] }>("/api/alerts");
  const [harmless, malicious] = items;
  expect(malicious?.data.enrichments).toMatchObject([
    {
      provider: "VirusTotal",
      type: "ip",
      value: "203.0.113.7",
      verdict: "malicious",
      score: "7/90",
      data: { malicious: 7, reputation: -20 },
    },
    { provider: "VirusTotal", type: "domain", value: "c2.evil.example", verdict: "unknown" },
  ]);
  const decisions = async (id = "") => (await traceOf(id)).map(({ decision }) => decision);
  expect(await decisions(malicious?.id)).toEqual(expect.arrayContaining(["asked", "verdict", "routed"]));
  expect(await decisions(harmless?.id)).toEqual(expect.arrayContaining(["asked", "verdict", "asked_again"]));
});

test("what was told before costs no call, also after the runtime was killed; what is new waits for the minute", async () => {
  const { chats } = stack;
  await stack.relay.killRuntime();
  await stack.hook(ROUTE, ntopngFlow({ port: 50_003, to: "203.0.113.7" }));
  await chats.slack("oncall").waitFor((visible) => visible.length === 2);
  expect(objects()).toHaveLength(3);
  // Five at once: whatever was asked in this minute before, the first goes, and the last has to wait.
  const alerts = await Promise.all(
    [40, 50, 60, 70, 80].map(async (last) => {
      const answer = await stack.hook(ROUTE, ntopngFlow({ port: 50_000 + last, to: `203.0.113.${last}` }));
      return ((await answer.json()) as { results: { alert: string }[] }).results[0]?.alert;
    }),
  );
  const waiting = async () => (await Promise.all(alerts.map(traceOf))).flat().find(({ decision }) => decision === "waits")?.reason;
  await expect.poll(waiting).toContain("budget");
  await expect.poll(() => objects().length).toBeGreaterThan(3);
  expect(oracle.requests.map(({ status }) => status)).not.toContain(429);
  expect((await stack.settled()).balanced).toBe(true);
});

const traceOf = async (id = ""): Promise<{ decision: string; reason: string }[]> =>
  (await stack.get<{ trace: { decision: string; reason: string }[] }>(`/api/alerts/${id}`)).trace;
