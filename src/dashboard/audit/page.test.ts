import { expect, test } from "vitest";
import { HOSTILE } from "../../../test/support/alerts.ts";
import type { AuditItem } from "../../admin/queries/audit.ts";
import { auditPage } from "./page.ts";

const NOW = Date.UTC(2026, 10, 21, 14);
const entry = (more: Partial<AuditItem> = {}): AuditItem => ({
  id: "1",
  at: new Date(NOW - 60_000).toISOString(),
  actor: "ana",
  via: "session",
  action: "deliveries.replayed",
  target: null,
  detail: { destination: ["soc"], reason: null, replayed: 12 },
  ...more,
});
const page = async (items: AuditItem[], query = ""): Promise<string> =>
  String(await auditPage({ items, next: null }, new URL(`https://relay.example.com/audit${query}`), NOW));
const plain = (html: string): string => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

test("says who did what to what, in words, and leads there", async () => {
  const html = await page([
    entry(),
    entry({ id: "2", action: "silence.ended", target: "0123456789abcdef", detail: {} }),
    entry({ id: "3", action: "alert.status_set", target: "prod.5d41", detail: { until: "2026-11-21T14:00:00.000Z", recurs: true } }),
  ]);
  expect(plain(html)).toContain("ana signed in with a token replayed messages deliveries.replayed");
  expect(plain(html)).toContain("destination soc replayed 12");
  expect(html).toContain('href="/silences#silence-0123456789abcdef"');
  expect(html).toContain('href="/alerts/prod.5d41"');
  expect(plain(html)).toContain("until 2026-11-21 14:00:00 UTC recurs yes");
});

test("the file has what is found, and not the page alone", async () => {
  const html = await page([entry()], "?actor=ana&from=2026-11-01&cursor=abc&done=replayed");
  expect(html).toContain('href="/api/audit?actor=ana&amp;from=2026-11-01&amp;format=csv"');
});

test("an action that is not known is told as it is, and a long list is folded", async () => {
  const ids = Array.from({ length: 30 }, (_, index) => `soc.${index}`);
  const html = await page([entry({ action: "thing.done", detail: { ids } })]);
  expect(html).toContain("thing.done");
  expect(html).toContain("<summary>30</summary>");
});

test("says what will stand there, and what a filter did not find", async () => {
  expect(plain(await page([]))).toContain("Nobody changed anything yet");
  expect(plain(await page([], "?actor=ben"))).toContain("Nobody did anything like that");
});

test.each(HOSTILE)("keeps names text: %s", async (text) => {
  const html = await page(
    [entry({ actor: text, action: text, target: text, detail: { [text]: text, list: [text] } })],
    `?actor=${encodeURIComponent(text.toWellFormed())}`,
  );
  expect(html).not.toMatch(/<script|<b>|<at>/i);
});
