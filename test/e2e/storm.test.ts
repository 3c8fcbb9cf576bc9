// Promise 8 at its worst: thousands of alerts in a minute into two chats that take one message a second, with the limits that those
// chats really have. Nothing is lost, the digests' counts add up with the books, critical alerts pass, and nobody is made to say no.
// A short storm by default; STORM=full raises 5,000 alerts in 60 s and prints its figures.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Channel } from "../../demo/chats/channel.ts";
import type { ChatMessage } from "../../demo/chats/types.ts";
import { ntopngRequest, ntopngScore } from "../../demo/ntopng-samples.ts";
import { unhurried } from "../support/patience.ts";
import { type Books, type Stack, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const FULL = process.env.STORM === "full";
const STORM = FULL
  ? { alerts: 5_000, criticals: 25, ms: 60_000, digest: { after: 20, every: "60s", max: 100 } }
  : { alerts: 1_000, criticals: 5, ms: 12_000, digest: { after: 10, every: "5s", max: 100 } };
/** ntopng puts so many into one request. */
const IN_A_REQUEST = 10;
/** Every so many of them is critical, the first when the backlog has built up. */
const CRITICAL = { every: STORM.alerts / STORM.criticals, first: STORM.alerts / 10 };
const DRAIN_MS = 180_000;

const hostOf = (number: number): string => `host-${String(number).padStart(5, "0")}.example.org`;
const isCritical = (number: number): boolean => number >= CRITICAL.first && (number - CRITICAL.first) % CRITICAL.every === 0;

interface Delivery {
  id: string;
  alert: string | null;
  kind: string;
  state: string;
  reason: string | null;
}

let stack: Stack;
let books: Books;
/** When each critical alert was accepted, Unix ms, by its host. */
const acceptedAt = new Map<string, number>();

const chats = () => ({ war: stack.chats.discord("war"), soc: stack.chats.slack("soc") });

beforeAll(
  async () => {
    stack = await startStack({
      config: ({ chats }) => ({
        destinations: {
          // Both with the limits of the real ones: Discord's 5 in 2 s and 30 a minute that no header tells, Slack's one a second.
          war: { type: "discord", url: chats.discord("war", { rate: true }).url, rate: "1/s", digest: STORM.digest },
          soc: { type: "slack", url: chats.slack("soc", { rate: { perSecond: 1, burst: 3 } }).url, rate: "1/s", digest: STORM.digest },
        },
        routes: { probe: { id: ROUTE, source: "ntopng", rules: [{ name: "all", to: ["war", "soc"] }] } },
      }),
    });
    await raise();
    books = await stack.settled(DRAIN_MS);
  },
  STORM.ms + 2 * DRAIN_MS,
);
afterAll(() => stack?.stop());

/** Raises the storm, evenly over its time. */
async function raise(): Promise<void> {
  const startedAt = Date.now();
  const posts: Promise<void>[] = [];
  for (let first = 0; first < STORM.alerts; first += IN_A_REQUEST) {
    const due = startedAt + (first / STORM.alerts) * STORM.ms;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())));
    posts.push(post(Array.from({ length: IN_A_REQUEST }, (_, index) => first + index)));
  }
  await Promise.all(posts);
}

async function post(numbers: number[]): Promise<void> {
  const at = Date.now();
  const alerts = numbers.map((number) =>
    ntopngScore({
      name: hostOf(number),
      ip: `198.18.${Math.floor(number / 250)}.${1 + (number % 250)}`,
      score: isCritical(number) ? 220 : 120,
      at,
    }),
  );
  const answer = await stack.hook(ROUTE, ntopngRequest("", alerts));
  expect(answer.status).toBe(202);
  await answer.body?.cancel();
  for (const number of numbers) if (isCritical(number)) acceptedAt.set(hostOf(number), Date.now());
}

/** Every delivery of a destination, from the list that people see. */
async function deliveriesTo(destination: string): Promise<Delivery[]> {
  const found: Delivery[] = [];
  for (let cursor = ""; ; ) {
    const path = `/api/deliveries?destination=${destination}&limit=200${cursor && `&cursor=${cursor}`}`;
    const { items, next } = await stack.get<{ items: Delivery[]; next: string | null }>(path);
    found.push(...items);
    if (next === null) return found;
    cursor = next;
  }
}

