// Wazuh's rule levels (0 to 16) and its words for vulnerabilities as our severities.
import type { AlertPatch, Severity } from "../../alert.ts";
import { own } from "../../lib/own.ts";

/**
 * Lowest level of each severity, from the highest down. The bands are those of Wazuh's own dashboard (low to 6, medium to 11, high
 * to 14, critical from 15); levels to 3 say of themselves that they have no security relevance
 * (documentation.wazuh.com: rules-classification), so they are information.
 */
const LEVELS: readonly (readonly [number, Severity])[] = [
  [15, "critical"],
  [12, "high"],
  [7, "medium"],
  [4, "low"],
  [0, "info"],
];

/** What vulnerability reports call it; `-`, `None` and `Untriaged` say nothing. */
const WORDS: ReadonlyMap<string, Severity> = new Map([
  ["low", "low"],
  ["medium", "medium"],
  ["high", "high"],
  ["critical", "critical"],
]);

type Told = Pick<AlertPatch, "severity" | "severity_label">;

/** What a rule's level says; empty where there is none. `map` is asked by the level as text. */
export function levelSeverity(level: number | undefined, map: Record<string, Severity> = {}): Told {
  if (level === undefined || level < 0) return {};
  const label = String(level);
  const severity = own(map, label) ?? LEVELS.find(([least]) => level >= least)?.[1];
  return severity === undefined ? {} : { severity, severity_label: label };
}

/** What the severity of a vulnerability says; empty where it says nothing. `map` is asked by the word in lower case. */
export function vulnerabilitySeverity(word: string | undefined, map: Record<string, Severity> = {}): Told {
  if (word === undefined) return {};
  const key = word.toLowerCase();
  const severity = own(map, key) ?? WORDS.get(key);
  return severity === undefined ? {} : { severity, severity_label: word };
}
