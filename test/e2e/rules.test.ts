// All that rules can say, over a whole relay with simulated chats: what counts, groups, waits, is held back, silenced and escalated stands on
// the walls as it should, the books balance, and the runtime is killed with SIGKILL while most of it waits.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Channel } from "../../demo/chats/channel.ts";
import type { ChatMessage } from "../../demo/chats/types.ts";
import { GENERIC, type GenericBody, genericBody } from "../support/generic-route.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { type Books, type Stack, startStack } from "../support/stack.ts";
import { isMoved } from "../support/under-fire.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const WAIT = { timeout: PATIENCE_MS, interval: 50 };
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/** A message that was on its way when the runtime was killed may stand twice. */
const COPIES = 2;

interface TraceStep {
  at: string;
  stage: string;
  decision: string;
  values: Record<string, unknown>;
}
interface Story {
  alert: { id: string; count: number; status: string; title: string };
  trace: TraceStep[];
}

let stack: Stack;
let folder: string;
let books: Books;
const wall: Record<"soc" | "oncall" | "manager", Channel> = {} as never;
const ids = new Map<string, string>();
let posted = 0;

/** A zone where it is noon now, or midnight, as near as whole hours go: hours of 06:00 to 18:00 are open there, or closed. */
function zoneAt(hour: number): string {
  const offset = ((hour - new Date().getUTCHours() + 36) % 24) - 12;
  // The signs of these names are the other way round.
  return offset === 0 ? "Etc/GMT" : `Etc/GMT${offset > 0 ? "-" : "+"}${Math.abs(offset)}`;
}
const hours = (hour: number, outside: string) => ({ zone: zoneAt(hour), days: DAYS, from: "06:00", to: "18:00", outside });
const has = (tag: string): string => `"${tag}" in alert.tags`;

async function post(tag: string, body: GenericBody): Promise<string> {
  const answer = await stack.hook(ROUTE, genericBody({ tags: [tag], ...body }));
  expect(answer.status).toBe(202);
  posted += 1;
  const { results } = (await answer.json()) as { results: { alert: string }[] };
  const id = results[0]?.alert ?? "";
  ids.set(body.key, id);
  return id;
}
const metrics = async (): Promise<string> => (await stack.call("/metrics")).text();
const story = (key: string): Promise<Story> => stack.get<Story>(`/api/alerts/${ids.get(key)}`);
const setStatus = async (key: string, status: string): Promise<void> => {
  const headers = { "content-type": "application/json" };
  const answer = await stack.call(`/api/alerts/${ids.get(key)}/status`, { method: "POST", headers, body: JSON.stringify({ status }) });
  expect(answer.status).toBe(200);
};
const about = (channel: Channel, text: string): ChatMessage[] => channel.visible().filter((one) => one.raw.includes(text) && !isMoved(one));
const seen = (channel: Channel, text: string): Promise<void> =>
  channel
    .waitFor(() => about(channel, text).length > 0)
    .then(
      () => undefined,
      (error: Error) =>
        expect.fail(
          `${text}: ${error.message}\n${channel
            .visible()
            .map(({ raw }) => raw.slice(0, 300))
            .join("\n")}`,
        ),
    );
