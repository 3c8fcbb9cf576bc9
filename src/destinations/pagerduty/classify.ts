// What PagerDuty's answers mean: https://developer.pagerduty.com/docs/events-api-v2-overview (Response Codes & Retry Logic).
// Bodies are `{ status, message, dedup_key }` or `{ status, message, errors }`.
import { retryAfterMs } from "../../lib/retry-after.ts";
import { oneLine, shorten } from "../../lib/text.ts";
import type { DeliveryOutcome } from "../../outcome.ts";
import { bodyRetryAfterMs, classifyStatus, jsonMember } from "../answers.ts";
import type { Answer } from "../destination.ts";
import { LIMITED_MS } from "./limits.ts";

/** The outcome of one event. */
export function classify(answer: Answer, { at }: { at: number }): DeliveryOutcome {
  const { status, body } = answer;
  if (status >= 200 && status < 300) {
    const key = jsonMember(body, "dedup_key");
    return typeof key === "string" && key !== "" ? { kind: "delivered", ref: key } : { kind: "delivered" };
  }
  if (status === 429)
    return { kind: "retry", reason: "rate_limited", afterMs: retryAfterMs(answer.headers, at) ?? bodyRetryAfterMs(body) ?? LIMITED_MS };
  if (status === 400) return invalid(body);
  return classifyStatus(answer, at);
}

function invalid(body: string): DeliveryOutcome {
  const errors = jsonMember(body, "errors");
  const said = Array.isArray(errors) ? errors.filter((error) => typeof error === "string").join("; ") : "";
  const detail = said === "" ? "answered 400" : `answered 400: ${shorten(oneLine(said), 200)}`;
  // "Length of 'routing_key' is incorrect (should be 32 characters)", "Invalid routing key": every event would end so.
  if (/routing[_ ]key/i.test(said)) return { kind: "disabled", reason: "misconfigured", detail };
  return { kind: "rejected", reason: "invalid_payload", detail };
}
