// A notification of Alertmanager as events: one for each alert of the group.
// Shape: prometheus/alertmanager, notify/webhook/webhook.go (Message) and template/template.go (Data, Alert).
import type { AlertPatch, Json, SourceEvent } from "../../alert.ts";
import { fail, ok } from "../../outcome.ts";
import { type LabelledAlert, labelledEvent, labelledPatch, readLabelled, truncatedCount, truncatedEvent } from "../labelled.ts";
import { asLine, compact, isObject, isTooDeep, type JsonObject } from "../read.ts";
import type { ParseContext, Parsed } from "../source.ts";
import { unparsedEvent } from "../unparsed.ts";
import { alertUrl } from "./links.ts";

const TYPE = "alertmanager";
const LABEL = "Alertmanager";

/** Reads a body. What is no notification of version 4 is refused; an entry that is not understood is never lost. */
export function parse(body: Json, context: ParseContext<unknown>): Parsed {
  if (isTooDeep(body)) return fail({ where: "body", expected: "JSON of moderate nesting" });
  if (!isObject(body) || !Array.isArray(body.alerts)) return fail({ where: "alerts", expected: "a list of alerts" });
  // The version is told since 2015, and other systems that send the like have other numbers.
  if (asLine(body.version) !== "4") return fail({ where: "version", expected: 'the text "4", the version of Alertmanager\'s webhook' });
  if (body.alerts.length === 0) return ok([{ kind: "test" }]);
  return ok(eventsOf(body, body.alerts, context).map((event) => ({ kind: "event", event })));
}

function eventsOf(body: JsonObject, entries: Json[], context: ParseContext<unknown>): SourceEvent[] {
  const read = entries.flatMap((entry) => [{ entry, alert: readLabelled(entry) }]);
  const events = read.map(({ entry, alert }) =>
    alert === undefined ? unparsedEvent(TYPE, LABEL, entry) : labelledEvent(TYPE, alert, patchOf(alert, body, context)),
  );
  if (truncatedCount(body) === 0) return events;
  const known = read.flatMap(({ alert }) => alert ?? []);
  return [...events, truncatedEvent(TYPE, LABEL, body, known, context.severityMap)];
}

function patchOf(alert: LabelledAlert, body: JsonObject, context: ParseContext<unknown>): AlertPatch {
  const told = labelledPatch(alert, context.severityMap);
  return compact<AlertPatch>({
    ...told,
    url: alertUrl(alert, asLine(body.externalURL), context.console),
    data: { ...told.data, ...(compact({ receiver: asLine(body.receiver) }) as Record<string, Json>) },
  });
}