/** So many messages, give or take one that nobody could know of when the runtime was killed. */
const expectTold = (channel: Channel, text: string): void => {
  expect(about(channel, text).length, `${channel.name}: ${text}`).toBeGreaterThanOrEqual(1);
  expect(about(channel, text).length, `${channel.name}: ${text}`).toBeLessThanOrEqual(COPIES);
};
const expectUntold = (text: string): void => {
  for (const channel of Object.values(wall)) expect(about(channel, text), `${channel.name}: ${text}`).toEqual([]);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tocsin-rules-"));
  stack = await startStack({
    persistTo: folder,
    config: ({ chats }) => {
      for (const name of ["soc", "oncall", "manager"] as const) wall[name] = chats.discord(name);
      const destination = (name: keyof typeof wall) => ({ type: "discord", url: wall[name].url, rate: "50/s" });
      const rule = (tag: string, more: object) => ({ name: tag, when: has(tag), to: ["soc"], stop: true, ...more });
      return {
        destinations: { soc: destination("soc"), oncall: destination("oncall"), manager: destination("manager") },
        lists: { crown_jewels: ["jewel-1"] },
        inhibit: [
          {
            name: "site down",
            source: 'alert.title.startsWith("Site down")',
            target: `${has("site")} && !alert.title.startsWith("Site down")`,
            by: "asset.name",
            wait: "2s",
          },
        ],
        routes: {
          prod: {
            id: ROUTE,
            ...GENERIC,
            rules: [
              rule("noise", { mute: true, to: undefined }),
              rule("login", { threshold: { count: 5, within: "60s", by: "asset.name", title: "Brute force", severity: "critical" } }),
              rule("scan", { group: { by: "asset.name", wait: "2s", interval: "1s" } }),
              rule("down", { unless: { when: has("up"), within: "5s", by: "asset.name" }, to: ["oncall"] }),
              rule("up", { mute: true, to: undefined }),
              rule("open", { hours: hours(12, "hold") }),
              rule("closed", { hours: hours(0, "hold") }),
              rule("night", { hours: hours(0, "manager") }),
              rule("dropped", { hours: hours(0, "drop") }),
              rule("chatty", { mute: "1h" }),
              rule("urgent", { escalate: [{ after: "3s" }, { after: "8s", to: ["manager"] }] }),
              rule("site", { to: ["oncall"] }),
              rule("quiet", {}),
              { name: "jewels", when: "alert.assets.exists(a, a.name in lists.crown_jewels)", to: ["oncall"] },
            ],
          },
        },
      };
    },
  });
  const { items } = await stack.get<{ items: { problem?: string }[] }>("/api/routes");
  expect(items, JSON.stringify(items)).toMatchObject([{ state: "ok" }]);
  await run();
});
afterAll(async () => {
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The whole story; tests look at what came of it. */
async function run(): Promise<void> {
  const made = await stack.call("/api/silences", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ when: has("quiet"), until: "2h", owner: "ana", comment: "maintenance" }),
  });
  const silence = (await made.json()) as { id: string };
  expect(made.status).toBe(201);
  // Whoever looks sees the latest configuration, and so does the relay from then on.
  await stack.get("/api/silences");
  const start = Date.now();
  const time = (ms: number): string => new Date(start + ms).toISOString();

  await Promise.all([
    post("noise", { key: "noise", title: "Nobody hears" }),
    ...[0, 1, 2].map((n) => post("login", { key: `login-${n}`, asset: "db-1", title: "Failed login", severity: "low", time: time(n) })),
    post("login", { key: "other-login", asset: "db-2", title: "Failed login", severity: "low", time: time(0) }),
    post("scan", { key: "scan-1", asset: "web-1", title: "Port scan" }),
    post("down", { key: "down-1", asset: "host-1", title: "Host down one", time: time(0) }),
    post("down", { key: "down-2", asset: "host-2", title: "Host down two", time: time(0) }),
    post("up", { key: "up-1", asset: "host-1", title: "Host up", time: time(1_000) }),
    post("open", { key: "open", title: "In office hours" }),
    post("closed", { key: "closed", title: "Held for the morning" }),
    post("night", { key: "night", title: "Night shift has it" }),
    post("dropped", { key: "dropped", title: "Dropped at night" }),
    post("chatty", { key: "chatty", title: "Chatty first" }),
    post("urgent", { key: "urgent-1", title: "Urgent and left" }),
    post("urgent", { key: "urgent-2", title: "Urgent and taken" }),
    post("site", { key: "site-1", asset: "dc-1", title: "Site down one" }),
    post("quiet", { key: "quiet-1", title: "Quiet one" }),
    post("quiet", { key: "quiet-2", title: "Quiet two" }),
    post("jewel", { key: "jewel", asset: "jewel-1", title: "Crown jewel" }),
    post("nothing", { key: "nothing", title: "No rule fits" }),
  ]);
  await Promise.all([
    setStatus("urgent-2", "in_progress"),
    seen(wall.oncall, "Site down one"),
    seen(wall.soc, "Chatty first"),
    // The correlator knows of what explains others.
    vi.waitFor(async () => expect(await metrics()).toMatch(/^tocsin_rule_keys\{route="prod",gate="inhibit"\} [1-9]/m), WAIT),
  ]);
  await Promise.all([
    post("chatty", { key: "chatty", title: "Chatty second" }),
    post("site", { key: "site-2", asset: "dc-1", title: "Explained by the site" }),
    post("site", { key: "site-3", asset: "dc-2", title: "Not explained" }),
    post("quiet", { key: "quiet-2", title: "Quiet two", status: "resolved" }),
  ]);

  // Windows are half full, groups gather, answers are awaited, the escalation runs.
  await stack.relay.killRuntime();

  await Promise.all([
    ...[3, 4, 5, 6].map((n) => post("login", { key: `login-${n}`, asset: "db-1", title: "Failed login", severity: "low", time: time(n) })),
    post("scan", { key: "scan-2", asset: "web-1", title: "Port scan" }),
    post("scan", { key: "scan-3", asset: "web-1", title: "Exploit attempt", severity: "critical" }),
    post("scan", { key: "scan-4", asset: "web-2", title: "Lonely scan" }),
  ]);
  await Promise.all([
    seen(wall.soc, "Brute force"),
    wall.soc.waitFor(() => about(wall.soc, "Exploit attempt").some(({ raw }) => raw.includes("3 alerts"))),
    seen(wall.soc, "Lonely scan"),
    seen(wall.oncall, "Host down two"),
    seen(wall.oncall, "Not explained"),
    seen(wall.soc, "Nobody has taken it in hand"),
    seen(wall.manager, "Urgent and left"),
  ]);
  await setStatus("urgent-1", "in_progress");

  await post("chatty", { key: "chatty", title: "Chatty second", status: "resolved" });
  await wall.soc.waitFor(() => about(wall.soc, "Chatty second").length > 0);
  expectUntold("Explained by the site");
  await post("site", { key: "site-1", asset: "dc-1", title: "Site down one", status: "resolved" });
  await seen(wall.oncall, "Explained by the site");

  expectUntold("Quiet");
  expect((await stack.call(`/api/silences/${silence.id}`, { method: "DELETE" })).status).toBe(204);
  await seen(wall.soc, "Quiet one");
  await stack.relay.scheduled();
  await seen(wall.soc, "The silence of ana");
  await stack.relay.scheduled();
  books = await stack.settled();
}

