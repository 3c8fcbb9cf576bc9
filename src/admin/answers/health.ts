// How the relay is.
import * as z from "zod";
import { KINDS, type KindName } from "../../watch/kinds.ts";
import { count, time } from "./page.ts";

const check = z
  .strictObject({
    check: z.enum([...(Object.keys(KINDS) as KindName[]), "sweep_overdue"]).meta({ description: "The kind of trouble" }),
    state: z.enum(["ok", "degraded", "down"]),
    subject: z.string().nullable().meta({ description: "What has the trouble; null while there is none" }),
    since: time().nullable(),
    text: z.string(),
    advice: z.string().nullable().meta({ description: "What to do about it" }),
    told_by: z
      .string()
      .nullable()
      .meta({ description: "Destinations that told people; empty where its outbox does, null while nobody did" }),
  })
  .meta({ id: "HealthCheck" });

/** The relay as the last sweep saw it. */
export const health = z
  .strictObject({
    status: z.enum(["ok", "degraded"]),
    sweep: z
      .strictObject({
        at: time(),
        ms: count(),
        objects: count(),
        failed: z.array(z.string()),
        removed: z.record(z.string(), count()).meta({ description: "Rows of what was removed, or emptied of what a source wrote" }),
        more: z.boolean().meta({ description: "There was more than one run removes" }),
        overdue: z.boolean(),
      })
      .nullable()
      .meta({ description: "The last run of the sweep; null before the first" }),
    checks: z.array(check).meta({ description: "What is wrong first" }),
  })
  .meta({ id: "Health" });
