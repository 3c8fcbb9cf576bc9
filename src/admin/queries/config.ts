// The configuration as a whole: as a file, planned, applied, brought back.
import { type CheckedConfig, type ConfigRefusal, checkConfigText } from "../../config/check.ts";
import { exportText } from "../../config/export.ts";
import { type Plan, planOf } from "../../config/plan.ts";
import type { Registries } from "../../config/route.ts";
import { type PlacedProblem, placedProblems } from "../../config/toml.ts";
import { errorText, log } from "../../lib/log.ts";
import { ok, type Result } from "../../outcome.ts";
import { CONFIG_QUERIES, versionOf } from "../../store/config-reader.ts";
import { applyStatements, auditOf, conflictIn, type Origin } from "../../store/config-rows.ts";
import { type ConfigState, readState, stateName } from "../../store/config-state.ts";
import type { AdminContext } from "../context.ts";

/** What these questions are answered from. */
export type ConfigContext = Pick<AdminContext, "env" | "sources" | "destinations" | "enrichers" | "author" | "via">;

/** The configuration as it is in effect, read for this answer. */
export interface Exported {
  text: string;
  state: ConfigState;
}

/** A plan as the API answers it. */
export interface PlanAnswer extends Plan {
  revision: number;
  state: string;
  warnings: PlacedProblem[];
}

/** What applying came to. `conflict`: somebody applied, or wrote rows, in between. */
export type ApplyAnswer =
  | { kind: "done"; applied: boolean; revision: number; state: string; changes: Plan["changes"]; warnings: PlacedProblem[] }
  | { kind: "conflict"; what: "applied" | "edited" };

/** A text that was judged, and what it is compared with. */
export interface Planned {
  checked: CheckedConfig;
  present: ConfigState;
  plan: PlanAnswer;
}

/** The state as of now. */
export const presentState = ({ env }: Pick<ConfigContext, "env">): Promise<ConfigState> => readState(env.DB);

/** The configuration as a file. */
export async function exportConfig(context: ConfigContext): Promise<Exported> {
  const state = await presentState(context);
  return { text: exportText(state.rows, state.last?.source, registriesOf(context)), state };
}

/** Judges a text as this relay does. */
export function judgeText(context: ConfigContext, text: string): Result<CheckedConfig, ConfigRefusal> {
  const { env } = context;
  const isSet = (name: string): boolean => typeof env[name] === "string" && env[name] !== "";
  const options = { local: env.LOCAL === "1", bindings: (name: string) => env[name] !== undefined, isSet };
  return checkConfigText(text, registriesOf(context), options);
}

/** Judges a text and plans to apply it to a state. */
export function planConfig(context: ConfigContext, text: string, present: ConfigState): Result<Planned, ConfigRefusal> {
  const checked = judgeText(context, text);
  if (!checked.ok) return checked;
  const { file, warnings } = checked.value;
  const plan = planOf(present, file, registriesOf(context));
  const answer = { ...plan, revision: present.revision, state: stateName(present), warnings: placedProblems(warnings, file.locate) };
  return ok({ checked: checked.value, present, plan: answer });
}

/** Applies what was planned as one revision, unless it is in effect already. */
export async function applyPlanned(
  context: ConfigContext,
  planned: Planned,
  how: { origin: Origin; backTo?: number },
): Promise<ApplyAnswer> {
  const { checked, present, plan } = planned;
  const { changes, revision, state, warnings } = plan;
  if (plan.same) return { kind: "done", applied: false, revision, state, changes, warnings };
  const { env, author, via } = context;
  const application = { file: checked.file, changes, seen: present, author, via, ...how };
  const statements = applyStatements(application).map(({ sql, params }) => env.DB.prepare(sql).bind(...params));
  try {
    // The last one reads, within the transaction, which state this is.
    const results = await env.DB.batch([...statements, env.DB.prepare(CONFIG_QUERIES[0])]);
    const { actor, via: _, detail, ...entry } = auditOf(application);
    log("info", "admin.changed", { ...detail, ...entry, by: actor, via });
    const after = { revision: revision + 1, version: versionOf(results.at(-1)?.results) };
    return { kind: "done", applied: true, revision: after.revision, state: stateName(after), changes, warnings };
  } catch (error) {
    const what = conflictIn(errorText(error));
    if (what === undefined) throw error;
    return { kind: "conflict", what };
  }
}

/** The adapters that a configuration may name. */
export const registriesOf = ({ sources, destinations, enrichers }: Registries): Registries => ({ sources, destinations, enrichers });
