// Stored alerts through the rules in effect and through those of a text. A page holds the alerts of one route, all of them where they fit: windows
// and groups count what is in it.
import type { ConfigRefusal } from "../../config/check.ts";
import type { Config, Route } from "../../config/model.ts";
import type { HistoryPage, StoredHistory } from "../../ledger/interface.ts";
import { parseLedgerName } from "../../lib/names.ts";
import { ok, type Result } from "../../outcome.ts";
import { compare } from "../../simulate/compare.ts";
import { type ReplayRules, replay } from "../../simulate/replay.ts";
import type { BacktestPage } from "../answers/explain.ts";
import type { AdminContext } from "../context.ts";
import { ledgerNames } from "./objects.ts";
import { rulesOf } from "./what-if.ts";

const DAY_MS = 86_400_000;
/** Alerts in one call to a ledger. */
const A_CALL = 50;
/** Events of one page: each is asked about twice, by some tens of rules. */
const MOST_EVENTS = 5_000;
/** Calls for one page: ledgers hold older alerts too, which are passed over. */
const MOST_CALLS = 500;
/** Beyond so many ledgers, D1's list says which are worth asking. */
const MANY = 64;
/** Ledgers whose first alerts are read at the same time. */
const AT_ONCE = 16;
/** What waits at the end is given so long: hours open again within a week. */
const AFTERWARDS_MS = 8 * DAY_MS;

type Rules = ReplayRules["config"];

/** What is tried. */
export interface BacktestRequest {
  config: string;
  days: number;
  /** `next` of the page before. */
  cursor?: Cursor;
  /** Alerts of a page. */
  limit: number;
  /** Only routes whose rules the text changes. */
  changedOnly?: boolean;
}

/** Where a page begins: a ledger, and the hash of its last alert before. */
export interface Cursor {
  ledger: string;
  after: string;
}

/** The cursor of a text; undefined for what is none. */
export function cursorOf(text: string): Cursor | undefined {
  const [, ledger, after = ""] = /^(ledger:[a-z0-9][a-z0-9_-]{0,62}:\d{1,3})(?: ([0-9a-f]{24}))?$/.exec(text) ?? [];
  return ledger === undefined ? undefined : { ledger, after };
}

/** One page. */
export async function backtest(context: AdminContext, request: BacktestRequest): Promise<Result<BacktestPage, ConfigRefusal>> {
  const after = rulesOf(context, request.config);
  if (!after.ok) return after;
  const before: ReplayRules = { config: context.loaded.config, silences: context.loaded.config.silences };
  const now = context.now();
  const since = now - request.days * DAY_MS;
  const { histories, next } = await read(
    context,
    request,
    since,
    (route) => !request.changedOnly || changes(route, before.config, after.value.config),
  );
  const through = (rules: ReplayRules) => replay(histories, rules, context.sources, now + AFTERWARDS_MS);
  const comparison = compare(through(before), through(after.value), histories, since);
  const [some] = histories;
  const within = (cursor: Cursor | undefined): boolean =>
    cursor !== undefined && parseLedgerName(cursor.ledger).route === some?.alert.route;
  const split = some && ((within(request.cursor) && request.cursor?.after !== "") || within(next)) ? [some.alert.route] : [];
  return ok({
    since: new Date(since).toISOString(),
    ...comparison,
    split: split.filter((name) => looksBeyond(name, before.config) || looksBeyond(name, after.value.config)),
    next: next ? `${next.ledger} ${next.after}`.trimEnd() : null,
  });
}

/** Reads the alerts of the next route that has any, ledger by ledger. `isAsked`: whether a route is tried at all. */
async function read(
  context: AdminContext,
  { cursor, limit }: BacktestRequest,
  since: number,
  isAsked: (route: string) => boolean,
): Promise<{ histories: StoredHistory[]; next: Cursor | undefined }> {
  const all = await ledgerNames(context);
  const ledgers = await used(
    context,
    all.filter((name) => name >= (cursor?.ledger ?? "") && isAsked(parseLedgerName(name).route)),
  );
  const pageOf = (ledger: string, after: string): Promise<HistoryPage> =>
    context.env.LEDGER.getByName(ledger).history(after, Math.min(A_CALL, limit), since);
  const begin = (ledger: string): string => (ledger === cursor?.ledger ? cursor.after : "");
  const histories: StoredHistory[] = [];
  let calls = 0;
  let events = 0;
  for (let from = 0; from < ledgers.length; from += AT_ONCE) {
    // Most ledgers of a relay with many routes have little or nothing: their first pages are read together.
    const some = ledgers.slice(from, from + AT_ONCE);
    const pages = await Promise.all(some.map((ledger) => pageOf(ledger, begin(ledger))));
    for (const [index, ledger] of some.entries()) {
      let after = begin(ledger);
      for (let page = pages[index]; page; page = await pageOf(ledger, after)) {
        const [first] = histories;
        const isOther = first !== undefined && parseLedgerName(ledger).route !== first.alert.route && page.alerts.length > 0;
        const isFull = histories.length >= limit || events >= MOST_EVENTS || calls >= MOST_CALLS;
        if (isOther || isFull) return { histories, next: { ledger, after } };
        calls += 1;
        histories.push(...page.alerts);
        events += page.alerts.reduce((sum, one) => sum + one.events.length, 0);
        if (page.next === null) break;
        after = page.next;
      }
    }
  }
  return { histories, next: undefined };
}

/** Of very many ledgers, those whose routes have alerts: to ask one that never had any would make it. */
async function used({ env }: AdminContext, ledgers: string[]): Promise<string[]> {
  if (ledgers.length <= MANY) return ledgers;
  const { results } = await env.DB.prepare("SELECT DISTINCT route FROM alerts").all<{ route: string }>();
  const routes = new Set(results.map(({ route }) => route));
  return ledgers.filter((name) => routes.has(parseLedgerName(name).route));
}

/** Whether a text changes what becomes of a route's alerts. */
function changes(name: string, before: Rules, after: Rules): boolean {
  const ruling = ({ routes, lists, inhibitions }: Rules): string => {
    const { enabled, rules } = routes.find((route) => route.name === name) ?? {};
    return JSON.stringify([enabled, rules, lists, inhibitions]);
  };
  return ruling(before) !== ruling(after);
}

function looksBeyond(name: string, { routes, inhibitions }: Pick<Config, "routes" | "inhibitions">): boolean {
  const gates = ({ threshold, group, unless }: Route["rules"][number]): boolean => Boolean(threshold || group || unless);
  return (
    inhibitions.some(({ routes: some }) => some === undefined || some.includes(name)) ||
    routes.some((route) => route.name === name && route.rules.some(gates))
  );
}
