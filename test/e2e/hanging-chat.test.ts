// Promise 8: a chat that hangs holds up no other.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Channel } from "../../demo/chats/channel.ts";
import { createdFlattened, incident } from "../../demo/sekoia-samples.ts";
import { unhurried } from "../support/patience.ts";
import { type Stack, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const ALERTS = 120;
/** Longer than a POST may take, so that the hanging chat's time-outs fall into the measured time. */
const SPAN_MS = 12_000;
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    config: ({ chats }) => ({
      destinations: {
        stuck: { type: "slack", url: chats.slack("stuck").url, rate: "100/s" },
        war: { type: "discord", url: chats.discord("war").url, rate: "100/s" },
        ops: { type: "teams", url: chats.teams("ops").url, rate: "100/s" },
      },
      routes: { prod: { id: ROUTE, source: "sekoia", rules: [{ name: "all", to: ["stuck", "war", "ops"] }] } },
    }),
  });
});
afterAll(() => stack?.stop());

test("one chat hangs for 60 s: the others' p95 stays under 1 s, and it gets everything when it is back", async () => {
  const stuck = stack.chats.slack("stuck");
  stuck.hang({ ms: 60_000, times: Number.POSITIVE_INFINITY });
  const sent = new Map<string, number>();
  for (let number = 0; number < ALERTS; number += 1) {
    const one = incident(number, "hang");
    sent.set(one.alert.short_id, Date.now());
    const answer = await stack.hook(ROUTE, createdFlattened(one));
    expect(answer.status).toBe(202);
    await new Promise((resolve) => setTimeout(resolve, SPAN_MS / ALERTS));
  }
  for (const channel of [stack.chats.discord("war"), stack.chats.teams("ops")]) {
    await channel.waitFor((visible) => visible.length >= ALERTS);
    expect(p95(latencies(channel, sent)), channel.kind).toBeLessThan(unhurried(1_000));
  }
  // It was probed with one message at a time, not flooded.
  expect(stuck.totals.requests).toBeLessThan(8 + 6);
  stuck.calm();
  const books = await stack.settled();
  expect(books.destinations.find(({ name }) => name === "stuck")).toMatchObject({ planned: ALERTS, delivered: ALERTS, dead: 0 });
});

function latencies(channel: Channel, sent: Map<string, number>): number[] {
  return [...sent].map(([shortId, at]) => {
    const message = channel.visible().find(({ raw }) => raw.includes(shortId));
    return message ? message.at - at : Number.POSITIVE_INFINITY;
  });
}

const p95 = (values: number[]): number =>
  values.sort((left, right) => left - right)[Math.floor(values.length * 0.95)] ?? Number.POSITIVE_INFINITY;
