// A Google Chat space by its webhook: POST /v1/spaces/{space}/messages?key=…&token=…. Threads by a key that the sender chooses; a request
// id that came before answers with the first message and posts nothing.
// Facts: developers.google.com workspace/chat api/reference/rest/v1/spaces.messages/create (parameters, and the webhook's answer) and
// workspace/chat/limits; the refusals of a wrong key and token: ericferon/glpi-webhook issue 30; others are in the form that all of
// Google's interfaces share (cloud.google.com/apis/design/errors). What a deleted webhook answers was not observed.
import { STATUS_CODES } from "node:http";
import { googlechatPings, googlechatProblem } from "./googlechat-form.ts";
import { type JsonObject, objectOf, parseJson, stableId, textOf } from "./json.ts";
import type { Chat, ChatMessage, Incoming, Reply, Rules } from "./types.ts";

/** `rate`: false takes any number of messages; by default 60 in any 60 seconds. */
export interface GoogleChatSettings {
  rate?: boolean;
}

const WINDOW_MS = 60_000;
const WRITES_IN_WINDOW = 60;
const MESSAGES = /^\/v1\/spaces\/([\w-]+)\/messages$/;
const STATUSES: Record<number, string> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ALREADY_EXISTS",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
};

const said = (status: number, value: JsonObject, words?: string): Reply => ({
  status,
  headers: { "content-type": "application/json; charset=UTF-8" },
  body: JSON.stringify(value),
  words,
});

function refused(code: number, message: string, details?: JsonObject): Reply {
  const status = STATUSES[code] ?? (code >= 500 ? "INTERNAL" : "FAILED_PRECONDITION");
  return said(code, { error: { code, message, status, ...(details && { details: [details] }) } }, message);
}

const KEY_INVALID: JsonObject = {
  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
  reason: "API_KEY_INVALID",
  domain: "googleapis.com",
  metadata: { service: "chat.googleapis.com" },
};

interface Thread {
  name: string;
  /** Id of the message that opened it. */
  root: string;
}

/** Google Chat's spaces. */
export const googlechatChat: Chat<GoogleChatSettings> = {
  kind: "googlechat",
  address: (name) =>
    `/v1/spaces/${stableId(11, "googlechat", name)}/messages` +
    `?key=${stableId(39, "googlechat key", name)}&token=${stableId(43, "googlechat token", name)}`,
  key: (pathname) => {
    const found = MESSAGES.exec(pathname);
    return found ? `/v1/spaces/${found[1]}` : undefined;
  },
  open(channel, settings, world): Rules {
    const own = new URL(channel.url);
    const space = MESSAGES.exec(own.pathname)?.[1] ?? "";
    /** By the key that the sender chose; without one, by the id of the first message. */
    const threads = new Map<string, Thread>();
    /** The thread's name by a message's id, and the message's id by its request's. */
    const names = new Map<string, string>();
    const requests = new Map<string, string>();
    let recent: number[] = [];
    let posted = 0;

    const over = (at: number): boolean => {
      if (settings.rate === false || world.light) return false;
      recent = recent.filter((time) => time > at - WINDOW_MS);
      if (recent.length >= WRITES_IN_WINDOW) return true;
      recent.push(at);
      return false;
    };

    const answer = (message: ChatMessage): Reply => {
      const body = objectOf(message.body);
      const thread = { ...objectOf(body.thread), name: names.get(message.id) ?? "" };
      return said(200, { ...body, name: `spaces/${space}/messages/${message.id}`, thread });
    };

    const post = (request: Incoming, body: JsonObject): Reply => {
      const option = request.query.get("messageReplyOption") ?? "";
      // Without the option the key is ignored.
      const wanted = option.startsWith("REPLY_MESSAGE_") ? objectOf(body.thread) : {};
      const key = textOf(wanted.threadKey);
      const known = key ? threads.get(key) : [...threads.values()].find(({ name }) => name === wanted.name);
      if (!known && !key && textOf(wanted.name) && option === "REPLY_MESSAGE_OR_FAIL")
        return refused(404, "Requested entity was not found.");
      posted += 1;
      const threadId = known ? (known.name.split("/").at(-1) ?? "") : stableId(11, channel.name, "thread", String(posted));
      const id = `${threadId}.${known ? stableId(11, channel.name, "message", String(posted)) : threadId}`;
      const thread = known ?? { name: `spaces/${space}/threads/${threadId}`, root: id };
      if (!known) threads.set(key || id, thread);
      const message = channel.post({
        id,
        at: request.at,
        body,
        raw: request.bodyText,
        pings: googlechatPings(body),
        ...(known ? { replyTo: known.root } : {}),
      });
      names.set(id, thread.name);
      const requestId = request.query.get("requestId");
      if (requestId) requests.set(requestId, id);
      return answer(message);
    };

    return {
      take(request) {
        if (request.method !== "POST") return refused(404, "Method not found.");
        if (world.light) {
          posted += 1;
          const { id } = channel.post({ id: String(posted), at: request.at, body: null, raw: request.bodyText });
          return said(200, { name: `spaces/${space}/messages/${id}`, thread: { name: `spaces/${space}/threads/${id}` } });
        }
        const unauthorised = addressProblem(request, own.searchParams);
        if (unauthorised) return unauthorised;
        const before = channel.message(requests.get(request.query.get("requestId") ?? "") ?? "");
        if (before) {
          channel.repeat(before);
          return answer(before);
        }
        if (over(request.at)) return refused(429, "Resource has been exhausted (e.g. check quota).");
        const body = parseJson(request.bodyText);
        const problem = googlechatProblem(body);
        return problem ? refused(400, problem) : post(request, objectOf(body));
      },
      refusal: (status) =>
        status === 429
          ? refused(429, "Resource has been exhausted (e.g. check quota).")
          : refused(status, STATUS_CODES[status] ?? "The request failed."),
      gone: () => refused(404, "Requested entity was not found."),
    };
  },
};

function addressProblem({ query }: Incoming, own: URLSearchParams): Reply | undefined {
  if (query.get("key") === null || query.get("key") !== own.get("key"))
    return refused(400, "API key not valid. Please pass a valid API key.", KEY_INVALID);
  if (query.get("token") === null || query.get("token") !== own.get("token"))
    return refused(
      403,
      "The API is called without a valid token. Instructions on how to use incoming webhooks can be found at https://developers.google.com/chat/how-tos/webhooks",
    );
  return undefined;
}
