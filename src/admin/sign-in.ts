// Signing in: a one-time code, the admin token, or a token that was made for somebody is exchanged for a session.
import { sameText, sha256 } from "../lib/keys.ts";
import { errorText, log } from "../lib/log.ts";
import { RateBucket } from "../lib/rate-bucket.ts";
import { fail, ok, type Result } from "../outcome.ts";
import type { Role } from "./role.ts";
import { markOf, SESSION_MS, type Session, signSession } from "./session.ts";
import { bearerOf } from "./tokens.ts";

/** What a person gives: the code of the link, or the token itself. */
export interface Credentials {
  code?: string;
  token?: string;
}

/** Why nobody signed in. `unavailable`: D1 could not be asked. */
export type SignInRefusal =
  | { kind: "wrong" }
  | { kind: "no_token_configured" }
  | { kind: "unavailable" }
  | { kind: "too_often"; afterMs: number };

/** Somebody who signed in: the cookie's value, how long it is good for, and who it is. */
export interface SignedIn {
  session: string;
  seconds: number;
  name: string;
  role: Role;
}

/** Wrong sign-ins at once; then one in ten seconds, for each address that asks. */
const SIGN_INS = 5;
/** Wrong bearer tokens at once: a program that was forgotten with an old token must not lock its neighbours out. */
export const WRONG_TOKENS = 100;
const TRIES_PER_MS = 1 / 10_000;
/** Addresses that are remembered; a flood of others forgets the oldest. */
const REMEMBERED = 1_000;

/** Counts wrong tries in this isolate: `most` at once, then one in ten seconds, for each address. */
export class Tries {
  readonly #buckets = new Map<string, RateBucket>();
  readonly #most: number;

  constructor(most = SIGN_INS) {
    this.#most = most;
  }

  /** Ms until this address may try again; 0 when it may now. */
  wait(address: string, now: number): number {
    return this.#buckets.get(address)?.wait(now) ?? 0;
  }

  /** Counts a wrong try. */
  wrong(address: string, now: number): void {
    const bucket = this.#buckets.get(address) ?? new RateBucket(TRIES_PER_MS, this.#most);
    bucket.take(now);
    this.#buckets.set(address, bucket);
    if (this.#buckets.size > REMEMBERED) this.#buckets.delete(this.#buckets.keys().next().value ?? "");
  }
}

/** Wrong sign-ins, in this isolate. */
export const tries = new Tries();
/** Wrong bearer tokens, in this isolate. */
export const wrongTokens = new Tries(WRONG_TOKENS);

/** What signing in is judged by. */
interface Door {
  db: D1Database;
  adminToken: string | undefined;
  /** Where the request came from: wrong tries are counted for it. */
  address: string;
  tries: Tries;
  now: number;
}

/** Exchanges credentials for a session. */
export async function signIn(credentials: Credentials, door: Door): Promise<Result<SignedIn, SignInRefusal>> {
  const { adminToken, address, tries, now } = door;
  if (!adminToken) return fail({ kind: "no_token_configured" });
  const afterMs = tries.wait(address, now);
  if (afterMs > 0) return fail({ kind: "too_often", afterMs });
  try {
    const found = await sessionFor(credentials, adminToken, door);
    if (!found) {
      tries.wrong(address, now);
      return fail({ kind: "wrong" });
    }
    const { session, name, role } = found;
    return ok({ session: signSession(adminToken, session), seconds: Math.ceil((session.expiresAt - now) / 1_000), name, role });
  } catch (error) {
    log("error", "admin.tokens_unavailable", { error: errorText(error) });
    return fail({ kind: "unavailable" });
  }
}

async function sessionFor(
  { code, token = "" }: Credentials,
  adminToken: string,
  { db, now }: Door,
): Promise<{ session: Session; name: string; role: Role } | undefined> {
  const given = token.trim();
  const latest = now + SESSION_MS;
  const isAdmin = given !== "" ? sameText(given, adminToken) : code ? await redeem(db, code, now) : false;
  if (isAdmin) return { session: { expiresAt: latest }, name: "admin", role: "configure" };
  const holder = given === "" ? undefined : await bearerOf(db, given, now);
  if (!holder) return undefined;
  const { name, role, hash, expires_at } = holder;
  // It is asked about at each request anyway; a browser need not send it longer than it can be good for.
  const expiresAt = expires_at === null ? latest : Math.min(latest, Date.parse(expires_at));
  return { session: { expiresAt, token: { name, mark: markOf(hash) } }, name, role };
}

/** Uses up a code. One statement decides, so that of two who send it at once only one gets in. */
async function redeem(db: D1Database, code: string, now: number): Promise<boolean> {
  const used = await db
    .prepare("UPDATE signin_codes SET used_at = ?1 WHERE hash = ?2 AND used_at IS NULL AND expires_at > ?1 RETURNING hash")
    .bind(now, sha256(code))
    .first();
  return used !== null;
}
