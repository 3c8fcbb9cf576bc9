// Promise 8: a backlog becomes a digest that swallows no first critical, and nothing is lost in it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { createdFlattened, incident } from "../../demo/sekoia-samples.ts";
import { unhurried } from "../support/patience.ts";
import { type Stack, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const ALERTS = 60;
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    config: ({ chats }) => ({
      destinations: {
        slow: {
          type: "slack",
          // On a busy machine messages that left at their pace may arrive together.
          url: chats.slack("slow", { rate: { perSecond: 2, burst: 8 } }).url,
          rate: "2/s",
          digest: { after: 5, every: "3s", max: 25 },
        },
      },
      routes: { prod: { id: ROUTE, source: "sekoia", rules: [{ name: "all", to: ["slow"] }] } },
    }),
  });
});
afterAll(() => stack?.stop());

test("critical alerts pass the backlog, the rest is told in digests, and the books add up", async () => {
  const slow = stack.chats.slack("slow");
  await Promise.all(Array.from({ length: ALERTS }, (_, number) => stack.hook(ROUTE, withUrgency(number, 60))));
  const at = Date.now();
  await stack.hook(ROUTE, withUrgency(ALERTS, 95));
  await slow.waitFor((visible) => visible.some(({ raw }) => raw.includes("[CRITICAL]")));
  expect(Date.now() - at).toBeLessThan(unhurried(2_000));
  const books = await stack.settled();
  const [counts] = books.destinations;
  expect(counts).toMatchObject({ dead: 0, pending: 0 });
  expect(counts?.own).toBeGreaterThanOrEqual(1);
  expect(counts?.planned).toBe(ALERTS + 1 + (counts?.own ?? 0));
  expect(counts?.merged).toBeGreaterThan(25);
  expect(slow.visible()).toHaveLength(counts?.delivered ?? 0);
  // The pace is the destination's own: it never had to say no.
  expect(slow.counts()).toEqual({ 200: counts?.delivered });
  const { items } = await stack.get<{ items: { kind: string; reason: string | null; alert: string | null }[] }>(
    "/api/deliveries?state=delivered,merged&limit=200",
  );
  const digests = items.filter(({ kind }) => kind === "digest");
  expect(digests).toHaveLength(counts?.own ?? 0);
  for (const digest of digests) expect(digest.alert).toBeNull();
  expect(items.filter(({ reason }) => reason?.startsWith("digest "))).toHaveLength(counts?.merged ?? 0);
});

function withUrgency(number: number, urgency: number) {
  const one = incident(number, "backlog");
  const body = createdFlattened(one);
  body.attributes.urgency_current_value = urgency;
  return body;
}
