// Numbers as people read them.

/** `12,345`. */
export const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** How many a minute: exact where there are few. */
export function perMinute(count: number, ms: number): string {
  const rate = ms <= 0 ? 0 : count / (ms / 60_000);
  if (rate === 0) return "0";
  if (rate < 0.1) return "<0.1";
  return rate < 10 ? rate.toFixed(1) : thousands(Math.round(rate));
}

/** Seconds: `0.4 s`, `12 s`, `3 min`, `2 h`. */
export function seconds(length: number | null): string {
  if (length === null) return "–";
  if (length < 90) return `${length} s`;
  return length < 5_400 ? `${Math.round(length / 60)} min` : `${Math.round(length / 3_600)} h`;
}
