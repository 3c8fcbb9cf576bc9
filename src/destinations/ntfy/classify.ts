// What an ntfy server's answers mean. Errors are `{ code, http, error, link }`, where `code` begins with the status and tells more:
// https://github.com/binwiederhier/ntfy/blob/main/server/errors.go
import { retryAfterMs } from "../../lib/retry-after.ts";
import type { DeliveryOutcome } from "../../outcome.ts";
import { bodyRetryAfterMs, classifyStatus, jsonMember } from "../answers.ts";
import type { Answer } from "../destination.ts";
import { WAIT_MS } from "./limits.ts";

const TOPIC_INVALID = 40009;
const TOPIC_RESERVED = 40010;
const ATTACHMENTS_OFF = 40014;

/** The outcome of one message. */
export function classify(answer: Answer, { at }: { at: number }): DeliveryOutcome {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return taken(body);
  const code = jsonMember(body, "code");
  if (status === 429) return limited(answer, typeof code === "number" ? code : 0, at);
  const detail = `answered ${status}${typeof code === "number" ? `, code ${code}` : ""}`;
  switch (code) {
    case TOPIC_INVALID:
    case TOPIC_RESERVED:
      return { kind: "disabled", reason: "misconfigured", detail: `${detail}: the topic's name is not allowed` };
    case ATTACHMENTS_OFF:
      return { kind: "rejected", reason: "too_large", detail };
    default:
      break;
  }
  switch (status) {
    case 401:
      return { kind: "disabled", reason: "forbidden", detail: `${detail}: the token is wrong or has ended` };
    case 403:
      return {
        kind: "disabled",
        reason: "forbidden",
        detail: `${detail}: the topic may not be written to; set token, or give its user write access`,
      };
    case 400:
      return { kind: "rejected", reason: "invalid_payload", detail };
    default:
      return classifyStatus(answer, at);
  }
}

// A website that is no ntfy server may well answer 200. The sequence comes back from servers that know of it.
function taken(body: string): DeliveryOutcome {
  if (typeof jsonMember(body, "id") !== "string")
    return {
      kind: "disabled",
      reason: "misconfigured",
      detail: "the answer is none of an ntfy server: is url the address of the server itself?",
    };
  const sequence = jsonMember(body, "sequence_id");
  return typeof sequence === "string" && sequence !== "" ? { kind: "delivered", ref: sequence } : { kind: "delivered" };
}

function limited(answer: Answer, code: number, at: number): DeliveryOutcome {
  const afterMs = retryAfterMs(answer.headers, at) ?? bodyRetryAfterMs(answer.body) ?? WAIT_MS[code];
  return afterMs === undefined ? { kind: "retry", reason: "rate_limited" } : { kind: "retry", reason: "rate_limited", afterMs };
}
