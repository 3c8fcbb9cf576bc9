// The rules that a relay has: as it tells them itself, with how often each matched; else from its configuration's text.
import { routePage } from "../../src/admin/answers/overview.ts";
import { type RuleTable, ruleTable } from "../../src/admin/config-words.ts";
import { parseTables } from "../../src/config/parse.ts";
import { parseConfigText } from "../../src/config/toml.ts";
import { Failure, Refusal } from "../frame/errors.ts";
import type { Run } from "../frame/run.ts";
import { knownAddress } from "../frame/target.ts";
import { registries } from "../registries.ts";
import { storeOf } from "./store-of.ts";

/** A rule; how often it matched only where the relay told. */
export interface ListedRule extends RuleTable {
  matched?: number;
  last_matched_at?: string | null;
}

/** The rules of one route, in their order. */
export interface RouteRules {
  route: string;
  enabled: boolean;
  /** What is wrong with the route, which serves nothing then. */
  problem?: string;
  rules: ListedRule[];
}

/** The rules of all routes; of one, where it is named. */
export async function listedRules(run: Run, only: string | undefined): Promise<RouteRules[]> {
  const all = knownAddress(await run.relay()) === undefined ? await fromText(run) : await fromApi(run);
  if (only === undefined) return all;
  const found = all.filter(({ route }) => route === only);
  if (found.length > 0) return found;
  throw new Refusal(`There is no route ${only}.`, { hint: `There are: ${all.map(({ route }) => route).join(", ") || "none yet"}.` });
}

async function fromApi(run: Run): Promise<RouteRules[]> {
  const { items } = await (await run.api()).get("/routes", routePage);
  return items.flatMap(({ name, state, problem, rules }) =>
    state === "removed"
      ? []
      : [{ route: name, enabled: state !== "disabled", ...(problem === undefined ? {} : { problem }), rules: rules as ListedRule[] }],
  );
}

async function fromText(run: Run): Promise<RouteRules[]> {
  const { text } = await (await storeOf(run)).present();
  const file = parseConfigText(text);
  if (!file.ok) throw new Failure(`The configuration's text cannot be read: ${file.reason.message}.`);
  const { config } = parseTables(file.value.document, registries, { local: true });
  const whole = config.routes.map(({ name, enabled, rules }): RouteRules => ({ route: name, enabled, rules: rules.map(ruleTable) }));
  const broken = config.broken.flatMap(({ kind, name, problem }): RouteRules[] =>
    kind === "route" ? [{ route: name, enabled: true, problem, rules: [] }] : [],
  );
  return [...whole, ...broken].sort((left, right) => (left.route < right.route ? -1 : 1));
}
