// Sample alerts and views for tests: documentation addresses and invented names only.
import type { Alert, AlertPatch, Severity } from "../../src/alert.ts";
import { severityId } from "../../src/alert.ts";
import type { View } from "../../src/destinations/destination.ts";

type Overrides = Partial<Omit<Alert, "severity" | "severity_id">> & { severity?: Severity };

/** What the source's API tells of the sample alert, but for how severe it is. */
export const sampleDetail = () =>
  ({
    title: "Encoded PowerShell launched by Office",
    summary: "WINWORD.EXE started powershell.exe with an encoded command on ws-0142.",
    status: "new",
    status_label: "Pending",
    category: "intrusion",
    type: "malware",
    rule: { id: "rule-17", name: "Office child process" },
    assets: [{ name: "ws-0142", ip: "192.0.2.42", type: "host" }],
    observables: [
      { name: "user.name", type: "user", value: "ACME\\jdoe" },
      { name: "source.ip", type: "ip", value: "203.0.113.10" },
      { name: "process.name", type: "process", value: "powershell.exe" },
    ],
    attacks: [{ tactic: "Execution", technique: "T1059.001", name: "PowerShell" }],
    tags: ["office"],
    data: { command_line: "powershell.exe -NoProfile -enc SQBFAFgA", confidence: 85 },
  }) satisfies AlertPatch;

/** A full, ordinary alert of severity high; `overrides` replace fields (`severity_id` follows `severity`). */
export function sampleAlert(overrides: Overrides = {}): Alert {
  const severity = overrides.severity ?? "high";
  return {
    id: "sekoia-prod.5d41402abc4b2a76",
    key: "5696845f-9ecf-4431-9f0f-48ee0ee2eff1",
    version: 1,
    source: "sekoia",
    route: "sekoia-prod",
    ...sampleDetail(),
    severity_label: "80",
    count: 3,
    first_seen: "2026-11-02T14:01:07.000Z",
    last_seen: "2026-11-02T14:05:31.000Z",
    created_at: "2026-11-02T14:01:08.120Z",
    updated_at: "2026-11-02T14:05:32.500Z",
    url: "https://siem.example.com/operations/alerts/ALEY4fqz8moo",
    enriched: true,
    change: { kind: "opened", fields: {}, added: {}, removed: {} },
    ...overrides,
    severity,
    severity_id: severityId(severity),
  };
}

/** An alert whose detail has not come: the severity is the route's default. */
export const thinAlert = (overrides: Overrides = {}): Alert =>
  sampleAlert({
    title: "Alert ALEY4fqz8moo",
    summary: "",
    severity_label: "unknown",
    status_label: "new",
    category: "",
    type: "",
    rule: undefined,
    assets: [],
    observables: [],
    attacks: [],
    tags: [],
    count: 1,
    first_seen: "2026-11-02T14:01:07.000Z",
    last_seen: "2026-11-02T14:01:07.000Z",
    data: {},
    enriched: false,
    enriched_reason: "the source's API has not answered within 1 s",
    ...overrides,
  });

/** Text that tries to mention, to mask a link, to break out of a block or to hide itself. */
export const HOSTILE: readonly string[] = [
  "@everyone @here @channel look",
  "<!channel> <!here> <!subteam^S012345> <@U012345> <@&123456789> <#123456789>",
  "[masked](https://evil.example/login) <https://evil.example|bank>",
  "<at>Everyone</at> <b>bold</b> <script>alert(1)</script>",
  "```\nout of the block\n``` `tick` ~~gone~~ ||spoiler|| **bold** __under__",
  "gpj.\u202Eexe \u2066hidden\u2069 zero\u200Bwidth \u0007bell\u0000nul",
  "# heading\n> quote\n- item\n1. one",
  "javascript:alert(1) tg://resolve?domain=x <t:0:R> </cmd:1>",
  "lone \uD83D surrogate, \u{1F468}\u200D\u{1F469}\u200D\u{1F467} family, e\u0301\u0301\u0301 marks, عربى שלום",
];

