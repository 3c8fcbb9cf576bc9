import { expect, test } from "vitest";
import { noRouteCounts } from "../ledger/interface.ts";
import { noDestinationCounts } from "../outbox/interface.ts";
import { exposition } from "./metrics.ts";
import { Exposition } from "./prometheus.ts";

test("labels are escaped, absent values left out", () => {
  const text = new Exposition();
  const sample = text.family("x_total", "counter", "A\nhelp.");
  sample({ name: 'a"b\\c\n' }, 1);
  sample({ name: "none" }, undefined);
  expect(text.toString()).toBe('# HELP x_total A\\nhelp.\n# TYPE x_total counter\nx_total{name="a\\"b\\\\c\\n"} 1\n');
});

test("every family has help and a type, its samples follow it, and counters end in _total", () => {
  const counts = { ...noRouteCounts(), received: 3, accepted: 3, routed: 2, unmatched: 1, handed: 2 };
  const planned = { ...noDestinationCounts(), planned: 2, delivered: 1, pending: 1 };
  const now = 1_000_000;
  const text = exposition(
    { balanced: true, routes: [{ name: "prod", ...counts }], destinations: [{ name: "soc", ...planned }] },
    {
      ledgers: [
        { name: "ledger:prod:0", route: "prod", before: { counts, inTransit: 0 }, after: { counts, inTransit: 1, lastEventAt: 500_000 } },
      ],
      outboxes: [
        {
          destination: "soc",
          status: {
            counts: planned,
            inFlight: 1,
            failures: 2,
            failedOver: 4,
            brokenSince: 1,
            unknown: 1,
            oldestPendingAt: 940_000,
            closedUntil: now + 5,
          },
        },
      ],
      unreachable: [],
    },
    {
      broken: 0,
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
    },
    now,
  );
  let family = "";
  for (const line of text.trimEnd().split("\n")) {
    const type = /^# TYPE (\w+) (counter|gauge)$/.exec(line);
    if (type) {
      family = type[1] ?? "";
      expect(family.endsWith("_total")).toBe(type[2] === "counter");
    } else if (!line.startsWith("#")) expect(line).toMatch(new RegExp(`^${family}(\\{[^}]*\\})? -?[\\d.]+$`));
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
  expect(text).toContain("tocsin_books_balanced 1\n");
});
