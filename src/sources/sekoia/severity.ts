// SEKOIA.IO's urgency (0 to 100) and case priorities as our severities.
import type { AlertPatch, Severity } from "../../alert.ts";
import { own } from "../../lib/own.ts";

type Told = Pick<AlertPatch, "severity" | "severity_label">;

/** Severity of an urgency. The bands are Tocsin's own: the vendor's console, API and integrations each use different ones. */
function ofUrgency(value: number): Severity {
  if (value < 10) return "info";
  if (value < 50) return "low";
  if (value < 75) return "medium";
  return value < 90 ? "high" : "critical";
}

/** The words that `urgency.display` and case priorities use (vendor's XSOAR integration and `action_get_case.json`). */
const WORDS: ReadonlyMap<string, Severity> = new Map([
  ["info", "info"],
  ["informational", "info"],
  ["low", "low"],
  ["moderate", "medium"],
  ["medium", "medium"],
  ["high", "high"],
  ["major", "high"],
  ["urgent", "critical"],
  ["critical", "critical"],
]);

/**
 * What an urgency says of the severity; empty when it says nothing. `severityMap` is asked by the display word (lower
 * case), then by the number as text. A word alone counts only where there is no number.
 */
export function urgencySeverity(value: number | undefined, display: string | undefined, map: Record<string, Severity> = {}): Told {
  const word = display?.toLowerCase();
  const label = display ?? (value === undefined ? undefined : String(value));
  if (label === undefined) return {};
  const mapped = own(map, word) ?? own(map, value === undefined ? undefined : String(value));
  const severity = mapped ?? (value === undefined ? WORDS.get(word ?? "") : ofUrgency(value));
  return severity === undefined ? {} : { severity, severity_label: label };
}

/** What a case's priority says of the severity; a custom priority with a word of its own says nothing unless mapped. */
export function prioritySeverity(priority: string | undefined, map: Record<string, Severity> = {}): Told {
  if (priority === undefined) return {};
  const word = priority.toLowerCase();
  const severity = own(map, word) ?? WORDS.get(word);
  // Notifications write `high` where the API writes `High`: that is no change worth showing.
  return severity === undefined ? {} : { severity, severity_label: WORDS.has(word) ? word : priority };
}

/**
 * An intelligence report has no urgency. It informs and calls nobody, so it is `info` unless the route's
 * `severity_map` says otherwise under the word `report`.
 */
export const reportSeverity = (map: Record<string, Severity> = {}): Told => ({
  severity: own(map, "report") ?? "info",
  severity_label: "report",
});
