// One row of a backup, as it is answered and as it is taken back.
import * as z from "zod";

const value = z.union([z.string(), z.number(), z.null(), z.strictObject({ base64: z.base64() })]);

/** One row of a backup. */
export const backupRow = z
  .strictObject({ table: z.string(), row: z.record(z.string(), value) })
  .meta({ id: "BackupRow", examples: [{ table: "kept", row: { key: "route", value: "{}" } }] });
