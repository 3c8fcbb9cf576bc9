// The settings of a Falco route.
import * as z from "zod";

/** Falco needs no key of its own: Falcosidekick sends the header that the route's `auth` asks for; Falco alone can send none. */
export const settingsSchema = z.strictObject({});
export type FalcoSettings = z.infer<typeof settingsSchema>;
