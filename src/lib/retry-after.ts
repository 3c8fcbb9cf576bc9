// Retry-After in all its forms.

/** The longest wait that is believed: a header that says more is a mistake or a joke. */
const MOST_MS = 24 * 60 * 60_000;

/** The delay that a `Retry-After` header asks for, in ms: seconds (a fraction is allowed) or an HTTP date. Undefined without one. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return clamp(Number(value) * 1_000);
  const date = Date.parse(value);
  if (Number.isNaN(date)) return undefined;
  // The server's own clock, when it tells, is the one its date was made with.
  const served = Date.parse(headers.get("date") ?? "");
  return clamp(date - (Number.isNaN(served) ? now : served));
}

const clamp = (ms: number): number => Math.min(MOST_MS, Math.max(0, Math.ceil(ms)));
