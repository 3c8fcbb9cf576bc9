// The session cookie: when it ends and whose it is, signed with a key that only the admin token makes. Nothing is stored: a new admin
// token ends every session, and one that a token of the table began ends with that token's row.
import { createHmac } from "node:crypto";
import { sameText } from "../lib/keys.ts";

/** The cookie's name. */
export const SESSION_COOKIE = "tocsin_session";
/** How long a session lasts at the most. */
export const SESSION_MS = 12 * 60 * 60_000;

/** The token that a session was begun with, by its name and the beginning of its SHA-256: another one of that name is another one. */
export interface SessionToken {
  name: string;
  mark: string;
}

/** A session that we signed; without a token it is that of the admin token or of a one-time code. */
export interface Session {
  /** Unix ms. */
  expiresAt: number;
  token?: SessionToken;
}

const MARK_CHARACTERS = 16;

/** What a session remembers of a token's SHA-256. */
export const markOf = (hash: string): string => hash.slice(0, MARK_CHARACTERS);

/** What is signed. Neither a number nor a mark has a space, so that no two sessions say the same. */
const claimOf = ({ expiresAt, token }: Session): string =>
  token ? `tocsin session v2 ${expiresAt} ${token.mark} ${token.name}` : `tocsin session v1 ${expiresAt}`;

const signature = (adminToken: string, session: Session): string =>
  createHmac("sha256", adminToken).update(claimOf(session)).digest("base64url");

/** The cookie's value for a session. */
export function signSession(adminToken: string, session: Session): string {
  const { expiresAt, token } = session;
  return [expiresAt, ...(token ? [token.mark, token.name] : []), signature(adminToken, session)].join(".");
}

// A name may hold dots; what is before and behind it may not.
const VALUE = /^([1-9]\d{0,15})\.(?:([0-9a-f]{16})\.([a-z0-9][a-z0-9._-]{0,62})\.)?([\w-]{43})$/;

/** The session of a cookie's value; undefined for what we did not sign, and for one that has ended at `now` (Unix ms). */
export function readSession(value: string, adminToken: string, now: number): Session | undefined {
  const [, expiresAt = "", mark, name, given = ""] = VALUE.exec(value) ?? [];
  const session: Session = { expiresAt: Number(expiresAt), ...(mark && name ? { token: { name, mark } } : {}) };
  if (!sameText(given, signature(adminToken, session))) return undefined;
  return session.expiresAt > now ? session : undefined;
}

/** `Set-Cookie` for a session of so many seconds; an empty `value` ends it. */
export function sessionCookie(value: string, { secure, seconds = SESSION_MS / 1_000 }: { secure: boolean; seconds?: number }): string {
  const parts = [`${SESSION_COOKIE}=${value}`, "Path=/", "HttpOnly", "SameSite=Strict", `Max-Age=${value === "" ? 0 : seconds}`];
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
