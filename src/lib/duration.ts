// Durations and rates as people write them in the configuration: `30s`, `5m`, `2h`, `7d`; `1/s`, `30/m`.

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/;
const RATE = /^(\d{1,9})\/(s|m|h)$/;

/** So many things in so much time. */
export interface Rate {
  count: number;
  perMs: number;
}

/** The milliseconds of `500ms`, `30s`, `5m`, `2h` or `7d`; undefined for anything else. `0s` is a duration. */
export function parseDuration(text: string): number | undefined {
  const [, amount = "", unit = ""] = DURATION.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  return unitMs === undefined ? undefined : Number(amount) * unitMs;
}

/** The rate of `5/s`, `30/m` or `100/h`; undefined for anything else, also for a rate of nothing. */
export function parseRate(text: string): Rate | undefined {
  const [, amount = "", unit = ""] = RATE.exec(text) ?? [];
  const perMs = UNIT_MS[unit];
  const count = Number(amount);
  return perMs === undefined || count === 0 ? undefined : { count, perMs };
}

/** `90_000` as `90s`: the largest unit that divides it. */
export function durationText(ms: number): string {
  const units = Object.entries(UNIT_MS).reverse();
  const [unit, size] = units.find(([, length]) => ms >= length && ms % length === 0) ?? ["ms", 1];
  return `${ms / size}${unit}`;
}

/** A span for people, in its two largest units: `61 min` as `1h 1m`; what is less is left out. */
export function spanText(ms: number): string {
  const units = Object.entries(UNIT_MS).reverse();
  const at = units.findIndex(([, length]) => ms >= length);
  const [unit, size] = units.at(at) ?? ["ms", 1];
  const [less, part] = units[at + 1] ?? ["ms", 1];
  const rest = unit === "s" || unit === "ms" ? 0 : Math.floor((ms % size) / part);
  return `${Math.floor(ms / size)}${unit}${rest > 0 ? ` ${rest}${less}` : ""}`;
}
