import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HOSTILE, hostileAlert } from "../../test/support/alerts.ts";
import type { DestinationItem } from "../admin/queries/destinations.ts";
import type { RouteItem } from "../admin/queries/routes.ts";
import type { DeliveryRecord } from "../delivery.ts";
import { noRouteCounts } from "../ledger/interface.ts";
import { noDestinationCounts } from "../outbox/interface.ts";
import { ownPath } from "./guard.ts";
import { alertPage } from "./pages/alert.ts";
import { concerns, type State } from "./pages/attention.ts";
import { destinationsPage } from "./pages/destinations.ts";
import { routesPage } from "./pages/routes.ts";
import { whereabouts } from "./pages/whereabouts.ts";
import { distance, jsonBlock, shortId } from "./parts.ts";

const NOW = Date.UTC(2026, 10, 21, 14);

describe("times", () => {
  test.each([
    [-1_000, "just now"],
    [500, "now"],
    [-12_000, "12 s ago"],
    [-180_000, "3 min ago"],
    [7_200_000, "in 2 h"],
    [-5 * 86_400_000, "5 days ago"],
  ])("%i ms is %s", (ms, text) => {
    expect(distance(ms)).toBe(text);
  });
});

describe("where to go after signing in", () => {
  test.each([
    ["/alerts?q=a", "/alerts?q=a"],
    ["//evil.example/x", "/"],
    ["/\\evil.example", "/"],
    ["https://evil.example", "/"],
    ["javascript:alert(1)", "/"],
    [undefined, "/"],
  ])("%s leads to %s", (given, path) => {
    expect(ownPath(given)).toBe(path);
  });
});

describe("what became of an alert", () => {
  const delivery = (destination: string, state: DeliveryRecord["state"]) => ({ destination, state }) as DeliveryRecord;

  test("is told for each destination", () => {
    const told = whereabouts(
      [
        delivery("soc", "delivered"),
        delivery("soc", "merged"),
        delivery("legal", "pending"),
        delivery("ops", "delivered"),
        delivery("ops", "dead"),
      ],
      ["soc", "wall"],
    );
    expect(told.map(({ text }) => text)).toEqual(["soc: shown", "wall: on its way", "legal: waiting", "ops: an update died"]);
    expect(whereabouts([], [])).toEqual([{ tone: "warn", text: "shown nowhere" }]);
  });
});

describe("what needs attention", () => {
  const destination = (more: Partial<DestinationItem>): DestinationItem => ({
    name: "soc",
    state: "ok",
    pending: 0,
    in_flight: 0,
    oldest_pending_at: null,
    failures: 0,
    closed_until: null,
    broken_since: null,
    failed_over: 0,
    slowed_until: null,
    last_delivered_at: null,
    unknown: 0,
    counts: noDestinationCounts(),
    ...more,
  });
  const calm: State = {
    books: { balanced: true, routes: [], destinations: [] },
    routes: [],
    destinations: [destination({})],
    broken: [],
    refused: [],
    now: NOW,
  };

  test("is nothing while all is well", () => {
    expect(concerns(calm)).toEqual([]);
  });

  test("has what loses sight of alerts first", () => {
    const found = concerns({
      ...calm,
      books: { balanced: false, routes: [], destinations: [], off: [{ of: "route prod", identity: "a = b", by: -2 }] },
      broken: [{ kind: "route", name: "ndr", problem: "id must be a UUID" }],
      destinations: [
        destination({
          name: "slow",
          state: "closed",
          problem: "rate_limited",
          closed_until: new Date(NOW + 30_000).toISOString(),
          pending: 3,
        }),
        destination({ name: "gone", state: "refused", problem: "not_found", counts: { ...noDestinationCounts(), dead: 2 } }),
      ],
    });
    expect(found.map(({ tone }) => tone)).toEqual(["bad", "bad", "bad", "warn"]);
    expect(found.map(({ what }) => what).join(" ")).toContain("off by -2");
    expect(found.at(-1)?.what).toContain("it asks us to wait. Next try in 30 s.");
  });
});

