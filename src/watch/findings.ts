// From one look at the relay to what is wrong with it. Pure: what was seen and what is remembered come in.
import type { Route } from "../config/model.ts";
import { durationText } from "../lib/duration.ts";
import { alertId } from "../lib/names.ts";
import { own } from "../lib/own.ts";
import { counted, utcTime } from "../lib/text.ts";
import type { OutboxStatus } from "../outbox/interface.ts";
import { dayOf, nearlyUsed, usageOf } from "./budget.ts";
import { type Finding, isUnknown, type Memory, type Survey } from "./survey.ts";

/** A message that waits longer is told, unless its destination's own trouble is. */
export const BACKLOG_OLD_MS = 15 * 60_000;
/** No more deaths for so long are the end of the trouble. */
export const DEAD_LASTS_MS = 60 * 60_000;
/** Rows that the projection may be behind at each of two looks. */
export const UNPROJECTED = 200;
/** A correlator's word that no ledger took for so long is told. */
export const BEHIND_MS = 5 * 60_000;
/** No more keys given up for so long are the end of it. */
export const DROPPED_LASTS_MS = 60 * 60_000;
const DAY_MS = 86_400_000;
/** Alerts that a text names. */
const MOST_NAMED = 5;

/** What a look came to: what is wrong, and what to remember of it. */
export interface Look {
  findings: Finding[];
  memory: Memory;
}

/** Looks. `memory` is not changed. */
export function look(survey: Survey, before: Memory): Look {
  const memory = { ...before, dead: known(before.dead, survey), decided: known(before.decided, survey), watched: {} };
  const findings = [
    ...configuredOutboxes(survey).flatMap(({ destination, status }) =>
      destinationFindings(destination, status, { survey, before, memory }),
    ),
    ...routeFindings(survey, before, memory),
    ...survey.correlators.flatMap((one) => correlatorFindings(one, survey.now)),
    ...survey.tokens.map(({ name, endsAt }) => ending("token_expiring", name, endsAt, survey.now)),
    ...survey.secrets.map(({ name, endsAt }) => ending("secret_expiring", name, endsAt, survey.now)),
    ...(survey.off.length > 0 ? [{ kind: "books_off" as const, subject: "relay", text: `${survey.off.join(". ")}.` }] : []),
    ...unreadableFindings(survey),
    ...survey.failed.map((name) => ({ kind: "object_failed" as const, subject: name, text: "It failed, or did not answer." })),
    ...survey.config.broken.map(({ kind, name, problem }) => ({
      kind: "configuration_broken" as const,
      subject: `${kind} ${name}`,
      text: problem.endsWith(".") ? problem : `${problem}.`,
    })),
    ...projectionFindings(survey),
    ...budgetFindings(survey, before, memory),
  ];
  return { findings, memory };
}

/** What is wrong with a destination is over when it is removed: nothing will be sent there again. */
function configuredOutboxes({ config: { destinations, broken }, outboxes }: Survey): Survey["outboxes"] {
  const known = new Set([...destinations, ...broken.filter(({ kind }) => kind === "destination")].map(({ name }) => name));
  return outboxes.filter(({ destination }) => known.has(destination));
}

interface Around {
  survey: Survey;
  before: Memory;
  memory: Memory;
}