/** What a digest on the wall says that it holds: alerts, and updates of alerts that an earlier one told. */
function totalOf({ body }: ChatMessage): { total: number; updates: number } | undefined {
  const shown = Object(body);
  const title = String(shown.embeds?.[0]?.title ?? shown.text ?? "");
  const found = /(?:^|\s)(\d+) alerts?(?: and (\d+) updates?)?: /.exec(title);
  return found ? { total: Number(found[1]), updates: Number(found[2] ?? 0) } : undefined;
}

/** The digests of a channel as they stand now, and the messages that show one alert. */
function told(channel: Channel): { digests: { total: number; updates: number }[]; singles: ChatMessage[] } {
  const visible = channel.visible();
  const digests = visible.flatMap((message) => totalOf(message) ?? []);
  return { digests, singles: visible.filter((message) => totalOf(message) === undefined) };
}

describe(`${STORM.alerts} alerts in ${STORM.ms / 1_000} s`, () => {
  test.each(["war", "soc"] as const)(
    "%s: every alert is shown or counted by a digest, and the counts add up with the books",
    async (name) => {
      const counts = books.destinations.find((one) => one.name === name);
      const { digests, singles } = told(chats()[name]);
      const deliveries = await deliveriesTo(name);
      const swallowed = deliveries.filter(({ state, reason }) => state === "merged" && reason?.startsWith("digest "));
      const shown = singles.flatMap(({ raw }) => /host-\d{5}\.example\.org/.exec(raw)?.[0] ?? []);
      // Each alert once: on its own, or in a digest.
      expect(new Set(shown).size).toBe(shown.length);
      expect(new Set(swallowed.map(({ alert }) => alert)).size).toBe(swallowed.length);
      expect(shown.length + swallowed.length).toBe(STORM.alerts);
      expect(digests.reduce((sum, { total, updates }) => sum + total + updates, 0)).toBe(swallowed.length);
      expect(counts).toMatchObject({ merged: swallowed.length, dead: 0, pending: 0 });
      expect(counts?.own).toBe(deliveries.filter(({ kind }) => kind === "digest").length);
      expect(counts?.planned).toBe(STORM.alerts + (counts?.own ?? 0));
      // Where messages can be edited, one summary counts the whole storm.
      if (name === "war") expect(digests).toHaveLength(1);
    },
  );

  test.each(["war", "soc"] as const)("%s: every critical alert has its own message, the first within 2 s", (name) => {
    const waits = waitsOf(chats()[name]);
    expect(waits).toHaveLength(acceptedAt.size);
    expect(waits[0]).toBeLessThan(unhurried(2_000));
  });

  test.each(["war", "soc"] as const)("%s: is never made to say no after the first window", (name) => {
    const channel = chats()[name];
    const from = (channel.requests[0]?.at ?? 0) + 60_000;
    expect(channel.requests.filter(({ status, at }) => status === 429 && at >= from)).toEqual([]);
    expect(Object.keys(channel.counts()).filter((status) => Number(status) >= 400 && status !== "429")).toEqual([]);
  });

  test("the books balance, also across", () => {
    expect(books.balanced).toBe(true);
    expect(books.routes).toMatchObject([
      { received: STORM.alerts, accepted: STORM.alerts, routed: STORM.alerts, handed: 2 * STORM.alerts, failed: 0 },
    ]);
    const sum = (of: (one: Books["destinations"][number]) => number) => books.destinations.reduce((all, one) => all + of(one), 0);
    expect(sum(({ planned }) => planned)).toBe(2 * STORM.alerts + sum(({ own }) => own));
  });

  test.runIf(FULL)("its figures", () => {
    for (const [name, channel] of Object.entries(chats())) {
      const { digests, singles } = told(channel);
      const waits = waitsOf(channel);
      const at429 = channel.requests
        .filter(({ status }) => status === 429)
        .map(({ at }) => ((at - (channel.requests[0]?.at ?? 0)) / 1_000).toFixed(1));
      const figures = {
        requests: channel.totals.requests,
        statuses: channel.counts(),
        singles: singles.length,
        digests,
        edits: channel.totals.edits,
        "429 at s": at429,
        "first critical ms": waits[0],
        "slowest critical ms": Math.max(...waits),
        books: books.destinations.find((one) => one.name === name),
      };
      process.stdout.write(`${name} ${JSON.stringify(figures)}\n`);
    }
  });
});

/** How long each critical alert took from its 202 to the wall, ms, in the order in which they were accepted. */
function waitsOf(channel: Channel): number[] {
  return [...acceptedAt]
    .sort(([, left], [, right]) => left - right)
    .flatMap(([host, at]) => {
      const message = told(channel).singles.find(({ raw }) => raw.includes(host));
      return message ? message.at - at : [];
    });
}
