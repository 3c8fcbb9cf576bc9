// Telegram by a bot. One message per alert, edited as the alert goes on; what changed is told in a reply to it.
import * as z from "zod";
import { checkedValue, formedSecret } from "../../config/secret.ts";
import { jsonMember } from "../answers.ts";
import type { HttpRequest, Outgoing } from "../destination.ts";
import { defineDestination } from "../destination.ts";
import { serverAddress, serverUrl } from "../server.ts";
import { classify } from "./classify.ts";
import { BOT_PACE, GROUP_PACE, PRIVATE_PACE } from "./limits.ts";
import { currentChat } from "./memo.ts";
import { plain, render, type TelegramMessage } from "./render.ts";

const tokenProblem = (text: string): string | undefined =>
  /^\d{3,20}:[\w-]{30,64}$/.test(text) ? undefined : "this is no bot's token: @BotFather gives one, like 123456789:AAE...";

/** Ids of people stay far below this; without its minus, a group's would not be found. */
const PEOPLE_BELOW = 1_000_000_000_000;

const chatId = z.union([z.number(), z.string()]).transform((given, context): number | string => {
  const text = String(given).trim();
  const problem = chatProblem(text);
  if (problem === undefined) return text.startsWith("@") ? text : Number(text);
  context.addIssue({ code: "custom", message: problem });
  return z.NEVER;
});

/** What is wrong with a chat's id, and what to write instead. */
function chatProblem(text: string): string | undefined {
  if (/^@[A-Za-z]\w{3,31}$/.test(text)) return undefined;
  if (/^(https?:\/\/)?t(elegram)?\.me\//i.test(text))
    return 'this is a link: write "@name" for a public group or channel, and the id of a private one, like -1001234567890';
  if (!/^-?[1-9]\d{0,14}$/.test(text))
    return 'must be the id of a chat, like -1001234567890, or the "@name" of a public group or channel: the README says where to find it';
  return Number(text) >= PEOPLE_BELOW ? "the id of a group or channel begins with a minus, like -1001234567890" : undefined;
}

const threadId = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], "must be the topic's id, a number")
  .refine((id) => Number.isSafeInteger(id) && id > 0, "must be the topic's id, a number")
  // https://github.com/tdlib/telegram-bot-api/issues/798
  .refine((id) => id !== 1, "the topic General has no id of its own: leave thread_id out");

const settings = z
  .strictObject({
    token: formedSecret(tokenProblem),
    chat_id: chatId,
    thread_id: threadId.optional(),
    api: serverAddress().default("https://api.telegram.org"),
  })
  .refine(({ chat_id, thread_id }) => thread_id === undefined || isGroup(chat_id), {
    path: ["thread_id"],
    message: "only groups have topics: leave thread_id out",
  });
type Settings = z.infer<typeof settings>;

/** A name is a group's or a channel's: people are written to by their id. */
const isGroup = (chat: number | string): boolean => typeof chat === "string" || chat < 0;

/** The destination `telegram`. */
export default defineDestination<Settings>({
  type: "telegram",
  label: "Telegram",
  settings,
  example: { token: "secret:TELEGRAM_TOKEN", chat_id: -1001234567890 },
  pace: ({ chat_id }) => (isGroup(chat_id) ? GROUP_PACE : PRIVATE_PACE),
  shared: { by: "token", pace: BOT_PACE },
  can: () => ({ edit: true, thread: true, idempotencyKey: false, record: false }),
  proves: "shown",
  render,
  plain,
  transport: {
    kind: "http",
    request,
    classify,
    // https://core.telegram.org/bots/api#getchat
    check: {
      proves: "the token is good, and the bot knows the chat",
      request: (own) => ({ ...called("getChat", own), body: JSON.stringify({ chat_id: own.chat_id }) }),
      classify: (answer, at) => classify(answer, { action: "post", at }),
    },
  },
});

// The token stands in the path. A sentence of ours never holds the address, and the core masks what it keeps.
function called(
  method: "editMessageText" | "getChat" | "sendMessage",
  { token, api }: Settings,
): Omit<HttpRequest, "body" | "method"> & { method: "POST" } {
  const path = `/bot${checkedValue("token", token, tokenProblem)}/${method}`;
  return { method: "POST", url: serverUrl(api, path), headers: { "content-type": "application/json" } };
}

function request(message: Outgoing, own: Settings): HttpRequest {
  const method = message.action === "edit" ? "editMessageText" : "sendMessage";
  return { ...called(method, own), body: bodyFor(message, own.chat_id) };
}

/** The body as the action wants it. Edits and replies go where their message is, which an `@name` may have left. */
function bodyFor({ action, body, ref, memo }: Outgoing, configured: number | string): string {
  if (action === "post") {
    const chat = currentChat(configured, memo);
    return chat === configured ? body : JSON.stringify({ ...(JSON.parse(body) as TelegramMessage), chat_id: chat });
  }
  const { message_thread_id: _, disable_notification, ...shown } = JSON.parse(body) as TelegramMessage;
  const to = { ...shown, chat_id: refMember(ref, "chatId") ?? configured };
  const message_id = refMember(ref, "messageId");
  if (action === "edit") return JSON.stringify({ ...to, message_id });
  // A reply stands in its message's topic without being told: https://github.com/tdlib/telegram-bot-api/issues/447
  return JSON.stringify({ ...to, disable_notification, reply_parameters: { message_id } });
}

function refMember(ref: string | undefined, name: "chatId" | "messageId"): number | undefined {
  const value = jsonMember(ref ?? "", name);
  return typeof value === "number" ? value : undefined;
}
