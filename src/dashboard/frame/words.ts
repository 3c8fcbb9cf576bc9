// What states and reasons mean, in the words that a tired person understands at once. Pure.
import type { SenderProof } from "../../admin/proof.ts";
import type { DestinationHealth } from "../../admin/queries/destinations.ts";
import type { RouteState } from "../../admin/queries/routes.ts";
import type { DeliveryKind, EventEnd } from "../../outcome.ts";
import type { Tone } from "./parts.ts";

const REASONS: Record<string, string> = {
  too_large: "the message was too large for it",
  invalid_payload: "it did not understand the message",
  refused_content: "it refused the content",
  revoked: "its address was revoked",
  not_found: "its address does not exist any more",
  forbidden: "it does not let us in",
  misconfigured: "its settings are wrong",
  erased: "the alert was erased",
  destination_removed: "the destination was removed from the configuration",
  gave_up: "it failed for three days",
  newer_version: "a newer version went instead",
  nothing_new: "there was nothing new to say",
  rate_limited: "it asks us to wait",
  server_error: "it answers with errors",
  unreachable: "it cannot be reached",
  timeout: "it does not answer in time",
  connection_lost: "the connection broke before the answer",
  method_not_allowed: "the request was no POST",
  route_disabled: "the route is disabled",
  route_invalid: "the route's configuration is broken",
  body_too_large: "the body was too large",
  unauthorized: "the sender did not prove who it is",
  not_json: "the body was not JSON",
  unexpected_shape: "the body had an unexpected shape",
  not_verified: "what proves the sender could not be fetched",
  not_stored: "it could not be stored",
};

/** A reason as part of a sentence. What stands behind a colon is kept: it says where. */
export function reasonWords(reason: string): string {
  const [code = "", ...rest] = reason.split(": ");
  const known = REASONS[code] ?? code.replaceAll("_", " ");
  return rest.length > 0 ? `${known} (${rest.join(": ")})` : known;
}

/** What each kind of message is to who reads the wall. */
export const KIND_WORDS: Record<DeliveryKind, string> = { create: "first message", update: "update", digest: "digest", test: "test" };

/** How each state of a delivery looks. */
export const DELIVERY_TONES: Record<string, Tone> = { pending: "busy", delivered: "good", merged: "calm", dead: "bad", not_sent: "bad" };

/** How each state of a destination looks, and its word. */
export const DESTINATION_WORDS: Record<DestinationHealth, [tone: Tone, word: string]> = {
  ok: ["good", "works"],
  failing: ["warn", "failing"],
  closed: ["warn", "waiting"],
  down: ["bad", "does not answer"],
  refused: ["bad", "refuses us"],
  broken: ["bad", "broken settings"],
  removed: ["calm", "removed"],
  unreachable: ["bad", "no answer from its object"],
};

/** How each state of a route looks, and its word. */
export const ROUTE_WORDS: Record<RouteState, [tone: Tone, word: string]> = {
  ok: ["good", "open"],
  disabled: ["calm", "disabled"],
  broken: ["bad", "broken settings"],
  removed: ["calm", "removed"],
  unreachable: ["bad", "no answer from its object"],
};

/** How each end of an event looks. */
export const END_TONES: Record<EventEnd, Tone> = {
  processing: "busy",
  unmatched: "warn",
  silenced: "calm",
  grouped: "calm",
  routed: "good",
  failed: "bad",
};

/** How each outcome of a request looks. */
export const OUTCOME_TONES: Record<string, Tone> = { accepted: "good", duplicate: "calm", test: "busy", ignored: "calm", refused: "bad" };

/** What a sender has to prove, as part of a sentence. */
export const PROOF_WORDS: Record<SenderProof, string> = {
  header: "a header with a secret",
  basic: "user and password",
  hmac: "a signature over the body",
  signature: "the vendor's signature",
  "secret in the body": "a secret in the body",
  path: "nothing but the address: keep it secret",
};
