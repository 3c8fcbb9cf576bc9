// The cron sweep: wakes every ledger and outbox, so that one that lost its alarm is found, and old rows are removed.
import type { Env } from "../env.ts";
import { errorText, log } from "../lib/log.ts";
import { ledgerName, outboxName } from "../lib/names.ts";
import type { ConfigCache } from "../store/config-cache.ts";
import { knownObjects } from "../store/objects.ts";
import { pruneProjection } from "../store/prune.ts";

/** Sweeps all objects that the configuration names now or named before; one that fails does not stop the others. */
export async function sweep(env: Env, config: ConfigCache): Promise<void> {
  const { config: loaded } = await config.get(env.DB);
  const ledgers = loaded.routes.flatMap((route) => Array.from({ length: route.shards }, (_, shard) => ledgerName(route.name, shard)));
  const outboxes = loaded.destinations.map((destination) => outboxName(destination.name));
  const known = await knownObjects(env.DB, [...ledgers, ...outboxes]);
  for (const name of known) {
    try {
      await (name.startsWith("ledger:") ? env.LEDGER : env.OUTBOX).getByName(name).sweep();
    } catch (error) {
      log("error", "sweep.failed", { object: name, error: errorText(error) });
    }
  }
  await pruneProjection(env.DB, loaded.relay.retentionMs, Date.now());
}
