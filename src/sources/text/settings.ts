// A route for chat messages has no settings of its own.
import * as z from "zod";

/** None: `default_severity`, `severity_map` and `auth` are every route's. */
export const settingsSchema = z.strictObject({});
export type TextSettings = z.infer<typeof settingsSchema>;
