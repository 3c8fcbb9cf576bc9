// What clocks on the wall say in a time zone. The platform's own tables of zones; no library.

const MINUTE_MS = 60_000;

/** A zone's clock. */
export interface ZoneClock {
  /** How far its wall clock is ahead of UTC at a moment (Unix ms), in ms. */
  offsetAt(ms: number): number;
}

/** Clocks by zone: to make one costs as much as to ask it a thousand times. */
const clocks = new Map<string, ZoneClock>();

/** The clock of a zone by its IANA name; undefined where the platform knows none of that name. */
export function clockOf(zone: string): ZoneClock | undefined {
  const known = clocks.get(zone);
  if (known) return known;
  const made = makeClock(zone);
  if (made) clocks.set(zone, made);
  return made;
}

function makeClock(zone: string): ZoneClock | undefined {
  // The platform also takes offsets such as "+01:00", which know no summer time.
  if (!/^[A-Za-z]/.test(zone)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return undefined;
  }
  // Events come in close succession: the last minute's answer is that of most questions.
  let last = { minute: Number.NaN, offset: 0 };
  return {
    offsetAt(ms) {
      const minute = Math.floor(ms / MINUTE_MS);
      if (minute !== last.minute) {
        const start = minute * MINUTE_MS;
        const [month = 1, day = 1, year = 0, hour = 0, minutes = 0, seconds = 0] = (format.format(start).match(/\d+/g) ?? []).map(Number);
        last = { minute, offset: Date.UTC(year, month - 1, day, hour, minutes, seconds) - start };
      }
      return last.offset;
    },
  };
}
