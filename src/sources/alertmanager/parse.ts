// A notification of Alertmanager as events: one for each alert of the group.
// Shape: prometheus/alertmanager, notify/webhook/webhook.go (Message) and template/template.go (Data, Alert).
import type { AlertPatch, Json } from "../../alert.ts";
import { fail } from "../../outcome.ts";
import { type LabelledAlert, labelledEvent, labelledPatch, parseGroup } from "../labelled.ts";
import { asLine, compact, isObject, isTooDeep, type JsonObject } from "../read.ts";
import type { ParseContext, Parsed } from "../source.ts";
import { alertUrl } from "./links.ts";

/** Reads a body. What is no notification of version 4 is refused, and one without any alert of its kind; one stranger among them is kept. */
export function parse(body: Json, context: ParseContext<unknown>): Parsed {
  if (isTooDeep(body)) return fail({ where: "body", expected: "JSON of moderate nesting" });
  if (!isObject(body) || !Array.isArray(body.alerts)) return fail({ where: "alerts", expected: "a list of alerts" });
  // The version is told since 2015, and other systems that send the like have other numbers.
  if (asLine(body.version) !== "4") return fail({ where: "version", expected: 'the text "4", the version of Alertmanager\'s webhook' });
  return parseGroup(body, body.alerts, {
    source: "alertmanager",
    label: "Alertmanager",
    read: (alert) => ({ kind: "event", event: labelledEvent("alertmanager", alert, patchOf(alert, body, context)) }),
    severityMap: context.severityMap,
  });
}

function patchOf(alert: LabelledAlert, body: JsonObject, context: ParseContext<unknown>): AlertPatch {
  const told = labelledPatch(alert, context.severityMap);
  return compact<AlertPatch>({
    ...told,
    url: alertUrl(alert, asLine(body.externalURL), context.console),
    data: { ...told.data, ...(compact({ receiver: asLine(body.receiver) }) as Record<string, Json>) },
  });
}
