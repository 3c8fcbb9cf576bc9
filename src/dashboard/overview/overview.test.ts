import { describe, expect, test } from "vitest";
import { hostileAlert, sampleAlert } from "../../../test/support/alerts.ts";
import { destinationItem } from "../../../test/support/destination-item.ts";
import type { HealthCheck } from "../../admin/queries/health.ts";
import type { RouteItem } from "../../admin/queries/routes.ts";
import type { SeriesAnswer } from "../../admin/queries/series.ts";
import { noRouteCounts } from "../../ledger/interface.ts";
import { noDestinationCounts } from "../../outbox/interface.ts";
import { alertSeries, deliverySeries } from "../../series/series.ts";
import { concerns, type State } from "./attention.ts";
import { flowOf, scaleOf } from "./flow.ts";
import { perMinute, seconds, thousands } from "./numbers.ts";
import { overviewPage } from "./page.ts";

const NOW = Date.UTC(2026, 10, 21, 14);
const URL_HERE = new URL("https://relay.example.com/?span=24h");

const route = (more: Partial<RouteItem> = {}): RouteItem => ({
  name: "prod",
  state: "ok",
  shards: 1,
  rules: [],
  backlog: 0,
  last_event_at: new Date(NOW - 5_000).toISOString(),
  counts: noRouteCounts(),
  ...more,
});
const check = (more: Partial<HealthCheck>): HealthCheck => ({
  check: "source_silent",
  state: "degraded",
  subject: "prod",
  since: new Date(NOW - 3_600_000).toISOString(),
  text: "Nothing has ever come.",
  advice: "See whether the source still sends.",
  told_by: null,
  ...more,
});
const calm: State = {
  books: { balanced: true, routes: [], destinations: [] },
  routes: [],
  destinations: [destinationItem()],
  broken: [],
  refused: [],
  checks: [],
  unreachable: [],
  now: NOW,
};
const series = (more: Partial<SeriesAnswer> = {}): SeriesAnswer => ({
  span: "24h",
  from: new Date(NOW - 86_400_000).toISOString(),
  to: new Date(NOW).toISOString(),
  alerts: alertSeries([{ from: NOW - 60_000, to: NOW, counts: [0, 0, 0, 2, 1] }], "24h", NOW),
  deliveries: deliverySeries([{ from: NOW - 300_000, to: NOW, counts: [3, 0, 1, 2] }], "24h", NOW),
  routes: [{ name: "prod", received: 2_880, alerts: 3 }],
  destinations: [{ name: "soc", delivered: 3, dead: 0, p50_s: 0.2, p95_s: 120 }],
  ...more,
});
const page = async (state: Partial<State>, more: Partial<Parameters<typeof overviewPage>[0]> = {}): Promise<string> =>
  String(
    await overviewPage({
      state: { ...calm, ...state },
      series: series(),
      destination: undefined,
      alerts: [],
      silences: { items: [], next: null },
      url: URL_HERE,
      ...more,
    }),
  );
const text = (made: string): string => made.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

