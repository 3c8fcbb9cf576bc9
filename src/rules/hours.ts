// Office hours: whether it is open at a moment, when it opens and when it closes. Pure, but for the zones' clocks, which are kept.
// The clock on the wall decides: an hour that it skips is not there, one that it shows twice counts twice.
import type { Hours, Weekday } from "../config/model.ts";
import { clockOf, type ZoneClock } from "./zone-clock.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DAY_MINUTES = 1_440;
/** What does not happen within this never happens: every weekday and every holiday has come by then. */
const NEVER_MS = 400 * DAY_MS;

/** From the day of the epoch, a Thursday. */
const WEEKDAYS: readonly Weekday[] = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"];

/** Texts by the name of their list: holidays may be one. */
type Lists = Readonly<Record<string, readonly string[]>>;

/** Whether it is open at a moment (Unix ms). What a holiday closes begins on that day; a night that began before it goes on. */
export const isOpen = (hours: Hours, ms: number, lists: Lists = {}): boolean =>
  isOpenOnWall({ ...hours, holidays: holidaysOf(hours, lists) }, ms + clock(hours).offsetAt(ms));

/** The first moment from `ms` on at which it is open: `ms` itself if it is; undefined where it does not open within 400 days. */
export const opensAt = (hours: Hours, ms: number, lists: Lists = {}): number | undefined =>
  firstMoment({ ...hours, holidays: holidaysOf(hours, lists) }, ms, true);

/** The first moment from `ms` on at which it is not open: `ms` itself if it is closed; undefined where it stays open for 400 days. */
export const closesAt = (hours: Hours, ms: number, lists: Lists = {}): number | undefined =>
  firstMoment({ ...hours, holidays: holidaysOf(hours, lists) }, ms, false);

/** Hours with the dates of their holidays. */
type Dated = Omit<Hours, "holidays"> & { holidays: readonly string[] };

const holidaysOf = ({ holidays = [] }: Hours, lists: Lists): readonly string[] =>
  typeof holidays === "string" ? (lists[holidays] ?? []) : holidays;

/** Goes from one moment at which the answer may change to the next: the edges of hours, midnight, and where the clock is set. */
function firstMoment(hours: Dated, ms: number, wanted: boolean): number | undefined {
  const zone = clock(hours);
  for (let at = ms; at <= ms + NEVER_MS; ) {
    const offset = zone.offsetAt(at);
    if (isOpenOnWall(hours, at + offset) === wanted) return at;
    const next = nextEdge(hours, at + offset) - offset;
    at = zone.offsetAt(next) === offset ? next : clockSetAt(zone, at, next);
  }
  return undefined;
}

/** `wall`: what the clock says, as if that were UTC. */
function isOpenOnWall(hours: Dated, wall: number): boolean {
  const day = Math.floor(wall / DAY_MS);
  const minute = (wall - day * DAY_MS) / MINUTE_MS;
  const { from, to } = hours;
  if (from < to) return minute >= from && minute < to && begins(hours, day);
  return (minute >= from && begins(hours, day)) || (minute < to && begins(hours, day - 1));
}

/** Whether hours begin on a day, counted from the epoch. */
function begins({ days, holidays }: Dated, day: number): boolean {
  const weekday = WEEKDAYS[((day % 7) + 7) % 7];
  if (weekday === undefined || !days.includes(weekday)) return false;
  return holidays.length === 0 || !holidays.includes(new Date(day * DAY_MS).toISOString().slice(0, 10));
}

/** The next time on the wall at which hours begin or end, or a day does. */
function nextEdge({ from, to }: Pick<Hours, "from" | "to">, wall: number): number {
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  const edges = [from, to, DAY_MINUTES].map((minute) => midnight + minute * MINUTE_MS).filter((edge) => edge > wall);
  return Math.min(...edges);
}

/** The first moment after `from`, up to `to`, at which the clock shows another offset. It is set at whole minutes of UTC. */
function clockSetAt(zone: ZoneClock, from: number, to: number): number {
  const before = zone.offsetAt(from);
  let [same, other] = [Math.floor(from / MINUTE_MS), Math.ceil(to / MINUTE_MS)];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (zone.offsetAt(middle * MINUTE_MS) === before) same = middle;
    else other = middle;
  }
  return other * MINUTE_MS;
}

/** The configuration was refused if its zone is not known here; another platform's tables may be older. */
const clock = ({ zone }: Pick<Hours, "zone">): ZoneClock => clockOf(zone) ?? UTC;
const UTC: ZoneClock = { offsetAt: () => 0 };
