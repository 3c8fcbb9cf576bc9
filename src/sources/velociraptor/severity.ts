// What a row says of its severity. Velociraptor has no such field: alerts carry it in words of the artifact's author.
import type { AlertPatch, Severity } from "../../alert.ts";
import { own } from "../../lib/own.ts";

type Told = Pick<AlertPatch, "severity" | "severity_label">;

/** Words that artifacts use: the exchange's conventions, Sigma's levels, and those of log levels. */
const WORDS: ReadonlyMap<string, Severity> = new Map([
  ["info", "info"],
  ["informational", "info"],
  ["information", "info"],
  ["notice", "low"],
  ["low", "low"],
  ["medium", "medium"],
  ["moderate", "medium"],
  ["warn", "medium"],
  ["warning", "medium"],
  ["high", "high"],
  ["error", "high"],
  ["critical", "critical"],
  ["crit", "critical"],
]);

/** Severity of a word of an alert; else the route's `severity`, else nothing. `map` is asked first, by the word in lower case. */
export function wordSeverity(word: string | undefined, fallback: Severity | undefined, map: Record<string, Severity> = {}): Told {
  const severity = own(map, word?.toLowerCase()) ?? WORDS.get(word?.toLowerCase() ?? "");
  if (severity !== undefined && word !== undefined) return { severity, severity_label: word };
  return fallback === undefined ? {} : { severity: fallback, severity_label: "default" };
}

/** Severity of what is no detection but something that the server did: by its name, such as `flow error`, unless `map` says otherwise. */
export const eventSeverity = (name: string, severity: Severity, map: Record<string, Severity> = {}): Told => ({
  severity: own(map, name.toLowerCase()) ?? severity,
  severity_label: name,
});
