// The sample that each sweep takes: what came and went since the last one.

import { countAlerts, readStanding, writeSample } from "../series/rows.ts";
import { sampleOf, standingOf } from "../series/sample.ts";
import type { Survey } from "../watch/survey.ts";

const MINUTE_MS = 60_000;
/** Alerts are counted in D1, which may be behind by a moment, and with the severity that their detail brought. */
const LAG_MS = 60_000;

/** Takes a sample of what was seen. Samples begin and end at whole minutes; sooner than a minute after the last one there is none. */
export async function takeSample(db: Pick<D1Database, "prepare" | "batch">, survey: Survey): Promise<void> {
  const before = await readStanding(db, survey.now);
  const at = Math.floor((survey.now - LAG_MS) / MINUTE_MS) * MINUTE_MS;
  if (before && at <= before.at) return;
  const standing = standingOf(survey, before, at);
  // The first one has nothing to compare with.
  const sample = before && sampleOf(before, standing, await countAlerts(db, before.at, at));
  await writeSample(db, sample, standing, survey.config.relay.retentionMs);
}
