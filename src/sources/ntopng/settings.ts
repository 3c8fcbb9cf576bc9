// The settings of an ntopng route.
import * as z from "zod";
import { secret } from "../../config/secret.ts";

/** A route's own keys: the endpoint's "shared secret", if it has one. HTTP Basic is the route's `auth`, as for every source. */
export const settingsSchema = z.strictObject({ shared_secret: secret().optional() });
export type NtopngSettings = z.infer<typeof settingsSchema>;
