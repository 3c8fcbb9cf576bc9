import { expect, test } from "vitest";
import { painted } from "../frame/paint.ts";
import type { Delivery } from "../views/attempts.ts";
import type { Story } from "../views/story.ts";
import { Lines } from "./lines.ts";
import type { Request } from "./requests.ts";

const AT = "2026-11-21T14:00:00.000Z";
const ID = "prod.0da35c3e85d7d301e0b096c9";
const alert = {
  id: ID,
  title: "Ransomware canary changed on FS-102",
  severity: "critical",
  created_at: AT,
  change: { kind: "updated" },
} as Story["alert"];
const request = (change: Partial<Request>): Request => ({
  id: "1",
  at: AT,
  route: "prod",
  status: 202,
  outcome: "accepted",
  reason: null,
  bytes: 1,
  trace_id: null,
  events: ["ev_1"],
  alerts: [ID],
  deliveries: [],
  ...change,
});
const delivery = (change: Partial<Delivery>): Delivery => ({
  id: `soc.${ID}.1`,
  alert: ID,
  version: 1,
  destination: "soc",
  kind: "create",
  state: "delivered",
  attempts: 1,
  reason: null,
  created_at: AT,
  updated_at: AT,
  log: [{ at: AT, ms: 14, outcome: "delivered", status: 200 }],
  ...change,
});
const later = "2026-11-21T14:05:00.000Z";

test.each([
  [request({}), alert, `14:00:00  prod           opened     CRITICAL  Ransomware canary changed on FS-102       ${ID}`],
  [request({ at: later }), alert, `14:05:00  prod           updated    CRITICAL  Ransomware canary changed on FS-102       ${ID}`],
  [
    request({ outcome: "duplicate" }),
    alert,
    `14:00:00  prod           duplicate  CRITICAL  Ransomware canary changed on FS-102       ${ID}`,
  ],
  [
    request({ outcome: "refused", status: 401, reason: "unauthorized", alerts: [] }),
    undefined,
    "14:00:00  prod           refused              401 unauthorized",
  ],
  [
    request({ alerts: ["prod.a", "prod.b"], events: ["1", "2", "3"] }),
    undefined,
    "14:00:00  prod           accepted             2 alerts, 3 events",
  ],
  [request({ outcome: "ignored", alerts: [], reason: "a ping" }), undefined, "14:00:00  prod           ignored              a ping"],
])("a request: %#", (one, about, line) => {
  expect(new Lines(undefined).request(one, about).map((paint) => painted(paint, false))).toEqual([line]);
});

test.each([
  [delivery({}), alert, "14:00:00  -> soc         delivered  CRITICAL  Ransomware canary changed on FS-102       create in 14 ms"],
  [
    delivery({ state: "merged", reason: "newer_version", log: [] }),
    alert,
    "14:00:00  -> soc         merged     CRITICAL  Ransomware canary changed on FS-102       newer version",
  ],
  [delivery({ state: "dead", reason: "revoked" }), undefined, `14:00:00  -> soc         dead                 soc.${ID}.1       revoked`],
  [
    delivery({ state: "pending", attempts: 2, log: [{ at: later, ms: 9, outcome: "retry: rate_limited", status: 429 }] }),
    alert,
    "14:05:00  -> soc         waits      CRITICAL  Ransomware canary changed on FS-102       retry: rate limited (429), 2 attempts",
  ],
  [
    delivery({ alert: null, kind: "digest" }),
    undefined,
    `14:00:00  -> soc         delivered            ${"a digest".padEnd(40)}  digest in 14 ms`,
  ],
])("a delivery: %#", (one, about, line) => {
  expect(painted(new Lines(undefined).delivery(one, about), false)).toBe(line);
});

test("at a terminal the title gives way, and the id is whole", () => {
  const [line = "", ...below] = new Lines(100).request(request({}), alert).map((paint) => painted(paint, false));
  expect(below).toEqual([]);
  expect(line.length).toBeLessThanOrEqual(100);
  expect(line.endsWith(ID)).toBe(true);
  expect(line).toContain("Ransomware canary chan…  prod.");
});

test("in a narrow terminal the id stands below its title, whole", () => {
  for (const width of [60, 80]) {
    const [line = "", ...below] = new Lines(width).request(request({}), alert).map((paint) => painted(paint, false));
    expect(line.length).toBeLessThanOrEqual(width);
    expect(line).toContain("CRITICAL  Ransomware ca");
    expect(below).toEqual([`          ${ID}`]);
  }
});

test("a word of the relay about a destination is told as such", () => {
  const line = painted(new Lines(undefined).delivery(delivery({ id: "net.notice-soc.broken.1.1", alert: null }), undefined), false);
  expect(line).toContain("a notice about soc");
});

test("a long name widens its column for all that follow", () => {
  const lines = new Lines(undefined);
  lines.request(request({ route: "a-route-with-a-long-name" }), undefined);
  expect(painted(lines.request(request({ outcome: "refused", status: 400, alerts: [] }), undefined), false)).toBe(
    "14:00:00  prod                      refused              400",
  );
});
