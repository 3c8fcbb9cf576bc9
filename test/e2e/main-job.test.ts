// The main job, over HTTP, against simulated vendors: one notification, one clear message in each chat, once.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commented, createdFlattened, createdThin, deleted, incident, updated } from "../../demo/sekoia-samples.ts";
import { unhurried } from "../support/patience.ts";
import { type Stack, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const HASTY_ROUTE = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    secrets: ({ chats, api }) => ({ SOC_SLACK: chats.slack("soc").url, SEKOIA_TOKEN: api.token }),
    config: ({ chats, api }) => {
      const sekoia = { source: "sekoia", api: api.url, token: "secret:SEKOIA_TOKEN", api_rate: "1000/s" };
      const to = ["soc", "war", "ops", "hook", "box"];
      return {
        destinations: {
          soc: { type: "slack", url: "secret:SOC_SLACK", rate: "100/s" },
          war: { type: "discord", url: chats.discord("war").url, rate: "100/s" },
          ops: { type: "teams", url: chats.teams("ops").url, rate: "100/s" },
          hook: { type: "webhook", url: chats.webhook("hook").url },
          box: { type: "inbox" },
        },
        routes: {
          // The API answers at once, and on a busy machine that may take a second.
          prod: { id: ROUTE, ...sekoia, soft_deadline: "60s", rules: [{ name: "all", when: "alert.severity_id >= INFO", to }] },
          hasty: { id: HASTY_ROUTE, ...sekoia, rules: [{ name: "all", to }] },
        },
      };
    },
  });
});
afterAll(() => stack?.stop());

const channels = () => {
  const { chats } = stack;
  return { slack: chats.slack("soc"), discord: chats.discord("war"), teams: chats.teams("ops"), webhook: chats.webhook("hook") };
};

describe("a SEKOIA notification", () => {
  test("is stored, answered, enriched, and shown once in every chat", async () => {
    const one = incident(1);
    stack.api.put(one.alert);
    const answer = await stack.hook(ROUTE.toUpperCase(), createdThin(one));
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ accepted: 1, duplicate: 0, results: [{ outcome: "accepted" }] });
    const books = await stack.settled();
    for (const channel of Object.values(channels())) {
      expect(channel.visible(), channel.kind).toHaveLength(1);
      expect(channel.visible()[0]?.raw, channel.kind).toContain(one.alert.title);
      expect(channel.visible()[0]?.pings, channel.kind).toEqual([]);
    }
    expect(books.routes.find(({ name }) => name === "prod")).toMatchObject({ received: 1, accepted: 1, routed: 1, handed: 5 });
    expect(books.destinations.map(({ planned, delivered }) => [planned, delivered])).toEqual([1, 1, 1, 1, 1].map(() => [1, 1]));
    const { items } = await stack.get<{ items: { title: string }[] }>("/api/inbox");
    expect(items).toMatchObject([{ title: expect.stringContaining(one.alert.title) }]);
  });

  test("that comes again changes nothing, in whatever case the path is", async () => {
    const again = await stack.hook(ROUTE, createdThin(incident(1)));
    expect(await again.json()).toMatchObject({ accepted: 0, duplicate: 1, results: [{ outcome: "duplicate" }] });
    await stack.settled();
    for (const channel of Object.values(channels())) expect(channel.visible()).toHaveLength(1);
  });

  test("updates the living message where the chat can edit, and follows up where it cannot", async () => {
    const one = incident(1);
    await stack.hook(ROUTE, updated(one, { similar: 7 }, { at: Date.now() - 1_000 }));
    await stack.settled();
    expect(channels().discord.visible()).toHaveLength(1);
    expect(channels().discord.totals.edits).toBe(1);
  });

  test("is told anew when its severity rises, and the old message points to the new one", async () => {
    const one = incident(1);
    const raised = { ...one.alert, urgency: { ...one.alert.urgency, current_value: 95, display: "Urgent" } };
    stack.api.put(raised);
    await stack.hook(ROUTE, updated(one, { urgency: 95 }, { at: Date.now() }));
    await stack.settled();
    const { slack, discord, teams } = channels();
    expect(discord.visible()).toHaveLength(2);
    expect(discord.visible()[0]?.raw).toContain("newer message");
    expect(discord.visible()[1]?.raw).toContain("CRITICAL");
    for (const channel of [slack, teams]) expect(channel.visible().at(-1)?.raw, channel.kind).toMatch(/severity \w+ to critical/i);
  });

  test("comments, and a deletion resolves it", async () => {
    const one = incident(1);
    await stack.hook(ROUTE, commented(one, "Looks like a test account", { at: Date.now() + 1_000 }));
    await stack.hook(ROUTE, deleted(one, { at: Date.now() + 2_000 }));
    await stack.settled();
    const { discord, slack } = channels();
    expect(discord.visible()).toHaveLength(2);
    expect(discord.visible()[1]?.raw).toContain("RESOLVED");
    expect(slack.visible().at(-1)?.raw).toMatch(/resolved/i);
  });

  test("tells its whole story", async () => {
    const { items } = await stack.get<{ items: { id: string }[] }>("/api/alerts");
    const story = await stack.get<Record<string, Record<string, unknown>[]>>(`/api/alerts/${items[0]?.id}`);
    expect(story.alert).toMatchObject({ status: "resolved", enriched: true });
    expect(story.events).toHaveLength(5);
    expect(story.trace?.map((step) => step.stage)).toEqual(expect.arrayContaining(["enrich", "match", "plan"]));
    const delivered = story.deliveries?.filter((delivery) => delivery.state === "delivered");
    expect(delivered?.length).toBeGreaterThanOrEqual(8);
    for (const delivery of delivered ?? []) {
      const [first, ...others] = delivery.log as { outcome: string }[];
      expect(first).toMatchObject({ outcome: "delivered" });
      // What follows in the same delivery is the old message of a rise.
      for (const other of others) expect(other.outcome).toMatch(/^delivered, pointing from the old message/);
    }
  });
});

