// Two storms on one alert: 10,000 different events, and 10,000 copies of one event. What counts is that the figures are right and
// that people see one message; the time is told as well.
import { setTimeout as sleep } from "node:timers/promises";
import type { Channel } from "../../demo/chats/channel.ts";
import type { Chats } from "../../demo/chats/server.ts";
import type { ChatMessage } from "../../demo/chats/types.ts";
import { createdThin, updated, withUpdate } from "../../demo/sekoia-samples.ts";
import type { Alert } from "../../src/alert.ts";
import { type LoadResult, load } from "../lib/client.ts";
import { atLeast, type Benchmark, exactly, type Figure } from "../lib/figure.ts";
import { hookBytes, type Rig, SOC, startRig } from "../lib/rig.ts";

const CONNECTIONS = 64;
const DRAIN_MS = 150_000;
/** The last tenth of the storm is spread over so long, so that the minutes between two follow-ups are seen. */
const TAIL_MS = 130_000;
/** Less than the minute by what the clocks of sender and chat may differ in. */
const FOLLOW_UP_S = 59.5;

/** Both storms, each on a relay of its own. */
export const storms: Benchmark = {
  name: "storms",
  title: "Storms on one alert",
  run: async ({ quick }) => {
    const count = quick ? 1_000 : 10_000;
    return [...(await withRig((rig) => differentEvents(rig, count, quick ? 0 : TAIL_MS))), ...(await withRig((rig) => copies(rig, count)))];
  },
};

/** Chats with the limits of the real ones, each at its adapter's own pace, but for the webhook of Slack: nothing of it waits for its turn. */
const chatsOf = (chats: Chats) => ({
  war: chats.discord("war", { rate: true }),
  bot: chats.slackBot("bot", { rate: { perSecond: 1, burst: 3 }, editRate: { perSecond: 50 / 60, burst: 5 } }),
});

async function withRig(run: (rig: Rig) => Promise<Figure[]>): Promise<Figure[]> {
  const rig = await startRig({
    strictChats: true,
    destinations: (chats) => {
      const { war, bot } = chatsOf(chats);
      return { soc: SOC, war: { type: "discord", ...war.destination }, bot: { type: "slack-bot", ...bot.destination } };
    },
  });
  try {
    return await run(rig);
  } finally {
    await rig.stop();
  }
}

/** One alert: its first event, updates that count up, a rise in the middle, a slower tail of `tailMs`, and the resolve. */
async function differentEvents(rig: Rig, count: number, tailMs: number): Promise<Figure[]> {
  const one = rig.incident(1);
  const begun = Date.now();
  const updates = Array.from({ length: count - 3 }, (_, index) => updated(one, { similar: index + 1 }, { at: begun + index }));
  const half = updates.splice(0, updates.length / 2);
  const tail = updates.splice(tailMs > 0 ? updates.length - count / 10 : updates.length);
  // On its own, so that what is told later adds up from one.
  await post(rig, [hookBytes(createdThin(one))]);
  await rig.settled(DRAIN_MS);
  const startedAt = performance.now();
  const result = await post(rig, half.map(hookBytes));
  const worse = withUpdate(one, { urgency: 95 });
  rig.api.put(worse.alert);
  await post(rig, [updated(one, { urgency: 95 }, { at: begun + count }), ...updates].map(hookBytes));
  await decided(rig);
  const ms = performance.now() - startedAt;
  for (const body of tail) {
    await post(rig, [hookBytes(body)]);
    await sleep(tailMs / tail.length);
  }
  rig.api.put(withUpdate(worse, { status: "Closed" }).alert);
  await post(rig, [hookBytes(updated(one, { status: "Closed" }, { at: begun + 2 * count }))]);
  const { balanced } = await rig.settled(DRAIN_MS);
  const alert = await onlyAlert(rig);
  const { war, bot } = chatsOf(rig.chats);
  const soc = rig.chats.slack("soc");
  const [root] = bot.roots();
  const replies = root ? bot.replies(root.id) : [];
  const followUps = soc.visible().slice(1);
  return [
    ...answers(`${count} different events of one alert`, result),
    { name: "  its count", value: alert.count, unit: "events", goal: exactly(alert.count, count) },
    // A rise is a new message where there are no threads, and the former one points to it.
    messages("living messages on Discord (the second for the rise)", war.totals.messages, 2),
    { name: "  edits there", value: war.totals.edits, unit: "edits" },
    shows("the last of them shows the count", war.visible().at(-1), alert.count),
    messages("messages in Slack's channel by the bot", bot.roots().length, 1),
    shows("it shows the count", root, alert.count),
    { name: "  replies in its thread", value: replies.length, unit: "messages" },
    eventsTold("events that the replies tell of", replies, count - 1),
    shortestGap("replies", replies),
    messages("first messages on Slack by webhook", soc.visible().length - followUps.length, 1),
    { name: "  follow-ups there", value: followUps.length, unit: "messages" },
    eventsTold("events that the follow-ups tell of", followUps, count - 1),
    shortestGap("follow-ups", followUps),
    refusals([war, bot, soc]),
    { name: "  the books balance", value: balanced ? 1 : 0, unit: "yes = 1", goal: exactly(balanced ? 1 : 0, 1) },
    { name: "  from the second event until all but the tail is decided", value: ms / 1_000, unit: "s" },
  ];
}

