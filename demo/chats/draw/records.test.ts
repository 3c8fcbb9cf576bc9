// The drawings of PagerDuty, DFIR-IRIS and ntfy: what a reader sees, and that nothing in a message becomes HTML.
import { describe, expect, it } from "vitest";
import { drawIris } from "./iris.ts";
import { drawNtfy } from "./ntfy.ts";
import { drawPagerduty } from "./pagerduty.ts";

const HOSTILE = `"><img src=x onerror=alert(1)><a href='javascript:alert(1)'></script>`;

describe("hostile text", () => {
  const parts: [string, string][] = [
    [
      "pagerduty",
      drawPagerduty({
        status: HOSTILE,
        dedup_key: HOSTILE,
        payload: { summary: HOSTILE, severity: HOSTILE, source: HOSTILE, custom_details: { [HOSTILE]: HOSTILE } },
        links: [{ href: "javascript:alert(1)", text: HOSTILE }],
        log: [{ at: 0, action: HOSTILE }],
      }),
    ],
    [
      "iris",
      drawIris({
        alert_id: 1,
        alert_title: HOSTILE,
        alert_description: HOSTILE,
        alert_tags: HOSTILE,
        alert_source: HOSTILE,
        alert_source_ref: HOSTILE,
        alert_source_link: "javascript:alert(1)",
        alert_context: { [HOSTILE]: HOSTILE },
        severity: { severity_name: HOSTILE },
        status: { status_name: HOSTILE },
        iocs: [{ ioc_value: HOSTILE }],
        assets: [{ asset_name: HOSTILE }],
      }),
    ],
    [
      "ntfy",
      drawNtfy({
        title: HOSTILE,
        message: `https://e.example.com/${HOSTILE}\n${HOSTILE}`,
        tags: [HOSTILE],
        click: "javascript:alert(1)",
        actions: [{ action: "view", label: HOSTILE, url: "javascript:alert(1)" }],
        attachment: { name: HOSTILE, size: 1 },
      }),
    ],
  ];
  it.each(parts)("stays text in %s", (_name, html) => {
    expect(html).not.toMatch(/<(img|script)|onerror=alert\(1\)>|href="javascript/i);
    expect(html).toContain("&#60;img");
  });
});

it("shows where an incident stands, and its log", () => {
  const html = drawPagerduty({
    status: "acknowledged",
    payload: { summary: "Canary" },
    log: [
      { at: 0, action: "trigger" },
      { at: 1, action: "acknowledge" },
    ],
  });
  expect(html).toMatch(/pd-incident acknowledged[\s\S]*Acknowledged[\s\S]*Canary[\s\S]*<li>.*Acknowledged<\/li><li>.*Triggered<\/li>/);
});

it("shows an alert's severity and status by their names", () => {
  const html = drawIris({ alert_id: 12, alert_title: "Scan", severity: { severity_name: "High" }, status: { status_name: "In progress" } });
  expect(html).toMatch(/ir-alert high[\s\S]*#12[\s\S]*ir-status in-progress">In progress/);
});

it("shows the emoji of a tag before the title, other tags below, and links as the app does", () => {
  const html = drawNtfy({ title: "Scan", message: "see https://e.example.com/a?b=1&c", priority: 5, tags: ["red_circle", "critical"] });
  expect(html).toMatch(/nt-card p5[\s\S]*🔴 Scan[\s\S]*href="https:\/\/e\.example\.com\/a\?b=1&#38;c"[\s\S]*Tags: critical/);
});
