// How the owner of this machine gets into the admin side when no ADMIN_TOKEN was given.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../src/lib/keys.ts";
import type { Database } from "./runtime.ts";

/** How long a sign-in link is good for. */
export const CODE_MS = 10 * 60_000;

/** The token that this state folder has; made once, so that sessions outlive a restart. */
export function localAdminToken(directory: string): string {
  const path = join(directory, "admin-token");
  const known = read(path);
  if (known !== "") return known;
  const token = randomBytes(32).toString("base64url");
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  return token;
}

/** Makes a code that signs in once, within ten minutes; the database has only its hash. */
export async function makeSignInCode(db: Database, now = Date.now()): Promise<string> {
  const code = randomBytes(16).toString("hex");
  await db
    .prepare("INSERT INTO signin_codes (hash, expires_at) VALUES (?1, ?2)")
    .bind(sha256(code), now + CODE_MS)
    .run();
  return code;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}
