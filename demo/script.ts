// What happens in the demo's first minute: real notifications to the relay's real address, one line for each as it happens.
import { setTimeout as sleep } from "node:timers/promises";
import { styleText } from "node:util";
import type { Channel } from "./chats/channel.ts";
import { ntopngHostAlert } from "./ntopng-samples.ts";
import type { SekoiaApi } from "./sekoia-api.ts";
import { createdThin, type Incident, incident, type SampleNotification, updated, withUpdate } from "./sekoia-samples.ts";

/** The chats of the demo. */
export interface Channels {
  slack: Channel;
  discord: Channel;
  pagerduty: Channel;
  telegram: Channel;
  teams: Channel;
  mail: Channel;
  tickets: Channel;
}

/** What the script plays on. */
export interface Stage {
  url: string;
  adminToken: string;
  say: (line: string) => void;
  hooks: { sekoia: string; ntopng: string };
  ntopngSecret: string;
  api: SekoiaApi;
  channels: Channels;
}

/** The relay's answer to a notification. */
interface Answer {
  status: number;
  body: { accepted?: number; duplicate?: number };
  ms: number;
}

/** One thing that happens: when (seconds after the start), what it is called, and what came of it. */
interface Step {
  at: number;
  title: string;
  run(stage: Stage): Promise<string>;
}

/** How long a message may take to appear before the line says that it did not. */
const PATIENCE_MS = 15_000;
/** By then a chat would show what it was sent. */
const SETTLED_MS = 1_000;
/** How long the source's API keeps the relay waiting in one of the steps. */
const API_DELAY_MS = 4_000;

/** The whole script. */
export async function play(stage: Stage): Promise<void> {
  const start = Date.now();
  for (const step of steps()) {
    await sleep(start + step.at * 1_000 - Date.now());
    const outcome = await step.run(stage).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    stage.say(`${clock()}  ${styleText("bold", step.title)}: ${outcome}`);
  }
}

function steps(): Step[] {
  const cradle = fresh(0);
  const travel = fresh(1);
  const canary = fresh(2);
  const tunnel = fresh(4);
  // The same bytes twice: the second time stands for a vendor's repeat.
  const first = createdThin(cradle);
  return [
    {
      at: 2,
      title: "An alert",
      run: async (stage) => {
        stage.api.put(cradle.alert);
        const shown = next(stage.channels.slack);
        const answer = await post(stage, stage.hooks.sekoia, first);
        return `answered ${words(answer)}; on Slack after ${await shown}, with what the SIEM's API knows of it`;
      },
    },
    {
      at: 6,
      title: "The same again",
      run: async (stage) => {
        const before = shownIn(stage);
        const answer = await post(stage, stage.hooks.sekoia, first);
        await sleep(SETTLED_MS);
        return `answered ${words(answer)}; ${shownIn(stage) === before ? "nothing new on any chat" : "and shown AGAIN"}`;
      },
    },
    {
      at: 10,
      title: "An alert while the API hangs",
      run: async (stage) => {
        stage.api.put(canary.alert);
        stage.api.fail({ delayMs: API_DELAY_MS, times: 1 });
        const [thin, full] = [next(stage.channels.slack), next(stage.channels.discord, "edit")];
        const answer = await post(stage, stage.hooks.sekoia, createdThin(canary));
        const thinAt = await thin;
        return `answered ${words(answer)}; on Slack after ${thinAt} without detail, completed on Discord after ${await full}`;
      },
    },
    {
      at: 20,
      title: "A network probe's alert",
      run: async (stage) => {
        const shown = next(stage.channels.teams);
        const answer = await post(stage, stage.hooks.ntopng, ntopngHostAlert(stage.ntopngSecret, Date.now()));
        return `answered ${words(answer)}; on Teams after ${await shown}`;
      },
    },
    {
      at: 25,
      title: "An alert, and Discord says 429",
      run: async (stage) => {
        stage.api.put(tunnel.alert);
        stage.channels.discord.fail({ status: 429, afterSeconds: 2 });
        const shown = next(stage.channels.discord);
        const answer = await post(stage, stage.hooks.sekoia, createdThin(tunnel));
        return `answered ${words(answer)}; Discord asked to wait 2 s and shows it after ${await shown}`;
      },
    },
    {
      at: 32,
      title: "A quiet alert",
      run: async (stage) => {
        stage.api.put(travel.alert);
        const shown = next(stage.channels.discord);
        const answer = await post(stage, stage.hooks.sekoia, createdThin(travel));
        return `answered ${words(answer)}; medium, so only on Discord, after ${await shown}`;
      },
    },
    {
      at: 38,
      title: "It gets worse",
      run: async (stage) => {
        const update = { urgency: 93 };
        stage.api.put(withUpdate(travel, update).alert);
        const { slack, discord, pagerduty } = stage.channels;
        const waiting = [next(slack), next(pagerduty), next(discord)];
        const answer = await post(stage, stage.hooks.sekoia, updated(travel, update, { at: Date.now() }));
        const [shown, paged, anew] = await Promise.all(waiting);
        return `answered ${words(answer)}; critical now: on Slack after ${shown}, PagerDuty pages after ${paged}, told anew on Discord after ${anew}`;
      },
    },
    {
      at: 46,
      title: "The first one is resolved",
      run: async (stage) => {
        const update = { status: "Closed" } as const;
        stage.api.put(withUpdate(cradle, update).alert);
        const [edited, told] = [next(stage.channels.slack, "edit"), next(stage.channels.slack)];
        const answer = await post(stage, stage.hooks.sekoia, updated(cradle, update, { at: Date.now() }));
        return `answered ${words(answer)}; Slack's message edited after ${await edited}, its thread told after ${await told}`;
      },
    },
    { at: 52, title: "The books", run: books },
  ];
}

