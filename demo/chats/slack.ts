// A Slack incoming webhook: POST /services/T…/B…/…, plain-text answers. What the body may hold is in slack-blocks.ts.
// Facts: docs.slack.dev "Sending messages using incoming webhooks" and "Rate limits"; the words of refusals from the API changelog of
// 2016-05-17, slackapi/bolt-python issue 914 (invalid_attachments), slackapi/java-slack-sdk issue 1017 (invalid_blocks) and
// slackapi/bolt-js issue 2509 (msg_blocks_too_long).
import { waitWords } from "./faults.ts";
import { isObject, type JsonObject, listOf, parseJson, stableId, textOf } from "./json.ts";
import { TokenBucket } from "./rate.ts";
import { SLACK_LIMITS, slackProblem } from "./slack-blocks.ts";
import { slackPings } from "./slack-pings.ts";
import type { Chat, Incoming, Reply, Rules } from "./types.ts";

/** `rate`: enforce a pace, e.g. Slack's own of 1 a second; its burst is not published. Off unless set. */
export interface SlackSettings {
  rate?: { perSecond: number; burst: number };
}

const said = (status: number, word: string): Reply => ({ status, headers: { "content-type": "text/plain" }, body: word, words: word });

/** A 429 as Slack sends it: `Retry-After` in whole seconds, and the same in the body (prometheus/alertmanager issues 2111, 3189). */
function rateLimited(afterSeconds: number): Reply {
  const wait = Math.max(1, Math.ceil(afterSeconds));
  return {
    status: 429,
    headers: { "content-type": "application/json", "retry-after": String(wait) },
    body: JSON.stringify({ retry_after: wait, ok: false, error: "rate_limited" }),
    words: waitWords(429, wait),
  };
}

const WORDS: Record<number, string> = {
  400: "invalid_payload",
  403: "action_prohibited",
  404: "channel_not_found",
  410: "channel_is_archived",
  500: "rollup_error",
};

/** Slack's incoming webhooks. */
export const slackChat: Chat<SlackSettings> = {
  kind: "slack",
  address: (name) => `/services/T00000000/B${stableId(10, "slack", name)}/${stableId(24, "slack token", name)}`,
  key: (pathname) => (/^\/services\/T\w+\/B\w+\/\w+$/.test(pathname) ? pathname : undefined),
  open(channel, settings, world): Rules {
    const bucket = settings.rate && new TokenBucket(settings.rate);
    let posted = 0;
    return {
      take(request) {
        if (request.method !== "POST") return said(405, "method_not_allowed");
        const waitMs = bucket?.take(request.at) ?? 0;
        if (waitMs > 0) return rateLimited(waitMs / 1000);
        posted += 1;
        const id = `${Math.floor(request.at / 1000)}.${String(posted).padStart(6, "0")}`;
        if (world.light) {
          channel.post({ id, at: request.at, body: null, raw: request.bodyText });
          return said(200, "ok");
        }
        const body = payloadOf(request);
        if (!body) return said(400, "invalid_payload");
        const problem = slackProblem(body);
        if (problem) return said(400, problem.error);
        const text = textOf(body.text);
        const shown = text.length > SLACK_LIMITS.text ? { ...body, text: text.slice(0, SLACK_LIMITS.text) } : body;
        // A webhook may answer a thread whose id it got elsewhere; its own answer tells none.
        const thread = channel.message(textOf(body.thread_ts));
        const replyTo = thread && channel.rootOf(thread).id;
        channel.post({ id, at: request.at, body: shown, raw: request.bodyText, pings: slackPings(shown), ...(replyTo && { replyTo }) });
        return said(200, "ok");
      },
      refusal: (status, afterSeconds = 1) => (status === 429 ? rateLimited(afterSeconds) : said(status, WORDS[status] ?? "server_error")),
      gone: () => said(404, "no_service"),
    };
  },
};

/** The JSON body, or the `payload` field of a form, which Slack takes as well. */
function payloadOf(request: Incoming): JsonObject | undefined {
  const form = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  const body = parseJson(form ? (new URLSearchParams(request.bodyText).get("payload") ?? "") : request.bodyText);
  if (!isObject(body)) return undefined;
  const lists = [body.blocks, body.attachments].filter((value) => value !== undefined && value !== null);
  return lists.every((value) => Array.isArray(value)) && listOf(body.attachments).every(isObject) ? body : undefined;
}
