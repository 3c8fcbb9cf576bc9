// A request body of a source behind Amazon SNS: what is protocol and what is a message. Only what was verified comes here.
import type { Json, SourceEvent } from "../../../alert.ts";
import { parseJson } from "../../../lib/json.ts";
import { claimId, sha256 } from "../../../lib/keys.ts";
import { fail, ok, type Result } from "../../../outcome.ts";
import { asInstant, type Instant } from "../../instant.ts";
import { asLine, asText, compact, isObject, isTooDeep, type JsonObject } from "../../read.ts";
import type { ParsedEntry } from "../../source.ts";
import { subscribeAddress } from "./addresses.ts";
import { meansEnvelope, readEnvelope, type SnsEnvelope } from "./envelope.ts";
import type { SnsSettings } from "./settings.ts";

/** One message that was published: a JSON object, or text that somebody wrote. */
export interface SnsMessage {
  content: { kind: "object"; value: JsonObject } | { kind: "text"; text: string };
  /** What the envelope tells; absent for raw delivery. */
  envelope?: { messageId: string; topicArn: string; subject?: string; at?: Instant; record: JsonObject };
}

/** A message to be understood, or traffic of the protocol that is understood already. */
export type SnsRead = { kind: "message"; message: SnsMessage } | { kind: "protocol"; entry: ParsedEntry };

/** Reads a body; fails with where and what was expected. */
export function readSns(body: Json, settings: SnsSettings): Result<SnsRead, { where: string; expected: string }> {
  if (isTooDeep(body)) return fail({ where: "body", expected: "JSON of moderate nesting" });
  if (!meansEnvelope(body)) {
    if (!settings.allow_raw) return fail({ where: "Type", expected: "an Amazon SNS envelope (or allow_raw, for messages without one)" });
    if (!isObject(body)) return fail({ where: "body", expected: "an object" });
    return ok({ kind: "message", message: { content: { kind: "object", value: body } } });
  }
  const envelope = readEnvelope(body);
  if (!envelope) return fail({ where: "Type", expected: "a whole envelope of Amazon SNS" });
  // Verification asks the same; a caller that forgot it would open the door.
  if (!settings.topic_arns.includes(envelope.topicArn)) return fail({ where: "TopicArn", expected: "a topic of the route's topic_arns" });
  switch (envelope.type) {
    case "Notification":
      return readMessage(envelope);
    case "SubscriptionConfirmation":
      return confirmation(envelope);
    case "UnsubscribeConfirmation":
      // Its SubscribeURL would subscribe again. Whether that is wanted is for people to say.
      return ok({
        kind: "protocol",
        entry: { kind: "ignored", reason: `unsubscribed from ${topicName(envelope)}: no more messages come` },
      });
  }
}

function confirmation(envelope: SnsEnvelope): Result<SnsRead, { where: string; expected: string }> {
  const call = subscribeAddress(envelope.subscribeUrl ?? "", envelope.topicArn);
  if (call === undefined) return fail({ where: "SubscribeURL", expected: "an address of Amazon SNS that confirms this topic" });
  return ok({ kind: "protocol", entry: { kind: "ignored", reason: `confirming the subscription of ${topicName(envelope)}`, call } });
}

/** The topic's own name, the last part of its ARN. */
const topicName = ({ topicArn }: SnsEnvelope): string => topicArn.split(":").at(-1) ?? "";

function readMessage(envelope: SnsEnvelope): Result<SnsRead, { where: string; expected: string }> {
  const { message } = envelope;
  const parsed = parseJson(new TextEncoder().encode(message));
  // A number or a word in quotes is what a person typed.
  if (!parsed.ok || typeof parsed.value !== "object" || parsed.value === null) {
    const empty = asText(message) === undefined && asLine(envelope.subject) === undefined;
    return empty
      ? fail({ where: "Message", expected: "a text that is not empty" })
      : ok(carried(envelope, { kind: "text", text: message }));
  }
  if (isTooDeep(parsed.value)) return fail({ where: "Message", expected: "JSON of moderate nesting" });
  if (!isObject(parsed.value)) return fail({ where: "Message", expected: "an object" });
  return ok(carried(envelope, { kind: "object", value: parsed.value }));
}

function carried({ messageId, topicArn, subject, timestamp }: SnsEnvelope, content: SnsMessage["content"]): SnsRead {
  const record: JsonObject = { MessageId: messageId, TopicArn: topicArn, Timestamp: timestamp };
  if (subject !== undefined) record.Subject = subject;
  return {
    kind: "message",
    message: { content, envelope: compact({ messageId, topicArn, subject: asLine(subject), at: asInstant(timestamp), record }) },
  };
}

/**
 * The payload to keep of a message: its content, below it who carried it. The signature and the link that unsubscribes
 * without a login stay out.
 */
export const recordOf = ({ envelope }: SnsMessage, content: Json): Json =>
  envelope ? { message: content, sns: envelope.record } : content;

/**
 * An event for a text that somebody published, as the console's "Publish message" does: shown as it is, because it came
 * from a topic that the route trusts. `source` is the adapter's type, `label` the vendor's name.
 */
export function textEvent(source: string, label: string, message: SnsMessage, text: string): SourceEvent {
  const { envelope } = message;
  const id = claimId([source, "text", envelope?.messageId, sha256(text)]);
  return compact<SourceEvent>({
    claim: id,
    identified: envelope !== undefined,
    key: `message:${id}`,
    type: "message",
    kind: "opened",
    order: envelope?.at?.ms,
    occurred_at: envelope?.at?.iso,
    patch: compact({
      title: envelope?.subject ?? asLine(text.trim().split("\n", 1)[0], 200) ?? `${label}: a message`,
      summary: asText(text),
      category: "message",
      type: "message",
    }),
    payload: recordOf(message, text),
  });
}
