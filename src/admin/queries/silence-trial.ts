// What a silence would have hidden: the newest alerts of the last day, asked about its condition as they are now. Nothing is written.
import type * as z from "zod";
import { type Alert, type Change, severityId } from "../../alert.ts";
import { fail, ok, type Result } from "../../outcome.ts";
import { compileCondition } from "../../rules/condition.ts";
import type { silenceTrial } from "../answers/silences.ts";
import type { AdminContext } from "../context.ts";
import { Where } from "../where.ts";
import { type NotMade, timesOf, type Wanted, wrongIn } from "./silences.ts";

/** What came of the trial. */
export type SilenceTrial = z.output<typeof silenceTrial>;

const DAY_MS = 86_400_000;
/** Alerts that are asked about, the newest: each takes some of the time that a request has. */
const MOST = 1_000;
const EXAMPLES = 5;
/** As if each had just begun. */
const OPENED: Change = { kind: "opened", fields: {}, added: {}, removed: {} };

/** Tries a silence; refuses what `makeSilence` would. When it begins and recurs is not asked: whatever the hour, of the last day. */
export async function trySilence(context: AdminContext, wanted: Wanted): Promise<Result<SilenceTrial, NotMade>> {
  const now = context.now();
  const times = timesOf(wanted, now);
  if (!times.ok) return times;
  const wrong = wrongIn(context, wanted);
  if (wrong) return fail(wrong);
  const condition = compileCondition(wanted.when);
  if (!condition.ok) return fail({ where: "when", sentence: condition.reason.message });
  const since = new Date(now - DAY_MS).toISOString();
  const alerts = await newest(context.env.DB, since, wanted.routes);
  const { lists } = context.loaded.config;
  const trial: SilenceTrial = {
    since,
    looked_at: Math.min(alerts.length, MOST),
    more: alerts.length > MOST,
    hidden: 0,
    above: 0,
    failed: 0,
    examples: [],
  };
  for (const alert of alerts.slice(0, MOST)) {
    const verdict = condition.value.matches(alert, OPENED, now, lists);
    if ("failed" in verdict) trial.failed += 1;
    else if (!verdict.matched) continue;
    else if (alert.severity_id > severityId(wanted.ceiling)) trial.above += 1;
    else {
      trial.hidden += 1;
      const { id, title, severity, created_at } = alert;
      if (trial.examples.length < EXAMPLES) trial.examples.push({ id, title, severity, created_at });
    }
  }
  return ok(trial);
}

async function newest(db: D1Database, since: string, routes: string[] | undefined): Promise<Alert[]> {
  const where = new Where().range({ from: since }).oneOf("route", routes);
  const { results } = await db
    .prepare(`SELECT alert FROM alerts ${where.sql} ORDER BY created_at DESC, id DESC LIMIT ?`)
    .bind(...where.params, MOST + 1)
    .all<{ alert: string }>();
  return results.map(({ alert }) => JSON.parse(alert));
}
