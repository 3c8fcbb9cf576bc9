// Ids and comparisons built from text: one helper each, so that the same parts always give the same id.
import { createHash, timingSafeEqual } from "node:crypto";

const SEPARATOR = "\u001f";

/** SHA-256 of text (UTF-8), as lower-case hex. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * The id that recognises a redelivery. `parts` are the values that identify the event at the vendor, in a fixed order;
 * undefined and null count as absent, which differs from an empty string.
 */
export const claimId = (parts: readonly (string | number | boolean | null | undefined)[]): string =>
  `v1:${sha256(parts.map((part) => (part === undefined || part === null ? "\u0000" : String(part))).join(SEPARATOR)).slice(0, 32)}`;

/** Whether two texts are the same, in time that does not depend on where they differ. */
export function sameText(left: string, right: string): boolean {
  return timingSafeEqual(createHash("sha256").update(left).digest(), createHash("sha256").update(right).digest());
}
