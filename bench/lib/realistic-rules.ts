// Thirty rules such as a security team has, over all sources; and alerts and conditions that are made to be dear.
import type { Alert } from "../../src/alert.ts";
import type { Rule } from "../../src/config/model.ts";
import type { Lists } from "../../src/rules/lists.ts";

/** Lists as long as people have them. */
export const LISTS: Lists = {
  vips: Array.from({ length: 2_000 }, (_, index) => `host-${index}`),
  internal: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "2001:db8::/32"],
  bad: Array.from({ length: 10_000 }, (_, index) => `198.${18 + (index >> 13)}.${(index >> 5) & 255}.${index & 31}`),
  noise: ["synthetic", "test", "canary"],
};

const CONDITIONS = [
  "alert.severity_id >= CRITICAL",
  'alert.severity_id >= HIGH && alert.status != "resolved"',
  'alert.severity_id >= MEDIUM && change.kind == "opened"',
  'change.kind in ["resolved", "reopened"]',
  '"severity_id" in change.fields && change.fields.severity_id.after > change.fields.severity_id.before',
  "hasAsset(lists.vips)",
  "alert.assets.exists(asset, asset.name in lists.vips)",
  "alert.assets.exists(asset, inCidr(asset.ip, lists.internal))",
  'alert.observables.exists(one, one.type == "ip" && !inCidr(one.value, lists.internal))',
  'hasObservable("ip", lists.bad)',
  'hasObservable("hash") || hasObservable("sha256")',
  'alert.title.matches("(?i)ransom(ware)?|encrypt(ed|ion)")',
  'alert.title.lowerAscii().contains("powershell") || alert.summary.lowerAscii().contains("powershell")',
  'alert.summary.matches("(?i)\\\\b(mimikatz|cobalt ?strike|psexec)\\\\b")',
  'alert.attacks.exists(attack, attack.technique.startsWith("T1110"))',
  'alert.attacks.exists(attack, attack.tactic in ["Exfiltration", "TA0010"])',
  "alert.tags.exists(tag, tag in lists.noise)",
  'alert.tags.exists(tag, tag.startsWith("customer-"))',
  'alert.rule.name.startsWith("Test") || alert.rule.name.endsWith("(staging)")',
  'alert.tenant == "acme" && alert.severity_id >= MEDIUM',
  'alert.source == "ntopng" && has(alert.data.score) && alert.data.score >= 150',
  'alert.source == "sekoia" && has(alert.data.urgency) && alert.data.urgency >= 70',
  'alert.type == "report" && has(alert.data.tlp) && alert.data.tlp in ["amber", "red"]',
  'has(alert.data.destinations) && "jira_main" in alert.data.destinations',
  'has(alert.data.labels) && has(alert.data.labels.team) && alert.data.labels.team == "soc"',
  'has(alert.data.enrichments) && alert.data.enrichments.exists(one, one.verdict == "malicious")',
  'alert.category in ["malicious-code", "intrusion", "intrusions", "malware"]',
  "alert.count > 100 || alert.assets.size() > 10",
  'now - timestamp(alert.first_seen) > duration("24h")',
  'now.getHours("Europe/Paris") >= 18 || now.getDayOfWeek("Europe/Paris") in [0, 6]',
];

/** The rules, each with a destination of its own. */
export const RULES: readonly Rule[] = CONDITIONS.map((when, index) => ({
  name: `rule ${index + 1}`,
  enabled: true,
  when,
  to: [`to-${index + 1}`],
  stop: false,
}));

const many = <Made>(make: (index: number) => Made): Made[] => Array.from({ length: 1_000 }, (_, index) => make(index));

/** What makes an alert as large as a condition can see. */
export const LARGEST: Partial<Alert> = {
  summary: "abc def ".repeat(8_192),
  tags: many((index) => `tag-${index}`),
  assets: many((index) => ({ name: `server-${index}`, ip: `10.0.${index >> 8}.${index & 255}` })),
  observables: many((index) => ({ name: "source", type: "ip", value: `203.0.${index >> 8}.${index & 255}` })),
  data: { labels: { team: "ops" }, list: many(String) },
};

/** Conditions that are dear on such an alert. */
export const WORST: Readonly<Record<string, string>> = {
  "assets with observables, each with each": "alert.assets.exists(a, alert.observables.exists(o, o.value == a.ip))",
  "three lists, each with each": "alert.assets.exists(a, alert.tags.exists(t, alert.data.list.exists(x, x == t && x == a.name)))",
  "a text for each of 10,000 members": "lists.bad.exists(one, alert.summary.contains(one))",
  "words of a long text": 'alert.summary.split(" ").exists(word, word == "x")',
  "a hard pattern over a long text": 'alert.summary.matches("^(a|b|c| |d|e|f)*$")',
  "addresses in networks": "alert.observables.all(o, !inCidr(o.value, lists.bad))",
};
