// Times and durations of conditions, to the nanosecond as CEL has them; `Date` would lose what sources write below a millisecond.

/** Nanoseconds. */
export const SECOND = 1_000_000_000n;
const MILLISECOND = 1_000_000n;
const DAY_MS = 86_400_000;
/** From the year 1 to the end of 9999, in nanoseconds. */
const FIRST = -62_135_596_800n * SECOND;
const LAST = 253_402_300_800n * SECOND - 1n;
const LONGEST = 2n ** 63n - 1n;
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  ms: MILLISECOND,
  s: SECOND,
  m: 60n * SECOND,
  h: 3_600n * SECOND,
};
const INSTANT = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;
const SPAN_PART = /^(\d+)?(?:\.(\d+)?)?(ns|us|µs|ms|s|m|h)/;

/** A point in time, in nanoseconds since 1970. */
export class Time {
  readonly nanos: bigint;

  /** Throws for what is before the year 1 or after 9999. */
  constructor(nanos: bigint) {
    if (nanos < FIRST || nanos > LAST) throw new Error("the time is outside of the years 1 to 9999");
    this.nanos = nanos;
  }

  /** From milliseconds since 1970. */
  static ofMs(ms: number): Time {
    return new Time(BigInt(ms) * MILLISECOND);
  }

  /** Reads `2026-03-01T10:30:00.5+02:00`; throws for anything else. */
  static read(text: string): Time {
    const [, date, clock, fraction = "", zone] = INSTANT.exec(text) ?? [];
    const ms = Date.parse(`${date}${clock}${zone}`);
    // `Date` takes February 30 for March 2.
    if (Number.isNaN(ms) || new Date(Date.parse(`${date}T00:00:00Z`)).toISOString().slice(0, 10) !== date)
      throw new Error(`timestamp() takes text such as 2026-03-01T10:30:00Z, not ${JSON.stringify(text.slice(0, 40))}`);
    return new Time(BigInt(ms) * MILLISECOND + BigInt(fraction.padEnd(9, "0")));
  }

  toString(): string {
    const [seconds, rest] = split(this.nanos);
    return `${new Date(Number(seconds) * 1_000).toISOString().slice(0, 19)}${fractionText(rest)}Z`;
  }
}

/** A duration in nanoseconds, which may be negative. */
export class Span {
  readonly nanos: bigint;

  /** Throws for what is longer than 292 years. */
  constructor(nanos: bigint) {
    if (nanos < -LONGEST || nanos > LONGEST) throw new Error("the duration is longer than 292 years");
    this.nanos = nanos;
  }

  /** Reads `1h30m`, `-1.5s`, `300ms`; throws for anything else. */
  static read(text: string): Span {
    const wrong = () => new Error(`duration() takes text such as 1h30m, 90s or 300ms, not ${JSON.stringify(text.slice(0, 40))}`);
    const unsigned = text.replace(/^[+-]/, "");
    if (unsigned === "0") return new Span(0n);
    let nanos = 0n;
    let rest = unsigned;
    do {
      const [whole, digits, fraction = "", unit = ""] = SPAN_PART.exec(rest) ?? [];
      const factor = UNITS[unit];
      if (whole === undefined || factor === undefined || (digits === undefined && fraction === "") || text.length > 100) throw wrong();
      nanos += BigInt(digits ?? 0) * factor + (BigInt(fraction || 0) * factor) / 10n ** BigInt(fraction.length);
      rest = rest.slice(whole.length);
    } while (rest !== "");
    return new Span(text.startsWith("-") ? -nanos : nanos);
  }

  toString(): string {
    const size = this.nanos < 0n ? -this.nanos : this.nanos;
    return `${this.nanos < 0n ? "-" : ""}${size / SECOND}${fractionText(size % SECOND)}s`;
  }
}

/** What a span counts: whole ones of a unit, the milliseconds only within the second. */
export const SPAN_PARTS: Readonly<Record<string, (span: Span) => bigint>> = {
  getHours: ({ nanos }) => nanos / (3_600n * SECOND),
  getMinutes: ({ nanos }) => nanos / (60n * SECOND),
  getSeconds: ({ nanos }) => nanos / SECOND,
  getMilliseconds: ({ nanos }) => (nanos % SECOND) / MILLISECOND,
};

/** What a clock and a calendar show of a time. */
export const TIME_PARTS: Readonly<Record<string, (at: Date) => number>> = {
  getFullYear: (at) => at.getUTCFullYear(),
  getMonth: (at) => at.getUTCMonth(),
  getDate: (at) => at.getUTCDate(),
  getDayOfMonth: (at) => at.getUTCDate() - 1,
  getDayOfWeek: (at) => at.getUTCDay(),
  getDayOfYear: (at) => Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0)) / DAY_MS),
  getHours: (at) => at.getUTCHours(),
  getMinutes: (at) => at.getUTCMinutes(),
  getSeconds: (at) => at.getUTCSeconds(),
  getMilliseconds: (at) => at.getUTCMilliseconds(),
};

/** Whole seconds since 1970. */
export const unixSeconds = (time: Time): bigint => split(time.nanos)[0];

/**
 * A time as a date whose UTC fields are what a clock in `zone` shows: `Europe/Paris`, `+05:30`, or UTC without one. Throws for a zone that
 * does not exist.
 */
export function wallClock(time: Time, zone = "UTC"): Date {
  const [seconds, rest] = split(time.nanos);
  const ms = Number(seconds) * 1_000 + Number(rest / MILLISECOND);
  if (zone === "UTC") return new Date(ms);
  const [, sign, hours, minutes] = /^([+-]?)(\d\d):(\d\d)$/.exec(zone) ?? [];
  if (hours !== undefined) return new Date(ms + (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000);
  const parts = Object.fromEntries(
    formatter(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day, hour, minute, second } = parts;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second, Number(rest / MILLISECOND)));
}

/** Formatters are dear to make; there are a few hundred zones, and a configuration names one or two. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATTERS = 20;

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const numeric = "numeric";
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  });
  if (formatters.size >= MOST_FORMATTERS) formatters.clear();
  formatters.set(timeZone, made);
  return made;
}

/** Seconds, rounded down, and the nanoseconds above them. */
function split(nanos: bigint): [seconds: bigint, rest: bigint] {
  const rest = ((nanos % SECOND) + SECOND) % SECOND;
  return [(nanos - rest) / SECOND, rest];
}

/** Nothing, or 3, 6 or 9 digits, as protobuf's JSON has it. */
function fractionText(nanos: bigint): string {
  if (nanos === 0n) return "";
  return `.${String(nanos)
    .padStart(9, "0")
    .replace(/(000){1,2}$/, "")}`;
}