/** An alert that carries one hostile text in every field that a source fills. */
export const hostileAlert = (text: string, overrides: Overrides = {}): Alert =>
  sampleAlert({
    title: text,
    summary: text,
    severity_label: text,
    status_label: text,
    category: text,
    rule: { name: text, url: text },
    assets: [{ name: text, ip: text }],
    observables: ["user", "ip", "url", "hash", "file", "odd"].map((type) => ({ name: text, type, value: text })),
    attacks: [{ tactic: text, technique: text, name: text }],
    tags: [text],
    tenant: text,
    url: "javascript:alert(document.domain)",
    data: { command_line: text, [text]: text, comment: { author: text, text, at: "2026-11-02T14:05:31.000Z" } },
    enriched: false,
    enriched_reason: text,
    ...overrides,
  });

/** One view of each kind, by the name of its golden file. */
export function sampleViews(): Record<
  | "alert-created"
  | "alert-thin"
  | "alert-living"
  | "update-rise"
  | "update-detail"
  | "update-resolved"
  | "moved"
  | "digest"
  | "notice"
  | "test-alert"
  | "alert-hostile",
  View
> {
  const links = { tocsin: "https://relay.example.com/alerts/sekoia-prod.5d41402abc4b2a76" };
  const resolved = sampleAlert({ version: 4, status: "resolved", status_label: "Closed" });
  const none = { newEvents: 0, added: {}, removed: {}, detail: false };
  return {
    "alert-created": { kind: "alert", alert: sampleAlert(), links },
    "alert-thin": { kind: "alert", alert: thinAlert(), links },
    "alert-living": {
      kind: "alert",
      alert: {
        ...resolved,
        count: 5,
        change: {
          kind: "resolved",
          fields: { status: { before: "new", after: "resolved" }, count: { before: 3, after: 5 } },
          added: {},
          removed: {},
        },
        data: { ...resolved.data, comment: { author: "a.smith", text: "Macro test by IT, confirmed.", at: "2026-11-02T14:30:00.000Z" } },
      },
      links,
    },
    "update-rise": {
      kind: "update",
      alert: sampleAlert({ version: 2, severity: "critical" }),
      delta: {
        kind: "updated",
        severity: { before: "high", after: "critical" },
        newEvents: 3,
        added: { assets: ["db-2"] },
        removed: {},
        detail: false,
      },
      links,
    },
    "update-detail": {
      kind: "update",
      alert: sampleAlert({ version: 2 }),
      delta: {
        ...none,
        kind: "updated",
        detail: true,
        title: { before: "Alert ALEY4fqz8moo", after: "Encoded PowerShell launched by Office" },
      },
      links,
    },
    "update-resolved": {
      kind: "update",
      alert: resolved,
      delta: {
        ...none,
        kind: "resolved",
        status: { before: "new", after: "resolved" },
        comment: { author: "a.smith", text: "Macro test by IT." },
      },
      links,
    },
    digest: {
      kind: "digest",
      alerts: [
        sampleAlert({ severity: "critical", title: "Ransomware canary touched" }),
        sampleAlert({ title: "Impossible travel", assets: [{ name: "jdoe", type: "user" }] }),
        thinAlert({ severity: "medium" }),
      ],
      total: 37,
      newest: [sampleAlert({ id: "ntopng.5d41402abc4b2a99", source: "ntopng", severity: "medium", title: "Port scan" })],
      updates: 0,
      bySeverity: { critical: 1, high: 4, medium: 32, low: 0, info: 0 },
      bySource: [
        { name: "sekoia", count: 30 },
        { name: "ntopng", count: 7 },
      ],
      byRule: [
        { name: "Office child process", count: 21 },
        { name: "Port scan", count: 16 },
      ],
      since: "2026-11-02T14:01:07.000Z",
      until: "2026-11-02T14:05:31.000Z",
      running: false,
      links: { tocsin: "https://relay.example.com/alerts" },
    },
    moved: { kind: "moved", alert: sampleAlert({ version: 2, severity: "critical" }), links },
    notice: {
      kind: "notice",
      notice: {
        id: "soc.breaker.1",
        severity: "high",
        resolved: false,
        title: "The destination soc does not answer",
        text: "5 attempts failed since 14:01:07 UTC (the chat answered 500). 12 messages wait; they go to oncall meanwhile.",
        at: "2026-11-02T14:01:07.000Z",
      },
      links: { tocsin: "https://relay.example.com/destinations" },
    },
    "test-alert": { kind: "test", alert: sampleAlert({ severity: "info", title: "Tocsin can reach this destination" }), links },
    "alert-hostile": { kind: "alert", alert: hostileAlert(HOSTILE.join(" ")), links: { tocsin: "javascript:alert(1)" } },
  };
}
