// An ntfy server: POST of JSON to its root. What a message may hold is in ntfy-form.ts. The channel is one phone that follows the topic.
// Facts: binwiederhier/ntfy docs/publish.md and server/errors.go; that the Android app makes no sound when it replaces a notification that
// is still shown: ntfy-android NotificationService (setOnlyAlertOnce).
import { waitWords } from "./faults.ts";
import { isObject, type JsonObject, listOf, parseJson, stableId, textOf } from "./json.ts";
import { NTFY_LIMITS, type NtfyError, ntfyError, ntfyProblem } from "./ntfy-form.ts";
import { TokenBucket } from "./rate.ts";
import type { Chat, ChatMessage, Incoming, Ping, Reply, Rules } from "./types.ts";

/**
 * `token`: the topic is protected, and this may write to it. `old`: a server before 2.16, which does not know `sequence_id`.
 * `attachments`: false, and a message that is too long is refused rather than attached. `rate`: false takes any number of requests.
 */
export interface NtfySettings {
  token?: string;
  old?: boolean;
  attachments?: boolean;
  rate?: boolean;
}

const BASE = /^\/ntfy\/[^/]+/;
const KEPT_S = 12 * 60 * 60;

const refused = (error: NtfyError): Reply => ({
  status: error.http,
  headers: { "content-type": "application/json" },
  body: `${JSON.stringify(error)}\n`,
  words: error.error,
});

const limited = (): Reply => refused(ntfyError(42901, "limit reached: too many requests, please be nice", "limitations"));

/** ntfy. */
export const ntfyChat: Chat<NtfySettings> = {
  kind: "ntfy",
  address: (name) => `/ntfy/${encodeURIComponent(name)}`,
  key: (pathname) => BASE.exec(pathname)?.[0],
  open(channel, settings, world): Rules {
    const bucket = settings.rate === false || world.light ? undefined : new TokenBucket({ perSecond: 1 / 5, burst: 60 });
    const sequences = new Map<string, ChatMessage>();
    let published = 0;

    const publish = (message: JsonObject, request: Incoming): Reply => {
      published += 1;
      const id = stableId(12, "ntfy", channel.name, String(published)).toLowerCase();
      const sequence = settings.old ? "" : textOf(message.sequence_id);
      const body = shownBody(message);
      const before = sequence === "" ? undefined : sequences.get(sequence);
      if (before && channel.message(before.id)) channel.edit(before, { at: request.at, body, raw: request.bodyText, pings: [] });
      else {
        const posted = channel.post({ id, at: request.at, body, raw: request.bodyText, pings: pingsOf(body) });
        if (sequence !== "") sequences.set(sequence, posted);
      }
      const time = Math.floor(request.at / 1000);
      const answer = { id, time, expires: time + KEPT_S, event: "message", topic: textOf(message.topic), ...body };
      return {
        status: 200,
        headers: { "content-type": "application/json" },
        body: `${JSON.stringify({ ...answer, ...(sequence && { sequence_id: sequence }) })}\n`,
      };
    };

    return {
      take(request) {
        const path = request.pathname.replace(BASE, "");
        if ((path !== "" && path !== "/") || (request.method !== "POST" && request.method !== "PUT"))
          return refused(ntfyError(40401, "page not found"));
        if (bucket && bucket.take(request.at) > 0) return limited();
        if (Buffer.byteLength(request.bodyText) > NTFY_LIMITS.body) return refused(ntfyError(41303, "JSON body too large"));
        const message = parseJson(request.bodyText);
        if (!isObject(message)) return refused(ntfyError(40017, "invalid request: request body must be message JSON", "publish-as-json"));
        const problem = world.light ? undefined : ntfyProblem(message, { sequences: !settings.old });
        if (problem) return refused(problem);
        const denied = settings.token === undefined ? undefined : tokenProblem(request, settings.token);
        if (denied) return refused(denied);
        if (settings.attachments === false && isTooLong(message))
          return refused(ntfyError(40014, "invalid request: attachments not allowed", "attachments"));
        return publish(message, request);
      },
      refusal(status, afterSeconds) {
        if (status !== 429) return refused({ code: status * 100 + 1, http: status, error: "scripted failure" });
        if (afterSeconds === undefined) return limited();
        return {
          ...limited(),
          headers: { "content-type": "application/json", "retry-after": String(afterSeconds) },
          words: waitWords(429, afterSeconds),
        };
      },
      gone: () => refused(ntfyError(40301, "forbidden", "authentication")),
    };
  },
};

const isTooLong = (message: JsonObject): boolean => Buffer.byteLength(textOf(message.message)) > NTFY_LIMITS.message;

function tokenProblem(request: Incoming, token: string): NtfyError | undefined {
  const { authorization } = request.headers;
  if (authorization === `Bearer ${token}`) return undefined;
  return authorization === undefined ? ntfyError(40301, "forbidden", "authentication") : ntfyError(40101, "unauthorized", "authentication");
}

/** A message as the phone gets it. One that is too long comes as a file, which a notification does not show. */
function shownBody(message: JsonObject): JsonObject {
  const { topic: _, sequence_id: __, ...rest } = message;
  if (!isTooLong(message)) return { ...rest, message: textOf(message.message) || "triggered" };
  const attachment = { name: "attachment.txt", type: "text/plain; charset=utf-8", size: Buffer.byteLength(textOf(message.message)) };
  return { ...rest, message: "You received a file: attachment.txt", attachment };
}

// Priorities 1 and 2 make neither sound nor vibration.
function pingsOf(body: JsonObject): Ping[] {
  const priority = typeof body.priority === "number" && body.priority > 0 ? body.priority : 3;
  return priority >= 3 ? [{ kind: "channel", where: `priority ${priority}` }] : [];
}

/** The tags that stand for emojis, and those that do not; of the emojis only the ones that we use. */
export function ntfyTags(body: JsonObject): { emojis: string; words: string[] } {
  const tags = listOf(body.tags).map(textOf);
  return { emojis: tags.map((tag) => EMOJIS[tag] ?? "").join(""), words: tags.filter((tag) => !(tag in EMOJIS)) };
}

const EMOJIS: Record<string, string> = {
  red_circle: "🔴",
  orange_circle: "🟠",
  yellow_circle: "🟡",
  large_blue_circle: "🔵",
  white_circle: "⚪",
  white_check_mark: "✅",
};
