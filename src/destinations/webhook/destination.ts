// Any address of one's own, as JSON by Standard Webhooks, signed when there is a secret.
import * as z from "zod";
import { formedSecret, secret } from "../../config/secret.ts";
import { address, checkedAddress, hostIs, otherKind } from "../address.ts";
import { defineDestination } from "../destination.ts";
import { classify } from "./classify.ts";
import { MAX_HEADERS, PACE } from "./limits.ts";
import { plain, render } from "./render.ts";
import { secretProblem, signedHeaders } from "./sign.ts";

// A flow of Power Automate may well take our JSON; a chat does not.
const check = (url: URL): string | undefined =>
  hostIs(url, "logic.azure.com", "api.powerplatform.com") ? undefined : otherKind(url, "webhook");

// Ours, or the transport's: setting them by hand would break the signature or the framing.
const RESERVED =
  /^(webhook-(id|timestamp|signature)|host|content-(length|type|encoding)|transfer-encoding|connection|expect|upgrade|te|trailer)$/i;

const signingSecret = formedSecret(secretProblem);
const signingSecrets = z.union([signingSecret, z.array(signingSecret).min(1).max(2)], {
  error: "must be a secret, or a list of two while one replaces the other",
});

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "is no name of a header")
  .refine((name) => !RESERVED.test(name), "is set by Tocsin: leave it out");

const settings = z.strictObject({
  url: address({ check }),
  secret: signingSecrets.optional().meta({ secret: true }),
  headers: z
    .record(headerName, secret())
    .refine((headers) => Object.keys(headers).length <= MAX_HEADERS, `at most ${MAX_HEADERS} headers`)
    .optional(),
});
type Settings = z.infer<typeof settings>;

/** The destination `webhook`. */
export default defineDestination<Settings>({
  type: "webhook",
  label: "Webhook (Standard Webhooks)",
  settings,
  example: { url: "secret:HOOK_URL", secret: "secret:HOOK_SECRET", headers: { "x-team": "soc" } },
  pace: () => PACE,
  can: () => ({ edit: false, thread: false, idempotencyKey: true, record: false }),
  proves: "accepted",
  render,
  plain,
  transport: {
    kind: "http",
    request: async (message, own) => ({
      method: "POST",
      url: checkedAddress(own.url, check),
      headers: {
        "user-agent": "Tocsin",
        ...(message.traceparent === undefined ? {} : { traceparent: message.traceparent }),
        ...ownHeaders(own),
        "content-type": "application/json",
        ...(await signedHeaders(message, secretsOf(own))),
      },
      body: message.body,
    }),
    classify,
  },
});

const secretsOf = ({ secret: one }: Settings): string[] => (one === undefined ? [] : typeof one === "string" ? [one] : one);

function ownHeaders({ headers = {} }: Settings): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    // The runtime's own error would hold the value.
    if (/[^\t\x20-\x7e]/.test(value)) throw new Error(`headers.${name}: a header holds printable ASCII only`);
  }
  // Lower case, so that ours replace theirs whatever their spelling.
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
