// A Slack channel as a bot sees it: chat.postMessage, chat.update, chat.delete and auth.test of the Web API. Almost every refusal is a 200 with
// `"ok": false` and a word. What a message may hold is in slack-blocks.ts.
// Facts: docs.slack.dev reference/methods (chat.postMessage, chat.update, chat.delete) and apis/web-api/rate-limits; what an answer to a deleted
// message becomes: slack-go/slack issue 1571.
import type { Channel } from "./channel.ts";
import { waitWords } from "./faults.ts";
import { isObject, type JsonObject, listOf, parseJson, stableId, textOf } from "./json.ts";
import { TokenBucket } from "./rate.ts";
import { SLACK_LIMITS, type SlackProblem, slackProblem } from "./slack-blocks.ts";
import { slackPings } from "./slack-pings.ts";
import type { Chat, ChatMessage, Incoming, Reply, Rules } from "./types.ts";

/** How the workspace behaves; each is off, or as Slack has it by default, unless set. */
export interface SlackBotSettings {
  /** Enforce a pace of posts, e.g. Slack's own of 1 a second and channel; its burst is not published. */
  rate?: { perSecond: number; burst: number };
  /** Enforce a pace of edits, e.g. Slack's own of 50 a minute (tier 3). */
  editRate?: { perSecond: number; burst: number };
  /** How long after its post a message may be edited (a setting of the workspace), ms. */
  editWindowMs?: number;
  /** False: the app was never invited, and may not write to public channels. */
  member?: boolean;
}

/** The simulated workspace knows one channel by these. */
interface Identity {
  token: string;
  channelId: string;
  channelName: string;
  botId: string;
}
const identityOf = (name: string): Identity => ({
  token: `xoxb-${stableId(12, "slack bot", name)}-${stableId(24, "slack bot token", name)}`,
  channelId: `C${stableId(10, "slack bot channel", name)}`,
  channelName: name,
  botId: `B${stableId(10, "slack bot user", name)}`,
});

const PATH = /^\/slack-api\/([A-F0-9]+)(?:\/([\w.]*))?$/;

/** Slack's Web API, one simulated workspace for each channel. */
export const slackBotChat: Chat<SlackBotSettings> = {
  kind: "slack-bot",
  address: (name) => `/slack-api/${stableId(10, "slack bot", name)}`,
  destination(name, url) {
    const { token, channelId } = identityOf(name);
    return { api: url, token, channel: channelId };
  },
  key(pathname) {
    const found = PATH.exec(pathname);
    return found ? `/slack-api/${found[1]}` : undefined;
  },
  open(channel, settings, world): Rules {
    const identity = identityOf(channel.name);
    const posts = settings.rate && new TokenBucket(settings.rate);
    const edits = settings.editRate && new TokenBucket(settings.editRate);
    let posted = 0;

    const post = (request: Incoming, body: JsonObject): Reply => {
      const problem = world.light ? undefined : (addressProblem(body, identity, settings, true) ?? messageProblem(body));
      if (problem) return refusedFor(problem);
      posted += 1;
      const id = `${Math.floor(request.at / 1000)}.${String(posted).padStart(6, "0")}`;
      if (world.light) {
        channel.post({ id, at: request.at, body: null, raw: request.bodyText });
        return accepted(identity, id, {});
      }
      const text = textOf(body.text).slice(0, SLACK_LIMITS.text);
      const shown = { text, ...(body.blocks && { blocks: body.blocks }), ...(body.attachments && { attachments: body.attachments }) };
      const replyTo = threadOf(channel, textOf(body.thread_ts));
      const broadcast = replyTo !== undefined && body.reply_broadcast === true;
      const pings = slackPings({ ...body, ...shown });
      channel.post({ id, at: request.at, body: shown, raw: request.bodyText, pings, ...(replyTo && { replyTo, broadcast }) });
      return accepted(identity, id, { ...shown, ...(replyTo && { thread_ts: replyTo }) });
    };

    const update = (request: Incoming, body: JsonObject): Reply => {
      const ts = textOf(body.ts);
      const message = channel.message(ts);
      // A bounded benchmark has forgotten the older ones; refusing to edit them would measure something else.
      if (world.light) {
        if (message) channel.edit(message, { at: request.at, body: null, raw: request.bodyText, pings: [] });
        return accepted(identity, ts, {});
      }
      const problem = addressProblem(body, identity, settings, false) ?? editProblem(message, request.at, settings);
      if (problem || !message) return refusedFor(problem ?? word("message_not_found"));
      const merged = edited(message, body);
      const fault = textOf(body.text).length > SLACK_LIMITS.editText ? word("msg_too_long") : messageProblem(merged);
      if (fault) return refusedFor(fault);
      channel.edit(message, { at: request.at, body: merged, raw: request.bodyText, pings: slackPings({ ...body, ...merged }) });
      return accepted(identity, ts, merged);
    };

    const remove = (request: Incoming, body: JsonObject): Reply => {
      const problem = addressProblem(body, identity, settings, false);
      if (problem) return refusedFor(problem);
      const ts = textOf(body.ts);
      return channel.remove(ts, request.at) ? ok({ channel: identity.channelId, ts }) : refusedFor(word("message_not_found"));
    };

    return {
      take(request) {
        const method = PATH.exec(request.pathname)?.[2] ?? "";
        if (!world.light) {
          const problem = tokenProblem(request, identity);
          if (problem) return refusedFor(word(problem));
        }
        const bucket = method === "chat.postMessage" ? posts : method === "chat.update" ? edits : undefined;
        const waitMs = bucket?.take(request.at) ?? 0;
        if (waitMs > 0) return rateLimited(waitMs / 1000);
        const body = argumentsOf(request);
        if (typeof body === "string") return refusedFor(word(body));
        switch (method) {
          case "chat.postMessage":
            return post(request, body);
          case "chat.update":
            return update(request, body);
          case "chat.delete":
            return remove(request, body);
          case "auth.test":
            return ok({ url: "https://example.slack.com/", team: "Example", user: "tocsin", team_id: "T00000000", bot_id: identity.botId });
          default:
            return refusedFor(word("unknown_method"));
        }
      },
      refusal: (status, afterSeconds = 1) =>
        status === 429
          ? rateLimited(afterSeconds)
          : { ...refusedFor(word(status >= 500 ? "internal_error" : "invalid_arguments")), status },
      gone: () => refusedFor(word("account_inactive")),
    };
  },
};