describe("what needs attention", () => {
  test("is nothing while all is well", () => {
    expect(concerns({ ...calm, checks: [check({ state: "ok", subject: null })] })).toEqual([]);
  });

  test("has what loses sight of alerts first", () => {
    const found = concerns({
      ...calm,
      books: { balanced: false, routes: [], destinations: [], off: [{ of: "route prod", identity: "a = b", by: -2 }] },
      broken: [{ kind: "route", name: "ndr", problem: "id must be a UUID" }],
      destinations: [
        destinationItem({
          name: "slow",
          state: "closed",
          problem: "rate_limited",
          closed_until: new Date(NOW + 30_000).toISOString(),
          pending: 3,
        }),
        destinationItem({ name: "gone", state: "refused", problem: "not_found", counts: { ...noDestinationCounts(), dead: 2 } }),
      ],
    });
    expect(found.map(({ tone }) => tone)).toEqual(["bad", "bad", "bad", "warn"]);
    expect(found.map(({ what }) => what).join(" ")).toContain("off by -2");
    expect(found.at(-1)?.what).toContain("it asks us to wait. Next try in 30 s.");
  });

  test("takes in what the relay's own watch found, with what to do and where", () => {
    const found = concerns({
      ...calm,
      checks: [
        check({}),
        check({ check: "api_refused", subject: "prod virustotal", text: "Since then: 401.", advice: "Put a new key in place." }),
        check({ check: "sweep_overdue", subject: null, text: "The sweep last ran long ago." }),
      ],
    });
    expect(found.map(({ what }) => what)).toEqual([
      'Nothing comes from "prod".',
      'The API that "prod virustotal" asks does not accept our key.',
      "The relay's sweep is overdue.",
    ]);
    expect(found[0]).toMatchObject({
      link: { href: "/log?route=prod" },
      more: "Nothing has ever come. See whether the source still sends.",
    });
    expect(found[1]?.link?.href).toBe("/routes/prod");
  });

  test("tells nothing twice: what the page sees itself is as it is now", () => {
    const stale = ["backlog_old", "dead_letters", "destination_down", "destination_refused", "books_off", "configuration_broken"] as const;
    expect(concerns({ ...calm, checks: stale.map((one) => check({ check: one, subject: "soc" })) })).toEqual([]);
    const away = concerns({
      ...calm,
      unreachable: ["correlator:prod"],
      checks: [check({ check: "object_failed", subject: "correlator:prod" })],
    });
    expect(away.map(({ what }) => what)).toEqual(["The correlator of prod does not answer: what its rules count and group waits."]);
    // The events were decided since.
    expect(concerns({ ...calm, routes: [route()], checks: [check({ check: "events_stuck", state: "down" })] })).toEqual([]);
    expect(concerns({ ...calm, routes: [route({ backlog: 2 })], checks: [check({ check: "events_stuck", state: "down" })] })).toHaveLength(
      1,
    );
  });

  test("counts refused requests by route, with the reasons", () => {
    const at = new Date(NOW).toISOString();
    const [one] = concerns({
      ...calm,
      refused: [
        { route: "prod", reason: "unauthorized", count: 4, first_at: at, last_at: at },
        { route: "prod", reason: "not_json", count: 1, first_at: at, last_at: at },
      ],
    });
    expect(one?.what).toBe("5 requests to prod were refused in the last hour.");
    expect(one?.more).toBe("4 times: the sender did not prove who it is; 1 time: the body was not JSON.");
  });

  test("says since when a destination does not answer, and who shows its alerts", () => {
    const down = destinationItem({
      state: "down",
      problem: "server_error",
      failover: { to: "oncall", failures: 5, after: "1m" },
      pending: 1,
      broken_since: new Date(NOW - 180_000).toISOString(),
      failed_over: 4,
    });
    const [concern] = concerns({ ...calm, destinations: [down] });
    expect(concern).toMatchObject({ tone: "bad", what: "soc has not answered for 3 min (it answers with errors)." });
    expect(concern?.more).toContain("Its failover oncall shows 4 alerts");
  });
});

describe("the flow of the books", () => {
  const routes = {
    ...noRouteCounts(),
    received: 100,
    accepted: 80,
    duplicate: 20,
    routed: 70,
    silenced: 9,
    failed: 1,
    refused: 5,
    handed: 140,
  };
  const destinations = { planned: 150, own: 10, delivered: 120, merged: 20, pending: 9, dead: 1 };
  const { boxes, bands, width, height } = flowOf(routes, destinations);
  const box = (name: string) => boxes.find((one) => one.name === name);

  test("has every number of the books, in proportion", () => {
    expect(boxes.map(({ name, count }) => [name, count])).toEqual(
      expect.arrayContaining([
        ["received", 100],
        ["refused", 5],
        ["accepted", 80],
        ["unmatched", 0],
        ["failed", 1],
        ["messages of routes", 140],
        ["tests and own", 10],
        ["dead", 1],
      ]),
    );
    expect((box("duplicate")?.height ?? 0) * 4).toBeCloseTo(box("accepted")?.height ?? 0);
    expect((box("merged")?.height ?? 0) * 6).toBeCloseTo(box("delivered")?.height ?? 0);
    for (const one of boxes) {
      expect(one.y + one.height).toBeLessThanOrEqual(height);
      expect(one.x).toBeLessThan(width);
    }
  });

  test("adds up: what leaves a box is as high as the box", () => {
    for (const [name, x] of [
      ["received", 0],
      ["accepted", box("accepted")?.x ?? 0],
    ] as const) {
      const from = box(name);
      const leaving = bands.filter(
        ({ x1, from: [top] }) => x1 === x + 12 && top >= (from?.y ?? 0) && top < (from?.y ?? 0) + (from?.height ?? 0),
      );
      expect(leaving.reduce((sum, { from: [top, bottom] }) => sum + bottom - top, 0)).toBeCloseTo(from?.height ?? -1);
    }
  });

  test("stands while nothing came, and while very much did", () => {
    expect(flowOf(noRouteCounts(), noDestinationCounts()).bands).toEqual([]);
    expect(scaleOf([{ count: 0 }], 300)).toBe(0);
    const huge = flowOf({ ...routes, received: 1e9, accepted: 1e9, routed: 1e9 }, { ...destinations, planned: 1e9, delivered: 1e9 });
    for (const one of huge.boxes) expect(one.y + one.height).toBeLessThanOrEqual(huge.height);
  });
});

