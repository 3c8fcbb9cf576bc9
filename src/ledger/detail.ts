// Detail from the source's API: what an answer makes of the alert, and how long it is asked for when it does not come.
import type { DetailRef } from "../alert.ts";
import type { LookupAnswer } from "../enricher/interface.ts";
import { advanceDetail, withoutDetail } from "./advance.ts";
import type { TraceStep } from "./interface.ts";
import type { Planner } from "./stages.ts";
import type { AlertState, PendingDetail } from "./state.ts";
import type { OpenEvent } from "./tables.ts";

/** A lookup that is under way is asked about again only after this long: its answer comes by itself. */
export const UNDER_WAY_MS = 60_000;
const RETRY_FIRST_MS = 2_000;
const RETRY_MOST_MS = 5 * 60_000;
/** Orders are ms with a fraction for microseconds. */
const JUST_AFTER = 0.0005;
/** After this long without an answer the alert stays as it is. */
const GIVE_UP_MS = 24 * 60 * 60_000;

/** What is known of an alert's detail when it is decided. */
export interface Ready {
  hash: string;
  refs: DetailRef[];
  answers: LookupAnswer[];
  /** The deadline passed with the lookup under way. */
  late: boolean;
  /** What waits is asked again: what is due of it, or all since somebody ended a silence. */
  held?: "due" | "all";
}

/** What the answers of the source's API make of the alert. */
export interface Told {
  state: AlertState;
  /** The change that the detail made, if it made one. */
  change: AlertState["alert"]["change"] | undefined;
  /** Detail that is still missing. */
  missing: Extract<LookupAnswer, { kind: "missing" }>[];
  trace: TraceStep[];
}

/** Folds answers, or their absence, into the alert. */
export function applyAnswers(before: AlertState, ready: Ready, planner: Planner, now: number, route: string): Told {
  const told: Told = { state: before, change: undefined, missing: [], trace: [] };
  const at = new Date(now).toISOString();
  for (const answer of ready.answers) {
    if (answer.kind === "missing") {
      told.missing.push(answer);
      told.trace.push({ at, stage: "enrich", decision: "thin", reason: answer.reason });
      continue;
    }
    const { id, source } = before.alert;
    const context = { alertId: id, source, route, defaultSeverity: planner.defaultSeverity, receivedAt: now };
    const unseen = told.state.plannedVersion === 0;
    const opening = told.state.alert.change;
    const advanced = advanceDetail(told.state, answer.patch, orderOf(answer.fetchedAt, told.state), context);
    told.state = advanced.state;
    // Nobody saw the thin alert: to its readers and rules, the detail is part of how it began.
    if (unseen) advanced.state.alert.change = opening;
    else if (advanced.changed) told.change = advanced.state.alert.change;
    const reason = answer.cached ? "the source's API had told it a moment ago" : "the source's API told the detail";
    told.trace.push({ at, stage: "enrich", decision: "enriched", reason, values: { ms: answer.ms } });
  }
  if (ready.late) {
    const reason = `the source's API has not answered within ${planner.softDeadlineMs / 1_000} s`;
    told.state = withoutDetail(told.state, reason);
    told.trace.push({ at, stage: "enrich", decision: "thin", reason, values: { soft_deadline_ms: planner.softDeadlineMs } });
  } else if (told.missing[0]) told.state = withoutDetail(told.state, told.missing[0].reason);
  else if (!planner.canEnrich) told.state = withoutDetail(told.state, "the route has no API to ask for the detail");
  return told;
}

/**
 * The order of an answer is when it was fetched. It is also newer than every event that we had when we asked: where the
 * source's clock is ahead of ours, the time alone would say otherwise.
 */
function orderOf(fetchedAt: number, state: AlertState): number {
  const { newest } = state;
  return newest && newest.receivedAt <= fetchedAt ? Math.max(fetchedAt, newest.order + JUST_AFTER) : fetchedAt;
}

/** Keeps asking for detail that is missing, ever more slowly, and remembers which events wait for it. */
export function notePending(state: AlertState, ready: Ready, events: OpenEvent[], told: Told, now: number): void {
  const before = state.detail;
  if (ready.refs.length === 0) return;
  const retry = told.missing.filter((answer) => !answer.final);
  if (!ready.late && retry.length === 0) {
    delete state.detail;
    return;
  }
  const since = before?.since ?? now;
  if (now - since > GIVE_UP_MS) {
    delete state.detail;
    return;
  }
  const attempts = (before?.attempts ?? 0) + 1;
  const backoff = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** (attempts - 1));
  const asked = Math.max(backoff, ...retry.map((answer) => answer.retryAfterMs ?? 0));
  const waiting: PendingDetail = {
    refs: distinct([...(before?.refs ?? []), ...ready.refs]).slice(-3),
    since,
    attempts,
    due: now + (ready.late ? UNDER_WAY_MS : asked),
    events: [...(before?.events ?? []), ...events.map((event) => event.seq)].slice(-50),
    reason: state.alert.enriched_reason ?? "",
  };
  state.detail = waiting;
}

/** Each reference once. */
export function distinct(refs: DetailRef[]): DetailRef[] {
  return [...new Map(refs.map((ref) => [`${ref.kind}\u001f${ref.id}\u001f${ref.with ?? ""}`, ref])).values()];
}