test("a threshold raises one alert for all its events, also for those before the kill, and none for another key", async () => {
  expectTold(wall.soc, "Brute force (db-1)");
  expectUntold("Failed login (db-2)");
  expectUntold("Brute force (db-2)");
  const { items } = await stack.get<{ items: { id: string; title: string; count: number; severity: string }[] }>("/api/alerts?q=Brute");
  expect(items).toMatchObject([{ title: "Brute force (db-1)", count: 7, severity: "critical" }]);
});

test("a group is one message with its members; another key is another one", async () => {
  const { items } = await stack.get<{ items: { title: string; count: number }[] }>("/api/alerts?q=web-1&limit=200");
  const group = items.find(({ title }) => title.startsWith("3 alerts"));
  expect(group).toMatchObject({ count: 3, title: expect.stringContaining("Exploit attempt") });
  expectTold(wall.soc, "Lonely scan");
});

test("what is answered in time is not told, what is not is, across the kill", async () => {
  expectTold(wall.oncall, "Host down two");
  expectUntold("Host down one");
  expect((await story("down-1")).trace.map(({ decision }) => decision)).toContain("waiting");
});

test("hours: open, held, elsewhere, dropped", async () => {
  expectTold(wall.soc, "In office hours");
  expectUntold("Held for the morning");
  expect((await story("closed")).trace).toContainEqual(expect.objectContaining({ stage: "match", decision: "held" }));
  expectTold(wall.manager, "Night shift has it");
  expect(about(wall.soc, "Night shift has it")).toEqual([]);
  expectUntold("Dropped at night");
});

test("a mute holds updates back, never the end; muted for good is told to nobody", () => {
  expectUntold("Nobody hears");
  const told = wall.soc.messages.filter(({ raw }) => raw.includes("Chatty second"));
  for (const { raw } of told) expect(raw).toContain("RESOLVED");
});

test("an alert that nobody takes is said again and shown to the next; no step is taken of one that somebody has", async () => {
  expectTold(wall.manager, "Urgent and left");
  const steps = (await story("urgent-1")).trace.filter(({ stage }) => stage === "escalate");
  expect(steps.map(({ values }) => values.step)).toEqual([1, 2]);
  expect(about(wall.manager, "Urgent and taken")).toEqual([]);
  const { trace } = await story("urgent-2");
  const taken = trace.find(({ decision }) => decision === "own_change")?.at ?? "";
  // On a slow machine its first step may have been due before.
  for (const { at } of trace.filter(({ stage }) => stage === "escalate")) expect(at <= taken).toBe(true);
});

test("an alert that another one explains is told when that is over", () => {
  expectTold(wall.oncall, "Explained by the site");
  expectTold(wall.oncall, "Not explained");
  expectTold(wall.oncall, "Site down one");
});

test("a silence hides; its end shows what is open and is summed up once", () => {
  expectTold(wall.soc, "Quiet one");
  expectUntold("Quiet two");
  const words = about(wall.soc, "The silence of ana (maintenance) ended");
  expect(words).toHaveLength(1);
  expect(words[0]?.raw).toContain("It hid 3 events of 2 alerts; 1 is still open and shown now.");
});

test("lists of the configuration are known to conditions", () => {
  expectTold(wall.oncall, "Crown jewel");
});

test("the books balance, also across, and each event has one end", async () => {
  expect(books.balanced).toBe(true);
  const [route] = books.routes;
  expect(route).toMatchObject({ duplicate: 0, processing: 0, failed: 0, unmatched: 1 });
  expect(route?.accepted).toBe(posted);
  const sum = (of: (one: Books["destinations"][number]) => number): number => books.destinations.reduce((all, one) => all + of(one), 0);
  expect(sum(({ planned }) => planned)).toBe((route?.handed ?? 0) + sum(({ own }) => own));
  expect(sum(({ dead, pending }) => dead + pending)).toBe(0);
  const text = await metrics();
  expect(text).toMatch(/^tocsin_rule_keys\{route="prod",gate="threshold"\} 2$/m);
  expect(text).toMatch(/^tocsin_rule_words_owed\{route="prod"\} 0$/m);
});
