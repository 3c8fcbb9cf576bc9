// The settings of a GitHub route.
import * as z from "zod";
import { secret } from "../../config/secret.ts";
import type { HmacScheme } from "../../lib/hmac.ts";

/** A route's own keys: the webhook's secret, which GitHub signs every delivery with. Several are all valid while one is replaced. */
export const settingsSchema = z.strictObject({ webhook_secret: z.union([secret(), z.array(secret()).min(1)]) });
export type GithubSettings = z.infer<typeof settingsSchema>;

/** GitHub's signature over the body (docs.github.com: Validating webhook deliveries). */
export const signature = ({ webhook_secret: keys }: GithubSettings): HmacScheme => ({
  secrets: [keys].flat(),
  header: "X-Hub-Signature-256",
  algorithm: "sha256",
  encoding: "hex",
  prefix: "sha256=",
});
