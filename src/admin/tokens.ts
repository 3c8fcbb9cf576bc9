// Tokens of the admin API besides ADMIN_TOKEN. D1 has their SHA-256 alone; the token itself is told once, when it is made.
import { sha256 } from "../lib/keys.ts";
import type { Role } from "./role.ts";

/** A token as lists show it. Times ISO 8601 UTC; `expires_at` null: it holds until it is removed. */
export interface TokenItem {
  name: string;
  role: Role;
  created_at: string;
  created_by: string;
  expires_at: string | null;
}

/** What a token's name looks like: never that of a person, which has an `@`. */
export const TOKEN_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
/** Names by which the audit log tells the others who come in. */
export const TAKEN_NAMES: readonly string[] = ["admin", "access"];

/** What scanners for leaked secrets, and we, recognise one of our tokens by. */
const TOKEN = /^tocsin_[A-Za-z0-9_-]{43}$/;
const COLUMNS = "name, role, created_at, created_by, expires_at";

/** Makes a token; undefined when there is one of that name. */
export async function makeToken(
  db: D1Database,
  { name, role, createdBy, expiresAt }: { name: string; role: Role; createdBy: string; expiresAt: string | null },
): Promise<(TokenItem & { token: string }) | undefined> {
  const random = crypto.getRandomValues(new Uint8Array(32));
  const token = `tocsin_${btoa(String.fromCharCode(...random))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "")}`;
  const made = await db
    .prepare(
      `INSERT INTO tokens (hash, name, role, created_by, expires_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING RETURNING ${COLUMNS}`,
    )
    .bind(sha256(token), name, role, createdBy, expiresAt)
    .first<TokenItem>();
  return made ? { ...made, token } : undefined;
}

/** How the names of tokens begin that the command line makes for the hour in which somebody works with it. */
export const PERSONAL = "cli-";

/** Whoever a token is, as far as it says what they may do. */
export type Holder = Pick<TokenItem, "name" | "role" | "expires_at"> & {
  hash: string;
  /** Whose deeds they are: the token's own, or those of whoever the command line made it for. */
  who: string;
};

/** Who bears a token that holds at `now` (Unix ms); undefined for any other text, of which D1 is only asked if it looks like one. */
export async function bearerOf(db: D1Database, token: string, now: number): Promise<Holder | undefined> {
  if (!TOKEN.test(token)) return undefined;
  return readHolder(db, "hash", sha256(token), now);
}

/** Who has the token of this name that holds at `now` (Unix ms). */
export const holderNamed = (db: D1Database, name: string, now: number): Promise<Holder | undefined> => readHolder(db, "name", name, now);

async function readHolder(db: D1Database, column: "hash" | "name", value: string, now: number): Promise<Holder | undefined> {
  const found = await db
    .prepare(`SELECT hash, name, role, expires_at, created_by FROM tokens WHERE ${column} = ?1 AND (expires_at IS NULL OR expires_at > ?2)`)
    .bind(value, new Date(now).toISOString())
    .first<Omit<Holder, "who"> & Pick<TokenItem, "created_by">>();
  if (!found) return undefined;
  const { created_by: maker, ...holder } = found;
  return { ...holder, who: holder.name.startsWith(PERSONAL) ? maker : holder.name };
}

/** All tokens by name, those that have expired too. */
export async function listTokens(db: D1Database): Promise<TokenItem[]> {
  return (await db.prepare(`SELECT ${COLUMNS} FROM tokens ORDER BY name`).all<TokenItem>()).results;
}

/** Removes a token; it is refused from now on. Answers whether there was one. */
export async function removeToken(db: D1Database, name: string): Promise<boolean> {
  return (await db.prepare("DELETE FROM tokens WHERE name = ? RETURNING name").bind(name).first()) !== null;
}
