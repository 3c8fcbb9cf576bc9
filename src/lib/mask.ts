// Takes secrets out of text that is kept or shown.

/** Replaces every text of `secrets` (walked, strings of 6 characters or more) that stands in `text` by `***`. */
export function maskSecrets(text: string, secrets: unknown): string {
  let masked = text;
  for (const secret of strings(secrets)) masked = masked.replaceAll(secret, "***");
  return masked;
}

function strings(value: unknown): string[] {
  if (typeof value === "string") return value.length >= 6 ? [value] : [];
  if (value && typeof value === "object") return Object.values(value).flatMap(strings);
  return [];
}
