import { describe, expect, test } from "vitest";
import { HOSTILE, hostileAlert, sampleViews } from "../../../test/support/alerts.ts";
import type { InboxItem } from "../../admin/queries/inbox.ts";
import type { View } from "../../destinations/destination.ts";
import inbox from "../../destinations/inbox/destination.ts";
import { inboxPage } from "./page.ts";

const at = "2026-11-20T12:00:00.000Z";

async function page(view: View, fallback = "digest:d1"): Promise<string> {
  const message = JSON.parse(inbox.render(view, {}));
  const { alert = fallback, version, severity, card } = message;
  const item: InboxItem = {
    id: alert,
    destination: "wall",
    alert,
    version,
    severity,
    title: card.title,
    message,
    created_at: at,
    updated_at: at,
  };
  return String(await inboxPage({ found: { items: [item], next: null }, destinations: ["wall"], url: URL_OF_IT, now: Date.parse(at) }));
}
const URL_OF_IT = new URL("https://relay.example.com/inbox");
const views = sampleViews();

describe("the inbox's page", () => {
  test("leads from an alert to its own page", async () => {
    const html = await page(views["alert-living"]);
    expect(html).toContain('href="/alerts/sekoia-prod.5d41402abc4b2a76"');
    expect(html).toContain("RESOLVED");
    expect(html).toContain("Comment by a.smith");
  });

  test("shows a digest's sums, its worst alerts with their links, and the latest", async () => {
    const html = await page(views.digest);
    expect(html).toContain("Digest, worst critical");
    expect(html).toContain("37 alerts: 1 critical, 4 high, 32 medium");
    expect(html).toMatch(/CRITICAL <a href="https:\/\/siem\.example\.com[^"]*"[^>]*>Ransomware canary touched<\/a>, ws-0142/);
    expect(html).toMatch(/Latest[\s\S]*Port scan/);
    expect(html).toContain("and 33 more");
    expect(html).not.toContain('href="/alerts/digest');
  });

  test("shows what a notice is about and whether it is over", async () => {
    const { notice } = views;
    expect(await page(notice)).toMatch(/Notice, high[\s\S]*The destination soc does not answer/);
    if (notice.kind === "notice") expect(await page({ ...notice, notice: { ...notice.notice, resolved: true } })).toContain("Notice, over");
  });

  test("marks a test, which has no page of its own", async () => {
    const html = await page(views["test-alert"]);
    expect(html).toContain("TEST INFO");
    expect(html).toContain("nothing is to be done");
    expect(html).not.toContain('href="/alerts/');
  });

  test("takes no markup from an alert", async () => {
    for (const text of HOSTILE) {
      const html = await page({ kind: "alert", alert: hostileAlert(text), links: {} });
      expect(html).not.toMatch(/<script|<b>bold|href="javascript/i);
    }
  });
});
