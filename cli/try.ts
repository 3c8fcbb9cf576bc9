// `routes try`: reads a sample as a route would, and says what becomes of it. Nothing is sent or stored, and the sender is not proved.
import { readFileSync } from "node:fs";
import type { Route } from "../src/config/model.ts";
import { parseTables } from "../src/config/parse.ts";
import { counted } from "../src/lib/text.ts";
import { Failure, Refusal } from "./frame/errors.ts";
import type { Paint } from "./frame/paint.ts";
import { registries } from "./registries.ts";
import { type Trial, type Tried, trySample } from "./trial.ts";
import { validate } from "./validate.ts";

/** What is tried. */
export interface TryOptions {
  /** Judged as for the deployed relay. */
  remote: boolean;
  /** A dotenv file. */
  secrets?: string;
  /** Not needed where the file has one route. */
  route?: string;
  /** A file with a request's body. */
  sample: string;
}

/** Tries a sample at the time `now` (Unix ms). */
export function tryRoute(file: string, options: TryOptions, now: number): Trial {
  const { routes, lists } = parseTables(validate(file, options).document, registries, { local: !options.remote }).config;
  const trial = trySample(chosen(routes, options.route), sampleOf(options.sample), now, lists);
  if (!trial.ok) throw new Failure(trial.reason);
  return trial.value;
}

function chosen(routes: readonly Route[], name: string | undefined): Route {
  const names = routes.map((route) => route.name).join(", ");
  const [only, ...others] = name === undefined ? routes : routes.filter((route) => route.name === name);
  if (only === undefined)
    throw new Refusal(name === undefined ? "The file has no route." : `There is no route ${name}; the file has ${names}.`);
  if (others.length > 0) throw new Refusal(`The file has several routes; choose one with --route: ${names}.`);
  return only;
}

function sampleOf(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    throw new Refusal(`${path}: the file cannot be read`);
  }
}

/** The trial for a person. */
export function trialLines({ route, source, masked, entries, remarks }: Trial): Paint[] {
  const told = entries.flatMap((entry, index) => [
    "",
    `${entries.length > 1 ? `${index + 1}. ` : ""}${headline(entry)}`,
    ...details(entry),
  ]);
  const notes = remarks.length === 0 ? [] : ["", "Not found in this sample:", ...remarks.map((remark) => `  ${remark}`)];
  return [
    `Route ${route} (${source}). Nothing was sent, no API was asked, and the sender was not checked.`,
    ...maskLines(masked),
    ...told,
    ...notes,
  ];
}

/** What was taken out before the source read the sample. */
function maskLines(masked: Trial["masked"]): string[] {
  const taken = masked.filter(({ found }) => found > 0);
  if (taken.length === 0) return [];
  const hashed = taken.some(({ as }) => as === "hash") ? " The names that stand for hashed values are others than the relay's." : "";
  const lines = taken.map(({ path, as, found }) => `  ${path}: ${counted(found, "value")}${as === "hash" ? ", hashed" : ""}`);
  return ["", `Masked before anything else read it.${hashed}`, ...lines];
}

function headline(entry: Tried): string {
  if (entry.kind === "test") return "a test of the vendor: counted, shown to nobody";
  if (entry.kind === "ignored") return `ignored: ${entry.reason}`;
  return `${entry.alert.change.kind}: ${entry.alert.title}`;
}

function details(entry: Tried): Paint[] {
  if (entry.kind !== "event") return [];
  const { alert, event, rules, recognised_for: window, copies_by: copies } = entry;
  const { severity, severity_label, status, status_label, rule, assets, observables, attacks, data } = alert;
  const facts: [string, string | undefined][] = [
    ["event", `${event}; the same again is recognised for ${window}`],
    [
      "copies",
      copies === undefined
        ? undefined
        : copies === null
          ? "none by dedup_key: it has no value for part of it, or is told by itself"
          : `of equal severity, status, assets and ${copies.join(", ")}`,
    ],
    ["key", alert.key],
    ["severity", severity_label === "unknown" ? `${severity} (not told: the route's default_severity)` : worded(severity, severity_label)],
    ["status", worded(status, status_label)],
    ["summary", alert.summary.replace(/\n/g, " | ")],
    ["category", alert.category],
    ["type", alert.type],
    ["rule", rule && [rule.name, rule.id, rule.url].filter(Boolean).join(", ")],
    ["tenant", alert.tenant],
    ["assets", assets.map(({ name, ip, type }) => [name, ip === name ? undefined : ip, type].filter(Boolean).join(" ")).join(", ")],
    ["observables", observables.map(({ name, type, value }) => `${value} (${type}${name === type ? "" : `, ${name}`})`).join(", ")],
    ["attacks", attacks.map(({ technique, tactic, name }) => [technique, tactic, name].filter(Boolean).join(" ")).join(", ")],
    ["tags", alert.tags.join(", ")],
    ["count", String(alert.count)],
    ["seen", [...new Set([alert.first_seen, alert.last_seen])].join(" to ")],
    ["url", alert.url],
    ...Object.entries(data).map(([name, value]): [string, string] => [
      `data.${name}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  ];
  const shown = facts.filter(([, text]) => text !== undefined && text !== "");
  const width = Math.max(...shown.map(([name]) => name.length));
  return [
    ...shown.map(([name, text = ""]): Paint => ["  ", name.padEnd(width), "  ", text]),
    ...(rules.length === 0 ? ["  no rules: counted as unmatched"] : ["  rules:"]),
    ...rules.map(
      ({ rule: name, decision, reason, to, gates }) =>
        `    ${name}: ${decision.replaceAll("_", " ")}${to ? ` -> ${to.join(", ") || "nobody"}` : ""}${gates.length > 0 ? ` by its ${gates.join(" and ")}` : ""} (${reason})`,
    ),
  ];
}

const worded = (ours: string, theirs: string): string => (ours === theirs.toLowerCase() ? ours : `${ours} (${theirs})`);
