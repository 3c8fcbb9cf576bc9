// The cron sweep: wakes every ledger and outbox, so that one that lost its alarm is found, and old rows are removed; then it looks at the
// relay as a whole, tells what is wrong, and counts.
import type { Env } from "../env.ts";
import { errorText, log } from "../lib/log.ts";
import { tell } from "../outbox/tellers.ts";
import { type LastSweep, writeUpkeep } from "../store/upkeep.ts";
import { watch } from "../watch/watch.ts";
import type { AdminDeps } from "./deps.ts";
import { surveyOf } from "./queries/survey.ts";
import { takeSample } from "./sampling.ts";
import { tellSilenceEnds } from "./silence-ends.ts";
import { sweepObjects } from "./sweep-objects.ts";

/** Sweeps all objects that the configuration names now or named before; what fails does not stop the rest. */
export async function sweep(env: Env, { config, destinations }: Pick<AdminDeps, "config" | "destinations">): Promise<void> {
  const startedAt = Date.now();
  const loaded = await config.get(env.DB);
  const swept = await sweepObjects(env, loaded.config, Date.now);
  const now = Date.now();
  const last: LastSweep = { at: new Date(now).toISOString(), ms: now - startedAt, ...swept };
  await succeeds("d1", () => writeUpkeep(env.DB, "sweep", last, now));
  await succeeds("silences", () => tellSilenceEnds({ env, loaded, now: Date.now }));
  const survey = await succeeds("survey", () => surveyOf({ env, loaded, now: Date.now }, swept.failed));
  if (!survey) return;
  await succeeds("watch", () =>
    watch(survey, { db: env.DB, tell: (word) => tell(word, { loaded, adapters: destinations, outboxes: env.OUTBOX }) }),
  );
  await succeeds("samples", () => takeSample(env.DB, survey));
}

/** Does a part of the sweep; logs what it throws, and then answers nothing. */
async function succeeds<Value>(what: string, work: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await work();
  } catch (error) {
    log("error", "sweep.failed", { object: what, error: errorText(error) });
    return undefined;
  }
}