describe("a destination that does not answer", () => {
  const down: DestinationItem = {
    name: "soc",
    state: "down",
    problem: "server_error",
    label: "Telegram",
    type: "telegram",
    failover: { to: "oncall", failures: 5, after: "1m" },
    priority: 90,
    detail: "simple",
    shares_budget_with: ["night"],
    pending: 1,
    in_flight: 0,
    oldest_pending_at: null,
    failures: 6,
    closed_until: null,
    broken_since: new Date(NOW - 180_000).toISOString(),
    failed_over: 4,
    slowed_until: null,
    last_delivered_at: null,
    unknown: 0,
    counts: noDestinationCounts(),
  };

  test("says since when, why, and who shows its alerts", async () => {
    const page = String(await destinationsPage([down], NOW)).replace(/<[^>]+>/g, "");
    expect(page).toContain("does not answer");
    expect(page).toContain("It answers with errors.");
    expect(page).toContain("oncall shows 4 alerts in its place");
    expect(page).toContain("shared with night");
    expect(page).toContain("for 3 min");
    expect(page).toContain("simple");
    const well = String(await destinationsPage([{ ...down, state: "ok", failed_over: 0, broken_since: null }], NOW));
    expect(well.replace(/<[^>]+>/g, "")).toContain("oncall, after 5 failures in a row or 1m without a success");
  });

  test("needs attention", () => {
    const [concern] = concerns({
      books: { balanced: true, routes: [], destinations: [] },
      routes: [],
      destinations: [down],
      broken: [],
      refused: [],
      now: NOW,
    });
    expect(concern).toMatchObject({ tone: "bad", what: "soc has not answered for 3 min (it answers with errors)." });
    expect(concern?.more).toContain("Its failover oncall shows 4 alerts");
  });
});

describe("text of strangers", () => {
  test.each(HOSTILE)("stays text: %s", async (text) => {
    const alert = hostileAlert(text);
    const event = {
      id: "ev_1",
      kind: "opened" as const,
      type: text,
      received_at: alert.created_at,
      occurred_at: null,
      trace_id: null,
      end: "routed" as const,
      change: { kind: "opened" as const, fields: { [text]: { before: text, after: text } }, added: { [text]: [text] }, removed: {} },
      payload: { [text]: text },
      trace: [{ at: alert.created_at, stage: "match" as const, decision: text, reason: text, values: { rule: text, [text]: text } }],
    };
    const page = String(await alertPage({ alert, events: [event], deliveries: [], trace: [], copies: 0, shownBy: [] }, NOW));
    expect(page).not.toMatch(/<script|<b>|<at>|\u202e/i);
    for (const [, href = ""] of page.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^[/#]/);
  });

  test("shows what would hide itself in a payload", async () => {
    expect(String(await jsonBlock({ name: "gpj.\u202eexe" }))).toContain("\\u{202e}");
  });

  test("is cut in the middle where it is an id", () => {
    expect(shortId("short")).toBe("short");
    expect(shortId("a".repeat(60))).toHaveLength(27);
  });
});

// WCAG AA: 4.5 to 1 for text.
describe("colours", () => {
  const [light = "", dark = ""] = readFileSync(join(import.meta.dirname, "../../assets/style.css"), "utf8").split(
    "prefers-color-scheme: dark",
  );
  const variables = (css: string) =>
    new Map([...css.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = "", value = ""]) => [name, value]));
  const modes = { light: variables(light), dark: new Map([...variables(light), ...variables(dark)]) };
  const luminance = (hex: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (left: string, right: string): number => {
    const [darker = 0, lighter = 0] = [luminance(left), luminance(right)].sort((one, other) => one - other);
    return (lighter + 0.05) / (darker + 0.05);
  };
  const tones = ["good", "warn", "bad", "busy", "calm"].map((tone) => [tone, `${tone}-back`]);
  const grounds = ["page", "surface", "sunken"].flatMap((ground) => ["text", "soft", "link"].map((ink) => [ink, ground]));
  const severities = [
    ["on-dark", "critical"],
    ["on-dark", "high"],
    ["on-medium", "medium"],
    ["on-low", "low"],
    ["on-info", "info"],
    ["surface", "link"],
  ];

  test.each(
    (["light", "dark"] as const).flatMap((mode) =>
      [...tones, ...grounds, ...severities].map(([ink = "", ground = ""]) => [mode, ink, ground] as const),
    ),
  )("in %s, %s can be read on %s", (mode, ink, ground) => {
    expect(contrast(modes[mode].get(ink) ?? "", modes[mode].get(ground) ?? "")).toBeGreaterThanOrEqual(4.5);
  });
});

describe("how a route's sender is proved", () => {
  const page = async (proof: RouteItem["proof"]): Promise<string> => {
    const route: RouteItem = {
      name: "ndr",
      state: "ok",
      proof,
      shards: 1,
      rules: [],
      backlog: 0,
      last_event_at: null,
      counts: noRouteCounts(),
    };
    return String(await routesPage([route], NOW));
  };

  test("is told in words, and nothing but the address as such", async () => {
    expect(await page(["path"])).toContain("<dt>Sender proves</dt><dd>nothing but the address: keep it secret</dd>");
    expect(await page(["basic", "secret in the body"])).toContain("<dd>user and password, and a secret in the body</dd>");
    expect(await page(undefined)).not.toContain("Sender proves");
  });
});
