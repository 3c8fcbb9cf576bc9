// Promise 3 under load: the runtime is killed with SIGKILL at random moments while chats refuse, hang and lose answers.
// Every acknowledged alert arrives, duplicates stay within the window in flight, and the books balance.
// Run a failure again with CRASH_SEED=<the printed seed>.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { Channel } from "../../demo/chats/channel.ts";
import { seeded } from "../../demo/chats/faults.ts";
import { createdThin, type Incident, incident } from "../../demo/sekoia-samples.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { underFire } from "../support/under-fire.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
/** Messages that one destination may have in flight: each may stand twice on the wall after a kill. */
const WINDOW = 8;
const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 1e9));

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

/** Which alerts a channel shows, and how many messages beyond one for each. */
function shown(channel: Channel, incidents: Incident[]): { missing: string[]; duplicates: number } {
  const counts = new Map<string, number>();
  for (const message of channel.visible()) {
    const found = incidents.find(({ alert }) => message.raw.includes(alert.short_id));
    if (found) counts.set(found.alert.uuid, (counts.get(found.alert.uuid) ?? 0) + 1);
  }
  const missing = incidents.filter(({ alert }) => !counts.has(alert.uuid)).map(({ alert }) => alert.short_id);
  return { missing, duplicates: [...counts.values()].reduce((sum, count) => sum + count - 1, 0) };
}

async function withStack(work: (stack: Stack) => Promise<void>, to: string[]): Promise<void> {
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
        prod: { id: ROUTE, source: "sekoia", api: api.url, token: "secret:SEKOIA_TOKEN", api_rate: "1000/s", rules: [{ name: "all", to }] },
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
  test("with refusals, hangs and lost answers: nothing is lost, and the books balance", { timeout: 150_000 }, async () => {
    const kills = 4;
    const random = seeded(seed);
    const to = ["soc", "war", "hook", "box"];
    await withStack(async (stack) => {
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
      const books = await stack.settled(90_000);
      expect(books.balanced).toBe(true);
      expect(books.routes[0]).toMatchObject({ accepted: incidents.length, routed: incidents.length, failed: 0, processing: 0 });
      for (const [name, channel] of Object.entries(channels)) {
        const { missing, duplicates } = shown(channel, incidents);
        expect(missing, name).toEqual([]);
        // The receiver recognises a repeat by its id: there none may show.
        expect(duplicates, name).toBeLessThanOrEqual(name === "hook" ? 0 : WINDOW * kills + unknown(stack, name));
      }
      const inbox = await stack.get<{ items: unknown[] }>("/api/inbox?limit=200");
      expect(inbox.items).toHaveLength(200);
      for (const destination of books.destinations) expect(destination, destination.name).toMatchObject({ pending: 0, dead: 0 });
    }, to);
  });

  test("with the source's API down, slow, and back: every alert ends with its detail", { timeout: 150_000 }, async () => {
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
        await stack.settled(60_000);
        // A living message: each alert once more edited, now with its title, and none of them twice beyond the window.
        await channel.waitFor(
          (visible) => incidents.every(({ alert }) => visible.some(({ raw }) => raw.includes(alert.title) && raw.includes(alert.short_id))),
          90_000,
        );
        const books = await stack.settled(30_000);
        expect(books.balanced).toBe(true);
        expect(shown(channel, incidents).duplicates).toBeLessThanOrEqual(WINDOW * 3);
        // The projection follows a moment behind the objects.
        await vi.waitFor(async () => {
          const { items } = await stack.get<{ items: { enriched: boolean }[] }>("/api/alerts?limit=200");
          expect(items.filter((alert) => !alert.enriched)).toEqual([]);
        }, 5_000);
      },
      ["war"],
    );
  });
});

/** Attempts whose answer never came though nobody was killed: each may have reached the chat. */
function unknown(stack: Stack, destination: string): number {
  return stack.lines.filter((line) => line.event === "delivery.attempt" && line.destination === destination && line.outcome === "unknown")
    .length;
}
