// The envelope in which Amazon SNS posts a message to an HTTPS endpoint, and the text that its signature covers.
// https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html and the pages beside it
import type { Json } from "../../../alert.ts";
import { own } from "../../../lib/own.ts";
import { isObject, type JsonObject } from "../../read.ts";

/** What an envelope is: a message, or one of the two halves of a subscription's life. */
export type SnsType = "Notification" | "SubscriptionConfirmation" | "UnsubscribeConfirmation";

/** An envelope whose parts are all there; whether it is genuine is another question. */
export interface SnsEnvelope {
  type: SnsType;
  messageId: string;
  topicArn: string;
  message: string;
  /** ISO 8601 UTC with milliseconds, as it was signed. */
  timestamp: string;
  /** Absent where the publisher gave none. */
  subject?: string;
  /** Of the two confirmations. Whoever has them can confirm the subscription: never shown, never kept. */
  token?: string;
  subscribeUrl?: string;
  signatureVersion: string;
  /** Base64. */
  signature: string;
  signingCertUrl: string;
}

/** The parts that are signed, in the order in which they are: by name, byte by byte. The version itself is not signed. */
const SIGNED: Readonly<Record<SnsType, readonly string[]>> = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
};

const isType = (value: unknown): value is SnsType => typeof value === "string" && Object.hasOwn(SIGNED, value);

/** Whether a body means to be an envelope. Everything else is a message without one. */
export const meansEnvelope = (body: Json): body is JsonObject =>
  isObject(body) && Object.hasOwn(body, "Type") && Object.hasOwn(body, "TopicArn");

/** Reads an envelope to the letter, since nothing of what is signed may be guessed; undefined when a part is missing or of another type. */
export function readEnvelope(body: Json): SnsEnvelope | undefined {
  if (!isObject(body) || !isType(body.Type)) return undefined;
  const confirms = body.Type !== "Notification";
  const text = (name: string): string | undefined => {
    const value = own(body, name);
    return typeof value === "string" ? value : undefined;
  };
  const [messageId, topicArn, message, timestamp] = [text("MessageId"), text("TopicArn"), text("Message"), text("Timestamp")];
  const [signatureVersion, signature] = [text("SignatureVersion"), text("Signature")];
  // The second spelling is that of the records which a Lambda function gets, and forwards.
  const signingCertUrl = text("SigningCertURL") ?? text("SigningCertUrl");
  const [token, subscribeUrl] = confirms ? [text("Token"), text("SubscribeURL")] : [];
  if (!messageId || !topicArn || message === undefined || !timestamp) return undefined;
  if (!signatureVersion || !signature || !signingCertUrl) return undefined;
  if (confirms && (!token || !subscribeUrl)) return undefined;
  const envelope: SnsEnvelope = { type: body.Type, messageId, topicArn, message, timestamp, signatureVersion, signature, signingCertUrl };
  const subject = confirms ? undefined : text("Subject");
  if (subject !== undefined) envelope.subject = subject;
  if (token !== undefined) envelope.token = token;
  if (subscribeUrl !== undefined) envelope.subscribeUrl = subscribeUrl;
  return envelope;
}

/**
 * The text that is signed: name and value of each part, a line each.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
 */
export function signedText(envelope: SnsEnvelope): string {
  const values: Record<string, string | undefined> = {
    Message: envelope.message,
    MessageId: envelope.messageId,
    Subject: envelope.subject,
    SubscribeURL: envelope.subscribeUrl,
    Timestamp: envelope.timestamp,
    Token: envelope.token,
    TopicArn: envelope.topicArn,
    Type: envelope.type,
  };
  return SIGNED[envelope.type].map((name) => (values[name] === undefined ? "" : `${name}\n${values[name]}\n`)).join("");
}
