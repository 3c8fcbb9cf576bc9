// The session cookie: when it ends, signed with a key that only the admin token makes. Nothing is stored; a new admin
// token ends every session.
import { createHmac } from "node:crypto";
import { sameText } from "../lib/keys.ts";

/** The cookie's name. */
export const SESSION_COOKIE = "tocsin_session";
/** How long a session lasts. */
export const SESSION_MS = 12 * 60 * 60_000;

const signature = (adminToken: string, expiresAt: number): string =>
  createHmac("sha256", adminToken).update(`tocsin session v1 ${expiresAt}`).digest("base64url");

/** A session that ends at `expiresAt` (Unix ms). */
export const signSession = (adminToken: string, expiresAt: number): string => `${expiresAt}.${signature(adminToken, expiresAt)}`;

/** Whether a cookie's value is a session that we signed and that has not ended. */
export function isSession(value: string, adminToken: string, now: number): boolean {
  const [, expiresAt = "", given = ""] = /^([1-9]\d{0,15})\.([\w-]{43})$/.exec(value) ?? [];
  if (!sameText(given, signature(adminToken, Number(expiresAt)))) return false;
  return Number(expiresAt) > now;
}

/** `Set-Cookie` for a session; `value` empty ends it. */
export function sessionCookie(value: string, { secure }: { secure: boolean }): string {
  const seconds = value === "" ? 0 : SESSION_MS / 1_000;
  const parts = [`${SESSION_COOKIE}=${value}`, "Path=/", "HttpOnly", "SameSite=Strict", `Max-Age=${seconds}`];
  return [...parts, ...(secure ? ["Secure"] : [])].join("; ");
}

/** Every value of the session cookie in a `Cookie` header: another path or port may have set one of the same name. */
export function sessionValues(header: string | null): string[] {
  return (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${SESSION_COOKIE}=`))
    .map((pair) => pair.slice(SESSION_COOKIE.length + 1));
}
