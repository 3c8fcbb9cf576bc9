// What the Bot API's answers mean. `parameters` and the status count first; the description is a text for people, but the only
// thing that tells some cases apart: https://core.telegram.org/bots/api#making-requests
// The descriptions are those of https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp and its issues.
import { boundedDelay, retryAfterMs } from "../../lib/retry-after.ts";
import type { Action, DeliveryOutcome } from "../../outcome.ts";
import { bodyRetryAfterMs, classifyStatus, jsonMember } from "../answers.ts";
import type { Answer } from "../destination.ts";
import { memoOf } from "./memo.ts";

/** Names the message for later edits and replies; the core stores it as it is. */
export interface MessageRef {
  chatId: number;
  messageId: number;
}

const GONE: [part: string, detail: string][] = [
  ["chat not found", "the bot does not know this chat: check chat_id, and add the bot to the chat (in a private chat, press Start)"],
  ["peer_id_invalid", "there is no such chat: check chat_id"],
  ["message thread not found", "the topic is gone: set another thread_id, or leave it out"],
  ["topic_deleted", "the topic is gone: set another thread_id, or leave it out"],
  ["chat was deleted", "the chat was deleted: set another chat_id"],
  ["chat was deactivated", "the chat was deleted: set another chat_id"],
];
const CLOSED: [part: string, detail: string][] = [
  ["topic_closed", "the topic is closed: open it again, or let the bot manage topics"],
  ["not enough rights", "the bot may not write there: make it an administrator"],
  ["no rights to send", "the bot may not write there: make it an administrator"],
  ["need administrator rights", "the bot may not write in this channel: make it an administrator"],
  ["chat_admin_required", "the bot may not write there: make it an administrator"],
  ["chat_write_forbidden", "the bot may not write there: make it an administrator"],
  ["chat_restricted", "the bot may not write there: make it an administrator"],
  ["chat_send_plain_forbidden", "the bot may not send text there: allow it in the group's permissions"],
  ["was kicked", "the bot was removed from the chat: add it again"],
  ["not a member", "the bot is not in the chat: add it"],
  ["blocked by the user", "this person has blocked the bot: they have to press Start again"],
  ["user is deactivated", "this person's account is gone: set another chat_id"],
  ["can't initiate conversation", "this person has not talked to the bot yet: they have to press Start"],
  ["bots can't send messages to bots", "chat_id is a bot's: set the id of a person, group or channel"],
];
/** What an edit or a reply answers when its message is gone or can be changed no more. */
const LOST = [
  "message to edit not found",
  "message can't be edited",
  "message to be replied not found",
  "reply message not found",
  "replied message not found",
  "message_id_invalid",
  "message identifier is not specified",
];

/** The outcome of one message, edit or reply. */
export function classify(answer: Answer, { action, at }: { action: Action; at: number }): DeliveryOutcome {
  // A reply has no reference of its own: the message that is edited stays the one it answers.
  if (answer.status >= 200 && answer.status < 300)
    return action === "reply" ? { kind: "delivered" } : { kind: "delivered", ref: refOf(answer.body) };
  const parameters = jsonMember(answer.body, "parameters");
  const movedTo = numberIn(parameters, "migrate_to_chat_id");
  // The former group's messages did not move with it.
  if (movedTo !== undefined) return action === "post" ? { kind: "retry", reason: "moved", memo: memoOf(movedTo) } : { kind: "thread_lost" };
  if (answer.status === 429) return limited(answer, parameters, at);
  const description = jsonMember(answer.body, "description");
  const byWords = typeof description === "string" ? classifyWords(description.toLowerCase(), action) : undefined;
  if (byWords) return byWords;
  if (answer.status === 401)
    return { kind: "disabled", reason: "forbidden", detail: "the token was revoked or is wrong: ask @BotFather for it" };
  if (answer.status === 404)
    return { kind: "disabled", reason: "not_found", detail: "there is no such bot: the token is wrong, or api is" };
  return classifyStatus(answer, at);
}

function classifyWords(words: string, action: Action): DeliveryOutcome | undefined {
  const has = (part: string): boolean => words.includes(part);
  if (has("message is not modified")) return { kind: "delivered" };
  if (LOST.some(has)) return { kind: "thread_lost" };
  const [, gone] = GONE.find(([part]) => has(part)) ?? [];
  // The chat may have changed since: a new message tells for sure.
  if (gone !== undefined) return action === "post" ? { kind: "disabled", reason: "not_found", detail: gone } : { kind: "thread_lost" };
  const [, closed] = CLOSED.find(([part]) => has(part)) ?? [];
  if (closed !== undefined) return { kind: "disabled", reason: "forbidden", detail: closed };
  if (has("too long") || has("too_long")) return { kind: "rejected", reason: "too_large", detail: "Telegram found it too long" };
  return undefined;
}

function limited(answer: Answer, parameters: unknown, at: number): DeliveryOutcome {
  const seconds = numberIn(parameters, "retry_after");
  const afterMs =
    (seconds === undefined ? undefined : boundedDelay(seconds * 1000)) ?? retryAfterMs(answer.headers, at) ?? bodyRetryAfterMs(answer.body);
  return afterMs === undefined ? { kind: "retry", reason: "rate_limited" } : { kind: "retry", reason: "rate_limited", afterMs };
}

function refOf(body: string): string | undefined {
  const result = jsonMember(body, "result");
  const messageId = numberIn(result, "message_id");
  const chatId = numberIn(member(result, "chat"), "id");
  if (messageId === undefined || chatId === undefined) return undefined;
  return JSON.stringify({ chatId, messageId } satisfies MessageRef);
}

const member = (value: unknown, name: string): unknown => (value && typeof value === "object" ? Reflect.get(value, name) : undefined);

function numberIn(value: unknown, name: string): number | undefined {
  const found = member(value, name);
  return typeof found === "number" && Number.isSafeInteger(found) ? found : undefined;
}
