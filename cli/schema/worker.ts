// Whether the version that serves can live with an older schema.
import { backupParts } from "../../src/admin/answers/backup.ts";
import { Problem } from "../frame/api.ts";
import { isEnd, Refusal } from "../frame/errors.ts";
import type { Run } from "../frame/run.ts";
import { numberOf } from "./schema.ts";

/** Refuses while a version serves that needs a migration above `to`. One that does not answer, or is too old to tell, is none. */
export async function expectNoNewerWorker(run: Run, to: number): Promise<void> {
  const needs = await schemaOfWorker(run);
  if (needs === undefined || numberOf(needs) <= to) return;
  throw new Refusal(`The version that serves needs ${needs}: it would fail at once.`, {
    hint: "Deploy the older version first (npx wrangler rollback, or its folder), on this machine stop the relay; or add --force.",
  });
}

async function schemaOfWorker(run: Run): Promise<string | undefined> {
  try {
    return (await (await run.api("configure")).get("/backup", backupParts)).schema;
  } catch (error) {
    // One that is too old to tell knows neither the address nor a token of the database.
    const isOld = error instanceof Problem && (error.code === 404 || error.code === 401);
    if (!isEnd(error) || (error instanceof Problem && !isOld)) throw error;
    if (!isOld && (await run.relay()).kind !== "local")
      throw new Refusal("Nobody can tell which version serves, since the relay does not answer.", {
        hint: "Look with `npx tocsin doctor --remote`; or add --force.",
      });
    run.out.note("No relay of this version answers, so nothing stands against it.");
    return undefined;
  }
}
