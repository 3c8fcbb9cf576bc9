// The log of requests: the journals of all ledgers as one list, newest first.
import * as z from "zod";
import type { DeliveryRecord } from "../../delivery.ts";
import type { LogEntry } from "../../ledger/interface.ts";
import { parseLedgerName } from "../../lib/names.ts";
import type { Relay } from "../context.ts";
import { encodeCursor, type Page } from "../cursor.ts";
import { names, paging, words } from "../params.ts";
import { deliveriesOfAlerts, pendingDeliveries } from "./deliveries.ts";
import { objectNames } from "./objects.ts";

/** What a request may have come to. */
export const LOG_OUTCOMES = ["accepted", "duplicate", "test", "ignored", "refused"] as const satisfies LogEntry["outcome"][];

/** Parameters of the log. */
export const logSearch = { route: names("Routes, a comma list"), outcome: words(LOG_OUTCOMES, "Outcomes"), ...paging() };
const schema = z.strictObject(logSearch);
/** The log's parameters, parsed. */
export type LogSearch = z.output<typeof schema>;

/** One request. Lists hold ids. */
export interface LogItem {
  at: string;
  route: string;
  status: number;
  outcome: LogEntry["outcome"];
  reason: string | null;
  bytes: number;
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
  const { limit, cursor, outcome } = search;
  const { ledgers } = await objectNames(relay);
  const asked = search.route ? ledgers.filter((name) => search.route?.includes(parseLedgerName(name).route)) : ledgers;
  // Entries have no id, and several may share a millisecond: the cursor counts how many of that moment were told.
  const told = cursor ? Number(cursor.id) || 0 : 0;
  const to = minimum(search.to, cursor?.at);
  const query = { from: timeOf(search.from), to: timeOf(to), limit: limit + told + 1, outcomes: outcome };
  const lists = await Promise.all(
    asked.map(async (ledger): Promise<RoutedEntry[]> => {
      const entries = await relay.env.LEDGER.getByName(ledger).log(query);
      return entries.map((entry) => ({ ...entry, ledger, route: parseLedgerName(ledger).route }));
    }),
  );
  const all = lists
    .flat()
    .sort((left, right) => right.at - left.at || (left.ledger < right.ledger ? -1 : left.ledger > right.ledger ? 1 : 0));
  const fresh = skipTold(all, cursor && Date.parse(cursor.at), told);
  const entries = fresh.slice(0, limit);
  return { entries, next: fresh.length > limit ? cursorBehind(entries, cursor && { at: Date.parse(cursor.at), told }) : null };
}

/** Without the first `told` entries of the moment at which the page before ended. */
function skipTold<Entry extends { at: number }>(entries: Entry[], at: number | undefined, told: number): Entry[] {
  const before = entries.filter((entry) => at === undefined || entry.at <= at);
  return before.filter((entry, index) => entry.at !== at || index >= told);
}

/** Where the next page begins: the last moment, and how many entries of it were told by now. */
export function cursorBehind(entries: { at: number }[], from: { at: number; told: number } | undefined): string | null {
  const at = entries.at(-1)?.at;
  if (at === undefined) return null;
  const here = entries.filter((entry) => entry.at === at).length;
  return encodeCursor({ at: new Date(at).toISOString(), id: String(here + (from?.at === at ? from.told : 0)) });
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
  const { at, route, status, outcome, reason = null, bytes, results } = entry;
  const accepted = acceptedAlerts(entry);
  const since = new Date(at).toISOString();
  const own = deliveries.filter(({ alert, created_at }) => alert !== null && accepted.includes(alert) && created_at >= since);
  own.sort((left, right) => (left.created_at < right.created_at ? -1 : 1));
  return {
    at: since,
    route,
    status,
    outcome,
    reason,
    bytes,
    events: results.flatMap(({ event }) => event ?? []),
    alerts: [...new Set(results.flatMap(({ alert }) => alert ?? []))],
    deliveries: [...new Set(own.map(({ id }) => id))].slice(0, NAMED_DELIVERIES),
  };
}

const timeOf = (time: string | undefined): number | undefined => (time === undefined ? undefined : Date.parse(time));
const minimum = (left: string | undefined, right: string | undefined): string | undefined =>
  left === undefined || right === undefined ? (left ?? right) : left < right ? left : right;
