// Falco's priorities as our severities. They are syslog's (falcosecurity/falcosidekick: types/priority.go).
import type { AlertPatch, Severity } from "../../alert.ts";
import { own } from "../../lib/own.ts";

const PRIORITIES: ReadonlyMap<string, Severity> = new Map([
  ["emergency", "critical"],
  ["alert", "critical"],
  ["critical", "critical"],
  ["error", "high"],
  ["warning", "medium"],
  ["notice", "low"],
  ["informational", "info"],
  ["info", "info"],
  ["debug", "info"],
]);

/** What a priority says; empty for a word that Falco does not have. `map` is asked by the word in lower case. */
export function severityOf(
  priority: string | undefined,
  map: Record<string, Severity> = {},
): Pick<AlertPatch, "severity" | "severity_label"> {
  const word = priority?.toLowerCase();
  if (priority === undefined || word === undefined) return {};
  const severity = own(map, word) ?? PRIORITIES.get(word);
  return severity === undefined ? {} : { severity, severity_label: priority };
}
