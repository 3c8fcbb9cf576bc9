// What an HTTP answer means where the vendor has no rule of its own, and how long it asks us to wait.
// Adapters add only their vendor's exceptions.
import type { DeliveryOutcome } from "../outcome.ts";
import type { Answer } from "./destination.ts";

/** A delay longer than this is taken for a mistake of the sender's clock and cut. */
export const MAX_DELAY_MS = 24 * 60 * 60 * 1000;

/**
 * The delay that a Retry-After header asks for, in ms. Understands seconds (whole or with a fraction) and the three forms
 * of an HTTP date. A date is measured against the answer's own Date header when there is one (its clock may be wrong, but
 * it is the same clock), else against `now` (Unix ms). Undefined when there is no header or it makes no sense.
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return bounded(Number(value) * 1000);
  const until = httpDate(value);
  return until === undefined ? undefined : bounded(until - (httpDate(headers.get("date") ?? "") ?? now));
}

/** The delay that a JSON body's `retry_after` asks for (seconds, may have a fraction), in ms. */
export function bodyRetryAfterMs(body: string): number | undefined {
  const value = jsonMember(body, "retry_after");
  const seconds = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof seconds === "number" && Number.isFinite(seconds) && seconds >= 0 ? bounded(seconds * 1000) : undefined;
}

/** One member of a body that may be a JSON object; undefined when it is none. */
export function jsonMember(body: string, name: string): unknown {
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

const bounded = (ms: number): number => Math.min(MAX_DELAY_MS, Math.max(0, Math.ceil(ms)));

// RFC 9110 has three forms; only asctime's has no zone, and is UTC. Anything else that Date.parse would accept is not a date here.
function httpDate(text: string): number | undefined {
  const value = text.trim();
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value)) return undefined;
  const ms = Date.parse(/ GMT$/.test(value) ? value : `${value} GMT`);
  return Number.isNaN(ms) ? undefined : ms;
}
