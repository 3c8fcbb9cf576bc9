// Which store a verb uses: the admin API with --url, else the database by way of wrangler.
import type { Run } from "../frame/run.ts";
import { databaseOf } from "../frame/target.ts";
import { apiStore } from "./api-store.ts";
import { secretsGiven } from "./secrets-file.ts";
import type { ConfigStore } from "./store.ts";
import { wranglerStore } from "./wrangler-store.ts";

/** The configuration of the relay that was chosen. `secrets`: a dotenv file, so that a secret that is not in it is told. */
export async function storeOf(run: Run, { secrets }: { secrets?: string } = {}): Promise<ConfigStore> {
  const isSet = secretsGiven(secrets);
  const relay = await run.relay();
  if (relay.kind === "url") return apiStore(await run.api("configure"));
  run.out.progress("Asking wrangler ...");
  return wranglerStore(databaseOf(relay), isSet);
}
