// The configuration rows that a relay has, read through wrangler.
import type { ConfigRows, DestinationRow, EnricherRow, RelayRow, RouteRow } from "../src/config/rows.ts";
import { ok, type Result } from "../src/outcome.ts";
import { CONFIG_QUERIES } from "../src/store/config-reader.ts";
import { query, type Target, type WranglerFailure } from "./wrangler.ts";

/** The rows, and the revision that made them (0 before the first). */
export interface State {
  rows: ConfigRows;
  revision: number;
  hash?: string;
  appliedAt?: string;
}

/** Reads everything in one call, since each call of wrangler takes seconds. */
export async function readState(target: Target): Promise<Result<State, WranglerFailure>> {
  const last = "SELECT revision, hash, applied_at FROM revisions ORDER BY revision DESC LIMIT 1";
  const answer = await query(target, [...CONFIG_QUERIES, last].join("; "));
  if (!answer.ok) return answer;
  const [version = [], relay = [], destinations = [], routes = [], enrichers = [], revisions = []] = answer.value;
  const [revision] = revisions;
  return ok({
    rows: {
      version: Number(version[0]?.version ?? 0),
      relay: relay as unknown as RelayRow[],
      destinations: destinations as unknown as DestinationRow[],
      routes: routes as unknown as RouteRow[],
      enrichers: enrichers as unknown as EnricherRow[],
    },
    revision: Number(revision?.revision ?? 0),
    ...(revision === undefined ? {} : { hash: String(revision.hash), appliedAt: String(revision.applied_at) }),
  });
}
