// Takes secrets out of text that is kept or shown.

/** Shorter texts are words that stand in any answer. */
const TEXT = 6;
/** Of an address: `services` and `webhooks` are no secrets, ids and tokens are longer. */
const PART = 9;

/**
 * Replaces every text of `secrets` (walked, strings of 6 characters or more) that stands in `text` by `***`. Of an address
 * the path and its long parts are secrets too: a server that knows no such page answers with the path.
 */
export const maskSecrets = (text: string, secrets: unknown): string => maskTexts(text, secretTexts(secrets));

/** The texts that `maskSecrets` looks for, to be kept where the same secrets mask many texts. */
export function secretTexts(secrets: unknown): string[] {
  // Long ones first: a part that is gone would leave the rest of the whole.
  return [...new Set(strings(secrets))].sort((left, right) => right.length - left.length);
}

/** Replaces each of `secrets` by `***`, in order. */
export function maskTexts(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) masked = masked.replaceAll(secret, "***");
  return masked;
}

function strings(value: unknown): string[] {
  if (typeof value === "string") return value.length >= TEXT ? [value, ...addressParts(value)] : [];
  if (value && typeof value === "object") return Object.values(value).flatMap(strings);
  return [];
}

function addressParts(text: string): string[] {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return [];
  const parts = [url.href, url.pathname, ...url.pathname.split("/"), ...url.searchParams.values()];
  return [...parts, ...parts.map(decoded)].filter((part) => part.length >= PART);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
