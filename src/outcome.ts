// Closed lists of results and reasons. Every `switch` over one of them has no default arm, so that the compiler finds
// the place that a new member forgot.

export { fail, ok, type Result } from "./lib/result.ts";

/** What the intake says of one event in its 202. */
export type EventOutcome = "accepted" | "duplicate" | "test" | "ignored";

/** How an accepted event ended; exactly one for each (promise 4). */
export type EventEnd = "processing" | "unmatched" | "silenced" | "grouped" | "routed" | "failed";

/** Where a delivery stands. In flight is `pending` with attempts > 0. */
export type DeliveryState = "pending" | "delivered" | "merged" | "dead";
export type DeliveryKind = "create" | "update" | "digest" | "test";

/** Why a request was refused, for the log and the metrics; the sender sees less. */
export type RefusalReason =
  | "method_not_allowed"
  | "route_disabled"
  | "route_invalid"
  | "body_too_large"
  | "unauthorized"
  | "rate_limited"
  | "not_json"
  | "unexpected_shape"
  | "not_verified"
  | "not_stored";

/** What one attempt to deliver came to. Adapters decide it from status, headers and body together. */
export type DeliveryOutcome =
  /** The chat has it. `ref` names the message for later edits (opaque to the core). `detail`, here and below: for people, in the log. */
  | { kind: "delivered"; ref?: string; detail?: string }
  /**
   * Try again, not before `afterMs` if given. `blameless`: the refusal is not about us (a shared address was banned). `memo`:
   * something to remember about this destination and to give back with every message, e.g. the new id of a chat.
   */
  | { kind: "retry"; reason: RetryReason; afterMs?: number; blameless?: boolean; memo?: string; detail?: string }
  /** This message is refused: it is sent once more in plain form, then dead. */
  | { kind: "rejected"; reason: "too_large" | "invalid_payload" | "refused_content"; detail?: string }
  /** This destination is gone or closed to us: dead at once, with the reason. */
  | { kind: "disabled"; reason: "revoked" | "not_found" | "forbidden" | "misconfigured"; detail?: string }
  /** The message to edit or to reply to, or the thread, is gone: post anew. */
  | { kind: "thread_lost" }
  /** Sent, but the answer was never read: it may or may not be on the wall. Sent again, counted and shown. */
  | { kind: "unknown"; reason: "timeout" | "connection_lost" | "lease_expired" | "restarted"; detail?: string };

/** `moved`: the chat has a new address, which is in `memo`. */
export type RetryReason = "rate_limited" | "server_error" | "not_attempted" | "moved";

/** What a request does at the chat: a new message, a change of one, or an answer to one. */
export type Action = "post" | "edit" | "reply";

/** What the headers said about the destination's budget: wait `resetAfterMs` once `remaining` is 0. */
export interface Budget {
  remaining: number;
  resetAfterMs: number;
}

/** Why a delivery is dead. */
export type DeadReason =
  | "too_large"
  | "invalid_payload"
  | "refused_content"
  | "revoked"
  | "not_found"
  | "forbidden"
  | "misconfigured"
  | "destination_removed"
  | "erased"
  | "gave_up";

/** Why a delivery is merged: swallowed by a newer version or by a digest (with its id), or nothing to tell. */
export type MergedReason = "newer_version" | "nothing_new" | `digest ${string}` | `failover ${string}`;
