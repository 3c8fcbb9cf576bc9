// Severities as people write them in labels and fields: words that mean the same everywhere.
import type { AlertPatch, Severity } from "../alert.ts";
import { own } from "../lib/own.ts";

const WORDS: ReadonlyMap<string, Severity> = new Map([
  ...words("critical", "critical crit page emergency emerg fatal disaster p0 p1 sev0 sev1"),
  ...words("high", "high major error err severe p2 sev2"),
  ...words("medium", "medium moderate warning warn average p3 sev3"),
  ...words("low", "low minor notice note p4 sev4"),
  ...words("info", "info information informational none debug ok p5 sev5"),
]);

function words(severity: Severity, list: string): [string, Severity][] {
  return list.split(" ").map((word) => [word, severity]);
}

/**
 * The severity of the first word that says one; empty when none does: a severity is never guessed. The route's `severity_map`
 * (by the word in lower case) comes before the usual meaning.
 */
export function severityOfWords(
  told: readonly (string | undefined)[],
  map: Record<string, Severity> = {},
): Pick<AlertPatch, "severity" | "severity_label"> {
  for (const label of told) {
    const word = label?.toLowerCase() ?? "";
    const severity = own(map, word) ?? WORDS.get(word);
    if (label !== undefined && severity !== undefined) return { severity, severity_label: label };
  }
  return {};
}
