import { describe, expect, test } from "vitest";
import { HOSTILE } from "../../../test/support/alerts.ts";
import type { DeliveryRecord } from "../../delivery.ts";
import { deliveryPage } from "./one-page.ts";
import { type DeliveriesView, deliveriesPage } from "./page.ts";
import { attemptWords, messageWords } from "./parts.ts";
import { chosenPage, replayPage } from "./replay-page.ts";
import { beforeReplay, DEAD_REASONS } from "./replay-words.ts";
import type { Stuck } from "./stuck.ts";

const NOW = Date.UTC(2026, 10, 21, 14);
const at = new Date(NOW - 60_000).toISOString();
const ALERT = "prod.5d41402abc4b2a76b9719d91";
const delivery = (more: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
  id: `soc.${ALERT}.1`,
  alert: ALERT,
  version: 1,
  destination: "soc",
  kind: "create",
  state: "dead",
  attempts: 1,
  reason: "not_found",
  created_at: at,
  updated_at: at,
  log: [{ at, ms: 20, outcome: "disabled: not found", status: 404, answer: '{"message":"Unknown Webhook"}' }],
  ...more,
});
const waiting = (more: Partial<Stuck["destinations"][number]> = {}): Stuck["destinations"][number] => ({
  name: "slow",
  state: "closed",
  problem: "rate_limited",
  pending: 12,
  oldest_pending_at: at,
  closed_until: new Date(NOW + 5_000).toISOString(),
  ...more,
});
const page = async (more: Partial<DeliveriesView> = {}): Promise<string> =>
  String(
    await deliveriesPage({
      found: { items: [delivery()], next: null },
      stuck: { destinations: [], dead: [] },
      destinations: ["soc"],
      url: new URL("https://relay.example.com/deliveries"),
      mayReplay: true,
      now: NOW,
      ...more,
    }),
  );
const plain = (html: string): string => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

