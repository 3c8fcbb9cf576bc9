// What enrichers told, as every chat shows it: a fact, news where it is malicious, and a link.
import { describe, expect, test } from "vitest";
import { sampleAlert } from "../../test/support/alerts.ts";
import { type Alert, type Enrichment, enrichmentsOf, type Json, type Verdict } from "../alert.ts";
import { cardOf } from "./card.ts";
import { deltaSentence, latestDelta } from "./delta.ts";
import type { Delta } from "./destination.ts";
import { factsOf, MAX_FACTS } from "./facts.ts";

const one = (value: string, verdict: Verdict, score?: string): Enrichment => ({
  provider: "VirusTotal",
  type: "ip",
  name: "source",
  value,
  verdict,
  ...(score ? { score } : {}),
  url: `https://www.virustotal.com/gui/ip-address/${value}`,
  created_time: "2026-11-20T10:00:00.000Z",
});
const alertWith = (enrichments: readonly Enrichment[], more: Partial<Alert> = {}) =>
  sampleAlert({ data: { enrichments: enrichments as unknown as Json }, ...more });
const reputation = (alert: Alert) => factsOf(alert).find(({ label }) => label === "Reputation");
const none: Delta = { kind: "updated", newEvents: 0, added: {}, removed: {}, detail: false };

describe("the fact", () => {
  test("says each indicator with its verdict and who says so, worst first", () => {
    const alert = alertWith([
      one("198.51.100.1", "harmless", "0/90"),
      one("203.0.113.7", "malicious", "5/90"),
      one("198.51.100.2", "unknown"),
    ]);
    expect(reputation(alert)).toEqual({
      label: "Reputation",
      kind: "code",
      values: ["203.0.113.7 malicious 5/90 (VirusTotal)", "198.51.100.1 harmless 0/90 (VirusTotal)", "198.51.100.2 unknown (VirusTotal)"],
      more: 0,
    });
  });

  test("is not there where nobody told anything, and takes a place before what matters less", () => {
    expect(reputation(sampleAlert())).toBeUndefined();
    const full = alertWith([one("203.0.113.7", "malicious")], { tags: ["a"], category: "b", tenant: "c" });
    expect(factsOf(full).length).toBeLessThanOrEqual(MAX_FACTS);
    expect(reputation(full)).toBeDefined();
  });

  test.each<[string, Json]>([
    ["text", "malicious"],
    [
      "members of another shape",
      [1, null, "x", {}, { provider: "P", value: "v", verdict: "evil" }, { provider: 1, value: "v", verdict: "malicious" }],
    ],
  ])("is not made of %s", (_, enrichments) => {
    const alert = sampleAlert({ data: { enrichments } });
    expect(enrichmentsOf(alert)).toEqual([]);
    expect(reputation(alert)).toBeUndefined();
  });

  test("keeps hostile words on one line and short", () => {
    const hostile = { ...one("203.0.113.7", "malicious"), provider: `x\n<!channel> ${"long ".repeat(100)}` };
    const [text = ""] = reputation(alertWith([hostile]))?.values ?? [];
    expect(text).not.toContain("\n");
    expect(text.length).toBeLessThanOrEqual(100);
  });
});

describe("the news", () => {
  test("are in words of their own, and leave an indicator as it is written", () => {
    expect(deltaSentence({ ...none, verdicts: ["203.0.113.7 is malicious, 5/90"] })).toBe("203.0.113.7 is malicious, 5/90");
    expect(deltaSentence({ ...none, verdicts: ["c2.evil.example is malicious"], newEvents: 2 })).toBe(
      "c2.evil.example is malicious, +2 events",
    );
    expect(deltaSentence({ ...none, severity: { before: "low", after: "high" }, verdicts: ["c2.evil.example is malicious"] })).toBe(
      "Severity low to high, c2.evil.example is malicious",
    );
    const many = Array.from({ length: 9 }, (_, n) => `203.0.113.${n} is malicious`);
    expect(deltaSentence({ ...none, verdicts: many })).toMatch(/4 is malicious, \+4 more malicious$/);
  });

  test("stand in the living message while they are its latest change, the others do not", () => {
    const enrichments = [one("203.0.113.7", "malicious", "5/90"), one("198.51.100.1", "harmless", "0/90")];
    const added = { enrichments: ["203.0.113.7 malicious 5/90 (VirusTotal)", "198.51.100.1 harmless 0/90 (VirusTotal)"] };
    const change: Alert["change"] = { kind: "updated", fields: {}, added, removed: {} };
    const alert = alertWith(enrichments, { change });
    expect(latestDelta(alert)).toMatchObject({ added: {}, verdicts: ["203.0.113.7 is malicious, 5/90"] });
    expect(cardOf({ kind: "alert", alert, links: {} }).changes).toEqual(["Latest: 203.0.113.7 is malicious, 5/90"]);
    const quiet = alertWith(enrichments, { change: { ...change, added: { enrichments: added.enrichments.slice(1) } } });
    expect(cardOf({ kind: "alert", alert: quiet, links: {} }).changes).toEqual([]);
  });

  test("are what a follow-up says", () => {
    const alert = alertWith([one("203.0.113.7", "malicious", "5/90")]);
    const card = cardOf({ kind: "update", alert, delta: { ...none, verdicts: ["203.0.113.7 is malicious, 5/90"] }, links: {} });
    expect(card.changes).toEqual(["203.0.113.7 is malicious, 5/90"]);
    expect(card.tail).toContain("203.0.113.7 is malicious, 5/90");
  });
});

describe("the link", () => {
  const linksOf = (alert: Alert, tocsin?: string) => cardOf({ kind: "alert", alert, links: { tocsin } }).links.map(({ label }) => label);

  test("to the provider's page is there for a malicious indicator, after the alert's own", () => {
    const alert = alertWith([one("198.51.100.1", "harmless"), one("203.0.113.7", "malicious")], { url: "https://console.example.com/1" });
    const [, link] = cardOf({ kind: "alert", alert, links: {} }).links;
    expect(link).toEqual({ label: "VirusTotal", url: "https://www.virustotal.com/gui/ip-address/203.0.113.7" });
    expect(linksOf(alert, "https://relay.example.com/alerts/1")).toEqual(["Open in console", "Open in Tocsin", "VirusTotal"]);
  });

  test("is not there for the others, not alone, and not to anything but the web", () => {
    const url = "https://console.example.com/1";
    expect(linksOf(alertWith([one("198.51.100.1", "harmless")], { url }))).toEqual(["Open in console"]);
    expect(linksOf(alertWith([one("203.0.113.7", "malicious")], { url: undefined }))).toEqual([]);
    expect(linksOf(alertWith([{ ...one("203.0.113.7", "malicious"), url: "javascript:alert(1)" }], { url }))).toEqual(["Open in console"]);
  });
});
