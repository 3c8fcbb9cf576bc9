// What an alert of our own stands for, in lines: the alerts of a group, the events that a threshold counted.
import { type Json, SEVERITIES } from "../alert.ts";
import { firstFew, oneLine, shorten, utcTime } from "../lib/text.ts";

/** A message tells so many; the link leads to the rest. */
const MOST = 10;
const MOST_TITLE = 80;

type Table = Readonly<Record<string, unknown>>;

/** One alert or event that another alert stands for. */
export interface Part {
  /** A line. */
  text: string;
  /** The alert's id. */
  alert: string;
}

/** What an alert stands for; `more`: of how many others it would tell. */
export interface Parts {
  label: "Alerts" | "Events";
  shown: Part[];
  more: number;
}

/** The alerts or events behind an alert; undefined for one that stands for itself. */
export function partsOf(data: Readonly<Record<string, unknown>>): Parts | undefined {
  const members = membersIn(data.members);
  const found = members ?? samplesIn(data.samples);
  if (found === undefined || found.length === 0) return undefined;
  return { label: members ? "Alerts" : "Events", ...firstFew(found, MOST) };
}

/** Parts as text, a line each. */
export const partsText = ({ shown, more }: Parts): string =>
  [...shown.map(({ text }) => text), ...(more > 0 ? [`and ${more} more`] : [])].join("\n");

/** Which lines came and which went between two versions of such a list; undefined where they are no such lists. `name`: the field's. */
export function partsChange(name: string, before: Json, after: Json): { added: string[]; removed: string[] } | undefined {
  const partsIn = LISTS[name];
  const [earlier, later] = [partsIn?.(before), partsIn?.(after)].map((parts) => parts?.map(({ text }) => text));
  if (!earlier || !later) return undefined;
  return { added: later.filter((line) => !earlier.includes(line)), removed: earlier.filter((line) => !later.includes(line)) };
}

const membersIn = (list: unknown): Part[] | undefined =>
  partsIn(list, ({ id, title, severity, status }) => {
    if (typeof id !== "string" || typeof title !== "string" || !SEVERITIES.some((one) => one === severity)) return undefined;
    return { alert: id, text: `[${status === "resolved" ? "RESOLVED" : String(severity).toUpperCase()}] ${short(title)}` };
  });

const samplesIn = (list: unknown): Part[] | undefined =>
  partsIn(list, ({ title, at, alert }) => {
    const time = typeof at === "string" ? utcTime(at) : undefined;
    if (typeof title !== "string" || typeof alert !== "string" || time === undefined) return undefined;
    return { alert, text: `${time}  ${short(title)}` };
  });

/** By the name of the field, as a change tells it. */
const LISTS: Readonly<Record<string, typeof membersIn | undefined>> = { "data.members": membersIn, "data.samples": samplesIn };

const short = (title: string): string => shorten(oneLine(title), MOST_TITLE) || "Untitled alert";

/** A part for each; undefined where one of them is no table of ours. */
function partsIn(list: unknown, partOf: (entry: Table) => Part | undefined): Part[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const parts = list.map((entry: unknown) => (typeof entry === "object" && entry !== null ? partOf(entry as Table) : undefined));
  return parts.every((part) => part !== undefined) ? parts : undefined;
}