describe("the list of deliveries", () => {
  test("says that all is well while nothing is stuck", async () => {
    expect(plain(await page())).toContain("Nothing waits and nothing is dead");
    expect(await page({ stuck: undefined })).not.toContain("Nothing waits");
  });

  test("counts what waits and what died, by destination and cause; each number leads to its list", async () => {
    const dead = [
      { destination: "soc", reason: "not_found", count: 7, oldest_at: at },
      { destination: "old", reason: "destination_removed", count: 1, oldest_at: at },
    ];
    const html = await page({ stuck: { destinations: [waiting(), waiting({ name: "soc", state: "refused", pending: 0 })], dead } });
    expect(html).toContain('href="/deliveries?state=pending&amp;destination=slow">12 waiting<');
    expect(html).toContain('href="/deliveries?state=dead&amp;destination=soc&amp;reason=not_found">7 messages<');
    expect(html).toContain('href="/deliveries/replay?destination=soc&amp;reason=not_found"');
    expect(plain(html)).toContain("it asks us to wait");
    expect(plain(html)).toMatch(/old\s+removed/);
  });

  test("offers to replay to those who may, and to nobody else", async () => {
    const stuck = { destinations: [], dead: [{ destination: "soc", reason: "not_found", count: 7, oldest_at: at }] };
    const html = await page({ stuck, url: new URL("https://relay.example.com/deliveries?state=dead&reason=not_found") });
    expect(html).toContain('action="/deliveries/chosen"');
    expect(html).toContain(`name="id" value="soc.${ALERT}.1"`);
    expect(html).toContain('href="/deliveries/replay?reason=not_found"');
    const read = await page({ stuck, mayReplay: false });
    expect(read).not.toMatch(/method="post"|type="checkbox"|\/deliveries\/replay/);
  });

  test("says what a message is, what became of it and what was answered", async () => {
    const items = [
      delivery({ id: `soc.${ALERT}~.step-1.1`, kind: "update", state: "delivered", reason: null }),
      delivery({ id: "soc.digest-3.1", alert: null, kind: "digest", state: "pending", attempts: 0, reason: null, log: [] }),
      delivery({ id: `soc.${ALERT}.2`, state: "merged", reason: "digest soc.digest-3.1", attempts: 0, log: [] }),
    ];
    const html = await page({ found: { items, next: "older" } });
    expect(plain(html)).toMatch(/reminder[\s\S]*digest[\s\S]*not tried yet/);
    expect(html).toContain('told by a <a href="/deliveries/soc.digest-3.1">digest</a>');
    expect(html).toContain("Unknown Webhook");
    expect(html).toContain("cursor=older");
  });

  test("says what will stand there, and what a filter did not find", async () => {
    const found = { items: [], next: null };
    expect(plain(await page({ found }))).toContain("Nothing was sent yet");
    expect(plain(await page({ found, url: new URL("https://relay.example.com/deliveries?kind=digest") }))).toContain(
      "No delivery is like that",
    );
  });

  test.each(HOSTILE)("keeps an answer text: %s", async (text) => {
    const item = delivery({ reason: text, log: [{ at, ms: 1, outcome: text, answer: text }] });
    for (const html of [await page({ found: { items: [item], next: null } }), String(await deliveryPage(item, text, true, NOW))]) {
      expect(html).not.toMatch(/<script|<b>|<at>/i);
      for (const [, href = ""] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^[/#]/);
    }
  });
});

describe("the page of one", () => {
  test("has every attempt with its answer, and what to do before a replay", async () => {
    const html = String(await deliveryPage(delivery(), "Port scan", true, NOW));
    expect(html).toContain(`href="/alerts/${ALERT}">Port scan<`);
    expect(plain(html)).toContain("its address does not exist any more");
    expect(plain(html)).toContain("Put its address or its rights in order first");
    expect(html).toContain("{&quot;message&quot;:&quot;Unknown Webhook&quot;}");
    expect(html).toContain('method="post"');
    expect(String(await deliveryPage(delivery(), "Port scan", false, NOW))).not.toContain('method="post"');
  });
});

describe("before many are replayed", () => {
  test("the page says how many, where to and of what they died", async () => {
    const found = { count: 1_900, items: [{ destination: "soc", reason: "gave_up", count: 1_900, oldest_at: at }] };
    const html = String(await replayPage(found, new URLSearchParams({ destination: "soc" }), 1_000, NOW));
    expect(plain(html)).toContain("Replay 1900 dead deliveries?");
    expect(plain(html)).toContain("Replay the newest 1000");
    expect(html).toContain('<input type="hidden" name="destination" value="soc">');
    expect(plain(String(await replayPage({ count: 0, items: [] }, new URLSearchParams(), 1_000, NOW)))).toContain("nothing to do");
  });

  test("the chosen ones are named, as text", async () => {
    const html = String(await chosenPage([`soc.${ALERT}.1`, "<script>"], "/deliveries?state=dead"));
    expect(plain(html)).toContain("Replay 2 dead deliveries?");
    expect(html).not.toContain("<script>");
    expect(html).toContain('name="back" value="/deliveries?state=dead"');
  });

  test("every reason has a word on what to do", () => {
    for (const reason of DEAD_REASONS) expect(beforeReplay(reason)).toBeTruthy();
    expect(beforeReplay("toString")).toBeUndefined();
  });
});

test.each([
  [`soc.${ALERT}.1`, "create", "first message"],
  [`soc.${ALERT}~.escalate-1-1.1`, "update", "reminder"],
  [`soc.${ALERT}~war.1`, "create", "first message, in place of war"],
  ["soc.notice-watch.x.over.1", "create", "notice about the relay"],
  ["soc.digest-1.1", "digest", "digest"],
] as const)("%s is a %s: %s", (id, kind, words) => {
  expect(messageWords({ id, kind })).toBe(words);
});

test("an attempt's status is told once", () => {
  expect(attemptWords({ outcome: "delivered", status: 200 })).toBe("delivered (200)");
  expect(attemptWords({ outcome: "disabled: not_found (answered 404)", status: 404 })).toBe("disabled: not found (answered 404)");
});