const messages = (name: string, value: number, wanted: number): Figure => ({
  name: `  ${name}`,
  value,
  unit: "messages",
  goal: exactly(value, wanted),
});

function shows(name: string, message: ChatMessage | undefined, count: number): Figure {
  const value = message?.raw.includes(String(count)) ? 1 : 0;
  return { name: `  ${name}`, value, unit: "yes = 1", goal: exactly(value, 1) };
}

/** "+12 events", over all of them: what was told adds up to what happened after the first message. */
function eventsTold(name: string, told: ChatMessage[], wanted: number): Figure {
  const value = told.reduce((sum, { raw }) => sum + Number(/\+(\d+) events?/.exec(raw)?.[1] ?? 0), 0);
  return { name: `  ${name}`, value, unit: "events", goal: exactly(value, wanted) };
}

/** Between a follow-up that only counts on and the one before it; a rise, a resolve and a reopen come at once. */
function shortestGap(name: string, told: ChatMessage[]): Figure {
  const gaps = told.flatMap(({ at, raw }, index) => {
    const before = told[index - 1];
    const atOnce = /severity \w+ to |resolved|reopened|the detail came/i.test(raw);
    return before && !atOnce ? [(at - before.at) / 1_000] : [];
  });
  const figure = {
    name: `  shortest time between ordinary ${name} (${gaps.length})`,
    value: gaps.length > 0 ? Math.min(...gaps) : 0,
    unit: "s",
  };
  return gaps.length > 0 ? { ...figure, goal: atLeast(figure.value, FOLLOW_UP_S) } : figure;
}

function refusals(channels: Channel[]): Figure {
  const value = channels.reduce((sum, { totals }) => sum + totals.refused, 0);
  return { name: "  refusals by all three", value, unit: "answers", goal: exactly(value, 0) };
}

async function copies(rig: Rig, count: number): Promise<Figure[]> {
  const bytes = hookBytes(createdThin(rig.incident(1)));
  const startedAt = performance.now();
  const result = await post(
    rig,
    Array.from({ length: count }, () => bytes),
  );
  const [route] = (await rig.settled(DRAIN_MS)).routes;
  const ms = performance.now() - startedAt;
  const { accepted = 0, duplicate = 0 } = route ?? {};
  const shown = rig.chats.channels().reduce((sum, { totals }) => sum + totals.messages, 0);
  return [
    ...answers(`${count} copies of one event`, result),
    { name: "  accepted", value: accepted, unit: "events", goal: exactly(accepted, 1) },
    { name: "  duplicate", value: duplicate, unit: "events", goal: exactly(duplicate, count - 1) },
    messages("messages in all three chats together", shown, 3),
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

/** Every event is decided; messages may still wait for their turn. */
async function decided(rig: Rig): Promise<void> {
  for (const end = Date.now() + DRAIN_MS; Date.now() < end; await sleep(200)) {
    const { routes } = await rig.books();
    if (routes.every(({ processing }) => processing === 0)) return;
  }
  throw new Error(`not done within ${DRAIN_MS} ms: ${JSON.stringify(await rig.books())}`);
}

/** From the ledger: the list is a projection and may lag. */
async function onlyAlert(rig: Rig): Promise<Alert> {
  const { items } = await rig.get<{ items: { id: string }[] }>("/api/alerts");
  if (items.length !== 1) throw new Error(`${items.length} alerts in place of one`);
  return (await rig.get<{ alert: Alert }>(`/api/alerts/${items[0]?.id}`)).alert;
}