describe("the overview", () => {
  test("says that nothing needs anybody, and what will stand in what is empty", async () => {
    const made = text(await page({ destinations: [] }, { series: series({ routes: [], destinations: [] }) }));
    expect(made).toContain("Nothing needs you.");
    expect(made).toContain("No route is configured: nothing can come in.");
    expect(made).toContain("No destination is configured: nobody would be told.");
  });

  test("has charts of the span in the address, and the others to choose", async () => {
    const made = await page({});
    expect(made).toContain('<a href="/?span=24h" aria-current="true">24 hours</a>');
    expect(made).toContain('<a href="/">1 hour</a>');
    expect(made).toContain('id="alerts-chart"');
    expect(text(made)).toContain("alerts in 10 minutes");
  });

  test("tells of each source whether it is heard, and of each destination how it does", async () => {
    const made = await page({
      routes: [route(), route({ name: "ndr", last_event_at: null })],
      checks: [check({ subject: "ndr" })],
      destinations: [
        destinationItem({ pace: { per_second: 0.45, burst: 3 }, pending: 1_234, oldest_pending_at: new Date(NOW - 120_000).toISOString() }),
        destinationItem({
          name: "ops",
          state: "closed",
          problem: "rate_limited",
          closed_until: new Date(NOW + 30_000).toISOString(),
          failures: 2,
        }),
      ],
    });
    const told = text(made);
    // What is silent stands first.
    expect(made.indexOf('id="source-ndr"')).toBeLessThan(made.indexOf('id="source-prod"'));
    expect(told).toMatch(/ndr.*open.*silent.*never/);
    expect(told).toMatch(/prod open 5 s ago 2\.0 3/);
    expect(told).toMatch(/soc works 27\/m 1,234 oldest 2 min ago 0 0\.2 s, 2 min/);
    expect(told).toContain("next try in 30 s, 2 failures in a row");
    expect(made).toContain('href="/?span=24h&amp;destination=soc#over-time"');
  });

  test("says nothing of single routes where there were too many to tell apart", async () => {
    expect(text(await page({ routes: [route()] }, { series: series({ routes: null }) }))).toMatch(/prod open 5 s ago – – 0/);
  });

  test("keeps text of strangers text", async () => {
    const hostile = '<script>alert(1)</script>"><b>';
    const made = await page(
      {
        broken: [{ kind: "route", name: hostile, problem: hostile }],
        checks: [check({ check: "object_failed", subject: hostile, text: hostile, advice: hostile })],
        unreachable: [`ledger:${hostile}`],
      },
      {
        alerts: [
          { ...hostileAlert(hostile), copies: 0, copied_at: null },
          { ...sampleAlert(), copies: 0, copied_at: null },
        ],
        destination: hostile,
      },
    );
    expect(made).not.toMatch(/<script|<b>/i);
  });
});

describe("numbers", () => {
  test("are told as people read them", () => {
    expect([0, 999, 1_000, 1_234_567].map(thousands)).toEqual(["0", "999", "1,000", "1,234,567"]);
    expect([0, 1, 90, 60_000].map((count) => perMinute(count, 3_600_000))).toEqual(["0", "<0.1", "1.5", "1,000"]);
    expect([null, 0.2, 12, 180, 7_200].map(seconds)).toEqual(["–", "0.2 s", "12 s", "3 min", "2 h"]);
  });
});
