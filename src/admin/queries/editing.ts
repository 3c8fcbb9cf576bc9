// Edits of the configuration that is there: what one begins with, what it would do, and applying it. Nobody overwrites what they did not see, and
// nobody loses sight of a critical alert unasked.
import type { ConfigRefusal } from "../../config/check.ts";
import { exportText } from "../../config/export.ts";
import { fail, ok, type Result } from "../../outcome.ts";
import { type LongComparison, together } from "../../simulate/together.ts";
import { type ConfigState, stateName } from "../../store/config-state.ts";
import type { AdminContext } from "../context.ts";
import { backtest, type Cursor, cursorOf } from "./backtest.ts";
import { type ApplyAnswer, applyPlanned, type Planned, planConfig, presentState, registriesOf } from "./config.ts";

/** How far back an edit is tried on stored alerts. */
export const TRIED_DAYS = 7;
/** Somebody waits for it. */
const PATIENCE_MS = 6_000;
const A_PAGE = 1_000;

/** What an edit begins with: the text with its plain secrets, which may be shown veiled only. */
export interface Editable {
  text: string;
  state: ConfigState;
}

/** What an edit would do to the alerts of the last days. `whole`: all of them were tried. */
export interface Tried {
  comparison: LongComparison;
  whole: boolean;
}

/** An edit that can be applied. */
export interface Proposal {
  planned: Planned;
  tried: Tried;
}

/** Why an edit cannot be applied. `stale`: somebody changed the configuration since it was read; `lost`: criticals would reach nobody. */
export type EditRefused =
  | { kind: "stale"; present: ConfigState }
  | { kind: "wrong"; reason: ConfigRefusal }
  | { kind: "lost"; proposal: Proposal };

/** Reads what an edit begins with. */
export async function readEditable(context: AdminContext): Promise<Editable> {
  const state = await presentState(context);
  return { text: exportText(state.rows, state.last?.source, registriesOf(context), "plain"), state };
}

/** What a text would do in place of the one that was `seen`. */
export async function proposeEdit(context: AdminContext, text: string, seen: string): Promise<Result<Proposal, EditRefused>> {
  const planned = await planSeen(context, text, seen);
  return planned.ok ? ok({ planned: planned.value, tried: await tryOnStored(context, text) }) : planned;
}

/** Applies a text in place of the one that was `seen`. `evenIfLost`: also where critical alerts would reach nobody. */
export async function applyEdit(
  context: AdminContext,
  text: string,
  { seen, evenIfLost }: { seen: string; evenIfLost: boolean },
): Promise<Result<Extract<ApplyAnswer, { kind: "done" }>, EditRefused>> {
  const planned = await planSeen(context, text, seen);
  if (!planned.ok) return planned;
  return applyTried(context, planned.value, { origin: "edit", evenIfLost });
}

/** Applies what was planned, unless by it critical alerts of the last days would reach nobody. */
export async function applyTried(
  context: AdminContext,
  planned: Planned,
  { evenIfLost, ...how }: Parameters<typeof applyPlanned>[2] & { evenIfLost: boolean },
): Promise<Result<Extract<ApplyAnswer, { kind: "done" }>, EditRefused>> {
  if (!evenIfLost && !planned.plan.same) {
    const tried = await tryOnStored(context, planned.checked.file.text);
    if (tried.comparison.lost > 0) return fail({ kind: "lost", proposal: { planned, tried } });
  }
  const answer = await applyPlanned(context, planned, how);
  return answer.kind === "done" ? ok(answer) : fail({ kind: "stale", present: await presentState(context) });
}

/** Tries a text that was judged on the alerts of the last days, of the routes whose rules it changes. */
export async function tryOnStored(context: AdminContext, text: string): Promise<Tried> {
  const until = Date.now() + PATIENCE_MS;
  let comparison: LongComparison | undefined;
  let cursor: Cursor | undefined;
  do {
    const page = await backtest(context, { config: text, days: TRIED_DAYS, limit: A_PAGE, changedOnly: true, cursor });
    if (!page.ok) throw new Error("a text that was judged is refused");
    const { next, ...some } = page.value;
    comparison = comparison ? together(comparison, some) : some;
    cursor = next === null ? undefined : cursorOf(next);
  } while (cursor !== undefined && Date.now() < until);
  return { comparison, whole: cursor === undefined };
}

async function planSeen(context: AdminContext, text: string, seen: string): Promise<Result<Planned, EditRefused>> {
  const present = await presentState(context);
  if (stateName(present) !== seen) return fail({ kind: "stale", present });
  const planned = planConfig(context, text, present);
  return planned.ok ? planned : fail({ kind: "wrong", reason: planned.reason });
}
