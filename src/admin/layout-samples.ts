// What a destination may be given to show, each once: an invented alert from its first thin sign to its reopening, and the messages that
// are about no single alert. Pure.
import { type Alert, blankAlert, severityId } from "../alert.ts";
import type { Capabilities, Delta, DigestContent, Links, Style, View } from "../destinations/destination.ts";
import type { Action } from "../outcome.ts";

/** Names of the layouts. They do not change. */
export const LAYOUTS = [
  "first",
  "thin",
  "update",
  "rise",
  "moved",
  "edited",
  "resolved",
  "reminder",
  "stand_in",
  "digest",
  "notice",
  "notice_over",
  "test",
] as const;
/** One of them. */
export type Layout = (typeof LAYOUTS)[number];

/** One thing to show, and how it would come: as a new message, a change of one, or an answer to one. */
export interface LayoutSample {
  layout: Layout;
  action: Action;
  view: View;
}

/** What the destination's own configuration adds to a message. */
export interface Dress {
  ping?: string;
  style?: Style;
}

const ROUTE = "sample";
const NO_DELTA: Delta = { kind: "updated", newEvents: 0, added: {}, removed: {}, detail: false };
const RISE: Delta = { ...NO_DELTA, severity: { before: "high", after: "critical" }, newEvents: 3, added: { assets: ["srv-db-2"] } };
const RESOLVED: Delta = { ...NO_DELTA, kind: "resolved", status: { before: "new", after: "resolved" } };

/** Where the links of messages lead: of an alert that waits, and of what is about no single alert. */
export interface SampleLinks {
  alert: Links;
  alerts: Links;
  destinations: Links;
}

/** All that a destination of these capabilities would ever show. `dress` adds what its configuration says. */
export function layoutSamples(can: Capabilities, links: SampleLinks, dress: (alert: Alert) => Dress, now: number): LayoutSample[] {
  const first = sampleAlert(now);
  const worse = sampleAlert(now, { severity: "critical", severity_id: severityId("critical"), version: 2, count: 4 });
  const over = sampleAlert(now, { status: "resolved", status_label: "Closed", version: 3 });
  // Where nothing is to be done any more, no link offers it.
  const page: Links = links.alert.tocsin === undefined ? {} : { tocsin: links.alert.tocsin };
  const linksOf = ({ status }: Alert): Links => (status === "resolved" ? page : links.alert);
  const alert = (of: Alert, more: Partial<Extract<View, { kind: "alert" }>> = {}): View => ({
    kind: "alert",
    alert: of,
    links: linksOf(of),
    ...dress(of),
    ...more,
  });
  const follow = (of: Alert, delta: Delta, more: Partial<Extract<View, { kind: "update" }>> = {}): View => ({
    kind: "update",
    alert: of,
    links: linksOf(of),
    ...withoutPing(dress(of)),
    delta,
    inThread: can.thread,
    ...more,
  });
  const edits = can.edit || can.record;
  const answer: Action = can.thread ? "reply" : "post";
  const samples: (LayoutSample | false)[] = [
    { layout: "first", action: "post", view: alert(first) },
    { layout: "thin", action: "post", view: alert(thin(first)) },
    edits && { layout: "edited", action: "edit", view: alert(worse, { delta: RISE }) },
    (!edits || can.thread) &&
      !can.record && {
        layout: "update",
        action: answer,
        view: follow(sampleAlert(now, { version: 2, count: 6 }), { ...NO_DELTA, newEvents: 5 }),
      },
    !can.record && can.edit && !can.thread
      ? { layout: "rise", action: "post", view: alert(worse, { delta: RISE }) }
      : !can.record && { layout: "rise", action: answer, view: follow(worse, RISE, { notify: true, ping: dress(worse).ping }) },
    can.edit && !can.thread && !can.record && { layout: "moved", action: "edit", view: { kind: "moved", alert: worse, links: page } },
    edits
      ? { layout: "resolved", action: "edit", view: alert(over, { delta: RESOLVED }) }
      : { layout: "resolved", action: answer, view: follow(over, RESOLVED) },
    {
      layout: "reminder",
      action: "post",
      view: follow(first, NO_DELTA, { notify: true, inThread: false, reminder: "nobody has answered for 15 minutes" }),
    },
    { layout: "stand_in", action: "post", view: alert(first, { standsInFor: "another-destination" }) },
    { layout: "digest", action: "post", view: { kind: "digest", links: links.alerts, ...digest(now, can.edit) } },
    { layout: "notice", action: "post", view: noticeView(now, links.destinations, false) },
    { layout: "notice_over", action: "post", view: noticeView(now, links.destinations, true) },
    { layout: "test", action: "post", view: { kind: "test", alert: sampleAlert(now, { title: "Test of the destination" }), links: page } },
  ];
  return samples.filter((one) => one !== false);
}

const withoutPing = ({ style }: Dress): Dress => ({ style });

function sampleAlert(now: number, more: Partial<Alert> = {}): Alert {
  const origin = { id: `${ROUTE}.0123456789abcdef01234567`, key: "sample", source: "sample", route: ROUTE, severity: "high" as const };
  return {
    ...blankAlert(origin, now - 90_000, {
      title: "Encoded PowerShell launched by Office",
      summary: "WINWORD.EXE started powershell.exe with an encoded command on ws-0142.",
      category: "intrusion",
      type: "malware",
      rule: { id: "rule-17", name: "Office child process" },
      assets: [{ name: "ws-0142", ip: "192.0.2.42", type: "host" }],
      observables: [
        { name: "user.name", type: "user", value: "ACME\\jdoe" },
        { name: "source.ip", type: "ip", value: "203.0.113.10" },
      ],
      attacks: [{ tactic: "Execution", technique: "T1059.001", name: "PowerShell" }],
      url: "https://siem.example.com/alerts/1",
      data: { command_line: "powershell.exe -NoProfile -enc SQBFAFgA" },
    }),
    ...more,
  };
}

const thin = (alert: Alert): Alert => ({
  ...alert,
  title: "Alert of the sample source",
  summary: "",
  severity_label: "unknown",
  rule: undefined,
  assets: [],
  observables: [],
  attacks: [],
  data: {},
  enriched: false,
  enriched_reason: "the source's API did not answer in time",
});

function digest(now: number, running: boolean): DigestContent {
  const alerts = ["critical", "high", "medium"].map((severity, place) =>
    sampleAlert(now, {
      id: `${ROUTE}.${String(place).repeat(24)}`,
      title: ["Ransomware note written", "Brute force on the VPN", "Port scan from the guest network"][place] ?? "",
      severity: severity as Alert["severity"],
      severity_id: severityId(severity as Alert["severity"]),
      assets: [{ name: `srv-${place + 1}` }],
    }),
  );
  return {
    alerts,
    newest: alerts.slice(2),
    total: 64,
    updates: 12,
    bySeverity: { info: 0, low: 10, medium: 31, high: 22, critical: 1 },
    bySource: [{ name: "sample", count: 64 }],
    byRule: [{ name: "Brute force on the VPN", count: 40 }],
    since: new Date(now - 300_000).toISOString(),
    until: new Date(now).toISOString(),
    running,
  };
}

const noticeView = (now: number, links: Links, resolved: boolean): View => ({
  kind: "notice",
  links,
  notice: {
    id: "sample",
    severity: "high",
    resolved,
    title: resolved ? 'The destination "another-destination" answers again' : 'The destination "another-destination" does not answer',
    text: resolved ? "It lasted for 12 minutes." : "It has not answered for 60 s. Nothing is lost: it is tried again by itself.",
    at: new Date(now).toISOString(),
  },
});
