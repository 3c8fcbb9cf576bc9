// What Discord's answers mean. The JSON `code` outranks the status:
// https://discord.com/developers/docs/topics/opcodes-and-status-codes#json

import { boundedDelay, retryAfterMs } from "../../lib/retry-after.ts";
import type { Budget, DeliveryOutcome } from "../../outcome.ts";
import { bodyRetryAfterMs, classifyStatus, jsonMember } from "../answers.ts";
import type { Answer } from "../destination.ts";
import { BANNED_ADDRESS_MS } from "./limits.ts";

/** Names the message for later edits; the core stores it as it is. */
export interface MessageRef {
  messageId: string;
  /** The thread that a forum post opened: its messages are edited by naming it. */
  threadId?: string;
}

const UNKNOWN_CHANNEL = 10003;
const UNKNOWN_MESSAGE = 10008;
const UNKNOWN_WEBHOOK = 10015;
const TOO_MANY_EDITS_OF_OLD_MESSAGE = 30046;
const REQUEST_TOO_LARGE = 40005;
const INVALID_TOKEN = 50027;
const THREAD_ARCHIVED = 50083;
const BLOCKED_BY_AUTOMOD = 200000;
const BLOCKED_AS_HARMFUL_LINK = 240000;
const FORUM_MISTAKES: Record<number, string> = {
  220001: "the channel is a forum: set forum = true, or thread_id",
  220002: "set forum = true or thread_id, not both",
  220003: "the channel is no forum: leave forum out",
};

/** The outcome of one post or edit. */
export function classify(answer: Answer, { action, at }: { action: "post" | "edit"; at: number }): DeliveryOutcome {
  if (answer.status >= 200 && answer.status < 300) return { kind: "delivered", ref: refOf(answer.body) };
  const code = jsonMember(answer.body, "code");
  const byCode = typeof code === "number" ? classifyCode(code, action) : undefined;
  if (byCode) return byCode;
  if (answer.status === 429) return limited(answer, at);
  // Without a code, the message is what is most likely gone; if it is the webhook, the new post says so.
  if (answer.status === 404 && action === "edit") return { kind: "thread_lost" };
  return classifyStatus(answer, at);
}

/** The webhook's budget, from the headers that every answer carries. */
export function budget({ headers }: Answer): Budget | undefined {
  const remaining = Number.parseInt(headers.get("x-ratelimit-remaining") ?? "", 10);
  const resetAfter = Number.parseFloat(headers.get("x-ratelimit-reset-after") ?? "");
  if (!(remaining >= 0) || !(resetAfter >= 0)) return undefined;
  return { remaining, resetAfterMs: boundedDelay(resetAfter * 1000) };
}

function classifyCode(code: number, action: "post" | "edit"): DeliveryOutcome | undefined {
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
      return action === "edit"
        ? { kind: "thread_lost" }
        : { kind: "disabled", reason: "not_found", detail: "the channel or thread is gone" };
    case THREAD_ARCHIVED:
      return action === "edit" ? { kind: "thread_lost" } : { kind: "disabled", reason: "misconfigured", detail: "the thread is archived" };
    case BLOCKED_BY_AUTOMOD:
    case BLOCKED_AS_HARMFUL_LINK:
      return { kind: "rejected", reason: "refused_content", detail: `code ${code}: a content filter refused it` };
    case REQUEST_TOO_LARGE:
      return { kind: "rejected", reason: "too_large", detail: `code ${code}` };
    default: {
      const mistake = FORUM_MISTAKES[code];
      return mistake ? { kind: "disabled", reason: "misconfigured", detail: mistake } : undefined;
    }
  }
}

// The body's delay is the exact one: in Discord's own example the reset header contradicts it.
function limited(answer: Answer, at: number): DeliveryOutcome {
  const afterMs = bodyRetryAfterMs(answer.body) ?? retryAfterMs(answer.headers, at) ?? budget(answer)?.resetAfterMs;
  if (afterMs !== undefined) return { kind: "retry", reason: "rate_limited", afterMs };
  return { kind: "retry", reason: "rate_limited", afterMs: BANNED_ADDRESS_MS, blameless: true };
}

function refOf(body: string): string | undefined {
  const messageId = jsonMember(body, "id");
  const threadId = jsonMember(body, "channel_id");
  if (typeof messageId !== "string") return undefined;
  const ref: MessageRef = typeof threadId === "string" ? { messageId, threadId } : { messageId };
  return JSON.stringify(ref);
}
