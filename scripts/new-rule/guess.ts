// A condition that matches an alert and others like it: by the rule that raised it at the source, else by what kind it is.
import type { Alert } from "../../src/alert.ts";

/** A condition in CEL. */
export function guessCondition({ rule, category, type, title, severity, severity_label }: Alert): string {
  const what = rule
    ? ["alert.rule.name", rule.name]
    : category !== ""
      ? ["alert.category", category]
      : type !== ""
        ? ["alert.type", type]
        : ["alert.title", title];
  const [path = "", value = ""] = what;
  const same = `${path} == ${JSON.stringify(value)}`;
  // Where the source tells none, the severity says nothing.
  return severity_label === "unknown" ? same : `${same} && alert.severity_id >= ${severity.toUpperCase()}`;
}
