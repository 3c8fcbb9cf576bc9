// Whether a request comes from Amazon SNS, for a topic of this route.
import { isObject } from "../../read.ts";
import type { SignedRequest, VerifyMeans } from "../../source.ts";
import { certificateAddress, subscribeAddress } from "./addresses.ts";
import { certificateKey, HASHES, isCertificate } from "./certificate.ts";
import { meansEnvelope, readEnvelope, type SnsEnvelope, signedText } from "./envelope.ts";
import type { SnsSettings } from "./settings.ts";

/**
 * What costs nothing is judged first, so that a stranger makes the relay fetch nothing. `unknown`: the certificate could
 * not be had; SNS repeats a message that is answered 503.
 * How old a message may be is not judged: SNS repeats for up to an hour, a dead-letter queue for days, and Amazon asks for
 * no such check. A repeated message is recognised by its signed id.
 */
export async function verifySns(
  { headers, body, at }: SignedRequest,
  settings: SnsSettings,
  means: VerifyMeans,
): Promise<"right" | "wrong" | "unknown"> {
  if (!meansEnvelope(body)) return rawIsRight(headers, settings) && isObject(body) ? "right" : "wrong";
  const envelope = readEnvelope(body);
  if (!envelope || !settings.topic_arns.includes(envelope.topicArn)) return "wrong";
  const hash = HASHES.get(envelope.signatureVersion);
  const certificateUrl = certificateAddress(envelope.signingCertUrl);
  const signature = fromBase64(envelope.signature);
  if (!hash || !certificateUrl || !signature || !subscribesRightly(envelope)) return "wrong";
  const pem = await means.document(certificateUrl, isCertificate);
  if (pem === undefined) return "unknown";
  const key = await certificateKey(pem, hash, at);
  if (!key) return "wrong";
  const signed = new TextEncoder().encode(signedText(envelope));
  return (await crypto.subtle.verify("RSASSA-PKCS1-v1_5", key, signature, signed)) ? "right" : "wrong";
}

/** Whoever owns a topic decides what stands in its envelopes: a confirmation that leads elsewhere is not taken at all. */
function subscribesRightly({ type, subscribeUrl, topicArn }: SnsEnvelope): boolean {
  return type === "Notification" || subscribeAddress(subscribeUrl ?? "", topicArn) !== undefined;
}

/** The header of raw delivery is not signed: it can only tell a mistake, a subscription of another topic. */
function rawIsRight(headers: Headers, settings: SnsSettings): boolean {
  const topic = headers.get("x-amz-sns-topic-arn");
  return settings.allow_raw === true && (topic === null || settings.topic_arns.includes(topic));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