function destinationFindings(name: string, status: OutboxStatus, around: Around): Finding[] {
  const { now } = around.survey;
  const { brokenSince, disabled, failedReason, oldestPendingAt, counts, untold } = status;
  const found: Finding[] = [];
  const troubled = disabled !== undefined || brokenSince !== undefined;
  // Its own trouble is told by its outbox; what comes of that is no news.
  const told_by = troubled ? (untold > 0 ? null : "") : undefined;
  if (disabled) {
    const text = `Since ${timeOf(disabled.at)}: ${words(disabled.reason)}.`;
    found.push({ kind: "destination_refused", subject: name, text, told_by });
  } else if (brokenSince !== undefined) {
    const text = `Since ${timeOf(brokenSince)}: ${words(failedReason ?? "no answer")}.`;
    found.push({ kind: "destination_down", subject: name, text, told_by });
  }
  if (oldestPendingAt !== undefined && now - oldestPendingAt > BACKLOG_OLD_MS) {
    const text = `${counted(counts.pending, "message")} wait${counts.pending === 1 ? "s" : ""}, the oldest since ${timeOf(oldestPendingAt)}.`;
    // That it waits while nobody answers is no news of its own; nor is it over then.
    found.push({ kind: "backlog_old", subject: name, text, told_by });
  }
  const died = deadFinding(name, status, told_by, around);
  return died ? [...found, died] : found;
}

/** Deliveries that died: a trouble from the first one until none has died for a while, or all were replayed. */
function deadFinding(name: string, { counts }: OutboxStatus, told_by: Finding["told_by"], around: Around): Finding | undefined {
  const { survey, before, memory } = around;
  const { now } = survey;
  const known = own(before.dead, name);
  // Those that were there when the watch began are old news.
  if (!known) {
    memory.dead[name] = { before: counts.dead, count: counts.dead, at: 0 };
    return undefined;
  }
  const at = counts.dead > known.count ? now : known.at;
  const over = counts.dead <= known.before || now - at >= DEAD_LASTS_MS;
  memory.dead[name] = { before: over ? counts.dead : known.before, count: counts.dead, at };
  if (over) return undefined;
  const text = `${counted(counts.dead - known.before, "message")} of late, the last before ${timeOf(at)}. They can be replayed.`;
  return { kind: "dead_letters", subject: name, text, told_by };
}

function routeFindings(survey: Survey, before: Memory, memory: Memory): Finding[] {
  const { config, ledgers, now } = survey;
  const found: Finding[] = [];
  for (const name of new Set(ledgers.map(({ route }) => route))) {
    const shards = ledgers.filter(({ route }) => route === name).map(({ books }) => books);
    const processing = shards.reduce((sum, { counts }) => sum + counts.processing, 0);
    const decided = shards.reduce((sum, { counts }) => sum + counts.accepted, 0) - processing;
    if (processing > 0) {
      memory.decided[name] = decided;
      if (own(before.decided, name) === decided)
        found.push({ kind: "events_stuck", subject: name, text: `${counted(processing, "event")} so far.` });
    }
    for (const { refusing } of shards) {
      for (const [who, { since, reason }] of Object.entries(refusing)) {
        if (
          !isAsked(
            config.routes.find((route) => route.name === name),
            who,
          )
        )
          continue;
        const subject = who === "api" ? name : `${name} ${who}`;
        if (!found.some((one) => one.kind === "api_refused" && one.subject === subject))
          found.push({ kind: "api_refused", subject, text: `Since ${timeOf(since)}: ${reason}.` });
      }
    }
  }
  for (const { name, enabled, silentAfterMs } of config.routes) {
    if (!enabled || silentAfterMs === undefined) continue;
    memory.watched[name] = own(before.watched, name) ?? now;
    if (isUnknown(survey, name)) continue;
    const last = Math.max(0, ...ledgers.filter(({ route }) => route === name).map(({ books }) => books.lastEventAt ?? 0));
    const quiet = now - Math.max(last, memory.watched[name] ?? now);
    if (quiet < silentAfterMs) continue;
    const since = last === 0 ? "Nothing has ever come" : `The last request came at ${timeOf(last)}`;
    found.push({ kind: "source_silent", subject: name, text: `${since}; silent_after is ${durationText(silentAfterMs)}.` });
  }
  return found;
}

