// The settings of `[enrichers.virustotal]`.
import * as z from "zod";
import { secret } from "../../config/secret.ts";
import { isWebAddress } from "../../lib/address.ts";

/** The one host of the public and the premium API (https://docs.virustotal.com/reference/overview). */
const DEFAULT_API = "https://www.virustotal.com";

/**
 * Engines that have to agree before we call an indicator malicious. The vendor gives no verdict of its own to free keys, and one
 * engine of ninety is often wrong; the number is ours.
 */
const DEFAULT_THRESHOLD = 3;

/** The enricher's own keys. */
export const settingsSchema = z.strictObject({
  token: secret(),
  api: z
    .string()
    .refine(isWebAddress, "an http(s) address without user, query or fragment, such as https://www.virustotal.com")
    .default(DEFAULT_API),
  threshold: z.int().min(1).max(100).default(DEFAULT_THRESHOLD),
});
export type VirusTotalSettings = z.infer<typeof settingsSchema>;

/** Where the API is, without a trailing slash, whether or not the address was given with the version's path. */
export const apiBase = ({ api }: VirusTotalSettings): string => api.replace(/\/+$/, "").replace(/\/api\/v3$/, "");
