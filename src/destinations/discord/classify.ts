// What Discord's answers mean. The JSON `code` outranks the status:
// https://discord.com/developers/docs/topics/opcodes-and-status-codes#json

import { boundedDelay, retryAfterMs } from "../../lib/retry-after.ts";
import type { Action, Budget, DeliveryOutcome } from "../../outcome.ts";
import { bodyRetryAfterMs, classifyStatus, jsonMember } from "../answers.ts";
import type { Answer } from "../destination.ts";
import { BANNED_ADDRESS_MS, FULL_FORUM_MS } from "./limits.ts";

/** Names the message for later edits and replies; the core stores it as it is. */
export interface MessageRef {
  messageId: string;
  /** The channel it stands in: for a forum post, the thread that it opened. */
  threadId?: string;
}

const UNKNOWN_CHANNEL = 10003;
const UNKNOWN_MESSAGE = 10008;
const UNKNOWN_WEBHOOK = 10015;
const TOO_MANY_EDITS_OF_OLD_MESSAGE = 30046;
const REQUEST_TOO_LARGE = 40005;
const CLOUDFLARE_BLOCKS = 40333;
const INVALID_TOKEN = 50027;
const THREAD_ARCHIVED = 50083;
const OVERLOADED = 130000;
const THREAD_LOCKED = 160005;
const TOO_MANY_THREADS = 160006;
const BLOCKED_BY_AUTOMOD = 200000;
const BLOCKED_AS_HARMFUL_LINK = 240000;
const TITLE_BLOCKED_BY_AUTOMOD = 200001;
const MISTAKES: Record<number, string> = {
  40058: "the channel is a forum: set forum = true, or thread_id",
  40067: "the forum asks for a tag on each post: switch that off in the channel's settings",
  50024: "messages cannot be sent to this kind of channel: make the webhook in a text or forum channel",
  220001: "the channel is a forum: set forum = true, or thread_id",
  220002: "set forum = true or thread_id, not both",
  220003: "the channel is no forum: leave forum out",
};

/** The outcome of one post, edit or reply. */
export function classify(answer: Answer, { action, at }: { action: Action; at: number }): DeliveryOutcome {
  // A reply has no reference of its own: the message that is edited stays the one at the thread's head.
  if (answer.status >= 200 && answer.status < 300)
    return action === "reply" ? { kind: "delivered" } : { kind: "delivered", ref: refOf(answer.body) };
  const code = jsonMember(answer.body, "code");
  const byCode = typeof code === "number" ? classifyCode(code, action) : undefined;
  if (byCode) return byCode;
  if (answer.status === 429) return limited(answer, at);
  // Cloudflare's own page, before Discord saw the request: https://github.com/discord/discord-api-docs/issues/2802
  if (answer.status === 403 && /error code: 1\d{3}|cloudflare/i.test(answer.body)) return banned(retryAfterMs(answer.headers, at));
  // Without a code, the message is what is most likely gone; if it is the webhook, the new post says so.
  if (answer.status === 404 && action !== "post") return { kind: "thread_lost" };
  return classifyStatus(answer, at);
}

/** The webhook's budget, from the headers that every answer carries. */
export function budget({ headers }: Answer): Budget | undefined {
  const remaining = Number.parseInt(headers.get("x-ratelimit-remaining") ?? "", 10);
  const resetAfter = Number.parseFloat(headers.get("x-ratelimit-reset-after") ?? "");
  if (!(remaining >= 0) || !(resetAfter >= 0)) return undefined;
  return { remaining, resetAfterMs: boundedDelay(resetAfter * 1000) };
}

function classifyCode(code: number, action: Action): DeliveryOutcome | undefined {
  switch (code) {
    case UNKNOWN_WEBHOOK:
      // Going on with a deleted webhook gets the sender's address banned.
      return { kind: "disabled", reason: "not_found", detail: "the webhook was deleted: create a new one" };
    case INVALID_TOKEN:
      return { kind: "disabled", reason: "forbidden", detail: "the token in the address is wrong" };
    case UNKNOWN_MESSAGE:
    case TOO_MANY_EDITS_OF_OLD_MESSAGE:
      return { kind: "thread_lost" };
    case UNKNOWN_CHANNEL:
      return lost(action, { kind: "disabled", reason: "not_found", detail: "the channel or thread is gone: set another thread_id" });
    case THREAD_ARCHIVED:
    case THREAD_LOCKED:
      return lost(action, {
        kind: "disabled",
        reason: "misconfigured",
        detail: "the thread is locked: unlock it or set another thread_id",
      });
    case TOO_MANY_THREADS:
      return { kind: "retry", reason: "rate_limited", afterMs: FULL_FORUM_MS };
    case OVERLOADED:
      return { kind: "retry", reason: "server_error" };
    case CLOUDFLARE_BLOCKS:
      // It says "internal network error" and 403: https://github.com/discord/discord-api-docs/issues/6473
      return banned();
    case BLOCKED_BY_AUTOMOD:
    case TITLE_BLOCKED_BY_AUTOMOD:
    case BLOCKED_AS_HARMFUL_LINK:
      return { kind: "rejected", reason: "refused_content", detail: `code ${code}: a content filter refused it` };
    case REQUEST_TOO_LARGE:
      return { kind: "rejected", reason: "too_large", detail: `code ${code}` };
    default: {
      const mistake = MISTAKES[code];
      return mistake ? { kind: "disabled", reason: "misconfigured", detail: mistake } : undefined;
    }
  }
}

/** What a message's own thread ends is not the destination's end: the alert gets a new one. */
const lost = (action: Action, otherwise: DeliveryOutcome): DeliveryOutcome => (action === "post" ? otherwise : { kind: "thread_lost" });

// The body's delay is the exact one: in Discord's own example the reset header contradicts it.
function limited(answer: Answer, at: number): DeliveryOutcome {
  const told = bodyRetryAfterMs(answer.body);
  const afterMs = told ?? retryAfterMs(answer.headers, at) ?? budget(answer)?.resetAfterMs;
  const isDiscords = told !== undefined || answer.headers.has("x-ratelimit-remaining");
  // Cloudflare's ban of an address comes with a page of its own, or with a body that names no delay.
  if (afterMs === undefined || !isDiscords) return banned(afterMs);
  // Others use up what `shared` and `global` count: without a sign-in, the global limit is one of the sender's address.
  // https://discord.com/developers/docs/topics/rate-limits#header-format
  const byOthers = answer.headers.get("x-ratelimit-scope") === "shared" || jsonMember(answer.body, "global") === true;
  return { kind: "retry", reason: "rate_limited", afterMs, ...(byOthers ? { blameless: true } : {}) };
}

const banned = (afterMs = BANNED_ADDRESS_MS): DeliveryOutcome => ({ kind: "retry", reason: "rate_limited", afterMs, blameless: true });

function refOf(body: string): string | undefined {
  const messageId = jsonMember(body, "id");
  const threadId = jsonMember(body, "channel_id");
  if (typeof messageId !== "string") return undefined;
  const ref: MessageRef = typeof threadId === "string" ? { messageId, threadId } : { messageId };
  return JSON.stringify(ref);
}