/** What rules know beyond one alert: that it does not reach the ledgers, or that there is too much of it. */
function correlatorFindings({ route, status }: Survey["correlators"][number], now: number): Finding[] {
  const { owed, owedSince, dropped, droppedAt } = status;
  const found: Finding[] = [];
  if (owedSince !== undefined && now - owedSince > BEHIND_MS)
    found.push({ kind: "rules_behind", subject: route, text: `${counted(owed, "word")} since ${timeOf(owedSince)}.` });
  if (droppedAt !== undefined && now - droppedAt < DROPPED_LASTS_MS)
    found.push({
      kind: "rule_keys_dropped",
      subject: route,
      text: `${counted(dropped, "key")} so far, the last before ${timeOf(droppedAt)}.`,
    });
  return found;
}

/** Whether a route still asks its source's API (`api`), or an enricher. */
const isAsked = (route: Route | undefined, who: string): boolean =>
  route !== undefined &&
  (who === "api" || (who === "write_back" && Object(route.settings).write_back === true) || (route.enrich?.includes(who) ?? false));

function ending(kind: "token_expiring" | "secret_expiring", name: string, endsAt: number, now: number): Finding {
  return { kind, subject: name, text: endsAt <= now ? `It ended at ${timeOf(endsAt)}.` : `It ends at ${timeOf(endsAt)}.` };
}

/** Rows that ledgers and outboxes have set aside. The subject begins with the name of the route or destination. */
function unreadableFindings({ ledgers, outboxes }: Survey): Finding[] {
  const found = [
    ...[...new Set(ledgers.map(({ route }) => route))].map((route) => {
      const shards = ledgers.filter((ledger) => ledger.route === route);
      return { subject: `${route} (route)`, ids: shards.flatMap(({ books }) => books.setAside.map((hash) => alertId(route, hash))) };
    }),
    ...outboxes.map(({ destination, status }) => ({ subject: `${destination} (destination)`, ids: status.setAside })),
  ];
  return found.flatMap(({ subject, ids }) => {
    if (ids.length === 0) return [];
    const more = ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} more` : "";
    const text = `Of ${counted(ids.length, "alert")}: ${ids.slice(0, MOST_NAMED).join(", ")}${more}.`;
    return [{ kind: "row_unreadable" as const, subject, text }];
  });
}

function projectionFindings({ ledgers, outboxes }: Survey): Finding[] {
  const alerts = ledgers.reduce((sum, { books }) => sum + books.unprojected, 0);
  const deliveries = outboxes.reduce((sum, { status }) => sum + status.unprojected, 0);
  if (alerts + deliveries < UNPROJECTED) return [];
  const text = `${counted(alerts, "alert")} and the deliveries of ${deliveries} are not in D1 yet.`;
  return [{ kind: "projection_behind", subject: "relay", text }];
}

function budgetFindings(survey: Survey, before: Memory, memory: Memory): Finding[] {
  if (survey.config.relay.plan !== "free") {
    delete memory.day;
    return [];
  }
  const used = usageOf(survey);
  const date = dayOf(survey.now);
  // Without one of the objects the sum is too low to begin a day with.
  if (before.day?.date !== date && survey.failed.length > 0) return [];
  memory.day = before.day?.date === date ? before.day : { date, before: used };
  const until = timeOf(Date.parse(`${date}T00:00:00.000Z`) + DAY_MS);
  return nearlyUsed(used, memory.day.before).map(({ name, used: today, limit }) => ({
    kind: "plan_budget",
    subject: name,
    text: `About ${thousands(today)} of ${thousands(limit)} since 00:00 UTC, until ${until}.`,
  }));
}

/** What is remembered of objects that did not answer stays. */
const known = <Value>(remembered: Record<string, Value>, survey: Survey): Record<string, Value> =>
  Object.fromEntries(Object.entries(remembered).filter(([name]) => isUnknown(survey, name)));

const timeOf = (at: number): string => utcTime(new Date(at).toISOString()) ?? "";
const words = (reason: string): string => reason.replaceAll("_", " ");
/** To the nearest thousand, as an estimate should be. */
const thousands = (count: number): string => `${Math.round(count / 1_000)},000`;
