// The log of requests: the journals of all ledgers as one list, newest first.
import * as z from "zod";
import type { DeliveryRecord } from "../../delivery.ts";
import type { LogEntry, LogQuery } from "../../ledger/interface.ts";
import { reasonCode } from "../../ledger/journal.ts";
import { parseLedgerName } from "../../lib/names.ts";
import type { Relay } from "../context.ts";
import { encodeCursor, type Page, type Position } from "../cursor.ts";
import { names, paging, words } from "../params.ts";
import { deliveriesOfAlerts, pendingDeliveries } from "./deliveries.ts";
import { objectNames } from "./objects.ts";

/** What a request may have come to. */
export const LOG_OUTCOMES = ["accepted", "duplicate", "test", "ignored", "refused"] as const satisfies LogEntry["outcome"][];

/** Parameters of the log. */
export const logSearch = {
  route: names("Routes, a comma list"),
  outcome: words(LOG_OUTCOMES, "Outcomes"),
  reason: names("Reasons of refusals such as `unauthorized`, a comma list"),
  trace_id: names("Trace ids, a comma list"),
  ...paging(),
};
const schema = z.strictObject(logSearch);
/** The log's parameters, parsed. */
export type LogSearch = z.output<typeof schema>;

/** One request. Lists hold ids. */
export interface LogItem {
  /** Tells it from every other request. */
  id: string;
  at: string;
  route: string;
  status: number;
  outcome: LogEntry["outcome"];
  reason: string | null;
  bytes: number;
  /** The request's trace id: its own where it sent one. */
  trace_id: string | null;
  events: string[];
  alerts: string[];
  /** Deliveries of these alerts that were made since the request, oldest first. */
  deliveries: string[];
}

/** Deliveries that are looked up for one page, and that one request names at the most. */
const MOST_DELIVERIES = 1_000;
const NAMED_DELIVERIES = 20;
/** Detail that comes late, or an outbox that did not answer, may delay a delivery by so much. */
const MARGIN_MS = 10 * 60_000;

/** A page of the log. */
export async function readLog(relay: Relay, search: LogSearch): Promise<Page<LogItem>> {
  const { entries, next } = await readEntries(relay, search);
  const deliveries = await deliveriesSince(relay, entries);
  return { items: entries.map((entry) => itemOf(entry, deliveries)), next };
}

interface RoutedEntry extends LogEntry {
  route: string;
  ledger: string;
}

async function readEntries(relay: Relay, search: LogSearch): Promise<{ entries: RoutedEntry[]; next: string | null }> {
  const { limit, cursor, outcome, reason, trace_id } = search;
  const { ledgers } = await objectNames(relay);
  const asked = search.route ? ledgers.filter((name) => search.route?.includes(parseLedgerName(name).route)) : ledgers;
  const query = {
    from: timeOf(search.from),
    to: timeOf(search.to),
    limit: limit + 1,
    outcomes: outcome,
    reasons: reason,
    traces: trace_id,
  };
  const lists = await Promise.all(
    asked.map(async (ledger): Promise<RoutedEntry[]> => {
      const entries = await relay.env.LEDGER.getByName(ledger).log({ ...query, behind: cursor && behindIn(ledger, cursor) });
      return entries.map((entry) => ({ ...entry, ledger, route: parseLedgerName(ledger).route }));
    }),
  );
  const all = lists.flat().sort(byPlace);
  const entries = all.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: all.length > limit && last ? encodeCursor({ at: new Date(last.at).toISOString(), id: placeOf(last) }) : null };
}

/** Newest first. What came at the same moment is ordered by ledger, and there by its number: no two have the same place. */
function byPlace(left: RoutedEntry, right: RoutedEntry): number {
  if (left.at !== right.at) return right.at - left.at;
  if (left.ledger !== right.ledger) return left.ledger < right.ledger ? 1 : -1;
  return (right.n ?? 0) - (left.n ?? 0);
}

/** A place within its moment, as the cursor has it. */
const placeOf = ({ ledger, n = 0 }: Pick<RoutedEntry, "ledger" | "n">): string => `${ledger}#${n}`;

