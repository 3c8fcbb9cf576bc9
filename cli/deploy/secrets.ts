// Which secrets a deploy sets: those that the configuration names and that are not set yet, and the admin token.
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, STATE } from "../frame/target.ts";

/** What guards the admin side. */
export const ADMIN_TOKEN = "ADMIN_TOKEN";

/** What a deploy has to do about secrets. */
export interface SecretPlan {
  /** To be set, with their values. */
  set: Record<string, string>;
  /** Named by the configuration, and nobody gave a value. */
  missing: string[];
  /** Whether an admin token has to be made. */
  makeToken: boolean;
}

/** Compares what is named with what is set and what was given. */
export function planSecrets(
  named: readonly string[],
  deployed: readonly string[],
  given: Readonly<Record<string, string | undefined>>,
): SecretPlan {
  const set = Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  const isThere = (name: string): boolean => name in set || deployed.includes(name);
  return { set, missing: named.filter((name) => !isThere(name) && name !== ADMIN_TOKEN), makeToken: !isThere(ADMIN_TOKEN) };
}

/** Makes an admin token, and keeps it where only its owner reads it; answers where. */
export function makeAdminToken(): { token: string; path: string } {
  const token = randomBytes(32).toString("base64url");
  const path = join(ROOT, STATE, "remote-admin-token");
  mkdirSync(join(ROOT, STATE), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  chmodSync(path, 0o600);
  return { token, path };
}
