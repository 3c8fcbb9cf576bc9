// Two storms on one alert: 10,000 different events, and 10,000 copies of one event. What counts is that the figures are right and
// that people see one message; the time is told as well.

import type { Channel } from "../../demo/chats/channel.ts";
import { createdThin, updated } from "../../demo/sekoia-samples.ts";
import type { Alert } from "../../src/alert.ts";
import { type LoadResult, load } from "../lib/client.ts";
import { atMost, type Benchmark, exactly, type Figure } from "../lib/figure.ts";
import { hookBytes, type Rig, SOC, startRig } from "../lib/rig.ts";

const CONNECTIONS = 64;
const DRAIN_MS = 120_000;
const FOLLOW_UP_MS = 60_000;

/** Both storms, each on a relay of its own. */
export const storms: Benchmark = {
  name: "storms",
  title: "Storms on one alert",
  run: async ({ quick }) => {
    const count = quick ? 1_000 : 10_000;
    return [...(await withRig((rig, discord) => differentEvents(rig, discord, count))), ...(await withRig((rig) => copies(rig, count)))];
  },
};

async function withRig(run: (rig: Rig, discord: Channel) => Promise<Figure[]>): Promise<Figure[]> {
  const rig = await startRig({
    strictChats: true,
    destinations: (chats) => ({ soc: SOC, war: { type: "discord", url: chats.discord("war").url, rate: "50/s" } }),
  });
  try {
    return await run(rig, rig.chats.discord("war"));
  } finally {
    await rig.stop();
  }
}

async function differentEvents(rig: Rig, discord: Channel, count: number): Promise<Figure[]> {
  const one = rig.incident(1);
  const bodies = [createdThin(one), ...Array.from({ length: count - 1 }, (_, index) => updated(one, { similar: index + 1 }))];
  const startedAt = performance.now();
  const result = await post(rig, bodies.map(hookBytes));
  await drained(rig);
  const ms = performance.now() - startedAt;
  const alert = await onlyAlert(rig);
  const shown = await lastShown(discord, String(alert.count));
  const slack = rig.chats.slack("soc").totals.messages;
  // The first message, the first follow-up, and one more for each minute after it.
  const allowed = 2 + Math.floor(ms / FOLLOW_UP_MS);
  return [
    ...answers(`${count} different events of one alert`, result),
    { name: "  its count", value: alert.count, unit: "events", goal: exactly(alert.count, count) },
    { name: "  living messages on Discord", value: discord.totals.messages, unit: "messages", goal: exactly(discord.totals.messages, 1) },
    { name: "  edits of it", value: discord.totals.edits, unit: "edits" },
    { name: "  it shows the count in the end", value: shown ? 1 : 0, unit: "yes = 1", goal: exactly(shown ? 1 : 0, 1) },
    { name: "  messages on Slack (first, follow-ups)", value: slack, unit: "messages", goal: atMost(slack, allowed) },
    { name: "  from the first event until all is decided", value: ms / 1_000, unit: "s" },
  ];
}

async function copies(rig: Rig, count: number): Promise<Figure[]> {
  const bytes = hookBytes(createdThin(rig.incident(1)));
  const startedAt = performance.now();
  const result = await post(
    rig,
    Array.from({ length: count }, () => bytes),
  );
  await drained(rig);
  const ms = performance.now() - startedAt;
  const [route] = (await rig.books()).routes;
  const { accepted = 0, duplicate = 0 } = route ?? {};
  const messages = rig.chats.slack("soc").totals.messages + rig.chats.discord("war").totals.messages;
  return [
    ...answers(`${count} copies of one event`, result),
    { name: "  accepted", value: accepted, unit: "events", goal: exactly(accepted, 1) },
    { name: "  duplicate", value: duplicate, unit: "events", goal: exactly(duplicate, count - 1) },
    { name: "  messages, Slack and Discord together", value: messages, unit: "messages", goal: exactly(messages, 2) },
    { name: "  from the first copy until all is counted", value: ms / 1_000, unit: "s" },
  ];
}

async function post(rig: Rig, requests: Buffer[]): Promise<LoadResult> {
  let number = 0;
  const next = () => {
    const bytes = requests[number];
    return bytes && { bytes, number: number++ };
  };
  return load({ port: rig.relay.port, connections: CONNECTIONS, next });
}

const answers = (name: string, { perSecond, answered, statuses }: LoadResult): Figure[] => [
  { name: `${name}: rate at the door`, value: perSecond, unit: "requests/s" },
  { name: "  answered 202", value: statuses[202] ?? 0, unit: "answers", goal: exactly(statuses[202] ?? 0, answered) },
];

/** Everything is decided and Discord has the last of it; a follow-up on Slack may still wait for its minute. */
async function drained(rig: Rig): Promise<void> {
  for (const end = Date.now() + DRAIN_MS; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const { routes, destinations } = await rig.books();
    const waiting = destinations.filter(({ name }) => name !== "soc").reduce((sum, { pending }) => sum + pending, 0);
    if (routes.every(({ processing }) => processing === 0) && waiting === 0) return;
  }
  throw new Error(`not done within ${DRAIN_MS} ms: ${JSON.stringify(await rig.books())}`);
}

/** From the ledger: the list is a projection and may lag. */
async function onlyAlert(rig: Rig): Promise<Alert> {
  const { items } = await rig.get<{ items: { id: string }[] }>("/api/alerts");
  if (items.length !== 1) throw new Error(`${items.length} alerts in place of one`);
  return (await rig.get<{ alert: Alert }>(`/api/alerts/${items[0]?.id}`)).alert;
}

async function lastShown(channel: Channel, text: string): Promise<boolean> {
  try {
    await channel.waitFor((visible) => visible.at(-1)?.raw.includes(text) ?? false, 5_000);
    return true;
  } catch {
    return false;
  }
}
