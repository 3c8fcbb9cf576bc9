// Signatures by a shared key over the body, as many vendors make them. Compared in constant time.
import { sameText } from "./keys.ts";

/** How a signature is made and where it stands. */
export interface HmacScheme {
  /** Any of them may have signed: several while a key is rotated. Empty ones are left out. */
  secrets: string[];
  header: string;
  algorithm: "sha256" | "sha1" | "sha512";
  encoding: "hex" | "base64";
  /** Text before the digest in the header, e.g. `sha256=`. */
  prefix: string;
  /** When set, the signed text is `{timestamp}:{body}`, and the timestamp (Unix seconds) must be within 5 minutes of `now`. */
  timestampHeader?: string;
}

/** A signed timestamp may be this far from our clock. */
const TOLERANCE_SECONDS = 5 * 60;

/** Whether the body bears a right signature. `now` in Unix ms. */
export async function isSigned(scheme: HmacScheme, headers: Headers, body: Uint8Array, now: number): Promise<boolean> {
  const given = headers.get(scheme.header);
  if (!given) return false;
  const text = signedBytes(scheme.timestampHeader, headers, body, now);
  if (!text) return false;
  let matched = false;
  for (const secret of scheme.secrets.filter((secret) => secret !== "")) {
    const expected = await digest(secret, scheme, text);
    // Several signatures may stand in one header, comma separated, while the sender rotates its key.
    for (const one of given.split(",")) if (sameText(normal(one.trim(), scheme), `${scheme.prefix}${expected}`)) matched = true;
  }
  return matched;
}

/** Hex is compared in lower case. */
const normal = (text: string, { encoding, prefix }: HmacScheme): string =>
  encoding === "hex" && text.startsWith(prefix) ? prefix + text.slice(prefix.length).toLowerCase() : text;

function signedBytes(header: string | undefined, headers: Headers, body: Uint8Array, now: number): Uint8Array | undefined {
  if (header === undefined) return body;
  const timestamp = headers.get(header) ?? "";
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1_000 - Number(timestamp)) > TOLERANCE_SECONDS) return undefined;
  const prefix = new TextEncoder().encode(`${timestamp}:`);
  const whole = new Uint8Array(prefix.length + body.length);
  whole.set(prefix);
  whole.set(body, prefix.length);
  return whole;
}

const HASHES = { sha1: "SHA-1", sha256: "SHA-256", sha512: "SHA-512" } as const;

async function digest(secret: string, { algorithm: name, encoding }: HmacScheme, bytes: Uint8Array): Promise<string> {
  const algorithm = { name: "HMAC", hash: HASHES[name] };
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, ["sign"]);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes as BufferSource));
  if (encoding === "base64") return btoa(String.fromCharCode(...signature));
  return [...signature].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
