// The severity of a Kibana alert: its own word, else its rule's, else the risk score's band.
import type { AlertPatch, Severity } from "../../alert.ts";
import { own } from "../../lib/own.ts";
import { asNumber } from "../read.ts";
import { severityOfWords } from "../severity-word.ts";
import { type Fields, lineOf } from "./payload.ts";

/** Highest score of each band, as the console offers them for a rule (solutions/security/detect-and-alert/create-detection-rule). */
const SCORES: readonly (readonly [number, string])[] = [
  [21, "low"],
  [47, "medium"],
  [73, "high"],
  [100, "critical"],
];

/** Empty where nothing says how bad it is: rules that are no detections have no severity. Their action group may be mapped by the route. */
export function severityOf(fields: Fields, map?: Record<string, Severity>): Pick<AlertPatch, "severity" | "severity_label"> {
  const ofAlert = lineOf(fields, "kibana.alert.severity", "signal.rule.severity");
  const ofRule = lineOf(fields, "context.rule.severity", "kibana.alert.rule.severity", "rule.severity", "severity");
  const score = asNumber(
    lineOf(fields, "kibana.alert.risk_score", "context.rule.risk_score", "kibana.alert.rule.risk_score", "rule.risk_score"),
  );
  const band = score === undefined || score < 0 ? undefined : SCORES.find(([highest]) => score <= highest)?.[1];
  const told = severityOfWords([ofAlert, ofRule, band], map);
  if (told.severity !== undefined) return told;
  const group = lineOf(fields, "alert.actionGroup", "kibana.alert.action_group", "alertActionGroup");
  const mapped = own(map, group?.toLowerCase());
  return group === undefined || mapped === undefined ? {} : { severity: mapped, severity_label: group };
}
