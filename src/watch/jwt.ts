// When a secret ends that is a JSON Web Token, as the keys of some APIs are. Nothing is verified and nothing else is read.
import * as z from "zod";

const claims = z.object({ exp: z.number().positive() });

/** When the token ends, Unix ms; undefined for a text that is none, or that does not say. */
export function jwtEnd(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) return undefined;
  try {
    const parsed = claims.safeParse(JSON.parse(atob((parts[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"))));
    return parsed.success ? parsed.data.exp * 1_000 : undefined;
  } catch {
    return undefined;
  }
}
