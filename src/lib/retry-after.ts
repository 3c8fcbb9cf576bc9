// Retry-After in all its forms.

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
  if (/^\d+(\.\d+)?$/.test(value)) return boundedDelay(Number(value) * 1000);
  const until = httpDate(value);
  return until === undefined ? undefined : boundedDelay(until - (httpDate(headers.get("date") ?? "") ?? now));
}

/** A delay as we take it: whole ms, not negative, and cut at a day. */
export const boundedDelay = (ms: number): number => Math.min(MAX_DELAY_MS, Math.max(0, Math.ceil(ms)));

// RFC 9110 has three forms; only asctime's has no zone, and is UTC. Anything else that Date.parse would accept is not a date here.
function httpDate(text: string): number | undefined {
  const value = text.trim();
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value)) return undefined;
  const ms = Date.parse(/ GMT$/.test(value) ? value : `${value} GMT`);
  return Number.isNaN(ms) ? undefined : ms;
}
