// ntopng's severities as ours. Flow and host alerts carry only a score; alerts that Lua engages carry a severity id.
import type { AlertPatch, Severity } from "../../alert.ts";
import { own } from "../../lib/own.ts";
import { severityWord } from "./names.ts";
import type { NtopngAlert } from "./payload.ts";

/** The vendor's words (scripts/lua/modules/alert_severities.lua) as our severities. */
const WORDS: ReadonlyMap<string, Severity> = new Map([
  ["none", "info"],
  ["debug", "info"],
  ["info", "info"],
  ["notice", "low"],
  ["warning", "medium"],
  ["error", "high"],
  ["critical", "critical"],
  ["alert", "critical"],
  ["emergency", "critical"],
]);

/** Lowest score of each word, from the highest down (`Utils::mapScoreToSeverity`). */
const SCORES: readonly (readonly [number, string])[] = [
  [250, "emergency"],
  [200, "critical"],
  [100, "error"],
  [50, "warning"],
  [10, "notice"],
  [1, "info"],
];

/** The scale of the oldest format, where 2 was the worst. */
const LEGACY: readonly string[] = ["info", "warning", "error"];

/** What an alert says of its severity; empty when it has neither a severity nor a score. */
export function severityOf(alert: NtopngAlert, map: Record<string, Severity> = {}): Pick<AlertPatch, "severity" | "severity_label"> {
  const word = wordOf(alert);
  if (word === undefined) return {};
  const severity = own(map, word) ?? WORDS.get(word);
  return severity === undefined ? {} : { severity, severity_label: word };
}

function wordOf(alert: NtopngAlert): string | undefined {
  const { severity, alert_severity: legacy, score } = alert;
  const told = severity === undefined ? undefined : severityWord(severity);
  if (told !== undefined) return told;
  if (score !== undefined) return SCORES.find(([least]) => score >= least)?.[1] ?? "none";
  return legacy === undefined ? undefined : (LEGACY[legacy] ?? severityWord(legacy));
}
