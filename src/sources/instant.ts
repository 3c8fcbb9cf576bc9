// Points in time as vendors write them: ISO text with or without zone and with microseconds, Unix seconds, ms, µs or ns.

/** A point in time: ISO 8601 UTC for people, and ms (with a fraction, where the vendor counts finer) for ordering. */
export interface Instant {
  iso: string;
  ms: number;
}

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
const lastMs = Date.UTC(9999, 11, 31);

/** Reads a time; zero, nonsense and years beyond four digits mean "not told". A time without a zone is UTC. */
export function asInstant(value: unknown): Instant | undefined {
  if (typeof value === "number") return fromNumber(value);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  return /^\d{9,19}(\.\d{1,9})?$/.test(text) ? fromNumber(Number(text)) : fromIso(text);
}

// The four counts cannot be confused between the years 1973 and 5138.
function fromNumber(value: number): Instant | undefined {
  if (value < 1e11) return instant(value * 1_000);
  if (value < 1e14) return instant(value);
  return instant(value < 1e17 ? value / 1_000 : value / 1_000_000);
}

function fromIso(text: string): Instant | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, date = "", clock = "00:00", fraction = "", zone = "Z"] = match;
  const wholeMs = Date.parse(`${date}T${clock}${isoZone(zone)}`);
  return instant(wholeMs + (fraction ? Number(`0.${fraction}`) * 1_000 : 0));
}

/** `+01`, `+0100` and `z` as `Date.parse` wants them. */
function isoZone(zone: string): string {
  const [, sign = "", hours = "", minutes = "00"] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  return sign ? `${sign}${hours}:${minutes}` : "Z";
}

function instant(ms: number): Instant | undefined {
  if (!(ms > 0 && ms <= lastMs)) return undefined;
  // Microseconds are as fine as a double keeps them for this century; rounding makes equal texts equal numbers.
  const rounded = Math.round(ms * 1_000) / 1_000;
  return { iso: new Date(Math.floor(rounded)).toISOString(), ms: rounded };
}
