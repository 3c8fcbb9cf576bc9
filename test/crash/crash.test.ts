// Promise 3 under load: the runtime is killed with SIGKILL at random moments while chats refuse, hang and lose answers.
// Every acknowledged alert arrives, duplicates stay within the window in flight, and the books balance.
// The moments are the same in each run; CRASH_SEED=$RANDOM chooses others.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Channel } from "../../demo/chats/channel.ts";
import { seeded } from "../../demo/chats/faults.ts";
import { createdThin, type Incident, incident } from "../../demo/sekoia-samples.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { isMoved, repeated, underFire } from "../support/under-fire.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
/** Messages that one destination may have in flight: each may stand twice on the wall after a kill. */
const WINDOW = 8;
const seed = Number(process.env.CRASH_SEED ?? 1);

interface Run {
  alerts: number;
  kills: number;
  /** What goes wrong besides the kills. */
  trouble: (stack: Stack) => void;
  /** Called when the load is over: what must end for everything to arrive. */
  calm: (stack: Stack) => void;
}

/** Raises alerts while the runtime is killed. */
async function run(stack: Stack, { alerts, kills, trouble, calm }: Run, random: () => number): Promise<Incident[]> {
  const incidents = Array.from({ length: alerts }, (_, index) => incident(index, `crash-${seed}`));
  for (const { alert } of incidents) stack.api.put(alert);
  trouble(stack);
  await underFire(stack, { route: ROUTE, bodies: incidents.map((one) => createdThin(one)), kills, random });
  calm(stack);
  return incidents;
}

/** Which alerts a channel does not show, how many messages beyond one there are for each, and how many of them say the same. */
function shown(channel: Channel, incidents: Incident[]): { missing: string[]; duplicates: number; repeats: number } {
  const told = incidents.map(({ alert }) => channel.visible().filter((one) => !isMoved(one) && one.raw.includes(alert.short_id)));
  return {
    missing: incidents.filter((_, index) => told[index]?.length === 0).map(({ alert }) => alert.short_id),
    duplicates: told.reduce((sum, messages) => sum + Math.max(0, messages.length - 1), 0),
    repeats: told.reduce((sum, messages) => sum + repeated(messages).length, 0),
  };
}

async function withStack(work: (stack: Stack) => Promise<void>, to: string[], softDeadline: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tocsin-crash-"));
  const stack = await startStack({
    persistTo: folder,
    secrets: ({ api }) => ({ SEKOIA_TOKEN: api.token }),
    config: ({ chats, api }) => ({
      destinations: {
        soc: { type: "slack", url: chats.slack("soc").url, rate: "500/s" },
        war: { type: "discord", url: chats.discord("war").url, rate: "500/s" },
        hook: { type: "webhook", url: chats.webhook("hook").url, rate: "500/s" },
        box: { type: "inbox" },
      },
      routes: {
        prod: {
          id: ROUTE,
          source: "sekoia",
          api: api.url,
          token: "secret:SEKOIA_TOKEN",
          api_rate: "1000/s",
          soft_deadline: softDeadline,
          rules: [{ name: "all", to }],
        },
      },
    }),
  });
  try {
    await work(stack);
  } finally {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

describe(`SIGKILL under load (seed ${seed})`, () => {
  test("with refusals, hangs and lost answers: nothing is lost, and the books balance", async () => {
    const kills = 4;
    const random = seeded(seed);
    const to = ["soc", "war", "hook", "box"];
    await withStack(
      async (stack) => {
        const { chats } = stack;
        const channels = { soc: chats.slack("soc"), war: chats.discord("war"), hook: chats.webhook("hook") };
        const incidents = await run(
          stack,
          {
            alerts: 240,
            kills,
            trouble: () => {
              channels.soc.chaos({ seed, rate: { status500: 0.05, status429: 0.02, hang: 0.005 }, hangMs: 15_000, afterSeconds: 1 });
              channels.war.chaos({ seed: seed + 1, rate: { status500: 0.05, status429: 0.02 }, afterSeconds: 1 });
            },
            calm: () => {
              for (const channel of Object.values(channels)) channel.calm();
            },
          },
          random,
        );
        const books = await stack.settled();
        expect(books.balanced).toBe(true);
        expect(books.routes[0]).toMatchObject({ accepted: incidents.length, routed: incidents.length, failed: 0, processing: 0 });
        for (const [name, channel] of Object.entries(channels)) {
          const { missing, duplicates, repeats } = shown(channel, incidents);
          expect(missing, name).toEqual([]);
          // The receiver recognises a repeat by its id: there none may show.
          if (name === "hook") expect(repeats, name).toBe(0);
          else expect(duplicates, name).toBeLessThanOrEqual(WINDOW * kills + unknown(stack, name));
        }
        const inbox = await stack.get<{ items: unknown[] }>("/api/inbox?limit=200");
        expect(inbox.items).toHaveLength(200);
        for (const destination of books.destinations) expect(destination, destination.name).toMatchObject({ pending: 0, dead: 0 });
      },
      to,
      // The API answers, however late on a busy machine: no alert goes out thin, to be told again.
      "60s",
    );
  });

  test("with the source's API down, slow, and back: every alert ends with its detail", async () => {
    const random = seeded(seed + 7);
    await withStack(
      async (stack) => {
        const channel = stack.chats.discord("war");
        const incidents = await run(
          stack,
          {
            alerts: 90,
            kills: 3,
            trouble: ({ api }) => api.fail({ status: 503, delayMs: 300 }),
            calm: ({ api }) => api.fail(),
          },
          random,
        );
        await stack.settled();
        // A living message: each alert once more edited, now with its title, and none of them twice beyond the window.
        await channel.waitFor(
          (visible) => incidents.every(({ alert }) => visible.some(({ raw }) => raw.includes(alert.title) && raw.includes(alert.short_id))),
          2 * PATIENCE_MS,
        );
        const books = await stack.settled();
        expect(books.balanced).toBe(true);
        expect(shown(channel, incidents).duplicates).toBeLessThanOrEqual(WINDOW * 3);
        // The projection follows a moment behind the objects.
        const thin = async () => {
          const { items } = await stack.get<{ items: { enriched: boolean }[] }>("/api/alerts?limit=200");
          return items.filter((alert) => !alert.enriched);
        };
        await expect.poll(thin).toEqual([]);
      },
      ["war"],
      "1s",
    );
  });
});

/** Attempts whose answer never came though nobody was killed: each may have reached the chat. */
function unknown(stack: Stack, destination: string): number {
  return stack.lines.filter((line) => line.event === "delivery.attempt" && line.destination === destination && line.outcome === "unknown")
    .length;
}
