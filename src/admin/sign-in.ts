// Signing in: a one-time code or the admin token is exchanged for a session.
import { sameText, sha256 } from "../lib/keys.ts";
import { RateBucket } from "../lib/rate-bucket.ts";
import { fail, ok, type Result } from "../outcome.ts";
import { SESSION_MS, signSession } from "./session.ts";

/** What a person gives: the code of the link, or the token itself. */
export interface Credentials {
  code?: string;
  token?: string;
}

/** Why nobody signed in. */
export type SignInRefusal = { kind: "wrong" } | { kind: "no_token_configured" } | { kind: "too_often"; afterMs: number };

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

/** Exchanges credentials for a session's value. */
export async function signIn(
  credentials: Credentials,
  { db, adminToken, address, tries, now }: { db: D1Database; adminToken: string | undefined; address: string; tries: Tries; now: number },
): Promise<Result<string, SignInRefusal>> {
  if (!adminToken) return fail({ kind: "no_token_configured" });
  const afterMs = tries.wait(address, now);
  if (afterMs > 0) return fail({ kind: "too_often", afterMs });
  const { code, token } = credentials;
  const right = token ? sameText(token.trim(), adminToken) : code ? await redeem(db, code, now) : false;
  if (right) return ok(signSession(adminToken, now + SESSION_MS));
  tries.wrong(address, now);
  return fail({ kind: "wrong" });
}

/** Uses up a code. One statement decides, so that of two who send it at once only one gets in. */
async function redeem(db: D1Database, code: string, now: number): Promise<boolean> {
  const used = await db
    .prepare("UPDATE signin_codes SET used_at = ?1 WHERE hash = ?2 AND used_at IS NULL AND expires_at > ?1 RETURNING hash")
    .bind(now, sha256(code))
    .first();
  return used !== null;
}
