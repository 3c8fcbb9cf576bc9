// Settings as they may be shown: a secret is its name, a plain one (on a local relay) is stars.
import type * as z from "zod";
import { replaceTexts, STARS } from "../config/plain-secrets.ts";
import { secretTexts } from "../config/schema-tree.ts";
import { readSecret, secretReferences } from "../config/secret.ts";
import { formsOf } from "../lib/mask.ts";

/** A copy of `settings` with every plain secret as stars; references stay, since they are names. */
export function shownSettings(schema: z.core.$ZodType, settings: unknown): unknown {
  const hidden = new Set(
    secretTexts(schema, settings)
      .filter(({ text }) => !text.startsWith("secret:"))
      .map(({ path }) => JSON.stringify(path)),
  );
  return replaceTexts(settings, (text, path) => (hidden.has(JSON.stringify(path)) ? STARS : text));
}

/** Texts that must not be shown, each with what stands for it; the longest first, so that no part of one remains. */
export type Masks = readonly { secret: string; shown: string }[];

/** The masks of a destination's or a route's settings. */
export function masksOf(schema: z.core.$ZodType, settings: unknown, env: object): Masks {
  const named = secretReferences(settings).map((reference) => ({ secret: readSecret(reference, env) ?? "", shown: reference }));
  const plain = secretTexts(schema, settings)
    .filter(({ text }) => !text.startsWith("secret:"))
    .map(({ text }) => ({ secret: text, shown: STARS }));
  const all = [...named, ...plain].filter(({ secret }) => secret !== "");
  return all.flatMap(variants).sort((left, right) => right.secret.length - left.secret.length);
}

/** A secret may go out as it is, in an address, in JSON, or in Base64. */
const variants = ({ secret, shown }: Masks[number]): Masks => formsOf(secret).map((text) => ({ secret: text, shown }));

/** Text with every secret masked. */
export const masked = (text: string, masks: Masks): string =>
  masks.reduce((rest, { secret, shown }) => rest.replaceAll(secret, shown), text);

/**
 * An address with its secrets masked. Where a secret is itself an address, the transport may have put it into its normal
 * form: then only the name is shown if anything but a masked text would be.
 */
export function maskedAddress(url: string, masks: Masks): string {
  const text = masked(url, masks);
  const holder = masks.find(({ secret }) => URL.canParse(secret) && new URL(secret).origin === new URL(url).origin);
  return holder !== undefined && text === url ? holder.shown : text;
}

/** Headers with their secrets masked; what `Basic` encodes is masked whole. */
export function maskedHeaders(headers: Record<string, string>, masks: Masks): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, /^basic /i.test(value) ? `Basic ${STARS}` : masked(value, masks)]),
  );
}
