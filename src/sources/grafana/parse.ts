// A notification of Grafana Alerting as events: one for each alert of the group.
// Shape: grafana/alerting, receivers/webhook/v1/webhook.go (webhookMessage) and templates/template_data.go (ExtendedAlert).
import type { Json } from "../../alert.ts";
import { fail } from "../../outcome.ts";
import { type LabelledAlert, labelledEvent, parseGroup } from "../labelled.ts";
import { asLine, isObject, isTooDeep, type JsonObject } from "../read.ts";
import type { ParseContext, Parsed, ParsedEntry } from "../source.ts";
import { alertPatch } from "./alert.ts";

type Context = ParseContext<unknown>;

/** Reads a body. What does not look like Grafana's is refused, and what holds none of its alerts; one stranger among them is kept. */
export function parse(body: Json, context: Context): Parsed {
  if (isTooDeep(body)) return fail({ where: "body", expected: "JSON of moderate nesting" });
  if (!isObject(body) || !Array.isArray(body.alerts)) return fail({ where: "alerts", expected: "a list of alerts" });
  if (!isGrafanas(body, body.alerts))
    return fail({ where: "version", expected: 'the text "1", or what only Grafana sends, such as "orgId"' });
  return parseGroup(body, body.alerts, {
    source: "grafana",
    label: "Grafana",
    read: (alert) => readAlert(alert, body, context),
    severityMap: context.severityMap,
  });
}

/** A payload template of one's own may leave out or add what it likes; the list of alerts is the same. */
function isGrafanas(body: JsonObject, alerts: Json[]): boolean {
  if (asLine(body.version) === "1" || "orgId" in body) return true;
  return alerts.some((alert) => isObject(alert) && ["silenceURL", "valueString", "dashboardURL"].some((name) => name in alert));
}

function readAlert(alert: LabelledAlert, body: JsonObject, context: Context): ParsedEntry {
  if (isTest(alert)) return { kind: "test" };
  return { kind: "event", event: labelledEvent("grafana", alert, alertPatch(alert, body, context)) };
}

/** The contact point's Test button (grafana/alerting, notify/receivers.go): a fixed name and instance, unless the tester changed them. */
const isTest = ({ labels }: LabelledAlert): boolean => labels.get("alertname") === "TestAlert" && labels.get("instance") === "Grafana";
