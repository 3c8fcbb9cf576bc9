import { describe, expect, test } from "vitest";
import { sampleLedgerBooks, sampleStatus } from "../../test/support/readings.ts";
import { noRouteCounts } from "../ledger/interface.ts";
import { noDestinationCounts } from "../outbox/interface.ts";
import { Tally } from "../outbox/tally.ts";
import { plus, quantile, since } from "./counts.ts";
import { MOST_NAMES, merged, type Sample, type Standing, sampleOf, standingOf } from "./sample.ts";
import { alertSeries, deliverySeries, SPANS } from "./series.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 21, 14, 7, 30);

describe("counts", () => {
  test("add up place by place, and what came on top is told without zeros at the end", () => {
    expect(plus([1, 2], [0, 1, 5])).toEqual([1, 3, 5]);
    expect(since([1, 2, 3], [4, 2, 3])).toEqual([3]);
    expect(since([], [])).toEqual([]);
  });

  test("that fell began anew", () => expect(since([9, 9], [2, 10])).toEqual([0, 1]));

  test("tell within which time a share was shown", () => {
    // 10 within 0.1 s, 10 within 0.25 s.
    expect(quantile([20, 0, 10, 10], 0.5)).toBe(0.1);
    expect(quantile([20, 0, 10, 10], 0.8)).toBe(0.19);
    expect(quantile([20, 0], 0.5)).toBeNull();
    expect(quantile([1, 0, ...new Array(12).fill(0), 4], 0.95)).toBe(7_200);
  });
});

describe("a sample", () => {
  const survey = (received: number, delivered: number, failed: string[] = []) => ({
    ledgers: [{ route: "prod", books: sampleLedgerBooks({ counts: { ...noRouteCounts(), received } }) }],
    outboxes: [
      {
        destination: "soc",
        status: sampleStatus({
          counts: { ...noDestinationCounts(), delivered },
          tally: { ...new Tally().saved, latency: [delivered, ...new Array(12).fill(0)] },
        }),
      },
    ],
    failed,
  });

  test("is what came between two looks", () => {
    const before = standingOf(survey(10, 4), undefined, NOW);
    const now = standingOf(survey(13, 6), before, NOW + 5 * MINUTE);
    expect(sampleOf(before, now, [{ route: "prod", severity_id: 4, count: 2 }])).toEqual({
      from: NOW,
      to: NOW + 5 * MINUTE,
      alerts: [0, 0, 0, 2],
      deliveries: [2, 0, 2],
      routes: { prod: [3, 0, 0, 0, 2] },
      destinations: { soc: [2, 0, 2] },
    });
  });

  test("of nothing is nothing", () => {
    const before = standingOf(survey(10, 4), undefined, NOW);
    expect(sampleOf(before, standingOf(survey(10, 4), before, NOW + MINUTE), [])).toMatchObject({
      alerts: [],
      deliveries: [],
      routes: {},
      destinations: {},
    });
  });

  test("does not take for new what an object said that did not answer before", () => {
    const first = standingOf(survey(10, 4), undefined, NOW);
    const away = standingOf({ ledgers: [], outboxes: [], failed: ["ledger:prod:0", "outbox:soc"] }, first, NOW + MINUTE);
    expect(away).toMatchObject({ routes: { prod: 10 }, destinations: { soc: [4, 0, 4] } });
    // One of two shards answers: the sum is not known.
    expect(standingOf(survey(3, 4, ["ledger:prod:1"]), first, NOW + MINUTE).routes).toEqual({ prod: 10 });
  });

  test("does not grow with the number of routes and destinations", () => {
    const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, number) => [`route-${number}`, 1]));
    const nothing: Standing = { at: NOW, routes: {}, destinations: {}, thinned: 0 };
    const alerts = Object.keys(many).map((route) => ({ route, severity_id: 1, count: 1 }));
    const sample = sampleOf(nothing, { ...nothing, routes: many, at: NOW + MINUTE }, alerts);
    expect(sample).toMatchObject({ routes: null, alerts: [3_000] });
    expect(JSON.stringify(sample).length).toBeLessThan(200);
  });

  test("of several is their sum, and names are left out where together they are too many", () => {
    const one = (from: number, names: string[]): Sample => ({
      from,
      to: from + MINUTE,
      alerts: [1],
      deliveries: [1, 0, 1],
      routes: Object.fromEntries(names.map((name) => [name, [1]])),
      destinations: { soc: [1, 0, 1] },
    });
    const names = (from: number) => Array.from({ length: MOST_NAMES - 1 }, (_, number) => `r${from + number}`);
    expect(merged([one(NOW, ["a"]), one(NOW + MINUTE, ["a", "b"])])).toEqual({
      from: NOW,
      to: NOW + 2 * MINUTE,
      alerts: [2],
      deliveries: [2, 0, 2],
      routes: { a: [2], b: [1] },
      destinations: { soc: [2, 0, 2] },
    });
    expect(merged([one(NOW, names(0)), one(NOW + MINUTE, names(100))]).routes).toBeNull();
  });
});

describe("a series", () => {
  const total = (values: (number | null)[]): number => values.reduce<number>((sum, value) => sum + (value ?? 0), 0);

  test("has equal steps that end with the present one, and nothing where nobody counted", () => {
    const { at, high, step_s } = alertSeries([{ from: NOW - 30_000, to: NOW, counts: [0, 0, 0, 3] }], "1h", NOW);
    expect([step_s, at.length, at[0], at.at(-1)]).toEqual([60, 60, "2026-11-21T13:08:00.000Z", "2026-11-21T14:07:00.000Z"]);
    expect(high.at(-1)).toBe(3);
    expect(high.slice(0, -1).every((value) => value === null)).toBe(true);
  });

  test.each(["24h", "7d", "30d"] as const)("over %s counts each row once", (span) => {
    const rows = Array.from({ length: SPANS[span].ms / HOUR / 2 }, (_, hour) => {
      const to = NOW - hour * HOUR - MINUTE;
      return { from: to - 5 * MINUTE, to, counts: [7] };
    });
    expect(total(alertSeries(rows, span, NOW).info)).toBe(rows.length * 7);
  });

  test("spreads a row that is longer than a step, and loses nothing of it", () => {
    const { info } = alertSeries([{ from: NOW - 2 * HOUR, to: NOW - HOUR, counts: [100] }], "24h", NOW);
    expect(total(info)).toBe(100);
    expect(info.filter((value) => value !== null && value > 0).length).toBe(7);
    expect(Math.max(...info.map((value) => value ?? 0))).toBeLessThan(20);
  });

  test("of deliveries has counts and times", () => {
    const { delivered, dead, p50_s, p95_s } = deliverySeries([{ from: NOW - 5 * MINUTE, to: NOW, counts: [20, 1, 10, 10] }], "24h", NOW);
    expect([total(delivered), total(dead)]).toEqual([20, 1]);
    expect(p50_s.filter((value) => value !== null)).toEqual([0.1]);
    expect(p95_s.filter((value) => value !== null)).toEqual([0.24]);
  });
});
