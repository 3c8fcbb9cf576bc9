// Severities of Security Hub, OCSF and GuardDuty as ours. Labels stay as the vendor writes them.
import type { AlertPatch, Severity } from "../../alert.ts";
import { own } from "../../lib/own.ts";

type Told = Pick<AlertPatch, "severity" | "severity_label">;
type Overrides = Record<string, Severity> | undefined;

const LABELS: ReadonlyMap<string, Severity> = new Map([
  ["informational", "info"],
  ["low", "low"],
  ["medium", "medium"],
  ["high", "high"],
  ["critical", "critical"],
  // OCSF only.
  ["fatal", "critical"],
]);

/** `Severity.Normalized`, 0 to 100 (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html). */
function ofNormalized(value: number): Severity {
  if (value < 1) return "info";
  if (value < 40) return "low";
  if (value < 70) return "medium";
  return value < 90 ? "high" : "critical";
}

/** `severity` of GuardDuty, 1 to 10 (https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html). */
function ofThreat(value: number): Severity {
  if (value < 1) return "info";
  if (value < 4) return "low";
  if (value < 7) return "medium";
  return value < 9 ? "high" : "critical";
}

/** Of a finding in the AWS Security Finding Format: its label, else its number. */
export function findingSeverity(label: string | undefined, normalized: number | undefined, map: Overrides): Told {
  const word = label?.toLowerCase();
  const number = normalized === undefined ? undefined : String(normalized);
  const fromNumber = normalized === undefined ? undefined : ofNormalized(normalized);
  return told(label ?? number, own(map, word) ?? own(map, number) ?? LABELS.get(word ?? "") ?? fromNumber);
}

/** OCSF's `severity_id`: 1 to 5 are ours, 6 is fatal; 0 (unknown) and 99 (other) say nothing, but the word may. */
const BY_ID: ReadonlyMap<number, Severity> = new Map([
  [1, "info"],
  [2, "low"],
  [3, "medium"],
  [4, "high"],
  [5, "critical"],
  [6, "critical"],
]);

/** Of a finding in OCSF. */
export function ocsfSeverity(id: number | undefined, word: string | undefined, map: Overrides): Told {
  const name = word?.toLowerCase();
  const number = id === undefined ? undefined : String(id);
  const severity = own(map, name) ?? own(map, number) ?? BY_ID.get(id ?? 0) ?? LABELS.get(name ?? "");
  return told(word ?? number, severity);
}

/** Of a finding of GuardDuty: a number with a fraction. */
export function threatSeverity(value: number | undefined, map: Overrides): Told {
  if (value === undefined || value < 0) return {};
  return told(String(value), own(map, String(value)) ?? ofThreat(value));
}

const told = (label: string | undefined, severity: Severity | undefined): Told =>
  label === undefined || severity === undefined ? {} : { severity, severity_label: label };
