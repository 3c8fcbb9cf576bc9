// What Slack's answers to a webhook mean. Success is the word `ok`; failures are words too, and the word outranks the status.
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks (handling errors), and the API changelog of 2016-05-17
import type { DeliveryOutcome } from "../../outcome.ts";
import { classifyStatus, jsonMember } from "../answers.ts";
import type { Answer } from "../destination.ts";
import type { Words } from "./words.ts";
import { closed, gone, MESSAGE_WORDS, misconfigured, missing, outcomeOf } from "./words.ts";

const WORDS: Words = {
  ...MESSAGE_WORDS,
  no_service: gone("the webhook was removed or its app is disabled: create a new one"),
  no_service_id: gone("the address is not whole, or its webhook was removed: create a new one"),
  no_active_hooks: gone("the webhook is disabled: create a new one"),
  no_team: gone("the workspace is gone"),
  team_disabled: gone("the workspace is disabled"),
  invalid_token: closed("the address is wrong or was revoked: copy it again, or create a new webhook"),
  channel_not_found: missing("the channel is gone: create a webhook for another one"),
  channel_is_archived: missing("the channel is archived: unarchive it, or create a webhook for another one"),
  user_not_found: misconfigured("the person that the webhook posts to is gone: create a webhook for a channel"),
  action_prohibited: closed("the workspace's administrators do not allow this"),
  posting_to_general_channel_denied: closed("the app may not post to #general: create a webhook for another channel"),
};

/** The outcome of one post. */
export function classify(answer: Answer, { at }: { at: number }): DeliveryOutcome {
  const word = errorWord(answer.body);
  if (answer.status === 200 && word === "ok") return { kind: "delivered" };
  const byStatus = classifyStatus(answer, at);
  // A refusal for pace or a fault on Slack's side passes, whatever the word.
  if (byStatus.kind === "retry") return byStatus;
  const known = outcomeOf(WORDS, word);
  if (known) return known;
  if (byStatus.kind === "delivered") return misconfigured(`answered ${answer.status} without "ok": this is no incoming webhook`);
  return byStatus;
}

// Plain text; JSON `{"ok":false,"error":"..."}` has been seen too.
function errorWord(body: string): string {
  const error = jsonMember(body, "error");
  return typeof error === "string" ? error : body.trim();
}
