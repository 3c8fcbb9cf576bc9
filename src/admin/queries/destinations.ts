// Destinations as people see them: how they are configured, how they are doing.

import type { DestinationConfig } from "../../config/model.ts";
import type { Capabilities } from "../../destinations/destination.ts";
import { type DestinationCounts, noDestinationCounts, type OutboxStatus } from "../../outbox/interface.ts";
import { sharingWith } from "../../outbox/sharing.ts";
import { digestTable, failoverTable, rateText, type TemplateTable, templateTable } from "../config-words.ts";
import type { AdminContext } from "../context.ts";
import { shownSettings } from "../mask-settings.ts";
import type { Reading } from "./objects.ts";

/**
 * `refused`: its address is gone or closed to us. `down`: it has not answered for more than a moment, which was announced. `closed`: it
 * asked us to wait, or fails so often that we do.
 */
export type DestinationHealth = "ok" | "failing" | "closed" | "down" | "refused" | "broken" | "removed" | "unreachable";

/** One destination. Times are ISO 8601 UTC. */
export interface DestinationItem {
  name: string;
  state: DestinationHealth;
  /** What is wrong with its configuration, or why it is refused or closed. */
  problem?: string;
  type?: string;
  label?: string;
  can?: Capabilities;
  /** What an accepted answer proves: `shown`, or only `accepted`. */
  proves?: "shown" | "accepted";
  /** In the words of the configuration. */
  rate?: string;
  digest?: { after: number; every: string; max: number };
  ping?: DestinationConfig["ping"];
  detail?: DestinationConfig["detail"];
  template?: TemplateTable;
  failover?: { to: string; failures: number; after: string };
  priority?: number;
  /** Other destinations of the same credential, with which it shares one budget. */
  shares_budget_with?: string[];
  settings?: unknown;
  pending: number;
  in_flight: number;
  oldest_pending_at: string | null;
  /** Failures in a row. */
  failures: number;
  closed_until: string | null;
  /** Since when it does not answer, once that is more than a moment. */
  broken_since: string | null;
  /** Alerts that its failover shows in its place. */
  failed_over: number;
  /** Until when less is sent than its pace allows, as it asked to wait although the pace was kept. */
  slowed_until: string | null;
  /** How fast it is sent to, as it was configured or as its kind allows, how many may go at once after a rest, and how fast it goes now. */
  pace?: { per_second: number; burst: number; now_per_second?: number };
  /** What all destinations of the same credential may send together. */
  shared_pace?: { per_second: number; burst: number };
  /** The budget as the headers of an answer told it last: how many messages were left then, and when it begins anew. */
  budget?: { remaining: number; resets_at: string; told_at: string };
  last_delivered_at: string | null;
  /** Messages whose outcome was unknown and that were sent again: each may stand twice on the wall. */
  unknown: number;
  counts: DestinationCounts;
}

/** All destinations by name: the configured ones, the broken ones, and removed ones that counted anything. */
export function destinationItems(context: Pick<AdminContext, "loaded" | "destinations">, reading: Reading): DestinationItem[] {
  const { destinations, broken } = context.loaded.config;
  const statuses = new Map(reading.outboxes.map(({ destination, status }) => [destination, status]));
  const unreachable = new Set(reading.unreachable);
  const items = destinations.map((destination): DestinationItem => {
    const status = statuses.get(destination.name);
    const own = configured(context, destination);
    const shares = (own.shares_budget_with ?? []).length > 0;
    const item = { ...own, ...doing(status), ...pacing(context, destination, status, shares), ...health(status) };
    if (!context.destinations.has(destination.type))
      return { ...item, state: "broken", problem: `there is no destination type "${destination.type}"` };
    return unreachable.has(`outbox:${destination.name}`) ? { ...item, state: "unreachable" } : item;
  });
  for (const { kind, name, problem } of broken) {
    if (kind === "destination") items.push({ name, ...doing(statuses.get(name)), state: "broken", problem });
  }
  const known = new Set(items.map(({ name }) => name));
  for (const [name, status] of statuses) {
    if (!known.has(name) && status.counts.planned > 0) items.push({ name, ...doing(status), state: "removed" });
  }
  return items.sort((left, right) => (left.name < right.name ? -1 : 1));
}

function configured(
  { loaded, destinations }: Pick<AdminContext, "loaded" | "destinations">,
  destination: DestinationConfig,
): Partial<DestinationItem> & { name: string } {
  const { name, type, rate, digest, ping, detail, template, failover, priority, settings } = destination;
  const adapter = destinations.get(type);
  const { label, proves } = adapter ?? {};
  return {
    name,
    type,
    label,
    can: adapter?.can(settings),
    proves,
    rate: rate && rateText(rate),
    digest: digestTable(digest),
    ping,
    detail,
    template: template && templateTable(template),
    failover: failover && failoverTable(failover),
    priority,
    shares_budget_with: sharingWith(destination, loaded.config.destinations, destinations).filter((other) => other !== name),
    settings: adapter && shownSettings(adapter.settings, settings),
  };
}

/** How fast it may go, and what it told of that itself. */
function pacing(
  { destinations }: Pick<AdminContext, "destinations">,
  { type, rate, settings }: DestinationConfig,
  status: OutboxStatus | undefined,
  shares: boolean,
): Pick<DestinationItem, "pace" | "shared_pace" | "budget"> {
  const adapter = destinations.get(type);
  if (!adapter) return {};
  const own = adapter.pace(settings);
  const { pace, told } = status ?? {};
  const rated = rate && {
    per_second: tidy((rate.count / rate.perMs) * 1_000),
    burst: Math.max(1, Math.floor((rate.count / rate.perMs) * 100)),
  };
  return {
    pace: {
      ...(rated ?? { per_second: tidy(own.perSecond), burst: own.burst }),
      ...(pace && { now_per_second: tidy(pace.perSecond) }),
    },
    ...(shares && adapter.shared && { shared_pace: { per_second: tidy(adapter.shared.pace.perSecond), burst: adapter.shared.pace.burst } }),
    ...(told && { budget: { remaining: told.remaining, resets_at: iso(told.resetAt), told_at: iso(told.at) } }),
  };
}

/** Two digits behind the point are as exact as anybody has to know. */
const tidy = (perSecond: number): number => Number(perSecond.toPrecision(3));
const iso = (ms: number): string => new Date(ms).toISOString();

function health(status: OutboxStatus | undefined): Pick<DestinationItem, "state" | "problem"> {
  if (!status) return { state: "unreachable" };
  if (status.disabled) return { state: "refused", problem: status.disabled.reason };
  if (status.brokenSince !== undefined) return { state: "down", problem: status.failedReason };
  if (status.closedUntil !== undefined) return { state: "closed", problem: status.closedReason };
  return { state: status.failures > 0 ? "failing" : "ok" };
}

function doing(status: OutboxStatus | undefined): Omit<DestinationItem, "name" | "state"> {
  const counts = status?.counts ?? noDestinationCounts();
  return {
    pending: counts.pending,
    in_flight: status?.inFlight ?? 0,
    oldest_pending_at: isoOrNull(status?.oldestPendingAt),
    failures: status?.failures ?? 0,
    closed_until: isoOrNull(status?.closedUntil),
    broken_since: isoOrNull(status?.brokenSince),
    failed_over: status?.failedOver ?? 0,
    slowed_until: isoOrNull(status?.slowedUntil),
    last_delivered_at: isoOrNull(status?.lastDeliveredAt),
    unknown: status?.unknown ?? 0,
    counts,
  };
}

const isoOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
