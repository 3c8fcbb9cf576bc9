// The settings of a Grafana route.
import * as z from "zod";
import { secret } from "../../config/secret.ts";
import type { HmacScheme } from "../../lib/hmac.ts";

/** Where Grafana puts its signature when the contact point names no header (documentation of the webhook notifier). */
const defaultHeader = "X-Grafana-Alerting-Signature";

const headerName = () =>
  z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "the name of an HTTP header, such as X-Grafana-Alerting-Signature");

/** A route's own keys: the contact point's "HMAC Signature", if it has one. Several secrets are all valid while one is replaced. */
export const settingsSchema = z
  .strictObject({
    hmac_secret: z.union([secret(), z.array(secret()).min(1)]).optional(),
    hmac_header: headerName().optional(),
    hmac_timestamp_header: headerName().optional(),
  })
  .refine((settings) => settings.hmac_secret !== undefined || (settings.hmac_header ?? settings.hmac_timestamp_header) === undefined, {
    message: "hmac_header and hmac_timestamp_header mean nothing without hmac_secret",
  });
export type GrafanaSettings = z.infer<typeof settingsSchema>;

/** Grafana's signature: hex HMAC-SHA256 of the body, or of `{timestamp}:{body}` (grafana/alerting, http/hmac.go). */
export function signature({
  hmac_secret: key,
  hmac_header: header,
  hmac_timestamp_header: timestampHeader,
}: GrafanaSettings): HmacScheme | undefined {
  if (key === undefined) return undefined;
  return {
    secrets: [key].flat(),
    header: header ?? defaultHeader,
    algorithm: "sha256",
    encoding: "hex",
    prefix: "",
    ...(timestampHeader === undefined ? {} : { timestampHeader }),
  };
}
