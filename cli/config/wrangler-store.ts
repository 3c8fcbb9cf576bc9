// The configuration in D1 by way of wrangler: each call of it takes seconds, so each question is one call, and what was read for
// an edit or a plan serves for applying it. That nobody was faster, the transaction itself sees to.
import { exportText, maskedText } from "../../src/config/export.ts";
import { planOf } from "../../src/config/plan.ts";
import type { ConfigFile } from "../../src/config/toml.ts";
import { applyStatements, type Origin, sqlScript } from "../../src/store/config-rows.ts";
import { type ConfigState, REVISION_COLUMNS, type Revision, STATE_QUERIES, stateName, stateOf } from "../../src/store/config-state.ts";
import { Failure, Refusal } from "../frame/errors.ts";
import { registries } from "../registries.ts";
import { judged } from "../validate.ts";
import { whoAmI } from "../who.ts";
import { execute, explainFailure, query, type Rows, type Target } from "../wrangler.ts";
import { listingOf } from "./listing.ts";
import type { Applied, ConfigStore, NamedText, Planned, Present, RevisionItem } from "./store.ts";

/** The configuration of a relay. `isSet`: whether a secret is set, where somebody knows; one that is not is an error then. */
export function wranglerStore(target: Target, isSet?: (name: string) => boolean): ConfigStore {
  let known: ConfigState | undefined;
  const readState = async (): Promise<ConfigState> => {
    known = stateOf(await ask(target, STATE_QUERIES));
    return known;
  };
  const seenState = async (seen: string | undefined): Promise<ConfigState> =>
    known !== undefined && stateName(known) === seen ? known : readState();
  const present = async (secrets: "named" | "plain"): Promise<Present> => {
    const state = await readState();
    const text = exportText(state.rows, state.last?.source, registries, secrets);
    return { text, revision: state.revision, state: stateName(state) };
  };
  const judge = (text: NamedText): ConfigFile => judged(text, { remote: target.remote, isSet });
  const planned = (file: ConfigFile, state: ConfigState): Planned => ({
    ...planOf(state, file, registries),
    revision: state.revision,
    state: stateName(state),
    warnings: [],
  });
  const apply = async (text: NamedText, { seen, ...how }: { origin: Origin; backTo?: number; seen?: string }): Promise<Applied> => {
    // A wrong file is told at once.
    const file = judge(text);
    const state = await seenState(seen);
    const { changes, same, revision, warnings } = planned(file, state);
    if (seen !== undefined && seen !== stateName(state)) throw moved(stateName(state), seen);
    if (same) return { applied: false, revision, changes, warnings };
    const statements = applyStatements({ file, changes, seen: state, ...how, author: whoAmI(), via: "command_line" });
    const done = await execute(target, sqlScript(statements));
    if (!done.ok) throw new Failure(explainFailure(done.reason, target));
    return { applied: true, revision: revision + 1, changes, warnings };
  };
  const revisionText = async (number: number): Promise<NamedText> => {
    const [[row] = [], ...state] = await ask(target, [
      `SELECT source FROM revisions WHERE revision = ${Math.trunc(number)}`,
      ...STATE_QUERIES,
    ]);
    if (row === undefined) throw new Refusal(`There is no revision ${number}.`, { hint: "See: npx tocsin revisions" });
    known = stateOf(state);
    return { name: `revision ${number}`, text: (row as unknown as Revision).source };
  };
  return {
    present: () => present("named"),
    editable: () => present("plain"),
    plan: async (text) => {
      const file = judge(text);
      return planned(file, await readState());
    },
    apply,
    listing: async ({ reveal }) => listingOf(await readState(), !target.remote, reveal),
    revisions: async (most) => {
      const [rows = []] = await ask(target, [`SELECT ${REVISION_COLUMNS} FROM revisions ORDER BY revision DESC LIMIT ${Math.trunc(most)}`]);
      return rows.map((row, index) => ({ ...(row as unknown as RevisionItem), current: index === 0 }));
    },
    revision: async (number) => {
      const shown = maskedText((await revisionText(number)).text, registries);
      if (shown === undefined) throw new Failure(`The text of revision ${number} can no longer be read.`);
      return shown;
    },
    planRollback: async (number) => planned(judge(await revisionText(number)), known ?? (await readState())),
    rollBack: async (number, { seen }) => apply(await revisionText(number), { origin: "rollback", backTo: number, seen }),
  };
}

const moved = (state: string, seen: string): Failure =>
  new Failure(`The configuration is no longer the one that was planned with: its state is ${state}, not ${seen}. Nothing was changed.`, {
    hint: "Plan again, and look at what changed.",
  });

async function ask(target: Target, queries: readonly string[]): Promise<Rows[]> {
  const answer = await query(target, queries.join("; "));
  if (answer.ok) return answer.value;
  throw new Failure(explainFailure(answer.reason, target));
}
