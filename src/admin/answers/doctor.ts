// What the doctor found.
import * as z from "zod";

/** How a check came out. */
export const CHECK_STATES = ["ok", "warn", "fail", "skip"] as const;
/** `skip`: not checked, and `found` says why. */
export type CheckState = (typeof CHECK_STATES)[number];

/** One check. */
export const checkResult = z
  .strictObject({
    id: z.string().meta({ description: "Does not change: queue, schema, destination:soc" }),
    state: z.enum(CHECK_STATES).meta({ description: "skip: not checked, and `found` says why" }),
    found: z.string().meta({ description: "A sentence; never a secret, an address of a chat or the UUID of a route" }),
    todo: z.string().optional().meta({ description: "What to do about it" }),
  })
  .meta({ id: "Check", examples: [{ id: "queue", state: "ok", found: "A message went through the queue in 12 ms." }] });

/** All checks. */
export const doctorReport = z
  .strictObject({
    version: z.string(),
    schema: z.string().meta({ description: "The newest migration that this version knows" }),
    now: z.iso.datetime().meta({ description: "The Worker's clock" }),
    local: z.boolean().meta({ description: "A relay on its owner's machine" }),
    secrets: z.array(z.string()).meta({ description: "Names of the secrets that the configuration uses" }),
    checks: z.array(checkResult),
  })
  .meta({ id: "DoctorReport" });
