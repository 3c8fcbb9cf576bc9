// Routes as people see them: how they are configured, how they are doing.
import type { Severity } from "../../alert.ts";
import type { Route } from "../../config/model.ts";
import { noRouteCounts, type RouteCounts } from "../../ledger/interface.ts";
import { durationText } from "../../lib/duration.ts";
import { own } from "../../lib/own.ts";
import { authTable, type RuleTable, ruleTable } from "../config-words.ts";
import type { AdminContext } from "../context.ts";
import { shownSettings } from "../mask-settings.ts";
import { proofsOf, type SenderProof } from "../proof.ts";
import type { Reading } from "./objects.ts";

/** How a route is doing. `removed`: no longer configured, its alerts are still there. */
export type RouteState = "ok" | "disabled" | "broken" | "removed" | "unreachable";

/** One rule of a route, with how many events it matched since it bears its name. */
export interface RuleItem extends RuleTable {
  matched: number;
  last_matched_at: string | null;
}

/** One route. `id`, its credential, only where it was asked for. */
export interface RouteItem {
  name: string;
  id?: string;
  /** Earlier ids that are still in the configuration, by the time (ISO 8601) until which each is accepted. */
  former?: { until: string }[];
  state: RouteState;
  /** What is wrong with its configuration. */
  problem?: string;
  source?: string;
  label?: string;
  shards: number;
  rules: RuleItem[];
  auth?: Record<string, unknown>;
  /** What a request has to prove, one or several; `["path"]`: nothing but the address, which is then the secret. */
  proof?: SenderProof[];
  console?: string;
  default_severity?: Severity;
  /** How long nothing may come before that is told, in the words of the configuration. */
  silent_after?: string;
  /** Names of the enrichers that are asked about the indicators of its alerts. */
  enrich?: string[];
  settings?: unknown;
  /** Events that are not decided or whose messages no outbox has confirmed. */
  backlog: number;
  last_event_at: string | null;
  counts: RouteCounts;
}

/** All routes by name: the configured ones, the broken ones, and removed ones that counted anything. */
export function routeItems(context: Pick<AdminContext, "loaded" | "sources">, reading: Reading, reveal: boolean): RouteItem[] {
  const { routes, broken } = context.loaded.config;
  const items = routes.map(
    (route): RouteItem => ({
      ...configured(context, route, reveal),
      rules: route.rules.map((rule) => ({ ...ruleTable(rule), ...matchedOf(route.name, rule.name, reading) })),
      ...doing(route.name, reading),
    }),
  );
  for (const { kind, name, problem, id } of broken) {
    if (kind !== "route") continue;
    items.push({ name, ...(reveal && id ? { id } : {}), state: "broken", problem, shards: 0, rules: [], ...doing(name, reading) });
  }
  const known = new Set(items.map(({ name }) => name));
  for (const name of new Set(reading.ledgers.map(({ route }) => route))) {
    const now = doing(name, reading);
    if (!known.has(name) && now.counts.received + now.counts.refused > 0)
      items.push({ name, state: "removed", shards: 0, rules: [], ...now });
  }
  const unreachable = new Set(reading.unreachable.filter((name) => name.startsWith("ledger:")).map((name) => name.split(":")[1]));
  return items
    .map((item) => (unreachable.has(item.name) ? { ...item, state: "unreachable" as const } : item))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

function configured(
  { sources }: Pick<AdminContext, "sources">,
  route: Route,
  reveal: boolean,
): Omit<RouteItem, "rules" | "backlog" | "last_event_at" | "counts"> {
  const source = sources.get(route.source);
  return {
    name: route.name,
    ...(reveal ? { id: route.id } : {}),
    former: route.formerIds?.map(({ untilMs }) => ({ until: new Date(untilMs).toISOString() })),
    state: !source ? "broken" : route.enabled ? "ok" : "disabled",
    ...(source ? {} : { problem: `there is no source "${route.source}"` }),
    source: route.source,
    label: source?.label,
    shards: route.shards,
    auth: route.auth && authTable(route.auth),
    proof: source && proofsOf(route, source),
    console: route.console,
    default_severity: route.defaultSeverity,
    silent_after: silentAfter(route),
    enrich: route.enrich,
    settings: source && shownSettings(source.settings, route.settings),
  };
}

/** `1h`, or `1h, by asset.name`. */
function silentAfter({ silentAfterMs, silentKeys }: Route): string | undefined {
  if (silentKeys)
    return [durationText(silentKeys.afterMs), ...(silentKeys.by.length > 0 ? [`by ${silentKeys.by.join(", ")}`] : [])].join(", ");
  return silentAfterMs === undefined ? undefined : durationText(silentAfterMs);
}

function matchedOf(route: string, rule: string, { ledgers }: Reading): Pick<RuleItem, "matched" | "last_matched_at"> {
  const counts = ledgers.flatMap((ledger) => (ledger.route === route ? (own(ledger.after.rules, rule) ?? []) : []));
  const lastAt = Math.max(0, ...counts.map((one) => one.lastAt));
  return {
    matched: counts.reduce((sum, { matched }) => sum + matched, 0),
    last_matched_at: lastAt > 0 ? new Date(lastAt).toISOString() : null,
  };
}

function doing(name: string, { ledgers }: Reading): Pick<RouteItem, "backlog" | "last_event_at" | "counts"> {
  const counts = noRouteCounts();
  let lastAt = 0;
  for (const { route, after } of ledgers) {
    if (route !== name) continue;
    for (const key of Object.keys(counts) as (keyof RouteCounts)[]) counts[key] += after.counts[key];
    lastAt = Math.max(lastAt, after.lastEventAt ?? 0);
  }
  return { backlog: counts.processing, last_event_at: lastAt > 0 ? new Date(lastAt).toISOString() : null, counts };
}
