// What a relay has, for people; what is broken stands first.
import type { ListedRoute, Listing } from "../config/listing.ts";
import { bad, faint, good, loud, type Paint, strong, warn } from "../frame/paint.ts";
import { tableLines } from "../frame/table.ts";
import { moment } from "../frame/times.ts";
import { plural } from "./words.ts";

const COLUMNS = [{ title: "" }, { title: "" }, { title: "" }, { title: "" }, { title: "" }];

/** The lines of the whole listing; `width`: of the terminal. */
export function listingPaints(listing: Listing, now: number, width: number | undefined): Paint[] {
  const { revision, applied_at: appliedAt, routes, destinations, enrichers } = listing;
  const broken = brokenPaints(listing);
  const others = enrichers.filter(({ type }) => type !== "");
  return [
    ...broken,
    ...(broken.length > 0 ? [""] : []),
    revision === 0 ? "No file was applied yet." : `Revision ${revision}, applied ${appliedAt === undefined ? "" : moment(appliedAt)}.`,
    "",
    strong("Routes"),
    ...table(
      routes.map((one) => [one.name, one.source, state(one), rulesInWords(one, now), ...(one.hook === undefined ? [] : [one.hook])]),
      width,
    ),
    "",
    strong("Destinations"),
    ...table(
      destinations.map(({ name, type, broken }) => [name, type, broken === undefined ? "" : bad("BROKEN")]),
      width,
    ),
    ...(others.length === 0
      ? []
      : [
          "",
          strong("Enrichers"),
          ...table(
            others.map(({ name, type, broken }) => [name, type, broken === undefined ? "" : bad("BROKEN")]),
            width,
          ),
        ]),
  ];
}

/** What is broken, a line each. */
export function brokenPaints({ relay, routes, destinations, enrichers }: Listing): Paint[] {
  const line = (what: string, problem: string | undefined): Paint[] =>
    problem === undefined ? [] : [[loud("BROKEN"), ` ${what}: ${problem}`]];
  return [
    ...relay.broken.flatMap(({ name, problem }) => line(`relay ${name}`, problem)),
    ...destinations.flatMap(({ name, broken }) => line(`destination ${name}`, broken)),
    ...enrichers.flatMap(({ name, broken }) => line(`enricher ${name}`, broken)),
    ...routes.flatMap(({ name, broken }) => line(`route ${name}, which serves nothing`, broken)),
  ];
}

const state = ({ enabled, broken }: ListedRoute): Paint =>
  broken !== undefined ? bad("BROKEN") : enabled ? good("enabled") : faint("disabled");

function rulesInWords({ rules, destinations, broken, former = [] }: ListedRoute, now: number): Paint {
  if (broken !== undefined) return "";
  const open = former.filter((until) => Date.parse(until) > now);
  const old = open.map((until) => warn(`, an old address until ${moment(until)}`));
  if (rules === 0) return [warn("no rules: every alert is counted as unmatched"), ...old];
  return [`${plural(rules, "rule")} to ${destinations.join(", ")}`, ...old];
}

const table = (rows: Paint[][], width: number | undefined): Paint[] =>
  rows.length === 0 ? ["  none"] : tableLines(COLUMNS.slice(0, rows[0]?.length), rows, width, 2);
