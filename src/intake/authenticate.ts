// What a route's `auth` asks of a request, checked on the raw bytes and in constant time.
import type { Auth } from "../config/model.ts";
import { resolveSecrets } from "../config/secret.ts";
import { sameText } from "../lib/keys.ts";

/** A signed timestamp may be this far from our clock. */
const TOLERANCE_SECONDS = 5 * 60;

/** Whether the request proves who sent it. A secret that is not set proves nothing: then every request is refused. */
export async function authenticate(auth: Auth | undefined, headers: Headers, body: Uint8Array, env: object, now: number): Promise<boolean> {
  if (!auth) return true;
  const { settings, missing } = resolveSecrets(auth, env);
  // During a rotation one of several signing keys may be gone already; otherwise a missing secret refuses.
  if (missing.length > 0 && settings.type !== "hmac") return false;
  switch (settings.type) {
    case "header":
      return sameText(headers.get(settings.name) ?? "", settings.value);
    case "basic":
      return sameBasic(headers.get("authorization") ?? "", settings);
    case "hmac":
      return signed(settings, headers, body, now);
  }
}

function sameBasic(header: string, { username, password }: { username: string; password: string }): boolean {
  const [scheme = "", token = ""] = header.split(" ", 2);
  if (scheme.toLowerCase() !== "basic") return false;
  const expected = new TextEncoder().encode(`${username}:${password}`);
  return sameText(token, btoa(String.fromCharCode(...expected)));
}

async function signed(auth: Extract<Auth, { type: "hmac" }>, headers: Headers, body: Uint8Array, now: number): Promise<boolean> {
  const given = headers.get(auth.header);
  if (!given) return false;
  const text = await signedBytes(auth.timestampHeader, headers, body, now);
  if (!text) return false;
  let matched = false;
  for (const secret of auth.secrets.filter((secret) => secret !== "")) {
    const expected = await digest(secret, auth, text);
    // Several signatures may stand in one header, comma separated, while the sender rotates its key.
    for (const one of given.split(",")) if (sameText(normal(one.trim(), auth), `${auth.prefix}${expected}`)) matched = true;
  }
  return matched;
}

/** Hex is compared in lower case. */
const normal = (text: string, auth: Extract<Auth, { type: "hmac" }>): string =>
  auth.encoding === "hex" && text.startsWith(auth.prefix) ? auth.prefix + text.slice(auth.prefix.length).toLowerCase() : text;

async function signedBytes(header: string | undefined, headers: Headers, body: Uint8Array, now: number): Promise<Uint8Array | undefined> {
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

async function digest(secret: string, auth: Extract<Auth, { type: "hmac" }>, bytes: Uint8Array): Promise<string> {
  const algorithm = { name: "HMAC", hash: HASHES[auth.algorithm] };
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, ["sign"]);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes));
  if (auth.encoding === "base64") return btoa(String.fromCharCode(...signature));
  return [...signature].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
