import { describe, expect, test } from "vitest";
import { destinationItem } from "../../../test/support/destination-item.ts";
import { type LAYOUTS, layoutSamples } from "../../admin/layout-samples.ts";
import type { DestinationItem } from "../../admin/queries/destinations.ts";
import { cardOf } from "../../destinations/card.ts";
import { destinations } from "../../destinations/index.ts";
import { cardLines } from "../../destinations/words.ts";
import { destinationsPage } from "./page.ts";
import { layoutsPage } from "./preview-page.ts";
import { breakerWords, paceWords, rateWords } from "./words.ts";

const NOW = Date.UTC(2026, 10, 21, 14);
const iso = (ms: number): string => new Date(NOW + ms).toISOString();
const down = destinationItem({
  state: "down",
  problem: "server_error",
  label: "Telegram",
  type: "telegram",
  failover: { to: "oncall", failures: 5, after: "1m" },
  priority: 90,
  detail: "simple",
  shares_budget_with: ["night"],
  pending: 1,
  failures: 6,
  broken_since: iso(-180_000),
  failed_over: 4,
  settings: { token: "secret:TELEGRAM", chat_id: 7 },
});
const page = async (items: DestinationItem[], mayTest = true): Promise<string> =>
  String(await destinationsPage(items, { now: NOW, mayTest }));
const text = (made: string): string => made.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

describe("a destination", () => {
  test("that does not answer says since when, why, and who shows its alerts", async () => {
    const told = text(await page([down]));
    expect(told).toContain("does not answer");
    expect(told).toContain("It answers with errors.");
    expect(told).toContain("oncall shows 4 alerts in its place");
    expect(told).toContain("shared with night");
    expect(told).toContain("for 3 min");
    expect(told).toContain("6 failures in a row: one message at a time tries whether it is back");
    expect(told).toContain("simple");
    const well = text(await page([{ ...down, state: "ok", failed_over: 0, broken_since: null }]));
    expect(well).toContain("oncall , after 5 failures in a row or 1m without a success");
  });

  test("tells its pace, and what the chat's headers said of its budget", async () => {
    const told = text(
      await page([
        {
          ...down,
          state: "ok",
          pace: { per_second: 1, burst: 3, now_per_second: 0.45 },
          slowed_until: iso(120_000),
          shared_pace: { per_second: 25, burst: 5 },
          budget: { remaining: 2, resets_at: iso(30_000), told_at: iso(-4_000) },
        },
      ]),
    );
    expect(told).toContain("1 a second (as its kind allows), up to 3 at once");
    expect(told).toContain("Lowered to 27 a minute for another 2 min");
    expect(told).toContain("the chat's headers said 4 s ago : 2 messages left, until it begins anew in 30 s");
    expect(told).toContain("25 a second together");
    const over = text(await page([{ ...down, budget: { remaining: 0, resets_at: iso(-30_000), told_at: iso(-60_000) } }]));
    expect(over).toContain("used up; it began anew 30 s ago");
  });

  test("is tested by who may, and looked at by everybody", async () => {
    expect(await page([down])).toContain('action="/destinations/soc/test"');
    const read = await page([down], false);
    expect(read).not.toContain("<form");
    expect(read).toContain('href="/destinations/soc/preview"');
  });

  test("that is broken says why, and offers nothing that cannot be done", async () => {
    const made = await page([{ ...down, state: "broken", type: undefined, problem: 'url: <b>"must"</b> be an address' }]);
    expect(made).toContain("url: &lt;b&gt;&quot;must&quot;&lt;/b&gt; be an address");
    expect(made).not.toMatch(/\/test"|\/preview"/);
  });

  test("where there is none, what to do stands in its place", async () => {
    expect(text(await page([]))).toContain("nobody would be told of anything");
  });

  test("of several each has a row", async () => {
    const made = await page(["a", "b", "c", "d"].map((name) => ({ ...down, name, state: "ok" as const })));
    expect(made.match(/<th scope="row"><a href="#/g)).toHaveLength(4);
  });
});

describe("words", () => {
  test("of a pace", () => {
    expect([10, 1.5, 0.45, 0.01].map(rateWords)).toEqual(["10 a second", "1.5 a second", "27 a minute", "36 an hour"]);
    expect(paceWords(down)).toBe("–");
    expect(paceWords({ ...down, pace: { per_second: 1, burst: 1, now_per_second: 0.45 }, slowed_until: iso(1_000) })).toBe("27/m, lowered");
  });

  test("of the breaker", () => {
    expect(breakerWords(down, NOW)).toBe("no answer for 3 min, 6 failures in a row, oncall shows 4 alerts");
    expect(breakerWords({ ...down, broken_since: null, failures: 0, failed_over: 0 }, NOW)).toBeUndefined();
  });
});

describe.each([...destinations.values()].map((adapter) => [adapter.type, adapter] as const))("the layouts of %s", (_, adapter) => {
  const read = adapter.settings.safeParse(adapter.example);
  const settings = read.success ? read.data : adapter.example;
  const tocsin = { tocsin: "https://relay.example.com/alerts/sample" };
  const samples = layoutSamples(adapter.can(settings), { alert: tocsin, alerts: tocsin, destinations: tocsin }, () => ({}), NOW);

  test("are each rendered, and said in words", () => {
    expect(samples.length).toBeGreaterThan(8);
    expect(new Set(samples.map(({ layout }) => layout)).size).toBe(samples.length);
    for (const { view } of samples) {
      expect(adapter.render(view, settings).length).toBeGreaterThan(20);
      const [head = "", ...rest] = cardLines(cardOf(view));
      expect(head).not.toBe("");
      expect(rest.length).toBeGreaterThan(0);
    }
  });

  test("are those that it would show", () => {
    const { edit, thread, record } = adapter.can(settings);
    const has = (layout: (typeof LAYOUTS)[number]) => samples.some((one) => one.layout === layout);
    expect(has("edited")).toBe(edit || record);
    expect(has("moved")).toBe(edit && !thread && !record);
    expect(samples.find(({ layout }) => layout === "resolved")?.action).toBe(edit || record ? "edit" : thread ? "reply" : "post");
  });
});

describe("the page of layouts", () => {
  test("says what each is, with the bytes beneath, and keeps text text", async () => {
    const made = String(
      await layoutsPage({
        name: "soc",
        type: "slack",
        label: "Slack",
        items: [
          {
            layout: "first",
            action: "post",
            says: ["[HIGH] <script>alert(1)</script>", "Host: ws-1"],
            destination: "soc",
            type: "slack",
            method: "POST",
            url: "secret:SOC",
            headers: { "content-type": "application/json" },
            body: '{"text":"<b>"}',
          },
          {
            layout: "digest",
            action: "edit",
            says: ["64 alerts"],
            destination: "soc",
            type: "slack",
            problem: "the secret SOC is not set",
            body: "plain",
          },
        ],
      }),
    );
    expect(made).not.toMatch(/<script|<b>/);
    expect(text(made)).toContain("A new alert");
    expect(text(made)).toContain("POST secret:SOC content-type: application/json");
    expect(text(made)).toContain("It would not get out: the secret SOC is not set.");
    expect(made).toContain('href="#digest"');
  });
});
