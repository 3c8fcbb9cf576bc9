// Backup, restore and the projection made again, page by page.
import * as z from "zod";
import { backupRow } from "../backup-row.ts";

const next = z.string().nullable().meta({ description: "`cursor` of the next page; null at the end" });

/** What the projection is made from. */
export const projectedObjects = z
  .strictObject({ objects: z.array(z.string()) })
  .meta({ id: "ProjectedObjects", examples: [{ objects: ["ledger:prod:0", "outbox:soc"] }] });

/** A page of one object was written again. */
export const projectedPage = z
  .strictObject({ object: z.string(), written: z.int().meta({ description: "Alerts of a ledger, deliveries of an outbox" }), next })
  .meta({ id: "ProjectedPage" });

/** All was written again. */
export const projected = z.strictObject({ alerts: z.int(), deliveries: z.int() }).meta({ id: "Projected" });

/** What a backup is made of. */
export const backupParts = z
  .strictObject({
    version: z.string(),
    schema: z.string().meta({ description: "The newest migration that this version knows" }),
    at: z.iso.datetime(),
    objects: z.array(z.string()),
  })
  .meta({
    id: "BackupParts",
    examples: [
      {
        version: "1.0.0",
        schema: "0004_rules.sql",
        at: "2026-11-21T14:00:00.000Z",
        objects: ["database", "ledger:prod:0", "outbox:soc"],
      },
    ],
  });

/** A page of one object's rows. */
export const backupPage = z
  .strictObject({
    rows: z.array(backupRow),
    next,
    stamp: z.string().meta({ description: "Differs as soon as the object writes: pages with the same stamp belong together" }),
  })
  .meta({ id: "BackupPage" });

/** What a step of a restore came to. */
export const restored = z
  .strictObject({
    state: z.enum(["staged", "restored", "discarded"]).meta({ description: "restored: it has all of this backup" }),
  })
  .meta({ id: "Restored" });
