// What an HTTP answer means where the vendor has no rule of its own, and how long it asks us to wait.
// Adapters add only their vendor's exceptions.
import { boundedDelay, retryAfterMs } from "../lib/retry-after.ts";
import type { DeliveryOutcome } from "../outcome.ts";
import type { Answer } from "./destination.ts";

/** The delay that a JSON body's `retry_after` asks for (seconds, may have a fraction), in ms. */
export function bodyRetryAfterMs(body: string): number | undefined {
  const value = jsonMember(body, "retry_after");
  const seconds = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof seconds === "number" && Number.isFinite(seconds) && seconds >= 0 ? boundedDelay(seconds * 1000) : undefined;
}

/** One member of a body that may be a JSON object; undefined when it is none. */
export function jsonMember(body: string, name: string): unknown {
  // Most answers are a word; a parser that throws is a slow way to find that out.
  if (!body.trimStart().startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return value && typeof value === "object" ? Reflect.get(value, name) : undefined;
  } catch {
    return undefined;
  }
}

/** What the status alone says, for every status. */
export function classifyStatus(answer: Answer, now: number): DeliveryOutcome {
  const { status } = answer;
  const detail = `answered ${status}`;
  if (status >= 200 && status < 300) return { kind: "delivered" };
  // A redirect is never followed: it could lead a signed request, or the address itself, to a stranger.
  if (status >= 300 && status < 400)
    return { kind: "disabled", reason: "misconfigured", detail: `${detail}: redirects are not followed, set the final address` };
  if (status >= 500) return retry(answer, now, status === 503 ? "rate_limited" : "server_error");
  switch (status) {
    case 429:
      return retry(answer, now, "rate_limited");
    case 408:
    case 425:
      return retry(answer, now, "server_error");
    case 401:
    case 402:
    case 403:
    case 407:
      return { kind: "disabled", reason: "forbidden", detail };
    case 404:
      return { kind: "disabled", reason: "not_found", detail };
    case 410:
      return { kind: "disabled", reason: "revoked", detail };
    case 405:
      return { kind: "disabled", reason: "misconfigured", detail: `${detail}: the address takes no such request` };
    case 413:
      return { kind: "rejected", reason: "too_large", detail };
    default:
      return { kind: "rejected", reason: "invalid_payload", detail };
  }
}

function retry(answer: Answer, now: number, reason: "rate_limited" | "server_error"): DeliveryOutcome {
  const afterMs = retryAfterMs(answer.headers, now) ?? bodyRetryAfterMs(answer.body);
  return afterMs === undefined ? { kind: "retry", reason } : { kind: "retry", reason, afterMs };
}