test("the projection is made again from the objects", async () => {
  const search = () => stack.get<{ items: unknown[] }>("/api/alerts?limit=200");
  const deliveries = () => stack.get<{ items: unknown[] }>("/api/deliveries?limit=200");
  const before = { alerts: await search(), deliveries: await deliveries() };
  const db = await stack.relay.db();
  await db.batch([db.prepare("DELETE FROM alerts"), db.prepare("DELETE FROM deliveries")]);
  expect((await search()).items).toEqual([]);
  const answer = await stack.call("/api/projection", { method: "POST" });
  expect(await answer.json()).toEqual({ alerts: 1, deliveries: before.deliveries.items.length });
  expect({ alerts: await search(), deliveries: await deliveries() }).toEqual(before);
});

describe("a slow API", () => {
  test("holds no alert: the thin one goes out, then the detail comes", async () => {
    const two = incident(2);
    stack.api.put(two.alert);
    const { slack, discord } = channels();
    const shown = discord.visible().length;
    const told = discord.waitFor((visible) => visible.length > shown).then((visible) => visible.at(-1)?.raw);
    // No answer before the chat shows the alert.
    stack.api.fail({ until: Promise.allSettled([told]), times: 1 });
    const at = Date.now();
    await stack.hook(HASTY_ROUTE, createdThin(two));
    expect(await told).not.toContain(two.alert.title);
    expect(Date.now() - at).toBeLessThan(unhurried(2_000));
    await discord.waitFor((visible) => visible.at(-1)?.raw.includes(two.alert.title) ?? false);
    await stack.settled();
    // It is worse than was assumed: that is a rise, told in a message of its own.
    expect(discord.visible().length).toBe(shown + 2);
    expect(discord.visible()[shown]?.raw).toContain("newer message");
    expect(slack.visible().at(-1)?.raw).toContain(two.alert.title);
  });

  test("that refuses the key is told in the message", async () => {
    stack.api.fail({ status: 403, times: 1 });
    await stack.hook(ROUTE, createdThin(incident(3)));
    await stack.settled();
    expect(channels().discord.visible().at(-1)?.raw).toContain("403");
  });
});

test("an alert that brings its severity needs no API to be clear", async () => {
  stack.api.fail({ status: 500, times: 1 });
  const four = incident(4);
  await stack.hook(ROUTE, createdFlattened(four));
  await stack.settled();
  expect(channels().slack.visible().at(-1)?.raw).toContain("DNS tunnelling");
});
