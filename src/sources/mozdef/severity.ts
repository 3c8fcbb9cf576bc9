// MozDef's severities as ours: words of RFC 5424 in alerts and events, and its numbers in some events.
// Scale: mozilla/MozDef docs/source/usage/json_format.rst.
import type { AlertPatch, Severity } from "../../alert.ts";
import { own } from "../../lib/own.ts";

/** RFC 5424's order, worst first, so that the index is the number that some log shippers send. */
const WORDS: readonly (readonly [string, Severity])[] = [
  ["EMERGENCY", "critical"],
  ["ALERT", "critical"],
  ["CRITICAL", "critical"],
  ["ERROR", "high"],
  ["WARNING", "medium"],
  ["NOTICE", "low"],
  ["INFO", "info"],
  ["DEBUG", "info"],
];

/** What syslog and log libraries call the same. */
const ALIASES: Readonly<Record<string, string>> = {
  EMERG: "EMERGENCY",
  PANIC: "EMERGENCY",
  CRIT: "CRITICAL",
  ERR: "ERROR",
  WARN: "WARNING",
  INFORMATIONAL: "INFO",
};

/** What a severity says; empty when it is missing or no word of the scale. `map` is asked by the word in lower case, then as it came. */
export function severityOf(told: string | undefined, map: Record<string, Severity> = {}): Pick<AlertPatch, "severity" | "severity_label"> {
  if (told === undefined) return {};
  const upper = told.toUpperCase();
  const alias = own(ALIASES, upper) ?? upper;
  const known = /^[0-7]$/.test(upper) ? WORDS[Number(upper)] : WORDS.find(([word]) => word === alias);
  const label = known?.[0] ?? told;
  const severity = own(map, label.toLowerCase()) ?? own(map, told.toLowerCase()) ?? known?.[1];
  return severity === undefined ? {} : { severity, severity_label: label };
}
