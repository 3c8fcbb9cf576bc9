// A Discord webhook: post, edit, read and delete its messages; threads of a forum channel; rate headers on every answer.
// Facts: discord/discord-api-docs resources/webhook (Execute Webhook, Edit Webhook Message), topics/opcodes-and-status-codes.
import { discordComponentErrors, discordErrors } from "./discord-form.ts";
import { discordPings } from "./discord-pings.ts";
import { DiscordRate, discordRateLimited } from "./discord-rate.ts";
import { isObject, type JsonObject, listOf, parseJson, stableId, stableNumber, textOf } from "./json.ts";
import type { Chat, ChatMessage, Incoming, Reply, Rules } from "./types.ts";

/** `rate`: enforce 5 per 2 s and 30 per minute. `forum`: posts need a thread. `threads`: the only thread ids that exist; any if not set. */
export interface DiscordSettings {
  rate?: boolean;
  forum?: boolean;
  threads?: string[];
}

const HOOK = /^\/api(?:\/v\d+)?\/webhooks\/(\d+)\/([\w-]+)(?:\/messages\/([^/]+))?$/;
/** Ids count ms since 2015 (discord/discord-api-docs reference, "Snowflakes"). */
const EPOCH = 1_420_070_400_000;

const json = (status: number, value: JsonObject): Reply => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
  words: textOf(value.message) ? `${textOf(value.message)} (${value.code})` : undefined,
});
const coded = (status: number, code: number, message: string): Reply => json(status, { message, code });
const unknownMessage = (): Reply => coded(404, 10008, "Unknown Message");
const invalidForm = (errors: JsonObject): Reply => json(400, { message: "Invalid Form Body", code: 50035, errors });

/** Discord's webhooks. */
export const discordChat: Chat<DiscordSettings> = {
  kind: "discord",
  address: (name) => `/api/v10/webhooks/${stableNumber("discord", name)}/${stableId(60, "discord token", name)}`,
  key(pathname) {
    const found = HOOK.exec(pathname);
    return found ? `/webhooks/${found[1]}/${found[2]}` : undefined;
  },
  open(channel, settings, world): Rules {
    const [, webhookId = "0", token = ""] = HOOK.exec(new URL(channel.url).pathname) ?? [];
    const channelId = stableNumber("discord channel", channel.name);
    const rate = new DiscordRate(webhookId, settings.rate ?? false);
    let posted = 0n;

    const post = (request: Incoming): Reply => {
      posted += 1n;
      const id = ((BigInt(Math.max(0, Math.trunc(request.at) - EPOCH)) << 22n) + posted).toString();
      const wait = request.query.get("wait") === "true";
      if (world.light) {
        channel.post({ id, at: request.at, body: null, raw: request.bodyText });
        return wait ? json(200, { id, channel_id: channelId, webhook_id: webhookId }) : { status: 204, body: "" };
      }
      const body = bodyOf(request);
      if (!body) return coded(400, 50109, "The request body contains invalid JSON.");
      const refused = formProblem(body, request) ?? threadProblem(body, request, settings);
      if (refused) return refused;
      if (isEmpty(body)) return coded(400, 50006, "Cannot send an empty message");
      const pings = discordPings(textOf(body.content), body.allowed_mentions);
      const name = textOf(body.thread_name);
      const threadId = request.query.get("thread_id");
      // A post in a forum and the thread it opens have the same id.
      const thread = name ? { id, name } : threadId ? { id: threadId } : undefined;
      const message = channel.post({ id, at: request.at, body, raw: request.bodyText, pings, ...(thread && { thread }) });
      return wait ? json(200, messageObject(message, webhookId, channelId)) : { status: 204, body: "" };
    };

    const edit = (request: Incoming, id: string): Reply => {
      const message = channel.message(id);
      // A bounded benchmark has forgotten the older ones; refusing to edit them would measure something else.
      if (world.light && !message) return json(200, { id, channel_id: channelId, webhook_id: webhookId });
      // A message in a thread is found only with the thread's id.
      if (!message || (message.thread && message.thread.id !== request.query.get("thread_id"))) return unknownMessage();
      if (request.method === "GET") return json(200, messageObject(message, webhookId, channelId));
      if (world.light) {
        channel.edit(message, { at: request.at, body: null, raw: request.bodyText, pings: [] });
        return json(200, { id, channel_id: channelId, webhook_id: webhookId });
      }
      const change = bodyOf(request);
      if (!change) return coded(400, 50109, "The request body contains invalid JSON.");
      const refused = formProblem(change, request);
      if (refused) return refused;
      // What the edit does not name stays as it is; mentions are read again, with the default where the edit says nothing.
      const merged: JsonObject = { ...(isObject(message.body) ? message.body : {}), ...change };
      if (isEmpty(merged)) return coded(400, 50006, "Cannot send an empty message");
      const pings = discordPings(textOf(change.content), change.allowed_mentions);
      channel.edit(message, { at: request.at, body: merged, raw: request.bodyText, pings });
      return json(200, messageObject(message, webhookId, channelId));
    };

    return {
      take(request) {
        const id = HOOK.exec(request.pathname)?.[3];
        const route = id ? "edit" : "post";
        if (!id && request.method === "GET") return json(200, { id: webhookId, type: 1, name: "Tocsin", channel_id: channelId, token });
        if (request.method !== (id ? "PATCH" : "POST") && !(id && request.method === "GET"))
          return coded(405, 0, "405: Method Not Allowed");
        const over = rate.take(route, request.at);
        if (over) return over;
        const reply = id ? edit(request, id) : post(request);
        return world.light ? reply : { ...reply, headers: { ...rate.headers(route, request.at), ...reply.headers } };
      },
      refusal(status, afterSeconds = 1) {
        const headers = {
          ...rate.headers("post", world.now()),
          "x-ratelimit-remaining": "0",
          "x-ratelimit-reset-after": afterSeconds.toFixed(3),
        };
        return status === 429 ? discordRateLimited(afterSeconds, headers) : coded(status, 0, `${status}: scripted failure`);
      },
      gone: () => coded(404, 10015, "Unknown Webhook"),
    };
  },
};

