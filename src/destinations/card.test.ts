import { describe, expect, test } from "vitest";
import { sampleAlert, sampleViews, thinAlert } from "../../test/support/alerts.ts";
import { cardOf, headline, MAX_LINES, notification } from "./card.ts";
import type { View } from "./destination.ts";
import { barest, fitted } from "./fit.ts";

const views = sampleViews();
const shown = (alert: ReturnType<typeof sampleAlert>): View => ({ kind: "alert", alert, links: {} });
const fact = (view: View, label: string) => cardOf(view).facts.find((one) => one.label === label);

describe("the card", () => {
  test("leads with mark, severity and title, and tells a phone the host", () => {
    expect(headline(cardOf(views["alert-created"]))).toBe("🟠 [HIGH] Encoded PowerShell launched by Office");
    expect(notification(cardOf(views["alert-created"]))).toBe("[HIGH] Encoded PowerShell launched by Office - ws-0142");
  });

  test("says that an alert is over before it says how bad it was", () => {
    const view = shown(sampleAlert({ severity: "critical", status: "resolved" }));
    expect(cardOf(view)).toMatchObject({ tone: "resolved", mark: "✅", word: "RESOLVED" });
    expect(fact(view, "Severity")?.values).toEqual(["critical"]);
  });

  test("says plainly what is not known", () => {
    const card = cardOf(views["alert-thin"]);
    expect(headline(card)).toBe("🟠 [HIGH?] Alert ALEY4fqz8moo");
    expect(card.notes).toEqual([
      "Severity unknown; treated as high by default.",
      "Detail missing: the source's API has not answered within 1 s.",
    ]);
    expect(cardOf(shown(thinAlert({ enriched_reason: undefined }))).notes).toContain("The detail has not come yet.");
  });

  test("keeps lists short", () => {
    const observables = Array.from({ length: 12 }, (_, index) => ({ name: "user", type: "user", value: `user-${index}` }));
    expect(fact(shown(sampleAlert({ observables })), "User")).toMatchObject({
      values: ["user-0", "user-1", "user-2", "user-3", "user-4"],
      more: 7,
    });
  });

  test("tells source from target, and no address twice", () => {
    const observables = [
      { name: "cli_ip", type: "ip", value: "203.0.113.9" },
      { name: "destination.ip", type: "ip", value: "198.51.100.7" },
      { name: "ip", type: "ip", value: "192.0.2.42" },
    ];
    const view = shown(sampleAlert({ observables }));
    expect([fact(view, "Source IP")?.values, fact(view, "Target IP")?.values, fact(view, "IP")]).toEqual([
      ["203.0.113.9"],
      ["198.51.100.7"],
      undefined,
    ]);
  });

  test("shows the source's own fields where it has no telling text", () => {
    const card = cardOf(shown(sampleAlert({ data: { score: 90, nested: { a: 1 }, protocol: "SMB" } })));
    expect(card.evidence).toEqual({ label: "Details", text: "score: 90\nprotocol: SMB" });
  });

  test("gives an alert without a title one", () => expect(cardOf(shown(sampleAlert({ title: " \u202E " }))).title).toBe("Untitled alert"));

  test("tells a living message's latest change and comment", () => {
    expect(cardOf(views["alert-living"]).changes).toEqual([
      "Latest: resolved, +2 events",
      "Comment by a.smith: Macro test by IT, confirmed.",
    ]);
  });

  test("a follow-up says only what is new", () => {
    const card = cardOf(views["update-rise"]);
    expect(card).toMatchObject({
      changes: ["Severity high to critical, +3 events, new host db-2"],
      summary: "",
      facts: [],
    });
    expect(card.evidence).toBeUndefined();
    expect(notification(card)).toBe(
      "[CRITICAL] Update: Encoded PowerShell launched by Office - ws-0142: severity high to critical, +3 events, new host db-2",
    );
  });

  test("a follow-up that brings the detail shows it", () => {
    const card = cardOf(views["update-detail"]);
    expect(card.changes).toEqual(['The detail came, title before: "Alert ALEY4fqz8moo"']);
    expect(card.facts.length).toBeGreaterThan(3);
  });

  test("a digest counts all and names the first", () => {
    const alerts = Array.from({ length: 30 }, () => sampleAlert());
    const card = cardOf({
      kind: "digest",
      alerts,
      newest: [sampleAlert({ id: "latest" })],
      total: 120,
      bySeverity: { info: 0, low: 20, medium: 0, high: 100, critical: 0 },
      bySource: [{ name: "sekoia", count: 120 }],
      byRule: [],
      since: "2026-11-02T14:01:07.000Z",
      until: "2026-11-02T14:05:31.000Z",
      running: false,
      links: {},
    });
    expect(card).toMatchObject({ title: "120 alerts: 100 high, 20 low", tone: "high", more: 109 });
    expect(card.lines).toHaveLength(MAX_LINES);
  });

  test("a test says so", () => expect(headline(cardOf(views["test-alert"]))).toBe("⚪ [TEST INFO] Tocsin can reach this destination"));

  test("links to http and https only", () => {
    const links = cardOf({
      kind: "alert",
      alert: sampleAlert({ url: "javascript:alert(1)" }),
      links: { tocsin: "https://relay.example.com/a" },
    }).links;
    expect(links).toEqual([{ label: "Open in Tocsin", url: "https://relay.example.com/a" }]);
  });
});

describe("fitting", () => {
  const card = cardOf(views["alert-created"]);
  const within = (room: number) =>
    fitted(
      card,
      (left) => left,
      (left) => JSON.stringify(left).length <= room,
    );

  test("leaves a card that fits as it is", () => expect(within(10_000)).toBe(card));

  test("drops the evidence first, and says that it shortened", () => {
    const left = within(JSON.stringify(card).length - 1);
    expect(left).toMatchObject({ shortened: true, summary: card.summary, facts: card.facts });
    expect(left.evidence).toBeUndefined();
  });

  test("keeps title, severity, links and id to the end", () => {
    const left = within(0);
    expect(left).toEqual(barest(card));
    expect(left).toMatchObject({
      title: card.title,
      word: card.word,
      links: card.links,
      id: card.id,
      shortened: true,
      facts: [],
      summary: "",
    });
  });
});
