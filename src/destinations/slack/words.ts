// Slack's words for a refusal that a webhook and the Web API have in common: what is wrong with a message, and how an answer tells it.
import type { DeliveryOutcome } from "../../outcome.ts";
import { jsonMember } from "../answers.ts";

/** What each word comes to. */
export type Words = Readonly<Record<string, DeliveryOutcome>>;

/** The outcome of a word, if the list has it. */
export const outcomeOf = (words: Words, word: string): DeliveryOutcome | undefined =>
  Object.hasOwn(words, word) ? words[word] : undefined;

/** The address or token works no more: `detail` says what to do. */
export const gone = (detail: string): DeliveryOutcome => ({ kind: "disabled", reason: "revoked", detail });
export const closed = (detail: string): DeliveryOutcome => ({ kind: "disabled", reason: "forbidden", detail });
export const missing = (detail: string): DeliveryOutcome => ({ kind: "disabled", reason: "not_found", detail });
export const misconfigured = (detail: string): DeliveryOutcome => ({ kind: "disabled", reason: "misconfigured", detail });
const refused = (detail: string): DeliveryOutcome => ({ kind: "rejected", reason: "invalid_payload", detail });
const tooLarge = (detail: string): DeliveryOutcome => ({ kind: "rejected", reason: "too_large", detail });

/** Words about the message itself. */
export const MESSAGE_WORDS: Words = Object.fromEntries([
  ...[
    "invalid_payload",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_attachments",
    "too_many_attachments",
    "no_text",
    "missing_text_or_fallback_or_attachments",
    "invalid_arguments",
    "invalid_arg_name",
    "invalid_array_arg",
    "invalid_charset",
    "invalid_form_data",
    "invalid_post_type",
    "missing_post_type",
    "invalid_json",
    "json_not_object",
  ].map((word) => [word, refused(word)] as const),
  ...["msg_blocks_too_long", "msg_too_long"].map((word) => [word, tooLarge(word)] as const),
]);

const MAX_FAULT = 160;

/**
 * The word and, for blocks, the first fault that Slack names by its place in them: `invalid_blocks: must be less than 3001 characters
 * [json-pointer:/blocks/0/text/text]`. Nothing of the message's text is in it.
 */
export function withFault(word: string, body: string): string {
  const errors = jsonMember(body, "errors");
  const [first] = Array.isArray(errors) ? errors : [];
  const fault = typeof first === "string" ? (/^[\w .,:'"`()-]+\[json-pointer:[\w/-]+\]$/.exec(first)?.[0] ?? "") : "";
  return fault === "" || fault.length > MAX_FAULT ? word : `${word}: ${fault}`;
}