/** Discord reads a body only when it is said to be JSON; anything else is an empty message (discord-api-docs issue 1197). */
function bodyOf(request: Incoming): JsonObject | undefined {
  if (!request.headers["content-type"]?.includes("json")) return {};
  const body = parseJson(request.bodyText);
  return isObject(body) ? body : undefined;
}

function formProblem(body: JsonObject, request: Incoming): Reply | undefined {
  const components = request.query.get("with_components") === "true" ? discordComponentErrors(body.components) : undefined;
  const errors = discordErrors(body) ?? components;
  return errors && invalidForm(errors);
}

function threadProblem(body: JsonObject, request: Incoming, settings: DiscordSettings): Reply | undefined {
  const name = textOf(body.thread_name) !== "";
  const id = request.query.get("thread_id");
  if (name && id !== null) return coded(400, 220002, "Webhooks posted to forum channels cannot have both a thread_name and thread_id");
  if (settings.forum && !name && id === null)
    return coded(400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id");
  if (!settings.forum && name) return coded(400, 220003, "Webhooks can only create threads in forum channels");
  return id !== null && settings.threads && !settings.threads.includes(id) ? coded(404, 10003, "Unknown Channel") : undefined;
}

const isEmpty = (body: JsonObject): boolean =>
  textOf(body.content).trim() === "" && listOf(body.embeds).length === 0 && listOf(body.components).length === 0;

/** The message object, as far as callers use it (discord/discord-api-docs resources/message). */
function messageObject(message: ChatMessage, webhookId: string, channelId: string): JsonObject {
  const body = isObject(message.body) ? message.body : {};
  return {
    id: message.id,
    type: 0,
    content: textOf(body.content),
    channel_id: message.thread?.id ?? channelId,
    webhook_id: webhookId,
    author: { id: webhookId, username: textOf(body.username) || "Tocsin", bot: true },
    embeds: listOf(body.embeds),
    components: listOf(body.components),
    mention_everyone: message.pings.some(({ kind }) => kind === "everyone" || kind === "here"),
    timestamp: new Date(message.at).toISOString(),
    edited_timestamp: message.editedAt === undefined ? null : new Date(message.editedAt).toISOString(),
  };
}
