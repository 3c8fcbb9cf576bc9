import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Hours, Weekday } from "../config/model.ts";
import { closesAt, isOpen, opensAt } from "./hours.ts";
import { clockOf } from "./zone-clock.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK: Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const WORKDAYS = WEEK.slice(0, 5);

const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const hours = (zone: string, span: string, more: Partial<Hours> = {}): Hours => {
  const [from = "", to = ""] = span.split("-");
  return { zone, days: WEEK, from: minutes(from), to: minutes(to), ...more };
};
const at = (text: string): number => Date.parse(text);
const iso = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString().replace(":00.000Z", "Z");

describe("open or not", () => {
  const office = hours("Europe/Paris", "08:00-18:00", { days: WORKDAYS, holidays: ["2026-12-25"] });
  const night = hours("Europe/Paris", "22:00-06:00", { days: ["fri"], holidays: ["2026-11-27"] });
  const cases: [name: string, Hours, moment: string, open: boolean][] = [
    ["a Wednesday morning", office, "2026-11-18T07:00:00Z", true],
    ["the last moment before it opens", office, "2026-11-18T06:59:59.999Z", false],
    ["the last moment before it closes", office, "2026-11-18T16:59:59.999Z", true],
    ["the moment at which it closes", office, "2026-11-18T17:00:00Z", false],
    ["a Saturday", office, "2026-11-21T10:00:00Z", false],
    ["a holiday", office, "2026-12-25T10:00:00Z", false],
    ["the day after it, a Saturday", office, "2026-12-26T10:00:00Z", false],
    ["summer time", office, "2026-07-01T06:00:00Z", true],
    ["Friday night before midnight", night, "2026-11-20T22:00:00Z", true],
    ["and after it: still Friday's night", night, "2026-11-21T04:59:59Z", true],
    ["its end on Saturday morning", night, "2026-11-21T05:00:00Z", false],
    ["Saturday evening is no Friday", night, "2026-11-21T21:00:00Z", false],
    ["Friday morning belongs to Thursday's night", night, "2026-11-20T04:00:00Z", false],
    ["a night that would begin on a holiday", night, "2026-11-28T01:00:00Z", false],
    ["the whole day, at midnight", hours("Asia/Kathmandu", "00:00-24:00", { days: ["mon"] }), "2026-11-22T18:15:00Z", true],
    ["the whole day, a moment before", hours("Asia/Kathmandu", "00:00-24:00", { days: ["mon"] }), "2026-11-22T18:14:59.999Z", false],
    ["until midnight, written as 00:00", hours("UTC", "18:00-00:00"), "2026-11-22T23:59:59.999Z", true],
    ["and not after it", hours("UTC", "18:00-00:00"), "2026-11-22T00:00:00Z", false],
    ["a zone of which the platform knows nothing is read as UTC", hours("Mars/Olympus", "08:00-09:00"), "2026-11-22T08:30:00Z", true],
  ];
  test.each(cases)("%s", (_, settings, moment, open) => {
    expect(isOpen(settings, at(moment))).toBe(open);
    expect(opensAt(settings, at(moment)) === at(moment)).toBe(open);
    expect(closesAt(settings, at(moment)) === at(moment)).toBe(!open);
  });
});

