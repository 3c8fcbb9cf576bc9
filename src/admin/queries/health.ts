// How the relay is: one check for each kind of trouble, and what to do about those that are not ok.
import { readConditions } from "../../store/conditions.ts";
import { isOverdue, type LastSweep, readUpkeep } from "../../store/upkeep.ts";
import { conditionId, KINDS, type KindName, kindOf, parseConditionId } from "../../watch/kinds.ts";
import type { Relay } from "../context.ts";

/** `down`: something outside does not work at all. */
export type CheckState = "ok" | "degraded" | "down";

/** One check. Times ISO 8601 UTC. */
export interface HealthCheck {
  /** The kind of trouble; does not change: `backlog_old`, `sweep_overdue` ... */
  check: KindName | "sweep_overdue";
  state: CheckState;
  /** What has the trouble: the name of a destination, a route, a token ...; null while there is none. */
  subject: string | null;
  since: string | null;
  text: string;
  advice: string | null;
  /** Who told people: names with commas; empty where its outbox does, null while nobody did. */
  told_by: string | null;
}

/** The relay as the last sweep saw it; what the configuration and the sweep itself say, as of now. */
export interface Health {
  status: "ok" | "degraded";
  sweep: (LastSweep & { overdue: boolean }) | null;
  checks: HealthCheck[];
}

const DOWN: ReadonlySet<KindName> = new Set(["destination_down", "destination_refused", "events_stuck"]);

/** Reads it: what is wrong first, then what is well. */
export async function readHealth({ env, loaded, now }: Relay): Promise<Health> {
  const [conditions, last] = await Promise.all([readConditions(env.DB), readUpkeep<LastSweep>(env.DB, "sweep")]);
  const overdue = isOverdue(last, now());
  const wrong: HealthCheck[] = conditions.flatMap(({ id, since, text, told_by }) => {
    const parsed = parseConditionId(id);
    if (!parsed) return [];
    const { kind, subject } = parsed;
    return [{ check: kind, state: DOWN.has(kind) ? "down" : "degraded", subject, since, text, advice: kindOf(kind).advice, told_by }];
  });
  // What is left out just now need not wait for the sweep.
  for (const { kind, name, problem } of loaded.config.broken) {
    const subject = `${kind} ${name}`;
    if (conditions.some(({ id }) => id === conditionId("configuration_broken", subject))) continue;
    const { advice } = KINDS.configuration_broken;
    wrong.push({ check: "configuration_broken", state: "degraded", subject, since: null, text: problem, advice, told_by: null });
  }
  if (overdue && last) wrong.push(overdueCheck(last));
  const troubled = new Set(wrong.map(({ check }) => check));
  const fine = (Object.keys(KINDS) as KindName[]).filter((kind) => !troubled.has(kind)).map((kind) => fineCheck(kind, kindOf(kind).fine));
  if (!overdue) fine.push(fineCheck("sweep_overdue", last ? "The sweep runs when it is due." : "The sweep has not run yet."));
  return { status: wrong.length > 0 ? "degraded" : "ok", sweep: last ? { ...last, overdue } : null, checks: [...wrong, ...fine] };
}

const fineCheck = (check: HealthCheck["check"], text: string): HealthCheck => ({
  check,
  state: "ok",
  subject: null,
  since: null,
  text,
  advice: null,
  told_by: null,
});

const overdueCheck = ({ at }: LastSweep): HealthCheck => ({
  check: "sweep_overdue",
  state: "degraded",
  subject: null,
  since: at,
  text: `The sweep last ran at ${at}; it is due every 5 minutes. Until it does, nothing here is up to date and nothing is told.`,
  advice: "See whether the Worker has its cron trigger (wrangler.toml, [triggers]) and what its last runs said.",
  told_by: null,
});
