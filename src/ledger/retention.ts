// Removes what is older than the retention, so much at a sweep that none is long. Where it stopped stands in a row, so that a large
// ledger is gone through over several sweeps, also when it is evicted between them.
import type { LedgerCore } from "./core.ts";
import { stepDue } from "./escalate.ts";
import type { LedgerSwept } from "./interface.ts";
import type { OldRows, Span } from "./old-rows.ts";
import { stateWithoutContent } from "./state.ts";

/** Alerts that are looked at in one piece, between which requests have their turn. */
const SLICE = 500;
/** Alerts that one sweep looks at, and rows that it writes, at the most. */
const MOST_LOOKED_AT = 10_000;
const MOST_WRITTEN = 10_000;
/** The request log is kept for 7 days. */
const LOG_MS = 7 * 24 * 60 * 60_000;
const PAGES = 500;
/** Where the next sweep goes on, among what is kept. */
const CURSOR = "swept";

type Removed = LedgerSwept["removed"];

/** `alerts`: those that will be told, or whose escalation is not over. */
type WaitingSpan = Span & { alerts: ReadonlySet<string> };

/** Sweeps on from where the last sweep stopped. Never touches an alert that has work left. */
export async function pruneLedger(core: LedgerCore, old: OldRows): Promise<LedgerSwept> {
  const removed: Removed = { alerts: 0, events: 0, emptied: 0, requests: 0 };
  const now = core.stages.now();
  if (core.journal.hasBefore(now - LOG_MS)) {
    core.transaction(() => {
      removed.requests = core.journal.prune(now - LOG_MS, PAGES);
    });
  }
  // A route that was removed before its first alert has left nothing, not even how long it would be kept.
  if (core.tables.slice("", 1).length === 0) return { removed, more: false };
  const { retentionMs, retentionPayloadsMs } = await core.stages.planner();
  const before = { metadata: now - retentionMs, content: now - retentionPayloadsMs };
  const start = core.tables.kept(CURSOR) ?? "";
  let cursor = start;
  let looked = 0;
  const written = (): number => removed.alerts + removed.events + removed.emptied;
  while (looked < MOST_LOOKED_AT && written() < MOST_WRITTEN) {
    const slice = core.tables.slice(cursor, SLICE);
    const last = slice.at(-1)?.hash ?? "";
    looked += slice.length;
    // A span of which something is left is looked at again.
    if (last === "" || pruneSpan(core, old, spanOf(core, cursor, last), before, removed)) cursor = slice.length < SLICE ? "" : last;
    if (cursor === "") break;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  if (cursor !== start) core.tables.keep(CURSOR, cursor);
  // Once each time that all of it was gone through.
  if (cursor === "") core.keyed.prune(before.metadata);
  return { removed, more: cursor !== "" || written() >= MOST_WRITTEN, retention: { retentionMs, retentionPayloadsMs } };
}

/** A span with what waits in it: alerts by their hashes, and the events that hold them. */
function spanOf({ tables }: LedgerCore, after: string, to: string): WaitingSpan {
  const states = tables.waiting({ after, to }).map((hash) => ({ hash, state: tables.state(hash) }));
  const waiting = states.flatMap(({ hash, state }) => state?.held?.events.map(({ seq }) => `${hash} ${seq}`) ?? []);
  const alerts = states.flatMap(({ hash, state }) => ((state?.held ?? stepDue(state?.escalation)) ? [hash] : []));
  return { after, to, waiting, alerts: new Set(alerts) };
}

/** Removes what is old of one span: nothing of it is awaited, so that it is written at once. Answers false when there was too much. */
function pruneSpan(
  core: LedgerCore,
  old: OldRows,
  span: WaitingSpan,
  before: { metadata: number; content: number },
  removed: Removed,
): boolean {
  const events = old.removeEvents(span, before.metadata, MOST_WRITTEN);
  removed.events += events;
  if (events === MOST_WRITTEN) return false;
  for (const { hash } of old.alerts(span, before.metadata, false)) {
    if (core.open.has(hash) || span.alerts.has(hash)) continue;
    core.tables.removeAlert(hash);
    removed.alerts += 1;
  }
  // Where both are kept for the same time, nothing is left to be emptied.
  if (before.content <= before.metadata) return true;
  const emptied = old.emptyEvents(span, before.content, MOST_WRITTEN);
  removed.emptied += emptied;
  for (const { hash, updatedAt } of old.alerts(span, before.content, true)) {
    const state = core.tables.state(hash);
    if (!state || core.open.has(hash) || span.alerts.has(hash)) continue;
    core.tables.writeState(hash, stateWithoutContent(state), updatedAt);
    removed.emptied += 1;
  }
  return emptied < MOST_WRITTEN;
}
