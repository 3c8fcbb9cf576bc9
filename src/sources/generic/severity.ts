// The words and numbers of a vendor as our severities, by the route's map, the mapping's scale, and the usual words.
import { type AlertPatch, SEVERITIES, type Severity } from "../../alert.ts";
import { own } from "../../lib/own.ts";
import { asNumber } from "../read.ts";
import { severityOfWords } from "../severity-word.ts";
import type { SeverityScale } from "./settings.ts";

/** The severity of the first label that tells one; empty when none does: a severity is never guessed. */
export function severityOf(
  labels: readonly string[],
  scale: SeverityScale,
  map: Record<string, Severity> = {},
): Pick<AlertPatch, "severity" | "severity_label"> {
  for (const label of labels) {
    const severity = ofLabel(label, scale, map);
    if (severity !== undefined) return { severity, severity_label: label };
  }
  return {};
}

function ofLabel(label: string, { table = {}, at_least, at_most }: SeverityScale, map: Record<string, Severity>): Severity | undefined {
  const word = label.toLowerCase();
  const mapped = own(map, word) ?? own(table, word);
  if (mapped !== undefined) return mapped;
  const number = asNumber(label);
  const worstFirst = SEVERITIES.toReversed();
  if (number !== undefined && at_least) return worstFirst.find((one) => number >= (at_least[one] ?? Number.POSITIVE_INFINITY)) ?? "info";
  if (number !== undefined && at_most) return worstFirst.find((one) => number <= (at_most[one] ?? Number.NEGATIVE_INFINITY)) ?? "info";
  return severityOfWords([label]).severity;
}
