// What a Mattermost server's answers mean. Its errors are JSON with an `id` that outranks the status:
// https://github.com/mattermost/mattermost/blob/master/server/channels/app/webhook.go (HandleIncomingWebhook).
import type { DeliveryOutcome } from "../../outcome.ts";
import { classifyStatus, jsonMember } from "../answers.ts";
import type { Answer } from "../destination.ts";

type Closed = Extract<DeliveryOutcome, { kind: "disabled" }>;

const CLOSED: Record<string, Pick<Closed, "reason" | "detail">> = {
  // A 501, so not to be taken for trouble that passes.
  "web.incoming_webhook.disabled.app_error": {
    reason: "forbidden",
    detail: "incoming webhooks are switched off on the server: System Console, Integrations, Integration Management",
  },
  "web.incoming_webhook.channel_locked.app_error": { reason: "forbidden", detail: "the webhook is locked to another channel" },
  "web.incoming_webhook.permissions.app_error": {
    reason: "forbidden",
    detail: "whoever made the webhook may not post in its channel: let a member make a new one",
  },
  "web.incoming_webhook.user.app_error": { reason: "forbidden", detail: "whoever made the webhook is gone: make a new one" },
  "web.incoming_webhook.channel.app_error": { reason: "not_found", detail: "the channel is gone" },
  "app.channel.get.existing.app_error": { reason: "not_found", detail: "the channel is gone" },
};

/** The outcome of one post. */
export function classify(answer: Answer, { at }: { at: number }): DeliveryOutcome {
  const { status, body } = answer;
  if (status >= 200 && status < 300) {
    if (!body.trimStart().startsWith("<")) return { kind: "delivered" };
    return {
      kind: "disabled",
      reason: "misconfigured",
      detail: "a web page answered: the address is wrong, or a sign-in stands before it",
    };
  }
  const id = jsonMember(body, "id");
  const closed = typeof id === "string" && Object.hasOwn(CLOSED, id) ? CLOSED[id] : undefined;
  // The channel's id is also used with a 500 when the database does not answer.
  if (closed && (status < 500 || status === 501)) return { kind: "disabled", ...closed };
  // A deleted webhook and a database that does not answer say the same. Each probe asks again: nothing is lost if it was the
  // database, and if it was deleted, the breaker tells the owner, and what waits goes out by the new address.
  if (id === "web.incoming_webhook.invalid.app_error")
    return { kind: "retry", reason: "server_error", detail: "the hook is unknown or deleted, or the server's database does not answer" };
  if (id === "web.incoming_webhook.split_props_length.app_error")
    return { kind: "rejected", reason: "too_large", detail: "the attachment" };
  return classifyStatus(answer, at);
}
