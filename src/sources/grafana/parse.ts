// A notification of Grafana Alerting as events: one for each alert of the group.
// Shape: grafana/alerting, receivers/webhook/v1/webhook.go (webhookMessage) and templates/template_data.go (ExtendedAlert).
import type { Json, SourceEvent } from "../../alert.ts";
import { fail, ok } from "../../outcome.ts";
import { type LabelledAlert, labelledEvent, readLabelled, truncatedCount, truncatedEvent } from "../labelled.ts";
import { asLine, isObject, isTooDeep, type JsonObject } from "../read.ts";
import type { ParseContext, Parsed, ParsedEntry } from "../source.ts";
import { unparsedEvent } from "../unparsed.ts";
import { alertPatch } from "./alert.ts";

const TYPE = "grafana";
const LABEL = "Grafana";
type Context = ParseContext<unknown>;

/** Reads a body. What does not look like Grafana's is refused; an entry that is not understood is never lost. */
export function parse(body: Json, context: Context): Parsed {
  if (isTooDeep(body)) return fail({ where: "body", expected: "JSON of moderate nesting" });
  if (!isObject(body) || !Array.isArray(body.alerts)) return fail({ where: "alerts", expected: "a list of alerts" });
  if (!isGrafanas(body, body.alerts))
    return fail({ where: "version", expected: 'the text "1", or what only Grafana sends, such as "orgId"' });
  if (body.alerts.length === 0) return ok([{ kind: "test" }]);
  return ok(entriesOf(body, body.alerts, context));
}

/** A payload template of one's own may leave out or add what it likes; the list of alerts is the same. */
function isGrafanas(body: JsonObject, alerts: Json[]): boolean {
  if (asLine(body.version) === "1" || "orgId" in body) return true;
  return alerts.some((alert) => isObject(alert) && ["silenceURL", "valueString", "dashboardURL"].some((name) => name in alert));
}

function entriesOf(body: JsonObject, entries: Json[], context: Context): ParsedEntry[] {
  const read = entries.flatMap((entry) => [{ entry, alert: readLabelled(entry) }]);
  const parsed = read.map(({ entry, alert }): ParsedEntry => {
    if (alert !== undefined && isTest(alert)) return { kind: "test" };
    return { kind: "event", event: eventOf(alert, entry, body, context) };
  });
  if (truncatedCount(body) === 0) return parsed;
  const known = read.flatMap(({ alert }) => alert ?? []);
  return [...parsed, { kind: "event", event: truncatedEvent(TYPE, LABEL, body, known, context.severityMap) }];
}

const eventOf = (alert: LabelledAlert | undefined, entry: Json, body: JsonObject, context: Context): SourceEvent =>
  alert === undefined ? unparsedEvent(TYPE, LABEL, entry) : labelledEvent(TYPE, alert, alertPatch(alert, body, context));

/** The contact point's Test button (grafana/alerting, notify/receivers.go): a fixed name and instance, unless the tester changed them. */
const isTest = ({ labels }: LabelledAlert): boolean => labels.get("alertname") === "TestAlert" && labels.get("instance") === "Grafana";
