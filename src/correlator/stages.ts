// What the correlator needs, out of the Worker's bindings: the ledgers of its route.
import { alertHash, correlatorName, ledgerName, parseAlertId, shardOf } from "../lib/names.ts";
import type { ConfigCache } from "../store/config-cache.ts";
import { noteObject } from "../store/objects.ts";
import type { Effect, Raised, Verdict } from "./interface.ts";
import type { CorrelatorStages, Keeper } from "./object.ts";

/** What a ledger hears from a correlator. Told twice, it changes nothing. */
export interface LedgerEars {
  /** Alerts of our own, as they are now. */
  raise(raised: Raised[]): Promise<void>;
  /** What is known now of alerts that wait. */
  answer(verdicts: Verdict[]): Promise<void>;
}

/** The bindings that a correlator uses. */
export interface CorrelatorBindings {
  DB: D1Database;
  LEDGER: { getByName(name: string): LedgerEars };
}

/** Makes the stages of one route's correlator. `keeper` holds how many ledgers the route has, for when it is removed. */
export function correlatorStages(env: CorrelatorBindings, route: string, keeper: Keeper, config: ConfigCache): CorrelatorStages {
  const shards = async (): Promise<number> => {
    const configured = (await config.get(env.DB)).routeByName.get(route)?.shards;
    if (configured !== undefined) keeper.keep("shards", String(configured));
    return configured ?? Number(keeper.kept("shards") ?? 1);
  };
  return {
    ledgerOf: async (effect) => ledgerName(route, shardOf(hashOf(effect), await shards())),
    deliver: async (ledger, effects) => {
      const ears = env.LEDGER.getByName(ledger);
      const raised = effects.flatMap((effect) => (effect.kind === "raise" ? effect.raised : []));
      const verdicts = effects.flatMap((effect) => (effect.kind === "verdict" ? effect.verdict : []));
      if (raised.length > 0) await ears.raise(raised);
      if (verdicts.length > 0) await ears.answer(verdicts);
    },
    note: () => noteObject(env.DB, correlatorName(route)),
    now: Date.now,
  };
}

const hashOf = (effect: Effect): string =>
  effect.kind === "raise" ? alertHash(effect.raised.key) : (parseAlertId(effect.verdict.alert)?.hash ?? "00000000");
