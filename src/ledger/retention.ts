// Removes what is older than the retention, a slice at each sweep, so that no sweep is long.
import type { LedgerCore } from "./core.ts";
import type { Planner } from "./stages.ts";

/** Alerts that one sweep looks at. */
const SLICE = 500;
/** The request log is kept for 7 days. */
const LOG_MS = 7 * 24 * 60 * 60_000;
const PAGES = 200;

/** Looks at the alerts after `cursor` and answers the next cursor; an empty one when it went round. */
export function pruneSlice(core: LedgerCore, cursor: string, planner: Pick<Planner, "retentionMs" | "retentionPayloadsMs">): string {
  const now = core.stages.now();
  const before = now - planner.retentionMs;
  const slice = core.tables.slice(cursor, SLICE);
  const next = slice.length < SLICE ? "" : (slice.at(-1)?.hash ?? "");
  core.transaction(() => {
    core.journal.prune(now - LOG_MS, PAGES);
    for (const { hash, updatedAt } of slice) {
      if (core.open.has(hash)) continue;
      if (updatedAt < before) core.tables.removeAlert(hash);
      else core.tables.prune(hash, before, now - planner.retentionPayloadsMs);
    }
  });
  return next;
}