/** Where one ledger goes on: of the cursor's moment, ledgers that come after the cursor's were not told yet, those before it were. */
export function behindIn(ledger: string, cursor: Position): LogQuery["behind"] {
  const [, other = "", n = ""] = /^(.*)#(\d+)$/.exec(cursor.id) ?? [];
  const at = Date.parse(cursor.at);
  if (ledger === other) return { at, n: Number(n) };
  return { at, n: ledger < other ? Number.MAX_SAFE_INTEGER : 0 };
}

/** What became of the accepted events of a page, as far as it is known by now. */
async function deliveriesSince(relay: Relay, entries: RoutedEntry[]): Promise<DeliveryRecord[]> {
  const alerts = [...new Set(entries.flatMap(acceptedAlerts))];
  const newest = entries[0];
  const oldest = entries.at(-1);
  if (alerts.length === 0 || !newest || !oldest) return [];
  const from = new Date(oldest.at).toISOString();
  const to = new Date(newest.at + MARGIN_MS).toISOString();
  const settled = await deliveriesOfAlerts(relay.env.DB, alerts, from, to, MOST_DELIVERIES);
  const pending = await pendingDeliveries(relay, { from, limit: MOST_DELIVERIES });
  return [...settled, ...pending];
}

/** Alerts of events that were accepted: a copy leads to no delivery. */
const acceptedAlerts = ({ results }: LogEntry): string[] =>
  results.flatMap(({ alert, outcome }) => (alert !== null && outcome === "accepted" ? [alert] : []));

function itemOf(entry: RoutedEntry, deliveries: DeliveryRecord[]): LogItem {
  const { at, n = 0, ledger, route, status, outcome, reason = null, bytes, trace = null, results } = entry;
  const accepted = acceptedAlerts(entry);
  const since = new Date(at).toISOString();
  const own = deliveries.filter(({ alert, created_at }) => alert !== null && accepted.includes(alert) && created_at >= since);
  own.sort((left, right) => (left.created_at < right.created_at ? -1 : 1));
  const { shard } = parseLedgerName(ledger);
  return {
    id: `${route}.${shard}.${at}.${n}`,
    at: since,
    route,
    status,
    outcome,
    reason,
    bytes,
    trace_id: trace,
    events: results.flatMap(({ event }) => event ?? []),
    alerts: [...new Set(results.flatMap(({ alert }) => alert ?? []))],
    deliveries: [...new Set(own.map(({ id }) => id))].slice(0, NAMED_DELIVERIES),
  };
}

/** Requests of one route that were refused for one reason. */
export interface RefusedCount {
  route: string;
  reason: string;
  count: number;
  first_at: string;
  last_at: string;
}

/** Of each ledger so many are looked at: of refused requests it keeps at most 60 a minute. */
const MOST_REFUSED = 3_600;

/** Counts what was refused since a time (Unix ms), by route and reason, most first. */
export async function countRefused(relay: Relay, from: number): Promise<RefusedCount[]> {
  const { ledgers } = await objectNames(relay);
  const lists = await Promise.all(
    ledgers.map(async (name) => {
      const entries = await relay.env.LEDGER.getByName(name).log({ from, limit: MOST_REFUSED, outcomes: ["refused"] });
      return entries.map(({ at, reason = "" }) => ({ route: parseLedgerName(name).route, reason: reasonCode(reason), at }));
    }),
  );
  const groups = Map.groupBy(lists.flat(), ({ route, reason }) => `${route} ${reason}`);
  return [...groups.values()]
    .flatMap((entries) => {
      const [first] = entries;
      const times = entries.map(({ at }) => at);
      if (!first) return [];
      const [first_at, last_at] = [Math.min(...times), Math.max(...times)].map((at) => new Date(at).toISOString());
      return [{ route: first.route, reason: first.reason, count: entries.length, first_at: first_at ?? "", last_at: last_at ?? "" }];
    })
    .sort((left, right) => right.count - left.count || (left.route < right.route ? -1 : 1));
}

const timeOf = (time: string | undefined): number | undefined => (time === undefined ? undefined : Date.parse(time));
