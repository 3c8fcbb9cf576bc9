// A request body as events: Amazon SNS carries one published state of one alert.
import type { Json, SourceEvent } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { claimId, sha256 } from "../../lib/keys.ts";
import { fail, ok } from "../../outcome.ts";
import { readSns, recordOf, type SnsMessage, textEvent } from "../envelopes/sns/message.ts";
import type { SnsSettings } from "../envelopes/sns/settings.ts";
import { asInstant } from "../instant.ts";
import { compact, type JsonObject } from "../read.ts";
import type { ParseContext, Parsed } from "../source.ts";
import { alertPatch, isFirst } from "./alert.ts";
import { type MatanoAlert, readAlert } from "./payload.ts";

/** Reads a body. A text on the topic is shown; JSON that is not an alert of Matano is refused. */
export function parse(body: Json, context: ParseContext<SnsSettings>): Parsed {
  const read = readSns(body, context.settings);
  if (!read.ok) return read;
  if (read.value.kind === "protocol") return ok([read.value.entry]);
  const { message } = read.value;
  if (message.content.kind === "text") return ok([{ kind: "event", event: textEvent("matano", "Matano", message, message.content.text) }]);
  const alert = readAlert(message.content.value);
  if (!alert) return fail({ where: message.envelope ? "Message.updated_alert" : "updated_alert", expected: "an alert with an id" });
  return ok([{ kind: "event", event: alertEvent(alert, message, message.content.value, context) }]);
}

function alertEvent(alert: MatanoAlert, message: SnsMessage, content: JsonObject, context: ParseContext<SnsSettings>): SourceEvent {
  const { facts } = alert;
  const first = isFirst(alert);
  const at = message.envelope?.at;
  return compact<SourceEvent>({
    claim: claimOf(alert, message, content),
    identified: true,
    key: keyOf(alert.id),
    type: first ? "alert:created" : "alert:updated",
    kind: first ? "opened" : "updated",
    order: facts.update_count,
    occurred_at: (first ? asInstant(facts.creation_time)?.iso : undefined) ?? at?.iso,
    patch: alertPatch(alert, at, context.severityMap),
    payload: recordOf(message, content),
  });
}

/**
 * A repeated delivery has the same signed MessageId. Two messages with the same count are different ones: the vendor counts
 * without a lock. Without an envelope, or copied for one destination, a message is recognised by what it says.
 */
function claimOf(alert: MatanoAlert, { envelope }: SnsMessage, content: JsonObject): string {
  if (envelope && alert.destination === undefined) return claimId(["matano", "message", envelope.messageId]);
  const body = alert.destination === undefined ? content : content.payload;
  return claimId(["matano", "content", alert.id, alert.facts.update_count, sha256(stableJson(body))]);
}

/** The alert's id, which stays over its updates. */
const keyOf = (id: string): string => `alert:${id.length > 128 ? `sha256-${sha256(id).slice(0, 32)}` : id}`;
