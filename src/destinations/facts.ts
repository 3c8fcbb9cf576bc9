// The short facts of an alert, most useful to a reader first: who and where, then what kind, then how often.
import { type Alert, enrichmentsOf, enrichmentText, type Observable, VERDICTS } from "../alert.ts";
import { firstFew, manyLines, oneLine, shorten, unique, utcTime } from "../lib/text.ts";
import { partsOf, partsText } from "./parts.ts";

/** One labelled fact. `text`: words of ours. `code`: as the source wrote it, to be shown literally. */
export interface Fact {
  label: string;
  kind: "text" | "code";
  values: string[];
  /** How many values there are besides those shown. */
  more: number;
}

/** One long piece of raw text, shown in a fixed-width block. */
export interface Evidence {
  label: string;
  text: string;
}

/** More than this is reading, not scanning; the link leads to the rest. */
export const MAX_FACTS = 8;
const MAX_VALUES = 5;
const MAX_VALUE = 100;
const MAX_EVIDENCE = 900;
const MAX_DETAILS = 6;

/** The facts of an alert in order of importance, at most `MAX_FACTS`. */
export function factsOf(alert: Alert): Fact[] {
  const people = alert.assets.filter(({ type }) => /user|account|identity/i.test(type ?? ""));
  const things = alert.assets.filter((asset) => !people.includes(asset) && thingOf(asset.type) !== undefined);
  const machines = alert.assets.filter((asset) => !people.includes(asset) && !things.includes(asset));
  const known = new Set(machines.flatMap(({ name, ip }) => [name, ip]));
  const values = (...types: string[]) => alert.observables.filter(({ type }) => types.includes(type)).map(({ value }) => value);
  const ips = alert.observables.filter(({ type, value }) => type === "ip" && !known.has(value));
  const hosts = values("host").filter((host) => !known.has(host));
  const facts = [
    code("Host", [...machines.map(({ name, ip }) => (ip && ip !== name ? `${name} (${ip})` : name)), ...hosts]),
    ...unique(things.map(({ type }) => thingOf(type) ?? "")).map((label) =>
      code(
        label,
        things.filter(({ type }) => thingOf(type) === label).map(({ name }) => name),
      ),
    ),
    code("User", [...people.map(({ name }) => name), ...values("user", "email")]),
    code("Attacker IP", addresses(ips, "attacker")),
    code("Victim IP", addresses(ips, "victim")),
    code("Source IP", addresses(ips, "source")),
    code("Target IP", addresses(ips, "target")),
    code("IP", addresses(ips, "other")),
    code("Reputation", reputations(alert)),
    ...statusFact(alert),
    ...countFact(alert),
    code("Rule", alert.rule && oneLine(alert.rule.name) !== oneLine(alert.title) ? [alert.rule.name] : []),
    code(
      "ATT&CK",
      alert.attacks.map(({ tactic, technique, name }) => [technique ?? tactic, name].filter(Boolean).join(" ")),
    ),
    code("Process", values("process")),
    code("File", values("file")),
    code("Hash", values("hash")),
    code("Domain", values("domain")),
    code("URL", values("url")),
    code("Category", [alert.category]),
    code("Tenant", [alert.tenant ?? ""]),
    code("Tags", alert.tags),
  ];
  return facts.filter(({ values: some }) => some.length > 0).slice(0, MAX_FACTS);
}

// What is watched and is no machine, by words in its type; anything else counts as a host.
const THINGS: [RegExp, string][] = [
  [/repositor/i, "Repository"],
  [/bucket/i, "Bucket"],
  [/image/i, "Image"],
  [/container/i, "Container"],
  [/^pod$/i, "Pod"],
  [/^namespace$/i, "Namespace"],
  [/^job$/i, "Job"],
  [/^aws$/i, "Account"],
];
const thingOf = (type: string | undefined): string | undefined => THINGS.find(([word]) => word.test(type ?? ""))?.[1];

/** What names the alert's place: its first host or account. */
export function placeOf(alert: Alert): string | undefined {
  const name = alert.assets[0]?.name ?? alert.observables.find(({ type }) => type === "host" || type === "user")?.value;
  const text = name === undefined ? "" : shorten(oneLine(name), MAX_VALUE);
  return text === "" ? undefined : text;
}

