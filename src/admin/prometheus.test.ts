import { expect, test } from "vitest";
import { sampleLedgerBooks, sampleStatus } from "../../test/support/readings.ts";
import { type LedgerBooks, noRouteCounts } from "../ledger/interface.ts";
import { noDestinationCounts } from "../outbox/interface.ts";
import { Tally } from "../outbox/tally.ts";
import type { DeliveryOutcome } from "../outcome.ts";
import { exposition } from "./exposition.ts";
import { Exposition } from "./prometheus.ts";

test("labels are escaped, absent values left out", () => {
  const text = new Exposition();
  const sample = text.family("x_total", "counter", "A\nhelp.");
  sample({ name: 'a"b\\c\n' }, 1);
  sample({ name: "none" }, undefined);
  expect(text.toString()).toBe('# HELP x_total A\\nhelp.\n# TYPE x_total counter\nx_total{name="a\\"b\\\\c\\n"} 1\n');
});

test("a histogram counts up to each of its bounds", () => {
  const text = new Exposition();
  text.histogram("x_seconds", "Help.", [0.5, 2])({ name: "a" }, { counts: [3, 0, 4], sum: 12.5 });
  expect(text.toString().split("\n").slice(2, -1)).toEqual([
    'x_seconds_bucket{name="a",le="0.5"} 3',
    'x_seconds_bucket{name="a",le="2"} 3',
    'x_seconds_bucket{name="a",le="+Inf"} 7',
    'x_seconds_sum{name="a"} 12.5',
    'x_seconds_count{name="a"} 7',
  ]);
});

test("every family has help and a type, its samples follow it, and counters end in _total", () => {
  const counts = { ...noRouteCounts(), received: 3, accepted: 3, routed: 2, unmatched: 1, handed: 2 };
  const planned = { ...noDestinationCounts(), planned: 2, delivered: 1, pending: 1 };
  const now = 1_000_000;
  const tally = new Tally();
  for (const outcome of ["delivered", "unknown"] as const) tally.attempted({ kind: outcome, reason: "timeout" } as DeliveryOutcome);
  tally.shown(300);
  tally.shown(90_000_000);
  const books = (overrides: Partial<LedgerBooks>) => sampleLedgerBooks({ counts, ...overrides });
  const lookups = { api: { told: 2, remembered: 0, missing: 0, refused: 1 } };
  const text = exposition(
    { balanced: true, routes: [{ name: "prod", ...counts }], destinations: [{ name: "soc", ...planned }] },
    {
      ledgers: [
        {
          name: "ledger:prod:0",
          route: "prod",
          before: books({}),
          after: books({ inTransit: 1, unprojected: 4, lastEventAt: 500_000, lookups }),
        },
      ],
      outboxes: [
        {
          destination: "soc",
          status: sampleStatus({
            counts: planned,
            inFlight: 1,
            failures: 2,
            failedOver: 4,
            brokenSince: 1,
            unknown: 1,
            oldestPendingAt: 940_000,
            closedUntil: now + 5,
            waitedMs: 1_500,
            tally: tally.saved,
          }),
        },
      ],
      correlators: [{ route: "prod", status: { open: { threshold: 3, group: 1 }, owed: 2, owedSince: 1, dropped: 5 } }],
      unreachable: [],
    },
    {
      broken: 0,
      routes: [{ name: "prod", silentAfterMs: 7_200_000 }],
      destinations: [
        {
          name: "soc",
          type: "slack",
          failover: { to: "oncall", failures: 5, afterMs: 60_000 },
          priority: 50,
          detail: "full",
          sharing: ["soc", "war"],
        },
      ],
      conditions: [{ id: "object_failed:ledger:prod:0", since: "", title: "", text: "", told_by: null }],
      sweep: { at: new Date(900_000).toISOString(), ms: 250, objects: 2, failed: ["ledger:prod:0"], removed: {}, more: false },
    },
    now,
  );
  let family = "";
  let suffix = "";
  for (const line of text.trimEnd().split("\n")) {
    const type = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(line);
    if (type) {
      family = type[1] ?? "";
      suffix = type[2] === "histogram" ? "_(bucket|sum|count)" : "";
      expect(family.endsWith("_total")).toBe(type[2] === "counter");
    } else if (!line.startsWith("#")) expect(line).toMatch(new RegExp(`^${family}${suffix}(\\{[^}]*\\})? -?[\\d.]+$`));
  }
  expect(text).toContain('tocsin_events_total{route="prod",outcome="accepted"} 3\n');
  expect(text).toContain('tocsin_deliveries_oldest_pending_seconds{destination="soc"} 60\n');
  expect(text).toContain('tocsin_destination_open{destination="soc"} 0\n');
  expect(text).toContain('tocsin_destination_down{destination="soc"} 1\n');
  expect(text).toContain('tocsin_destination_failed_over{destination="soc"} 4\n');
  expect(text).toContain(
    'tocsin_destination_info{destination="soc",type="slack",failover="oncall",priority="50",budget="soc war",detail="full"} 1\n',
  );
  expect(text).toContain('tocsin_last_event_timestamp_seconds{route="prod"} 500\n');
  expect(text).toContain('tocsin_rule_keys{route="prod",gate="threshold"} 3\n');
  expect(text).toContain('tocsin_rule_words_owed{route="prod"} 2\n');
  expect(text).toContain('tocsin_rule_keys_dropped_total{route="prod"} 5\n');
  expect(text).toContain("tocsin_books_balanced 1\n");
  expect(text).toContain('tocsin_alerts_unprojected{route="prod"} 4\n');
  expect(text).toContain('tocsin_lookups_total{route="prod",of="api",outcome="refused"} 1\n');
  expect(text).toContain('tocsin_source_silent_after_seconds{route="prod"} 7200\n');
  expect(text).toContain('tocsin_delivery_attempts_total{destination="soc",outcome="unknown"} 1\n');
  expect(text).toContain('tocsin_delivery_attempts_total{destination="soc",outcome="rate_limited"} 0\n');
  expect(text).toContain('tocsin_delivery_seconds_bucket{destination="soc",le="0.5"} 1\n');
  expect(text).toContain('tocsin_delivery_seconds_bucket{destination="soc",le="7200"} 1\n');
  expect(text).toContain('tocsin_delivery_seconds_count{destination="soc"} 2\n');
  expect(text).toContain('tocsin_destination_wait_seconds_total{destination="soc"} 1.5\n');
  expect(text).toContain('tocsin_condition{kind="object_failed",subject="ledger:prod:0"} 1\n');
  expect(text).toContain("tocsin_sweep_last_run_timestamp_seconds 900\n");
  expect(text).toMatch(/^tocsin_build_info\{version="\d+\.\d+\.\d+",schema="\d{4}_\w+\.sql"\} 1$/m);
});