describe("opens and closes", () => {
  const office = hours("Europe/Paris", "08:00-18:00", { days: WORKDAYS, holidays: ["2026-12-25", "2027-01-01"] });
  const cases: [name: string, Hours, moment: string, opens: string | undefined, closes: string | undefined][] = [
    ["overnight", office, "2026-11-18T20:00:00Z", "2026-11-19T07:00Z", "2026-11-18T20:00Z"],
    ["over a weekend", office, "2026-11-20T20:00:00Z", "2026-11-23T07:00Z", "2026-11-20T20:00Z"],
    ["over Christmas", office, "2026-12-24T17:00:00Z", "2026-12-28T07:00Z", "2026-12-24T17:00Z"],
    ["while it is open", office, "2026-11-18T12:00:00Z", "2026-11-18T12:00Z", "2026-11-18T17:00Z"],
    ["over the night in which summer begins", office, "2026-03-27T20:00:00Z", "2026-03-30T06:00Z", "2026-03-27T20:00Z"],
    [
      "from an hour that is skipped",
      hours("Europe/Paris", "02:30-05:00"),
      "2026-03-28T12:00:00Z",
      "2026-03-29T01:00Z",
      "2026-03-28T12:00Z",
    ],
    [
      "wholly skipped: not on that day",
      hours("Europe/Paris", "02:15-02:45"),
      "2026-03-28T12:00:00Z",
      "2026-03-30T00:15Z",
      "2026-03-28T12:00Z",
    ],
    [
      "until an hour that is skipped",
      hours("Europe/Paris", "01:00-02:30"),
      "2026-03-29T00:30:00Z",
      "2026-03-29T00:30Z",
      "2026-03-29T01:00Z",
    ],
    [
      "an hour that comes twice: first",
      hours("Europe/Paris", "02:15-02:45"),
      "2026-10-24T23:00:00Z",
      "2026-10-25T00:15Z",
      "2026-10-24T23:00Z",
    ],
    [
      "an hour that comes twice: again",
      hours("Europe/Paris", "02:15-02:45"),
      "2026-10-25T00:45:00Z",
      "2026-10-25T01:15Z",
      "2026-10-25T00:45Z",
    ],
    [
      "closes, and opens as the clock is set back",
      hours("Europe/Paris", "01:00-02:30"),
      "2026-10-25T00:40:00Z",
      "2026-10-25T01:00Z",
      "2026-10-25T00:40Z",
    ],
    [
      "a midnight that is skipped (Cairo)",
      hours("Africa/Cairo", "00:00-08:00"),
      "2026-04-23T12:00:00Z",
      "2026-04-23T22:00Z",
      "2026-04-23T12:00Z",
    ],
    [
      "a midnight that is skipped, of the night before",
      hours("Africa/Cairo", "20:00-00:30", { days: ["thu"] }),
      "2026-04-23T19:00:00Z",
      "2026-04-23T19:00Z",
      "2026-04-23T22:00Z",
    ],
    [
      "a midnight that comes twice (Havana)",
      hours("America/Havana", "00:30-01:00"),
      "2026-11-01T05:00:00Z",
      "2026-11-01T05:30Z",
      "2026-11-01T05:00Z",
    ],
    [
      "half an hour of summer (Lord Howe)",
      hours("Australia/Lord_Howe", "02:15-06:00"),
      "2026-10-03T15:00:00Z",
      "2026-10-03T15:30Z",
      "2026-10-03T15:00Z",
    ],
    [
      "a day that is skipped (Apia, 2011)",
      hours("Pacific/Apia", "08:00-18:00", { days: ["fri"] }),
      "2011-12-24T12:00:00Z",
      "2012-01-05T18:00Z",
      "2011-12-24T12:00Z",
    ],
    [
      "a quarter of an hour (Chatham)",
      hours("Pacific/Chatham", "09:00-17:00"),
      "2026-06-30T12:00:00Z",
      "2026-06-30T20:15Z",
      "2026-06-30T12:00Z",
    ],
    ["always open", hours("America/New_York", "00:00-24:00"), "2026-11-18T12:00:00Z", "2026-11-18T12:00Z", undefined],
    ["never open", hours("America/New_York", "08:00-09:00", { days: [] }), "2026-11-18T12:00:00Z", undefined, "2026-11-18T12:00Z"],
    [
      "once a year",
      hours("UTC", "08:00-09:00", { days: ["sat"], holidays: saturdaysOf2027But("2027-11-20") }),
      "2026-12-27T00:00:00Z",
      "2027-11-20T08:00Z",
      "2026-12-27T00:00Z",
    ],
  ];
  test.each(cases)("%s", (_, settings, moment, opens, closes) => {
    expect(iso(opensAt(settings, at(moment)))).toBe(opens);
    expect(iso(closesAt(settings, at(moment)))).toBe(closes);
  });
});