/** The same for a phone's lock screen, where several hosts are to be seen as such: `db-2, ws-0142` or `db-2 +3 more`. */
export function placesOf(alert: Alert): string | undefined {
  const first = placeOf(alert);
  const others = alert.assets.length - 1;
  if (first === undefined || others < 1) return first;
  const second = shorten(oneLine(alert.assets[1]?.name ?? ""), MAX_VALUE);
  return others === 1 && second !== "" ? `${first}, ${second}` : `${first} +${others} more`;
}

// Names under which sources keep the one text that an analyst wants to see, best first.
const TELLING = ["command_line", "commandline", "cmdline", "command", "process_command_line", "payload", "log", "message", "raw"];

/** The alerts that it stands for, or the telling piece of raw text where the source has one; else the source's own plain fields, a line each. */
export function evidenceOf(alert: { data: Readonly<Record<string, unknown>> }): Evidence | undefined {
  const parts = partsOf(alert.data);
  if (parts) return { label: parts.label, text: shorten(partsText(parts), MAX_EVIDENCE) };
  for (const name of TELLING) {
    const found = alert.data[name];
    const text = typeof found === "string" ? manyLines(found) : "";
    if (text !== "") return { label: /com|cmd/.test(name) ? "Command line" : "Evidence", text: shorten(text, MAX_EVIDENCE) };
  }
  const lines = Object.entries(alert.data)
    .filter(([, value]) => isPlain(value))
    .slice(0, MAX_DETAILS)
    .map(([name, value]) => `${shorten(oneLine(name), MAX_VALUE / 2)}: ${shorten(oneLine(String(value)), MAX_VALUE)}`);
  return lines.length === 0 ? undefined : { label: "Details", text: lines.join("\n") };
}

const isPlain = (value: unknown): boolean =>
  typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && value !== "");

function code(label: string, texts: string[]): Fact {
  const cleaned = unique(
    texts
      .slice(0, 200)
      .map((text) => shorten(oneLine(text), MAX_VALUE))
      .filter((text) => text !== ""),
  );
  const { shown, more } = firstFew(cleaned, MAX_VALUES);
  return { label, kind: "code", values: shown, more: more + Math.max(0, texts.length - 200) };
}

/** By words in their names. Who attacks need not be who called: a client that asks a bad server is its victim. */
const SIDES = {
  attacker: /(^|[^a-z])attacker([^a-z]|$)/i,
  victim: /(^|[^a-z])victim([^a-z]|$)/i,
  source: /(^|[^a-z])(src|source|client|cli|remote)([^a-z]|$)/i,
  target: /(^|[^a-z])(dst|dest|destination|target|server|srv)([^a-z]|$)/i,
  other: /(?:)/,
};
type Side = keyof typeof SIDES;

function addresses(ips: Observable[], side: Side): string[] {
  const sideOf = (name: string) => (Object.keys(SIDES) as Side[]).find((one) => SIDES[one].test(name));
  return ips.filter(({ name }) => sideOf(name) === side).map(({ value }) => value);
}

/** What enrichers told, worst first. */
const reputations = (alert: Alert): string[] =>
  enrichmentsOf(alert)
    .sort((left, right) => VERDICTS.indexOf(right.verdict) - VERDICTS.indexOf(left.verdict))
    .map(enrichmentText);

// A new alert's status and a lone event go without saying.
function statusFact({ status, status_label }: Alert): Fact[] {
  const label = shorten(oneLine(status_label), MAX_VALUE);
  const plain = status.replace("_", " ");
  if (label !== "" && label.toLowerCase().replace(/[_-]/g, " ") !== plain) return [code("Status", [label])];
  return status === "new" || status === "resolved" ? [] : [{ label: "Status", kind: "text", values: [plain], more: 0 }];
}

function countFact({ count, first_seen }: Alert): Fact[] {
  if (count <= 1) return [];
  const since = utcTime(first_seen);
  return [{ label: "Events", kind: "text", values: [`${count}${since ? `, first ${since}` : ""}`], more: 0 }];
}