const fresh = (number: number): Incident => incident(number, "demo", Date.now());

/** Messages and edits on all chats so far. */
const shownIn = ({ channels }: Stage): number =>
  Object.values(channels).reduce((sum: number, { totals }: Channel) => sum + totals.messages + totals.edits + totals.copies, 0);

async function post({ url }: Stage, hook: string, notification: SampleNotification | object): Promise<Answer> {
  const start = performance.now();
  const answer = await fetch(url + hook, { method: "POST", body: JSON.stringify(notification) });
  const ms = performance.now() - start;
  return { status: answer.status, body: { ...Object(await answer.json()) }, ms };
}

/** How long from now until the chat shows the next new message, or the next change of one, in words. */
function next(channel: Channel, kind: "message" | "edit" = "message"): Promise<string> {
  const start = performance.now();
  return new Promise((done) => {
    const end = (words: string): void => {
      unsubscribe();
      clearTimeout(timer);
      done(words);
    };
    const unsubscribe = channel.subscribe((event) => {
      if (event.kind === kind && event.message.hidden === undefined) end(seconds(performance.now() - start));
    });
    const timer = setTimeout(() => end(`more than ${seconds(PATIENCE_MS)}`), PATIENCE_MS);
  });
}

/** Whether every event and every message is accounted for, as the relay itself tells it. */
async function books({ url, adminToken }: Stage): Promise<string> {
  const answer = await fetch(`${url}/api/books`, { headers: { authorization: `Bearer ${adminToken}` } });
  const { balanced, routes = [], destinations = [] }: Books = Object(await answer.json());
  const total = (rows: Record<string, number>[], name: string): number => rows.reduce((sum, row) => sum + (row[name] ?? 0), 0);
  const events = `${total(routes, "received")} events received = ${total(routes, "accepted")} accepted + ${total(routes, "duplicate")} duplicate`;
  const messages = `${total(destinations, "planned")} messages planned = ${total(destinations, "delivered")} delivered + ${total(destinations, "merged")} merged`;
  return `${balanced ? "balanced" : "NOT balanced"}; ${events}; ${messages}`;
}
interface Books {
  balanced?: boolean;
  routes?: Record<string, number>[];
  destinations?: Record<string, number>[];
}

const words = ({ status, body, ms }: Answer): string => {
  const outcome = body.duplicate ? "duplicate" : body.accepted ? "accepted" : "refused";
  return `${status} ${outcome} in ${ms.toFixed(0)} ms`;
};
const seconds = (ms: number): string => (ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(1)} s`);
const clock = (): string => new Date().toTimeString().slice(0, 8);
