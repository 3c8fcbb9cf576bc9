// A Telegram bot in one chat: send, edit, reply, delete; forum topics; a group that becomes a supergroup; 429 with its parameters.
// Facts: core.telegram.org/bots/api; the words of errors from github.com/tdlib/telegram-bot-api Client.cpp and its issues 400, 472 and 798.

import type { Channel } from "./channel.ts";
import { waitWords } from "./faults.ts";
import { isObject, type JsonObject, objectOf, parseJson, stableId, stableNumber, textOf } from "./json.ts";
import { foundEntities } from "./telegram-entities.ts";
import { entitiesOf, shownText, TELEGRAM_LIMITS, telegramRefusal } from "./telegram-form.ts";
import { TelegramRate } from "./telegram-rate.ts";
import type { Chat, ChatMessage, Incoming, Ping, Reply, Rules, World } from "./types.ts";

/** How a chat with a bot is set up. A test may change it while it runs. */
export interface TelegramSettings {
  /** Negative for groups; a supergroup's unless set. */
  chatId?: number;
  /** `@name` of a public group or channel, which stands for the id. */
  username?: string;
  /** The bot's token; another for each channel unless set. Channels of one token share its 30 messages a second. */
  token?: string;
  /** Enforce 20 requests a minute in a group, one a second in a private chat, 30 a second for the bot. */
  rate?: boolean;
  /** The topics of a forum, by `message_thread_id`. */
  topics?: Record<number, "open" | "closed">;
  /** The group has become a supergroup with this id: the former id and its messages are gone. */
  migratedTo?: number;
}

const PATH = /^\/telegram\/([^/]+)\/bot([^/]+)\/(\w+)$/;

const json = (status: number, value: JsonObject, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(value),
  words: textOf(value.description) || undefined,
});
const fine = (result: JsonObject | boolean): Reply => json(200, { ok: true, result });
const failed = (code: number, description: string, parameters?: JsonObject): Reply =>
  json(code, { ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) });
const bad = (words: string, parameters?: JsonObject): Reply => failed(400, `Bad Request: ${words}`, parameters);

function tooMany(afterSeconds: number): Reply {
  const after = Math.max(1, Math.ceil(afterSeconds));
  const body = { ok: false, error_code: 429, description: `Too Many Requests: retry after ${after}`, parameters: { retry_after: after } };
  return { ...json(429, body, { "retry-after": String(after) }), words: waitWords(429, after) };
}

const tokenOf = (name: string): string => `${stableNumber("telegram bot", name).slice(0, 10)}:${stableId(35, "telegram token", name)}`;
const chatIdOf = (name: string): number => -1_000_000_000_000 - Number(stableNumber("telegram chat", name).slice(0, 10));

/** A bot's chats; each has a Bot API server of its own at `/telegram/NAME`. */
export const telegramChat: Chat<TelegramSettings> = {
  kind: "telegram",
  address: (name) => `/telegram/${encodeURIComponent(name)}/bot${tokenOf(name)}/sendMessage`,
  key(pathname) {
    const found = PATH.exec(pathname);
    return found ? `/telegram/${found[1]}` : undefined;
  },
  destination: (name, url, { token, chatId, username }) => ({
    token: token ?? tokenOf(name),
    chat_id: username ?? String(chatId ?? chatIdOf(name)),
    api: url.replace(/\/bot[^/]+\/sendMessage$/, ""),
  }),
  open: (channel, settings, world): Rules => new TelegramRules(channel, settings, world),
};

class TelegramRules implements Rules {
  readonly #channel: Channel;
  readonly #settings: TelegramSettings;
  readonly #world: World;
  readonly #token: string;
  readonly #rate: TelegramRate;
  #lastId = 0;

  constructor(channel: Channel, settings: TelegramSettings, world: World) {
    this.#channel = channel;
    this.#settings = settings;
    this.#world = world;
    this.#token = settings.token ?? tokenOf(channel.name);
    this.#rate = new TelegramRate(world, this.#token, settings.chatId ?? chatIdOf(channel.name));
  }