function saturdaysOf2027But(open: string): string[] {
  const first = at("2027-01-02T00:00:00Z");
  return Array.from({ length: 52 }, (_, week) => new Date(first + week * 7 * DAY).toISOString().slice(0, 10)).filter((day) => day !== open);
}

/** Zones of every kind: summer time north and south, none, at midnight, by half an hour, in quarters, during Ramadan. */
const ZONES = [
  "UTC",
  "Europe/Paris",
  "America/New_York",
  "America/St_Johns",
  "America/Havana",
  "America/Santiago",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Asia/Kathmandu",
  "Asia/Beirut",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
];
const YEAR = 2026;
const START = Date.UTC(YEAR, 0, 1);

/** What the platform says of a moment, in its own words: the reading that the work under test does not use. */
class Wall {
  readonly #format: Intl.DateTimeFormat;
  #last = { ms: Number.NaN, said: { date: "", weekday: "mon" as Weekday, minute: 0 } };
  constructor(zone: string) {
    const day = { year: "numeric", month: "2-digit", day: "2-digit", weekday: "short" } as const;
    this.#format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }
  read(ms: number): { date: string; weekday: Weekday; minute: number } {
    if (ms !== this.#last.ms) this.#last = { ms, said: this.#read(ms) };
    return this.#last.said;
  }
  #read(ms: number): { date: string; weekday: Weekday; minute: number } {
    // "Sat, 21/11/2026, 22:41"
    const [, weekday = "", day, month, year, time = ""] = /^(\w+), (\d\d)\/(\d\d)\/(\d+), (\d\d:\d\d)$/.exec(this.#format.format(ms)) ?? [];
    return { date: `${year}-${month}-${day}`, weekday: weekday.toLowerCase() as Weekday, minute: minutes(time) };
  }
}

function oracle(wall: Wall, { days, from, to, holidays = [] }: Hours, ms: number): boolean {
  const { date, weekday, minute } = wall.read(ms);
  const begins = (name: Weekday | undefined, day: string) => name !== undefined && days.includes(name) && !holidays.includes(day);
  const before = new Date(Date.parse(`${date}T00:00:00Z`) - DAY).toISOString().slice(0, 10);
  const today = begins(weekday, date);
  if (from < to) return today && from <= minute && minute < to;
  return (today && minute >= from) || (begins(WEEK.at(WEEK.indexOf(weekday) - 1), before) && minute < to);
}

const someHours = fc.record({
  days: fc.subarray(WEEK),
  from: fc.integer({ min: 0, max: 1_439 }),
  to: fc.oneof(fc.integer({ min: 0, max: 1_440 }), fc.constant(1_440)),
  holidays: fc.array(
    fc.integer({ min: 0, max: 364 }).map((day) => new Date(START + day * DAY).toISOString().slice(0, 10)),
    { maxLength: 20 },
  ),
});
/** Anywhere in the year, and often where a clock is set. */
const moments = (zone: string) => {
  const set = changesOf(zone);
  const anywhere = fc.integer({ min: START, max: START + 365 * DAY });
  if (set.length === 0) return anywhere;
  return fc.oneof(
    anywhere,
    fc.tuple(fc.constantFrom(...set), fc.integer({ min: -2 * DAY, max: DAY })).map(([change, by]) => change + by),
  );
};

function changesOf(zone: string): number[] {
  const clock = clockOf(zone);
  const found: number[] = [];
  for (let ms = START; ms < START + 365 * DAY; ms += HOUR / 2)
    if (clock?.offsetAt(ms) !== clock?.offsetAt(ms + HOUR / 2)) found.push(ms + HOUR / 2);
  return found;
}

describe.each(ZONES)("%s", (zone) => {
  const wall = new Wall(zone);

  test("a year, and each minute about the setting of the clock, is what the wall says", () => {
    const settings = [
      hours(zone, "08:00-18:00", { days: WORKDAYS, holidays: [`${YEAR}-05-01`, `${YEAR}-12-25`] }),
      hours(zone, "22:30-06:15", { days: ["fri", "sat"], holidays: [`${YEAR}-05-01`] }),
      hours(zone, "00:00-02:30"),
    ];
    const set = changesOf(zone);
    const near = set.flatMap((change) => Array.from({ length: 6 * 60 }, (_, minute) => change + (minute - 180) * MINUTE));
    const year = Array.from({ length: 365 * 24 }, (_, hour) => START + hour * HOUR);
    for (const ms of [...year, ...near]) {
      for (const one of settings)
        if (isOpen(one, ms) !== oracle(wall, one, ms))
          expect.fail(`${zone} ${iso(ms)} ${one.from}-${one.to}: isOpen is ${isOpen(one, ms)}`);
    }
  });

  test("it opens and closes at the first such minute", () => {
    fc.assert(
      fc.property(someHours, moments(zone), (drawn, ms) => {
        const settings = { zone, ...drawn };
        for (const [found, wanted] of [
          [opensAt(settings, ms), true],
          [closesAt(settings, ms), false],
        ] as const) {
          if (oracle(wall, settings, ms) === wanted) {
            expect(found).toBe(ms);
            continue;
          }
          // The clock on the wall is set, and hours begin and end, at whole minutes.
          const limit = Math.min(found ?? Number.POSITIVE_INFINITY, ms + 3 * DAY);
          let minute = Math.ceil((ms + 1) / MINUTE) * MINUTE;
          while (minute < limit && oracle(wall, settings, minute) !== wanted) minute += MINUTE;
          if (minute < ms + 3 * DAY) expect(found).toBe(minute);
          else if (found !== undefined) expect(found).toBeGreaterThanOrEqual(ms + 3 * DAY);
        }
      }),
      { numRuns: 15, seed: 20_261_121 },
    );
  });

  test("openings and closings follow each other through a year", () => {
    const settings = hours(zone, "09:30-17:15", { days: WORKDAYS });
    let open = 0;
    for (let ms = START; ms < START + 365 * DAY; open += 1) {
      const opens = opensAt(settings, ms) ?? Number.NaN;
      const closes = closesAt(settings, opens) ?? Number.NaN;
      expect([oracle(wall, settings, opens), oracle(wall, settings, opens - 1)], iso(opens)).toEqual([true, open === 0 && opens === START]);
      expect([oracle(wall, settings, closes), oracle(wall, settings, closes - 1)], iso(closes)).toEqual([false, true]);
      ms = closes;
    }
    expect(open).toBeGreaterThanOrEqual(260);
  });
});

test("holidays may be a list of the configuration; one that is not there closes nothing", () => {
  const settings = hours("UTC", "08:00-18:00", { holidays: "days off" });
  const noon = at("2026-12-25T12:00:00Z");
  expect(isOpen(settings, noon, { "days off": ["2026-12-25"] })).toBe(false);
  expect(iso(opensAt(settings, noon, { "days off": ["2026-12-25", "2026-12-26"] }))).toBe("2026-12-27T08:00Z");
  expect(iso(closesAt(settings, noon, { others: ["2026-12-25"] }))).toBe("2026-12-25T18:00Z");
  expect(isOpen(settings, noon)).toBe(true);
});

describe("a zone", () => {
  test.each(["Europe/Paris", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])("%s is known", (name) =>
    expect(clockOf(name)).toBeDefined(),
  );
  test.each(["", "Europe/Pariss", "+01:00", "-0500", "1", "Europe/Paris "])("%j is not", (name) => expect(clockOf(name)).toBeUndefined());

  test("that is asked about the same minute and others in turn keeps to what it says", () => {
    const paris = clockOf("Europe/Paris");
    for (const [moment, ahead] of [
      ["2026-03-29T00:59:59.999Z", 1],
      ["2026-03-29T01:00:00Z", 2],
      ["2026-03-29T00:59:59.999Z", 1],
      ["2026-10-25T01:00:00Z", 1],
    ] as const)
      expect(paris?.offsetAt(at(moment))).toBe(ahead * HOUR);
  });
});
