// Stored alerts through the rules in effect and through those of a text. A page holds the alerts of one route, all of them where they fit: windows
// and groups count what is in it.
import type { ConfigRefusal } from "../../config/check.ts";
import type { Config, Route } from "../../config/model.ts";
import type { StoredHistory } from "../../ledger/interface.ts";
import { parseLedgerName } from "../../lib/names.ts";
import { ok, type Result } from "../../outcome.ts";
import { compare } from "../../simulate/compare.ts";
import { type ReplayRules, replay } from "../../simulate/replay.ts";
import type { BacktestPage } from "../answers/explain.ts";
import type { AdminContext } from "../context.ts";
import { objectNames } from "./objects.ts";
import { rulesOf } from "./what-if.ts";

const DAY_MS = 86_400_000;
/** Alerts in one call to a ledger. */
const A_CALL = 50;
/** Events of one page: each is asked about twice, by some tens of rules. */
const MOST_EVENTS = 5_000;
/** Calls for one page: ledgers hold older alerts too, which are passed over. */
const MOST_CALLS = 200;
/** What waits at the end is given so long: hours open again within a week. */
const AFTERWARDS_MS = 8 * DAY_MS;

/** What is tried. */
export interface BacktestRequest {
  config: string;
  days: number;
  /** `next` of the page before. */
  cursor?: Cursor;
  /** Alerts of a page. */
  limit: number;
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
  const { histories, next } = await read(context, request, since);
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

/** Reads the alerts of the next route that has any, ledger by ledger. */
async function read(
  context: AdminContext,
  { cursor, limit }: BacktestRequest,
  since: number,
): Promise<{ histories: StoredHistory[]; next: Cursor | undefined }> {
  const ledgers = (await objectNames(context)).ledgers.toSorted();
  const first = cursor === undefined ? 0 : ledgers.findIndex((name) => name >= cursor.ledger);
  const histories: StoredHistory[] = [];
  let calls = 0;
  let events = 0;
  for (const [index, ledger] of ledgers.entries()) {
    if (first < 0 || index < first) continue;
    const [some] = histories;
    if (some && parseLedgerName(ledger).route !== some.alert.route) return { histories, next: { ledger, after: "" } };
    let after: string | null = ledger === cursor?.ledger ? cursor.after : "";
    while (after !== null) {
      if (histories.length >= limit || events >= MOST_EVENTS || calls >= MOST_CALLS) return { histories, next: { ledger, after } };
      const page = await context.env.LEDGER.getByName(ledger).history(after, Math.min(A_CALL, limit), since);
      calls += 1;
      histories.push(...page.alerts);
      events += page.alerts.reduce((sum, one) => sum + one.events.length, 0);
      after = page.next;
    }
  }
  return { histories, next: undefined };
}

function looksBeyond(name: string, { routes, inhibitions }: Pick<Config, "routes" | "inhibitions">): boolean {
  const gates = ({ threshold, group, unless }: Route["rules"][number]): boolean => Boolean(threshold || group || unless);
  return (
    inhibitions.some(({ routes: some }) => some === undefined || some.includes(name)) ||
    routes.some((route) => route.name === name && route.rules.some(gates))
  );
}
