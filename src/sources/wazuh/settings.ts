// The settings of a Wazuh route.
import * as z from "zod";

/** Wazuh needs no key of its own: the integration script proves itself with the route's `auth`, links need the route's `console`. */
export const settingsSchema = z.strictObject({});
export type WazuhSettings = z.infer<typeof settingsSchema>;
