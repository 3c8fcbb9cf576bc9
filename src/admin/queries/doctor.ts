// The doctor: everything that can be seen from inside the Worker. What only the command line sees (the login, the clock
// beside another one, the folder) it adds itself.
import type * as z from "zod";
import { SCHEMA, VERSION } from "../../release.ts";
import type { doctorReport } from "../answers/doctor.ts";
import type { AdminContext } from "../context.ts";
import { makeChecks } from "../doctor/check.ts";
import { configurationChecks, secretsUsed } from "../doctor/configuration.ts";
import { outsideChecks } from "../doctor/outside.ts";
import { platformChecks } from "../doctor/platform.ts";
import { watched } from "../doctor/watched.ts";

/** Makes all checks. */
export async function examine(context: AdminContext): Promise<z.output<typeof doctorReport>> {
  const checks = await makeChecks([...platformChecks(context), ...configurationChecks(context), ...outsideChecks(context)]);
  return {
    version: VERSION,
    schema: SCHEMA,
    now: new Date(context.now()).toISOString(),
    local: context.env.LOCAL === "1",
    secrets: secretsUsed(context),
    checks: [...checks, ...(await watched(context))],
  };
}