  take(request: Incoming): Reply {
    const [, , token = "", method = ""] = PATH.exec(request.pathname) ?? [];
    if (this.#world.light) return this.#lightly(request, method);
    if (!/^\d+:[\w-]{20,}$/.test(token)) return failed(404, "Not Found");
    if (token !== this.#token) return failed(401, "Unauthorized");
    if (request.method !== "POST") return failed(404, "Not Found");
    const body = parseJson(request.bodyText);
    if (!isObject(body)) return bad("can't parse JSON object");
    const unreachable = this.#unreachable(body);
    if (unreachable) return unreachable;
    const after = this.#settings.rate ? this.#rate.take(request.at) : 0;
    if (after > 0) return tooMany(after);
    switch (method.toLowerCase()) {
      case "getchat":
        return fine({ id: this.#chatId, type: "supergroup", title: this.#channel.name });
      case "sendmessage":
        return this.#send(request, body);
      case "editmessagetext":
        return this.#edit(request, body);
      case "deletemessage":
        return this.#delete(request, body);
      default:
        return failed(404, "Not Found: method not found");
    }
  }

  refusal(status: number, afterSeconds = 1): Reply {
    return status === 429 ? tooMany(afterSeconds) : failed(status, `${status}: scripted failure`);
  }
  gone(): Reply {
    return failed(401, "Unauthorized");
  }

  get #chatId(): number {
    return this.#settings.migratedTo ?? this.#settings.chatId ?? chatIdOf(this.#channel.name);
  }

  /** Why this chat cannot be written to, if so. */
  #unreachable(body: JsonObject): Reply | undefined {
    const { chatId, migratedTo, username } = this.#settings;
    const asked = String(body.chat_id ?? "");
    if (asked === "") return bad("chat_id is empty");
    if (migratedTo !== undefined && asked === String(chatId ?? chatIdOf(this.#channel.name)))
      return bad("group chat was upgraded to a supergroup chat", { migrate_to_chat_id: migratedTo });
    return asked === String(this.#chatId) || (username !== undefined && asked === username) ? undefined : bad("chat not found");
  }

  #send(request: Incoming, body: JsonObject): Reply {
    const refused = telegramRefusal("sendMessage", body);
    if (refused) return bad(refused);
    const { message_id: answered, allow_sending_without_reply: anyway } = objectOf(body.reply_parameters);
    const replied = answered === undefined ? undefined : this.#found(answered);
    if (answered !== undefined && !replied && anyway !== true) return bad("message to be replied not found");
    const topic = body.message_thread_id ?? objectOf(replied?.body).message_thread_id;
    const closed = this.#topicProblem(topic);
    if (closed) return bad(closed);
    this.#lastId += 1;
    const id = String(this.#lastId);
    const held = { chat_id: this.#chatId, ...heldBody(body), ...(topic === undefined ? {} : { message_thread_id: topic }) };
    const message = this.#channel.post({
      id,
      at: request.at,
      body: held,
      raw: request.bodyText,
      pings: pingsOf(held),
      ...(replied ? { replyTo: replied.id } : {}),
      ...(topic === undefined ? {} : { thread: { id: String(topic), name: `topic ${String(topic)}` } }),
      ...(body.disable_notification === true ? { silent: true } : {}),
    });
    return fine(this.#messageObject(message));
  }

  #edit(request: Incoming, body: JsonObject): Reply {
    const message = this.#found(body.message_id);
    if (body.message_id !== undefined && !message) return bad("message to edit not found");
    const refused = telegramRefusal("editMessageText", body);
    if (refused || !message) return bad(refused ?? "message to edit not found");
    const held = { chat_id: this.#chatId, ...heldBody(body), ...topicOf(message) };
    if (JSON.stringify(shownPart(held)) === JSON.stringify(shownPart(objectOf(message.body))))
      return bad(
        "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup " +
          "of the message",
      );
    // An edit notifies nobody, whatever it mentions.
    this.#channel.edit(message, { at: request.at, body: held, raw: request.bodyText, pings: [] });
    return fine(this.#messageObject(message));
  }

  #delete(request: Incoming, body: JsonObject): Reply {
    const message = this.#found(body.message_id);
    if (!message) return bad("message to delete not found");
    this.#channel.remove(message.id, request.at);
    return fine(true);
  }

  /** The message of this chat with that id. Those of the group that it once was are out of reach. */
  #found(id: JsonObject[string] | undefined): ChatMessage | undefined {
    const message = this.#channel.message(String(id));
    return objectOf(message?.body).chat_id === this.#chatId ? message : undefined;
  }

  /** The topic "General" has no id that could be written to: it is where messages without one go. */
  #topicProblem(topic: JsonObject[string] | undefined): string | undefined {
    if (topic === undefined) return undefined;
    const state = this.#settings.topics?.[Number(topic)];
    if (state === undefined || topic === 1) return "message thread not found";
    return state === "closed" ? "TOPIC_CLOSED" : undefined;
  }

  #messageObject(message: ChatMessage): JsonObject {
    const body = objectOf(message.body);
    const id = this.#chatId;
    const type = id > 0 ? "private" : id > -1_000_000_000_000 ? "group" : "supergroup";
    return {
      message_id: Number(message.id),
      date: Math.floor(message.at / 1000),
      ...(message.editedAt === undefined ? {} : { edit_date: Math.floor(message.editedAt / 1000) }),
      from: { id: Number(this.#token.replace(/:.*/, "")), is_bot: true, first_name: "Tocsin", username: "tocsin_bot" },
      chat: { id, type, ...(id > 0 ? { first_name: this.#channel.name } : { title: this.#channel.name }) },
      ...(message.replyTo === undefined ? {} : { reply_to_message: { message_id: Number(message.replyTo) } }),
      ...topicOf(message),
      ...shownPart(body),
    };
  }

  #lightly(request: Incoming, method: string): Reply {
    if (/^editmessagetext$/i.test(method)) {
      const message = this.#channel.message(String(objectOf(parseJson(request.bodyText)).message_id));
      if (message) this.#channel.edit(message, { at: request.at, body: null, raw: request.bodyText, pings: [] });
      return fine(true);
    }
    this.#lastId += 1;
    this.#channel.post({ id: String(this.#lastId), at: request.at, body: null, raw: request.bodyText });
    return fine({ message_id: this.#lastId, chat: { id: this.#chatId } });
  }
}

/** The message as the chat holds it: trimmed, with what it found in the text by itself, without the entities that are one too many. */
function heldBody(body: JsonObject): JsonObject {
  const sent = textOf(body.text);
  const text = shownText(sent);
  const moved = sent.length - sent.trimStart().length;
  const given = entitiesOf(body.entities)
    .slice(0, TELEGRAM_LIMITS.entities)
    .map((entity) => ({ ...entity, offset: Math.max(0, entity.offset - moved) }));
  const all = [...given, ...foundEntities(text, given)].toSorted((a, b) => a.offset - b.offset || b.length - a.length);
  const entities = all.map(({ user, ...entity }): JsonObject => ({ ...entity, ...(user ? { user: { id: user.id } } : {}) }));
  return { text, entities, ...(body.reply_markup === undefined ? {} : { reply_markup: body.reply_markup }) };
}

const shownPart = ({ text = "", entities = [], reply_markup }: JsonObject): JsonObject => ({
  text,
  entities,
  ...(reply_markup === undefined ? {} : { reply_markup }),
});

const topicOf = (message: ChatMessage): JsonObject => {
  const { message_thread_id: topic } = objectOf(message.body);
  return topic === undefined ? {} : { message_thread_id: topic, is_topic_message: true };
};

/** Whom a new message mentions: by name, or by id where there is none. */
function pingsOf(body: JsonObject): Ping[] {
  const text = textOf(body.text);
  return entitiesOf(body.entities).flatMap(({ type, offset, length, user }): Ping[] => {
    if (type === "mention") return [{ kind: "user", target: text.slice(offset, offset + length), where: "text" }];
    return type === "text_mention" && user ? [{ kind: "user", target: String(user.id), where: "text" }] : [];
  });
}
