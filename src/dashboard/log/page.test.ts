import { describe, expect, test } from "vitest";
import { HOSTILE } from "../../../test/support/alerts.ts";
import type { LogItem } from "../../admin/queries/log.ts";
import { REFUSAL_REASONS, refusalAdvice } from "./advice.ts";
import { type LogView, logPage } from "./page.ts";

const NOW = Date.UTC(2026, 10, 21, 14);
const at = new Date(NOW - 60_000).toISOString();
const since = new Date(NOW - 3_600_000).toISOString();
const ALERT = "prod.5d41402abc4b2a76b9719d91";
const request = (more: Partial<LogItem> = {}): LogItem => ({
  id: "prod.0.1.0",
  at,
  route: "prod",
  status: 202,
  outcome: "accepted",
  reason: null,
  bytes: 2_048,
  trace_id: "9d47346996474594b11e6283b7c61fa4",
  events: ["ev_1"],
  alerts: [ALERT],
  deliveries: [`soc.${ALERT}.1`],
  ...more,
});
const page = async (more: Partial<LogView> = {}): Promise<string> =>
  String(
    await logPage({
      found: { items: [request()], next: null },
      refused: { items: [], since },
      routes: ["prod"],
      url: new URL("https://relay.example.com/log"),
      now: NOW,
      ...more,
    }),
  );
const plain = (html: string): string => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

describe("the request log", () => {
  test("leads from a request to its event, its alert and the deliveries", async () => {
    const html = await page();
    expect(html).toContain(`href="/alerts/${ALERT}#ev_1"`);
    expect(html).toContain(`href="/alerts/${ALERT}"`);
    expect(html).toContain(`href="/deliveries/soc.${ALERT}.1"`);
    expect(html).toContain('href="/log?trace_id=9d47346996474594b11e6283b7c61fa4"');
    expect(plain(html)).toContain("2.0 KiB");
    expect(plain(html)).toContain("no request was refused");
  });

  test("shows a sender with a wrong secret above all, with what to do", async () => {
    const refused = { since, items: [{ route: "prod", reason: "unauthorized", count: 34, first_at: since, last_at: at }] };
    const items = [request({ status: 401, outcome: "refused", reason: "unauthorized: x-key", events: [], alerts: [], deliveries: [] })];
    const html = await page({ refused, found: { items, next: null } });
    expect(plain(html)).toContain("34 requests were refused in the last hour");
    expect(html).toMatch(/href="\/log\?outcome=refused&amp;route=prod&amp;reason=unauthorized&amp;from=[^"]+">34 requests/);
    expect(plain(html)).toContain("its secret is missing, old or mistyped");
    expect(plain(html)).toContain("the sender did not prove who it is (x-key)");
  });

  test("names a few alerts of a large request and folds the others", async () => {
    const alerts = Array.from({ length: 9 }, (_, index) => `prod.${String(index).repeat(24)}`);
    expect(plain(await page({ found: { items: [request({ alerts, events: [] })], next: null } }))).toContain("and 6 others");
  });

  test("says what will stand there, and what a filter did not find", async () => {
    const found = { items: [], next: null };
    expect(plain(await page({ found }))).toContain("No request came yet");
    expect(plain(await page({ found, url: new URL("https://relay.example.com/log?trace_id=x") }))).toContain("No request is like that");
  });

  test.each(HOSTILE)("keeps what came from outside text: %s", async (text) => {
    const html = await page({ found: { items: [request({ trace_id: text, reason: text })], next: null } });
    expect(html).not.toMatch(/<script|<b>|<at>/i);
    for (const [, href = ""] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^[/#]/);
  });
});

test("every reason has a word on what to do", () => {
  for (const reason of REFUSAL_REASONS) expect(refusalAdvice(reason)).toBeTruthy();
  expect(refusalAdvice("constructor")).toBeUndefined();
});
