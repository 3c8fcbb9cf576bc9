// Signatures by Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import { checkedValue } from "../../config/secret.ts";
import { MAX_KEY_BYTES, MIN_KEY_BYTES } from "./limits.ts";

const PREFIX = "whsec_";

/** The headers that identify and, with at least one secret, sign a message. `key` is its idempotency key, `at` the attempt's time, Unix ms. */
export async function signedHeaders(
  message: { key: string; at: number; body: string },
  secrets: string[],
): Promise<Record<string, string>> {
  const id = webhookId(message.key);
  const timestamp = String(Math.floor(message.at / 1000));
  const headers: Record<string, string> = { "webhook-id": id, "webhook-timestamp": timestamp };
  const signatures = await Promise.all(secrets.map((secret) => sign(`${id}.${timestamp}.${message.body}`, secret)));
  if (signatures.length > 0) headers["webhook-signature"] = signatures.join(" ");
  return headers;
}

/** What is wrong with a signing secret, in a sentence that does not hold it; undefined when nothing is. */
export function secretProblem(secret: string): string | undefined {
  const { length } = keyBytes(secret);
  if (length >= MIN_KEY_BYTES && length <= MAX_KEY_BYTES) return undefined;
  return `a signing secret is whsec_ and then ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} random bytes in base64, e.g. from: echo whsec_$(openssl rand -base64 32)`;
}

// A full stop parts what is signed, so an id may not hold one; nor anything that a header may not.
const webhookId = (key: string): string => key.replace(/[^\x21-\x2d\x2f-\x7e]/g, "_");

async function sign(content: string, secret: string): Promise<string> {
  const key = keyBytes(checkedValue("secret", secret, secretProblem));
  const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", hmac, new TextEncoder().encode(content));
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(signature)))}`;
}

/** The key in a secret; no bytes at all where there is none. */
function keyBytes(secret: string): Uint8Array<ArrayBuffer> {
  if (!secret.startsWith(PREFIX)) return new Uint8Array();
  try {
    return Uint8Array.from(atob(secret.slice(PREFIX.length)), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
