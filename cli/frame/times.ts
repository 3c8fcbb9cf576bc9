// Times for people. The machine's own time zone is not used: a log is compared with those of other systems, in UTC.

const UNITS: readonly [unit: string, ms: number][] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
];

/** A span in its largest unit, rounded down: `45s`, `12m`, `3h`, `9d`. */
export function span(ms: number): string {
  const [unit, size] = UNITS.find(([, length]) => ms >= length) ?? ["s", 1_000];
  return `${Math.floor(Math.max(0, ms) / size)}${unit}`;
}

/** How long ago a moment was: `12m ago`; `in 3m` for one to come; a dash for none. */
export function ago(at: string | null | undefined, now: number): string {
  if (!at) return "-";
  const ms = now - Date.parse(at);
  return ms < 0 ? `in ${span(-ms)}` : `${span(ms)} ago`;
}

/** The time of day in UTC, `14:03:21`. */
export const clock = (at: string): string => at.slice(11, 19);

/** A moment in UTC to the second, `2026-11-21 14:03:21`. */
export const moment = (at: string): string => `${at.slice(0, 10)} ${clock(at)}`;
