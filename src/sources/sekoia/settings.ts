// The settings of a SEKOIA.IO route, and the addresses that follow from them.
import * as z from "zod";
import { secret } from "../../config/secret.ts";
import { isWebAddress } from "../../lib/address.ts";
import { parseRate } from "../../lib/duration.ts";
import type { ParseContext } from "../source.ts";

/** The API and the console of FRA1, the vendor's first region (SEKOIA-IO/documentation: docs/getting_started/regions.md). */
export const defaultApi = "https://api.sekoia.io";
const defaultConsole = "https://app.sekoia.io";
/** What the vendor's firewall recommends for one client (SEKOIA-IO/documentation: docs/xdr/FAQ.md). */
const defaultRate = "5/s";

/** A route's own keys. */
export const settingsSchema = z.strictObject({
  api: z.string().refine(isWebAddress, "an http(s) address without user, query or fragment, such as https://api.sekoia.io").optional(),
  token: secret().optional(),
  /** Status and comments that people give here are told to SEKOIA.IO: the key needs the permission to change alerts. */
  write_back: z.boolean().optional(),
  api_rate: z
    .string()
    .refine((text) => parseRate(text) !== undefined, 'a rate such as "5/s" or "30/m"')
    .optional(),
});
export type SekoiaSettings = z.infer<typeof settingsSchema>;

/** Where the API is, without a trailing slash; undefined where the route configures none (thin alerts). */
export function apiBase(settings: SekoiaSettings): string | undefined {
  if (settings.api === undefined && settings.token === undefined) return undefined;
  const base = (settings.api ?? defaultApi).replace(/\/+$/, "");
  // People copy the console's address from the browser; the API of `app.` hosts is below `/api`.
  return /^https:\/\/app\.(?:[a-z0-9]+\.)?sekoia\.io$/i.test(base) ? `${base}/api` : base;
}

/** Calls per second, and a burst of a twentieth of a second, so that no second ever holds more than the vendor allows. */
export function apiRate(settings: SekoiaSettings): { perSecond: number; burst: number } {
  const rate = parseRate(settings.api_rate ?? defaultRate) ?? { count: 5, perMs: 1_000 };
  const perSecond = (rate.count * 1_000) / rate.perMs;
  return { perSecond, burst: Math.max(1, Math.ceil(perSecond / 20)) };
}

/**
 * The console for links: the route's own, else FRA1's where the API is FRA1's or not set. It is not derived from
 * other API addresses, because a link to the wrong region is worse than none.
 */
export function consoleBase(context: ParseContext<SekoiaSettings>): string | undefined {
  const base = context.console ?? (isDefaultApi(context.settings) ? defaultConsole : undefined);
  return base !== undefined && /^https?:\/\//i.test(base) ? base.replace(/\/+$/, "") : undefined;
}

const isDefaultApi = (settings: SekoiaSettings): boolean => {
  const base = apiBase(settings) ?? defaultApi;
  return base === defaultApi || base === `${defaultConsole}/api`;
};
