// A receiver of Standard Webhooks: checks the signature when it has a secret, and recognises a repeat by its id.
// Facts: standard-webhooks/standard-webhooks spec/standard-webhooks.md (signed content, secrets, tolerance, the receiver's duty).
import { createHmac, timingSafeEqual } from "node:crypto";
import { waitWords } from "./faults.ts";
import { parseJson } from "./json.ts";
import type { Chat, Incoming, Reply, Rules } from "./types.ts";

/** `secret`: `whsec_…`, or several during a rotation; without one, nothing is checked. */
export interface WebhookSettings {
  secret?: string | string[];
}

/** How far a timestamp may be off, so that an old request cannot be replayed. */
const TOLERANCE_S = 300;

const said = (status: number, error: string, headers: Record<string, string> = {}, words = error): Reply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify({ error }),
  words,
});

/** A generic receiver at `/webhook/{name}`. */
export const webhookChat: Chat<WebhookSettings> = {
  kind: "webhook",
  address: (name) => `/webhook/${encodeURIComponent(name)}`,
  key: (pathname) => (/^\/webhook\/[^/]+$/.test(pathname) ? pathname : undefined),
  open(channel, settings, world): Rules {
    const keys = [settings.secret ?? []].flat().map(keyOf);
    let received = 0;
    return {
      take(request) {
        if (request.method !== "POST") return said(405, "method not allowed", { allow: "POST" });
        const problem = keys.length > 0 && !world.light ? signatureProblem(request, keys) : undefined;
        if (problem) return said(401, problem);
        received += 1;
        const id = request.headers["webhook-id"] ?? `request-${received}`;
        const known = channel.message(id);
        if (known) channel.repeat(known);
        else {
          const body = world.light ? null : parseJson(request.bodyText);
          if (body === undefined) return said(400, "not JSON");
          const verified = keys.length > 0 && !world.light;
          channel.post({ id, at: request.at, body, raw: request.bodyText, ...(verified && { verified }) });
        }
        return { status: 200, headers: { "content-type": "application/json" }, body: '{"ok":true}' };
      },
      refusal(status, afterSeconds) {
        const hint: Record<string, string> = status === 429 || afterSeconds ? { "retry-after": String(Math.ceil(afterSeconds ?? 1)) } : {};
        return said(status, "scripted failure", hint, hint["retry-after"] ? waitWords(status, Number(hint["retry-after"])) : undefined);
      },
      gone: () => said(410, "this endpoint is gone"),
    };
  },
};

/** The key bytes of a `whsec_` secret. */
function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  if (key.length < 24 || key.length > 64) throw new Error("a webhook secret is whsec_ and base64 of 24 to 64 bytes");
  return key;
}

function signatureProblem(request: Incoming, keys: Buffer[]): string | undefined {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = request.headers;
  if (!id || !timestamp || !signatures) return "webhook-id, webhook-timestamp and webhook-signature are required";
  if (!/^\d+$/.test(timestamp) || Math.abs(request.at / 1000 - Number(timestamp)) > TOLERANCE_S) return "webhook-timestamp is too far off";
  const expected = keys.map((key) => createHmac("sha256", key).update(`${id}.${timestamp}.${request.bodyText}`).digest());
  const given = signatures.split(" ").flatMap((one) => (one.startsWith("v1,") ? [Buffer.from(one.slice(3), "base64")] : []));
  const right = given.some((one) => expected.some((own) => own.length === one.length && timingSafeEqual(own, one)));
  return right ? undefined : "webhook-signature does not match";
}
