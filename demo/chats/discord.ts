// A Discord webhook: post, edit, read and delete its messages; threads of a forum channel, open, archived and locked; rate headers on every
// answer.
// Facts: discord/discord-api-docs resources/webhook (Execute Webhook, Edit Webhook Message), topics/opcodes-and-status-codes.
import { discordComponentErrors, discordErrors } from "./discord-form.ts";
import { discordPings } from "./discord-pings.ts";
import { DiscordRate, discordRateLimited } from "./discord-rate.ts";
import { isObject, type JsonObject, listOf, parseJson, stableId, stableNumber, textOf } from "./json.ts";
import type { Chat, ChatMessage, Incoming, Reply, Rules } from "./types.ts";

/** How a Discord channel of the demo or a test is set up. Lists and maps may be changed while it runs. */
export interface DiscordSettings {
  /** Enforce 5 requests in 2 s, and the 30 messages a minute that no header tells. */
  rate?: boolean;
  /** A forum: each post opens a thread or goes into one that was opened. */
  forum?: boolean;
  /** The only threads that exist besides those that posts opened; any if not set (in a forum: none). */
  threads?: string[];
  /** What became of threads. In an archived one messages cannot be edited, and a new one brings it back; a locked one takes nothing. */
  states?: Map<string, "archived" | "locked" | "deleted">;
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
    const opened = new Set<string>();
    let posted = 0n;

    const threadReply = (thread: string, request: "post" | "edit"): Reply | undefined => {
      const state = settings.states?.get(thread);
      const open = opened.has(thread) || (settings.threads ? settings.threads.includes(thread) : settings.forum !== true);
      if (!open || state === "deleted") return coded(404, 10003, "Unknown Channel");
      if (state === "locked") return coded(400, 160005, "Thread is locked");
      if (state === "archived" && request === "edit") return coded(400, 50083, "Thread is archived");
      // Executing a webhook in an archived thread brings it back.
      if (state === "archived") settings.states?.delete(thread);
      return undefined;
    };

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
      const threadId = request.query.get("thread_id");
      const refused = formProblem(body, request, "post") ?? threadProblem(body, threadId, settings);
      if (refused) return refused;
      if (isEmpty(body)) return coded(400, 50006, "Cannot send an empty message");
      const closed = threadId === null ? undefined : threadReply(threadId, "post");
      if (closed) return closed;
      const pings = discordPings(textOf(body.content), body.allowed_mentions);
      const name = textOf(body.thread_name);
      // A post in a forum and the thread it opens have the same id; what goes into that thread answers the post.
      if (name) opened.add(id);
      const thread = name ? { id, name } : threadId === null ? undefined : { id: threadId };
      const replyTo = threadId !== null && opened.has(threadId) ? { replyTo: threadId } : {};
      const silent = isSilent(body) ? { silent: true } : {};
      const parts = { id, at: request.at, body, raw: request.bodyText, pings, ...replyTo, ...silent };
      const message = channel.post({ ...parts, ...(thread && { thread }) });
      return wait ? json(200, messageObject(message, webhookId, channelId)) : { status: 204, body: "" };
    };

    const edit = (request: Incoming, id: string): Reply => {
      const message = channel.message(id);
      // A bounded benchmark has forgotten the older ones; refusing to edit them would measure something else.
      if (world.light && !message) return json(200, { id, channel_id: channelId, webhook_id: webhookId });
      const threadId = request.query.get("thread_id");
      // A message in a thread is found only with the thread's id.
      const misplaced = (message?.thread?.id ?? null) !== threadId;
      const closed = threadId === null || world.light ? undefined : threadReply(threadId, "edit");
      if (closed && request.method !== "GET") return closed;
      if (!message || (misplaced && !world.light)) return unknownMessage();
      if (request.method === "GET") return json(200, messageObject(message, webhookId, channelId));
      if (request.method === "DELETE") {
        channel.remove(id, request.at);
        return { status: 204, body: "" };
      }
      if (world.light) {
        channel.edit(message, { at: request.at, body: null, raw: request.bodyText, pings: [] });
        return json(200, { id, channel_id: channelId, webhook_id: webhookId });
      }
      const change = bodyOf(request);
      if (!change) return coded(400, 50109, "The request body contains invalid JSON.");
      const refused = formProblem(change, request, "edit");
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
        if (!(id ? ["PATCH", "GET", "DELETE"] : ["POST"]).includes(request.method)) return coded(405, 0, "405: Method Not Allowed");
        if (!world.light && !isWelcome(request.headers["user-agent"])) return coded(403, 40333, "internal network error");
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

/** Cloudflare turns away callers without a name and those that pose as a browser (discord-api-docs issue 6473). */
const isWelcome = (agent: string | undefined): boolean => agent !== undefined && agent !== "" && !/^mozilla/i.test(agent);

/** SUPPRESS_NOTIFICATIONS: no push and no sound. */
const isSilent = ({ flags }: JsonObject): boolean => typeof flags === "number" && (flags & 4096) !== 0;

function formProblem(body: JsonObject, request: Incoming, kind: "post" | "edit"): Reply | undefined {
  const components = request.query.get("with_components") === "true" ? discordComponentErrors(body.components) : undefined;
  const errors = discordErrors(body, kind) ?? components;
  return errors && invalidForm(errors);
}

function threadProblem(body: JsonObject, id: string | null, { forum }: DiscordSettings): Reply | undefined {
  const name = textOf(body.thread_name) !== "";
  if (name && id !== null) return coded(400, 220002, "Webhooks posted to forum channels cannot have both a thread_name and thread_id");
  if (forum && !name && id === null) return coded(400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id");
  return !forum && name ? coded(400, 220003, "Webhooks can only create threads in forum channels") : undefined;
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
