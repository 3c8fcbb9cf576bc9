// What the Web API's answers mean. Nearly every refusal is a 200 with `"ok": false` and a word; the word outranks the status.
// https://docs.slack.dev/reference/methods/chat.postMessage#errors and https://docs.slack.dev/reference/methods/chat.update#errors
import { retryAfterMs } from "../../lib/retry-after.ts";
import type { Action, DeliveryOutcome } from "../../outcome.ts";
import { bodyRetryAfterMs, classifyStatus, jsonMember } from "../answers.ts";
import type { Answer } from "../destination.ts";
import type { Words } from "../slack/words.ts";
import { closed, gone, MESSAGE_WORDS, misconfigured, missing, outcomeOf, withFault } from "../slack/words.ts";
import { MIGRATION_MS, WORKSPACE_FULL_MS } from "./limits.ts";

/** Names a message for later edits and replies; the core stores it as it is. `channel` is the id that Slack answered with. */
export interface MessageRef {
  channel: string;
  ts: string;
}

const SERVER_ERROR: DeliveryOutcome = { kind: "retry", reason: "server_error" };
const LATER: DeliveryOutcome = { ...SERVER_ERROR, afterMs: MIGRATION_MS };
const NEW_TOKEN = "install the app to the workspace again and set its bot token (xoxb-...)";

/** Words about the token, the workspace and Slack itself: the same for every action. */
const WORDS: Words = {
  ...MESSAGE_WORDS,
  not_authed: misconfigured(`no token was sent: ${NEW_TOKEN}`),
  invalid_auth: closed(`the token is wrong: ${NEW_TOKEN}`),
  account_inactive: gone(`the app or its workspace was removed: ${NEW_TOKEN}`),
  token_revoked: gone(`the token was revoked: ${NEW_TOKEN}`),
  token_expired: closed("the token has expired: switch token rotation off for the app, and set a token that does not expire"),
  not_allowed_token_type: misconfigured("this kind of token may not post: set the app's bot token (xoxb-...)"),
  missing_scope: closed(scopeSentence("chat:write")),
  no_permission: closed("the app may not do this here: invite it to the channel (/invite @app)"),
  access_denied: closed("the workspace's administrators do not allow this"),
  accesslimited: closed("the workspace does not allow the app from this network"),
  app_access_restricted: closed("the workspace's administrators have restricted the app"),
  ekm_access_denied: closed("the workspace's administrators have suspended posting"),
  enterprise_is_restricted: closed("the organisation does not allow this"),
  team_access_not_granted: closed("the app is not installed in the channel's workspace: install it there"),
  two_factor_setup_required: closed("the account of the token has to set up two-factor sign-in first"),
  restricted_action: closed("the workspace's settings keep the app from posting here"),
  restricted_action_read_only_channel: closed("the channel is read-only: let the app post in its settings, or set another channel"),
  restricted_action_thread_only_channel: misconfigured("the channel takes replies only: set another channel"),
  posting_to_general_channel_denied: closed("the app may not post to #general: set another channel"),
  messages_tab_disabled: misconfigured("the app takes no direct messages: set a channel, or switch on its Messages tab"),
  team_not_found: missing("the workspace is gone"),
  unknown_method: misconfigured("this is no Web API of Slack: api has to be https://slack.com/api, or what stands for it"),
  method_deprecated: misconfigured("Slack takes this call no more: a newer version of Tocsin is needed"),
  deprecated_endpoint: misconfigured("Slack takes this call no more: a newer version of Tocsin is needed"),
  internal_error: SERVER_ERROR,
  fatal_error: SERVER_ERROR,
  service_unavailable: SERVER_ERROR,
  request_timeout: SERVER_ERROR,
  update_failed: SERVER_ERROR,
  streaming_state_conflict: SERVER_ERROR,
  team_added_to_org: LATER,
  org_login_required: LATER,
  external_channel_migrating: LATER,
};

/** Words for a pace that was too fast. */
const PACE_WORDS = new Set(["ratelimited", "rate_limited"]);

