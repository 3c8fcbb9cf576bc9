// What is typed into the form of a silence, and what the API takes: kept as it was typed, so that nothing has to be typed twice.

import { momentOf } from "../../admin/params.ts";
import { SEVERITIES } from "../../alert.ts";
import { WEEKDAYS } from "../../config/hours-schema.ts";
import { CEILING } from "../../config/silence.ts";

/** For how long, to choose from. */
export const LENGTHS: readonly (readonly [value: string, words: string])[] = [
  ["30m", "30 minutes"],
  ["1h", "1 hour"],
  ["2h", "2 hours"],
  ["4h", "4 hours"],
  ["8h", "8 hours"],
  ["1d", "1 day"],
  ["3d", "3 days"],
  ["7d", "1 week"],
  ["30d", "30 days"],
];

/** The form as it was typed. */
export interface Typed {
  when: string;
  routes: string[];
  /** A time in UTC; empty: now. */
  from: string;
  /** One of `LENGTHS`; used where there is no `until`. */
  length: string;
  until: string;
  recurs: boolean;
  zone: string;
  days: string[];
  opens: string;
  closes: string;
  ceiling: string;
  owner: string;
  comment: string;
}

/** An empty form, with what an address brings along: `when`, `route`, `ceiling`, `length`, `comment`. */
export function emptyForm(owner: string, given: URLSearchParams): Typed {
  const of = (name: string): string => given.get(name) ?? "";
  return {
    when: of("when").slice(0, 4_000),
    routes: given.getAll("route"),
    from: "",
    length: LENGTHS.some(([value]) => value === of("length")) ? of("length") : "2h",
    until: "",
    recurs: false,
    zone: "UTC",
    days: [...WEEKDAYS],
    opens: "22:00",
    closes: "06:00",
    ceiling: SEVERITIES.some((one) => one === of("ceiling")) ? of("ceiling") : CEILING,
    owner,
    comment: of("comment").slice(0, 1_000),
  };
}

/** What was sent. */
export function typedForm(text: (name: string) => string, all: (name: string) => string[]): Typed {
  return {
    when: text("when").replaceAll("\r\n", "\n").trim(),
    routes: all("routes"),
    from: text("from"),
    length: text("length"),
    until: text("until"),
    recurs: text("recurs") !== "",
    zone: text("zone").trim(),
    days: all("days"),
    opens: text("opens"),
    closes: text("closes"),
    ceiling: text("ceiling"),
    owner: text("owner"),
    comment: text("comment").replaceAll("\r\n", "\n"),
  };
}

/** As the API takes it. */
export function wantedOf(typed: Typed): Record<string, unknown> {
  const { when, routes, from, length, until, recurs, zone, days, opens, closes, ceiling, owner, comment } = typed;
  return {
    when,
    ...(routes.length > 0 ? { routes } : {}),
    ...(from === "" ? {} : { from: momentOf(from) ?? from }),
    until: until === "" ? length : (momentOf(until) ?? until),
    ...(recurs ? { recur: { zone, days, from: opens, to: closes === "00:00" ? "24:00" : closes } } : {}),
    ceiling,
    owner,
    comment,
  };
}
