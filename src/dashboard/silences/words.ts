// A silence in words. Pure.
import type { SilenceItem } from "../../admin/queries/silences.ts";
import { counted } from "../../lib/text.ts";
import type { Tone } from "../frame/parts.ts";

/** Where a silence stands: `hidesNow` is whether one that recurs is within its hours. */
export function stateWord({ state, recur }: Pick<SilenceItem, "state" | "recur">, hidesNow: boolean): [tone: Tone, word: string] {
  if (state === "ended") return ["calm", "ended"];
  if (state === "upcoming") return ["busy", "coming"];
  return recur !== null && !hidesNow ? ["busy", "between its hours"] : ["warn", "hides now"];
}

const DAYS: Record<string, string> = { mon: "Mon", tue: "Tue", wed: "Wed", thu: "Thu", fri: "Fri", sat: "Sat", sun: "Sun" };
const WEEK = "mon tue wed thu fri sat sun";

/** The hours of one that recurs: `Mon, Tue 22:00 to 24:00, Europe/Paris`. */
export function hoursWords({ days, from, to, zone, holidays }: NonNullable<SilenceItem["recur"]>): string {
  const sorted = WEEK.split(" ").filter((day) => days.some((one) => one === day));
  const which = sorted.length === 7 ? "every day" : sorted.map((day) => DAYS[day]).join(", ");
  const off =
    holidays === undefined ? "" : `, not on ${typeof holidays === "string" ? `the days of the list ${holidays}` : holidays.join(", ")}`;
  return `${which} ${from} to ${to}, ${zone}${off}`;
}

/** What it hid. */
export function hiddenWords({ hidden, state }: Pick<SilenceItem, "hidden" | "state">): string {
  if (hidden === null) return "nobody can say what it hid: a part of the relay does not answer";
  if (hidden.events === 0) return state === "ended" ? "hid nothing" : "hid nothing so far";
  return `hid ${counted(hidden.events, "event")} of ${counted(hidden.alerts, "alert")}`;
}
