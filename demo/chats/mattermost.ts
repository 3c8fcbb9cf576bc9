// A Mattermost incoming webhook: POST /hooks/{id}, `ok` or an error as JSON. What the body may hold is in mattermost-form.ts.
// Facts: mattermost/mattermost server/channels/web/webhook.go and app/webhook.go; app/ratelimit.go for the limit, which is off unless an
// administrator sets it and then takes 10 a second with a burst of 100. A deleted webhook is answered 400, like a broken database.
import { waitWords } from "./faults.ts";
import { type JsonObject, objectOf, parseJson, stableId } from "./json.ts";
import { type MattermostError, mattermostPings, mattermostPosts, mattermostRefusal, mattermostRewritten } from "./mattermost-form.ts";
import { TokenBucket } from "./rate.ts";
import type { Chat, Incoming, Reply, Rules } from "./types.ts";

/** `rate`: enforce a pace. `off`: incoming webhooks are switched off on the server. `closed`: the webhook's maker may not post there. */
export interface MattermostSettings {
  rate?: { perSecond: number; burst: number };
  off?: boolean;
  closed?: boolean;
}

const HOOK = /^(?:\/[\w-]+)*?\/hooks\/([A-Za-z0-9]+)$/;

const refused = ({ status, id, message }: MattermostError): Reply => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ id, message, detailed_error: "", request_id: stableId(26, id).toLowerCase(), status_code: status }),
  words: message,
});

function limited(waitMs: number): Reply {
  const wait = Math.max(1, Math.ceil(waitMs / 1000));
  const headers = { "content-type": "text/plain; charset=utf-8", "retry-after": String(wait), "x-ratelimit-remaining": "0" };
  return { status: 429, headers, body: "limit exceeded\n", words: waitWords(429, wait) };
}

const ok: Reply = { status: 200, headers: { "content-type": "text/plain" }, body: "ok" };

/** Mattermost's incoming webhooks. */
export const mattermostChat: Chat<MattermostSettings> = {
  kind: "mattermost",
  address: (name) => `/hooks/${stableId(26, "mattermost", name).toLowerCase()}`,
  key: (pathname) => {
    const found = HOOK.exec(pathname);
    return found ? `/hooks/${found[1]}` : undefined;
  },
  open(channel, settings, world): Rules {
    const bucket = settings.rate && new TokenBucket(settings.rate);
    let posted = 0;
    const show = (request: Incoming, body: JsonObject | null): void => {
      posted += 1;
      const id = stableId(26, channel.name, String(posted)).toLowerCase();
      const pings = body ? mattermostPings(body) : [];
      const silent = body?.silent === true;
      channel.post({ id, at: request.at, body, raw: request.bodyText, pings, ...(silent && { silent }) });
    };
    return {
      take(request) {
        if (request.method !== "POST")
          return refused({ status: 404, id: "api.context.404.app_error", message: "Sorry, we could not find the page." });
        const waitMs = bucket?.take(request.at) ?? 0;
        if (waitMs > 0) return limited(waitMs);
        if (world.light) {
          show(request, null);
          return ok;
        }
        if (settings.off) return refused(OFF);
        const body = parseJson(bodyOf(request));
        const problem = mattermostRefusal(body);
        if (problem) return refused(problem);
        if (settings.closed) return refused(CLOSED);
        for (const post of mattermostPosts(mattermostRewritten(objectOf(body)))) show(request, post);
        return ok;
      },
      refusal(status, afterSeconds = 1) {
        if (status === 429) return limited(afterSeconds * 1000);
        if (status === 501) return refused(OFF);
        if (status === 403) return refused(CLOSED);
        if (status === 404) return refused({ status, id: "web.incoming_webhook.channel.app_error", message: "Couldn't find the channel." });
        if (status < 500) return refused({ status, id: "web.incoming_webhook.parse.app_error", message: "Unable to parse incoming data." });
        const id = "api.post.create_webhook_post.creating.app_error";
        return refused({ status, id, message: "Error creating post." });
      },
      gone: () => refused({ status: 400, id: "web.incoming_webhook.invalid.app_error", message: "Invalid webhook." }),
    };
  },
};

const OFF: MattermostError = {
  status: 501,
  id: "web.incoming_webhook.disabled.app_error",
  message: "Incoming webhooks have been disabled by the system admin.",
};
const CLOSED: MattermostError = {
  status: 403,
  id: "web.incoming_webhook.permissions.app_error",
  message: "Inappropriate channel permissions.",
};

/** The body is JSON whatever its type, but for a form, whose field `payload` holds it. */
const bodyOf = ({ headers, bodyText }: Incoming): string =>
  headers["content-type"]?.startsWith("application/x-www-form-urlencoded")
    ? (new URLSearchParams(bodyText).get("payload") ?? "")
    : bodyText;
