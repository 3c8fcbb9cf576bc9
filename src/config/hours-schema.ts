// Hours as they are written: `{ zone = "Europe/Paris", days = ["mon", "tue"], from = "08:00", to = "18:00" }`. Of a rule, and of a silence.
import * as z from "zod";
import { fail, ok } from "../outcome.ts";
import { clockOf } from "../rules/zone-clock.ts";
import { field, matching } from "./fields.ts";
import type { Hours, Weekday } from "./model.ts";
import { notOneOf } from "./problem.ts";

/** The days of a week, as `days` names them. */
export const WEEKDAYS: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const zone = () =>
  field((value) => {
    if (typeof value === "string" && clockOf(value) !== undefined) return ok(value);
    return fail({
      message: value === undefined ? "is missing: hours are those of a time zone" : "must be the name of a time zone",
      instead: 'write for example "Europe/Paris", "America/New_York" or "UTC"',
    });
  }).meta(matching("^[A-Za-z]"));

const weekday = () =>
  field((value) => {
    const found = WEEKDAYS.find((day) => day === value);
    return found === undefined ? fail(notOneOf(value, WEEKDAYS)) : ok(found);
  }).meta({ type: "string", enum: [...WEEKDAYS] });

/** A time of day as minutes after midnight. */
const timeOfDay = (most: "23:59" | "24:00") =>
  field((value) => {
    const [, hour = "", minute = ""] = (typeof value === "string" && /^(\d\d):([0-5]\d)$/.exec(value)) || [];
    const minutes = Number(hour) * 60 + Number(minute);
    if (hour !== "" && minutes <= (most === "24:00" ? 1_440 : 1_439)) return ok(minutes);
    return fail({
      message: value === undefined ? "is missing" : "must be a time of day",
      instead: `write for example "08:00"; the last is "${most}"`,
    });
  }).meta(matching("^([01]\\d|2[0-4]):[0-5]\\d$"));

/** A day of the calendar. In text: what a parser of TOML makes of a bare date depends on the zone of the machine that it runs on. */
const day = () =>
  field((value) => {
    if (isDay(value)) return ok(value);
    const bare = value instanceof Date ? "write it in quotes: " : "write for example ";
    return fail({ message: "must be a date in text", instead: `${bare}"2026-12-25"` });
  }).meta({ ...matching("^\\d{4}-\\d\\d-\\d\\d$") });

/** Whether it is a date as `2026-12-25`, and one that there is. */
export function isDay(value: unknown): value is string {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const ms = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(value);
}

const SAME = {
  error: "is the same as `from`, so that nobody can tell whether it is never or always open",
  params: { instead: 'for whole days write from = "00:00" and to = "24:00"' },
  path: ["to"],
};

const shape = () => ({
  zone: zone(),
  days: z.array(weekday()).min(1),
  from: timeOfDay("23:59"),
  to: timeOfDay("24:00"),
  holidays: z.union([z.array(day()), z.string().min(1)]).optional(),
});

const isSpan = ({ from, to }: Pick<Hours, "from" | "to">): boolean => from !== to;

/** Hours alone, as of a silence that recurs. */
export const hoursSchema = () => z.strictObject(shape()).refine(isSpan, SAME);

/** Hours of a rule: with what becomes of its alerts outside them. */
export const ruleHoursSchema = () =>
  z
    .strictObject({
      ...shape(),
      outside: z
        .string()
        .min(1)
        .default("hold")
        .meta({ examples: ["hold", "digest", "drop"] }),
    })
    .refine(isSpan, SAME);

/** Hours as the flow has them. */
export const hoursOf = ({ zone, days, from, to, holidays }: z.output<ReturnType<typeof hoursSchema>>): Hours => ({
  zone,
  days: [...new Set(days)],
  from,
  to,
  ...(holidays === undefined ? {} : { holidays }),
});

/** Hours as they are written. */
export const writtenHours = (hours: Hours) => ({ ...hours, from: clockText(hours.from), to: clockText(hours.to) });

const clockText = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
