// Promise 3 with living messages: four versions of each alert, a rise and a turn among them, while the runtime is killed with SIGKILL and
// the chats refuse, ask to wait and lose answers. Nothing is lost, the wall shows the last version of every alert, what can stand twice
// is what the relay counts as unknown, and where the chat recognises a repeat nothing stands twice.
// The moments are the same in each run; CRASH_SEED=$RANDOM chooses others.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Channel } from "../../demo/chats/channel.ts";
import { seeded } from "../../demo/chats/faults.ts";
import type { ChatMessage } from "../../demo/chats/types.ts";
import { createdFlattened, type Incident, incident, type SampleNotification, updated } from "../../demo/sekoia-samples.ts";
import { alertHash, alertId } from "../../src/lib/names.ts";
import { type Books, type Stack, startStack } from "../support/stack.ts";
import { isMoved, repeated, underFire } from "../support/under-fire.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const ALERTS = 100;
const KILLS = 5;
const WINDOW = 8;
/** So many other notifications come between two of one alert. */
const APART = 24;
const seed = Number(process.env.CRASH_SEED ?? 1);
const incidents = Array.from({ length: ALERTS }, (_, index) => incident(index, `edits-${seed}`));

/** An alert that gets worse and is resolved, or one that is resolved, comes back and gets worse; the end of each is told at once. */
const ENDS = [/resolved/i, /critical/i] as const;
function versionsOf(one: Incident, index: number): SampleNotification[] {
  const flat = createdFlattened(one);
  const opened = { ...flat, attributes: { ...flat.attributes, urgency_current_value: 60 } };
  const at = (version: number) => ({ at: one.raisedAt + version * 1_000 });
  const [more, worse] = [updated(one, { similar: 3 }, at(1)), updated(one, { urgency: 95 }, at(index % 2 === 0 ? 2 : 3))];
  if (index % 2 === 0) return [opened, more, worse, updated(one, { status: "Closed" }, at(3))];
  return [opened, updated(one, { status: "Closed" }, at(1)), updated(one, { status: "Ongoing" }, at(2)), worse];
}

/** All notifications, each alert's in their order, those of different alerts mixed. */
const notifications = (): SampleNotification[] =>
  incidents
    .flatMap((one, index) => versionsOf(one, index).map((body, version) => ({ body, turn: index + version * APART })))
    .sort((left, right) => left.turn - right.turn)
    .map(({ body }) => body);

const idOf = ({ alert }: Incident): string => alertId("prod", alertHash(`alert:${alert.uuid}`));
/** What a channel shows of each alert, oldest first. */
const shownOf = (channel: Channel, one: Incident): ChatMessage[] => channel.visible().filter(({ raw }) => raw.includes(idOf(one)));

const EDITED = ["disc", "bot", "tele"] as const;
const RECOGNISED = ["space", "hook"] as const;
let folder: string;
let stack: Stack;
let books: Books;
let unknown: Map<string, number>;

const channels = () => {
  const { chats } = stack;
  return {
    disc: chats.discord("disc"),
    bot: chats.slackBot("bot"),
    tele: chats.telegram("tele"),
    space: chats.googlechat("space", { rate: false }),
    hook: chats.webhook("hook"),
  };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tocsin-crash-"));
  stack = await startStack({
    persistTo: folder,
    config: ({ chats }) => {
      const kinds = { disc: chats.discord("disc"), bot: chats.slackBot("bot"), tele: chats.telegram("tele") };
      const more = { space: chats.googlechat("space", { rate: false }), hook: chats.webhook("hook") };
      const all = Object.entries({ ...kinds, ...more });
      return {
        destinations: Object.fromEntries(all.map(([name, { kind, destination }]) => [name, { type: kind, rate: "500/s", ...destination }])),
        routes: { prod: { id: ROUTE, source: "sekoia", rules: [{ name: "all", to: all.map(([name]) => name) }] } },
      };
    },
  });
  Object.values(channels()).forEach((channel, index) => {
    channel.chaos({ seed: seed + index, rate: { status500: 0.05, status429: 0.02, drop: 0.02 }, afterSeconds: 1 });
  });
  await underFire(stack, { route: ROUTE, bodies: notifications(), kills: KILLS, random: seeded(seed) });
  for (const channel of Object.values(channels())) channel.calm();
  books = await stack.settled();
  const { items } = await stack.get<{ items: { name: string; unknown: number }[] }>("/api/destinations");
  unknown = new Map(items.map((item) => [item.name, item.unknown]));
});
afterAll(async () => {
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe(`four versions of ${ALERTS} alerts, ${KILLS} kills (seed ${seed})`, () => {
  test("the books balance, also across, and nothing is dead", () => {
    expect(books.balanced).toBe(true);
    expect(books.routes).toMatchObject([{ accepted: 4 * ALERTS, routed: 4 * ALERTS, failed: 0, processing: 0 }]);
    for (const destination of books.destinations) expect(destination, destination.name).toMatchObject({ pending: 0, dead: 0 });
  });

  test.each([...EDITED, ...RECOGNISED])("%s: nothing is lost, and the last word on every alert is its last version", (name) => {
    const channel = channels()[name];
    const wrong = incidents.flatMap((one, index) => {
      const last = shownOf(channel, one).at(-1)?.raw;
      return last && ENDS[index % 2]?.test(last) ? [] : [{ index, last }];
    });
    expect(wrong).toEqual([]);
  });

  test.each(EDITED)("%s: the living message of every alert shows its last version", (name) => {
    const channel = channels()[name];
    const wrong = incidents.flatMap((one, index) => {
      const living = channel.roots().filter((message) => message.raw.includes(idOf(one)) && !isMoved(message));
      return living.some(({ raw }) => ENDS[index % 2]?.test(raw)) ? [] : [{ index, living: living.map(({ raw }) => raw) }];
    });
    expect(wrong).toEqual([]);
  });

  test.each(EDITED)("%s: stands twice only what the relay counts as unknown, and that is bounded", (name) => {
    const channel = channels()[name];
    const extra = incidents.flatMap((one) => {
      const living = channel.roots().filter((message) => message.raw.includes(idOf(one)) && !isMoved(message));
      const replies = channel.messages.filter((message) => message.replyTo !== undefined && message.raw.includes(idOf(one)));
      return [...living.slice(1), ...repeated(replies)];
    });
    const drops = channel.requests.filter(({ fault }) => fault === "drop").length;
    expect(extra.length).toBeLessThanOrEqual(unknown.get(name) ?? 0);
    expect(unknown.get(name)).toBeLessThanOrEqual(WINDOW * KILLS + drops);
  });

  test.each(RECOGNISED)("%s: nothing stands twice, whatever was sent twice", (name) => {
    const channel = channels()[name];
    for (const one of incidents) expect(repeated(shownOf(channel, one))).toEqual([]);
    expect(unknown.get(name)).toBe(0);
  });
});