const word = (error: string): SlackProblem => ({ error, messages: [] });

const answer = (status: number, value: JsonObject, extra: Partial<Reply> = {}): Reply => ({
  status,
  body: JSON.stringify(value),
  ...extra,
  headers: { "content-type": "application/json; charset=utf-8", ...extra.headers },
});
const ok = (value: JsonObject): Reply => answer(200, { ok: true, ...value });

/** A refusal as Slack tells it; the faults of single members stand in two places of the body. */
function refusedFor({ error, messages }: SlackProblem): Reply {
  const more: JsonObject =
    messages.length > 0 ? { errors: messages.map((one) => one.replace("[ERROR] ", "")), response_metadata: { messages } } : {};
  return answer(200, { ok: false, error, ...more }, { refused: true, words: [error, ...messages.slice(0, 1)].join(": ") });
}

function rateLimited(afterSeconds: number): Reply {
  const wait = Math.max(1, Math.ceil(afterSeconds));
  return answer(429, { ok: false, error: "ratelimited" }, { headers: { "retry-after": String(wait) }, words: waitWords(429, wait) });
}

/** What Slack answers to a post and an edit. `thread_ts` is there only if the message stands in a thread. */
function accepted({ channelId, botId }: Identity, ts: string, shown: JsonObject): Reply {
  const message = { type: "message", subtype: "bot_message", bot_id: botId, ts, ...shown };
  return ok({ channel: channelId, ts, text: textOf(shown.text), message });
}

function tokenProblem({ headers }: Incoming, { token }: Identity): string | undefined {
  const given = headers.authorization;
  if (given === undefined) return "not_authed";
  return given === `Bearer ${token}` ? undefined : "invalid_auth";
}

/** The arguments, from JSON or a form; a word when there are none. */
function argumentsOf({ method, headers, bodyText, query }: Incoming): JsonObject | string {
  if (method === "GET") return Object.fromEntries(query);
  const type = headers["content-type"];
  if (type === undefined) return "missing_post_type";
  if (type.startsWith("application/x-www-form-urlencoded")) {
    const form = Object.fromEntries(new URLSearchParams(bodyText));
    const lists = ["blocks", "attachments"].flatMap((name) => (form[name] === undefined ? [] : [[name, parseJson(form[name]) ?? null]]));
    return { ...form, ...Object.fromEntries(lists) };
  }
  if (!type.startsWith("application/json")) return "invalid_post_type";
  const body = parseJson(bodyText);
  if (body === undefined) return "invalid_json";
  return isObject(body) ? body : "json_not_object";
}

/** A post may name the channel; an edit needs its id. */
function addressProblem(body: JsonObject, identity: Identity, { member }: SlackBotSettings, byName: boolean): SlackProblem | undefined {
  const given = textOf(body.channel);
  const known = given === identity.channelId || (byName && given.replace(/^#/, "") === identity.channelName);
  if (!known) return word("channel_not_found");
  return member === false ? word("not_in_channel") : undefined;
}

function editProblem(message: ChatMessage | undefined, now: number, { editWindowMs }: SlackBotSettings): SlackProblem | undefined {
  if (!message) return word("message_not_found");
  return editWindowMs !== undefined && now - message.at > editWindowMs ? word("edit_window_closed") : undefined;
}

function messageProblem(body: JsonObject): SlackProblem | undefined {
  if (body.blocks !== undefined && !Array.isArray(body.blocks)) return word("invalid_blocks_format");
  if (body.attachments !== undefined && !(Array.isArray(body.attachments) && body.attachments.every(isObject)))
    return word("invalid_attachments");
  return slackProblem(body);
}

/** What an edit leaves: blocks stay if neither they nor a text are given, attachments stay unless they are given. */
function edited(message: ChatMessage, change: JsonObject): JsonObject {
  const before = isObject(message.body) ? message.body : {};
  const blocks = change.blocks ?? (change.text === undefined ? before.blocks : undefined);
  const attachments = change.attachments ?? before.attachments;
  return {
    text: change.text ?? (change.blocks || change.attachments ? "" : (before.text ?? "")),
    ...(listOf(blocks).length > 0 && blocks && { blocks }),
    ...(listOf(attachments).length > 0 && attachments && { attachments }),
  };
}

/**
 * The head of the thread that a post with this `thread_ts` joins. If that message is gone, and nobody had answered it, Slack says nothing and
 * puts the post into the channel itself.
 */
function threadOf(channel: Channel, ts: string): string | undefined {
  if (ts === "") return undefined;
  const living = channel.message(ts);
  if (living) return channel.rootOf(living).id;
  return channel.replies(ts).length > 0 ? ts : undefined;
}