/** Words about the channel. The message to edit may stand in a channel that was configured before: then it is posted anew in today's. */
const CHANNEL_WORDS: Words = {
  channel_not_found: missing(
    "there is no such channel, or it is private and the app is not in it: check it, or invite the app (/invite @app)",
  ),
  not_in_channel: closed("the app is not in the channel: invite it (/invite @app), or give it the scope chat:write.public"),
  is_archived: missing("the channel is archived: unarchive it, or set another channel"),
  is_inactive: missing("the channel is archived or frozen: unarchive it, or set another channel"),
};

/** Words about the message to edit or to answer: it is gone, too old, not ours, or takes no answers. */
const LOST_WORDS = new Set([
  "message_not_found",
  "cant_update_message",
  "edit_window_closed",
  "block_mismatch",
  "thread_not_found",
  "invalid_thread_ts",
  "bad_timestamp",
  "thread_locked",
  "cannot_reply_to_message",
  "restricted_action_thread_locked",
  "restricted_action_non_threadable_channel",
]);

/** The outcome of one post, edit or reply. */
export function classify(answer: Answer, { action, at }: { action: Action; at: number }): DeliveryOutcome {
  const byStatus = classifyStatus(answer, at);
  // A refusal for pace or a fault on Slack's side passes, whatever the word.
  if (byStatus.kind === "retry") return byStatus;
  if (byStatus.kind === "delivered" && jsonMember(answer.body, "ok") === true) return taken(answer.body, action);
  const word = jsonMember(answer.body, "error");
  if (typeof word === "string") return byWord(word, answer, { action, at }) ?? byStatus;
  if (byStatus.kind === "delivered") return misconfigured(`answered ${answer.status} without "ok": this is no Web API of Slack, check api`);
  return byStatus;
}

function byWord(word: string, answer: Answer, { action, at }: { action: Action; at: number }): DeliveryOutcome | undefined {
  if (PACE_WORDS.has(word)) return limited(retryAfterMs(answer.headers, at) ?? bodyRetryAfterMs(answer.body));
  if (word === "message_limit_exceeded") return limited(retryAfterMs(answer.headers, at) ?? WORKSPACE_FULL_MS);
  const elsewhere = action !== "post" && (LOST_WORDS.has(word) || Object.hasOwn(CHANNEL_WORDS, word));
  if (elsewhere) return { kind: "thread_lost" };
  if (word === "missing_scope") return closed(scopeSentence(neededScope(answer.body)));
  const known = outcomeOf(CHANNEL_WORDS, word) ?? outcomeOf(WORDS, word);
  if (known) return known.kind === "rejected" ? { ...known, detail: withFault(word, answer.body) } : known;
  // A word that nobody knows says nothing about the next message: this one is sent once more in plain form, and then told.
  const readable = /^[a-z][a-z0-9_]{0,63}$/.test(word);
  return { kind: "rejected", reason: "invalid_payload", detail: readable ? word : "a word that is none of Slack's" };
}

// To a message that was deleted, Slack takes an answer and puts it into the channel, where it answers nothing; only the missing
// `thread_ts` tells: https://github.com/slack-go/slack/issues/1571
function taken(body: string, action: Action): DeliveryOutcome {
  const message = jsonMember(body, "message");
  if (action === "reply") {
    const orphaned = message !== null && typeof message === "object" && Reflect.get(message, "thread_ts") === undefined;
    return orphaned ? { kind: "thread_lost" } : { kind: "delivered" };
  }
  const channel = jsonMember(body, "channel");
  const ts = jsonMember(body, "ts");
  if (typeof channel !== "string" || typeof ts !== "string") return { kind: "delivered" };
  const ref: MessageRef = { channel, ts };
  return { kind: "delivered", ref: JSON.stringify(ref) };
}

const limited = (afterMs: number | undefined): DeliveryOutcome => ({
  kind: "retry",
  reason: "rate_limited",
  ...(afterMs === undefined ? {} : { afterMs }),
});

function neededScope(body: string): string {
  const needed = jsonMember(body, "needed");
  return typeof needed === "string" && /^[a-z][a-z:._,-]{0,100}$/.test(needed) ? needed : "chat:write";
}

function scopeSentence(scope: string): string {
  return `the app lacks the scope ${scope}: add it under OAuth & Permissions, Bot Token Scopes, and install the app again`;
}
