// What Slack's answers mean. Success is the word `ok`; failures are words too, and the word outranks the status.
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks (error handling)
import type { DeliveryOutcome } from "../../outcome.ts";
import { classifyStatus, jsonMember } from "../answers.ts";
import type { Answer } from "../destination.ts";

const WORDS: Record<string, DeliveryOutcome> = {
  no_service: gone("the webhook was removed or its app is disabled: create a new one"),
  no_active_hooks: gone("the webhook is disabled: create a new one"),
  no_team: gone("the workspace is gone"),
  team_disabled: gone("the workspace is disabled"),
  invalid_token: { kind: "disabled", reason: "forbidden", detail: "the address is wrong or was revoked" },
  channel_not_found: { kind: "disabled", reason: "not_found", detail: "the channel is gone" },
  channel_is_archived: { kind: "disabled", reason: "not_found", detail: "the channel is archived" },
  user_not_found: { kind: "disabled", reason: "misconfigured", detail: "the person that the webhook posts to is gone" },
  action_prohibited: { kind: "disabled", reason: "forbidden", detail: "the workspace's administrators do not allow this" },
  posting_to_general_channel_denied: { kind: "disabled", reason: "forbidden", detail: "the app may not post to #general" },
  invalid_payload: refused("invalid_payload"),
  invalid_blocks: refused("invalid_blocks"),
  invalid_blocks_format: refused("invalid_blocks_format"),
  invalid_attachments: refused("invalid_attachments"),
  too_many_attachments: refused("too_many_attachments"),
  no_text: refused("no_text"),
  msg_blocks_too_long: { kind: "rejected", reason: "too_large", detail: "msg_blocks_too_long" },
  msg_too_long: { kind: "rejected", reason: "too_large", detail: "msg_too_long" },
};

/** The outcome of one post. */
export function classify(answer: Answer, { at }: { at: number }): DeliveryOutcome {
  const word = errorWord(answer.body);
  if (answer.status === 200 && word === "ok") return { kind: "delivered" };
  const byStatus = classifyStatus(answer, at);
  // A refusal for pace or a fault on Slack's side passes, whatever the word.
  if (byStatus.kind === "retry") return byStatus;
  const known = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (known) return known;
  if (byStatus.kind === "delivered")
    return { kind: "disabled", reason: "misconfigured", detail: `answered ${answer.status} without "ok": this is no incoming webhook` };
  return byStatus;
}

// Plain text; JSON `{"ok":false,"error":"..."}` has been seen too.
function errorWord(body: string): string {
  const error = jsonMember(body, "error");
  return typeof error === "string" ? error : body.trim();
}

function gone(detail: string): DeliveryOutcome {
  return { kind: "disabled", reason: "revoked", detail };
}

function refused(detail: string): DeliveryOutcome {
  return { kind: "rejected", reason: "invalid_payload", detail };
}
