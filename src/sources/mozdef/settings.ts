// The settings of a MozDef route.
import * as z from "zod";

/** MozDef needs no key of its own: the alert action proves itself with the route's `auth`, links need the route's `console`. */
export const settingsSchema = z.strictObject({});
export type MozdefSettings = z.infer<typeof settingsSchema>;
