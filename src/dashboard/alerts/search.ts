// What the list of alerts is asked for in its address: the API's search, and quick spans of time that move along.
import * as z from "zod";
import { type AlertSearch, alertSearch } from "../../admin/queries/alerts.ts";
import { parseDuration } from "../../lib/duration.ts";
import { parametersOf, WrongQuery } from "../frame/view.ts";

/** Spans that end now, to choose from. */
export const QUICK_SPANS = [
  ["1h", "last hour"],
  ["24h", "24 hours"],
  ["7d", "7 days"],
  ["30d", "30 days"],
] as const;

const schema = z.strictObject({ ...alertSearch, span: z.enum(QUICK_SPANS.map(([span]) => span)).optional() });

/** The search of an address. A beginning that is told goes before a span. */
export function searchOf(url: URL, now: number): AlertSearch | WrongQuery {
  const read = parametersOf(url, schema);
  if (read instanceof WrongQuery) return read;
  const { span, ...search } = read;
  if (span === undefined || search.from !== undefined) return search;
  return { ...search, from: new Date(now - (parseDuration(span) ?? 0)).toISOString() };
}

/** How often an open list looks again, in seconds: a search for words walks through thousands of rows. */
export function liveSeconds({ searchParams }: URL): number {
  const has = (...names: string[]): boolean => names.some((name) => (searchParams.get(name) ?? "") !== "");
  if (has("q", "observable")) return 60;
  return has("cursor", "severity", "status", "route", "source") ? 15 : 5;
}
