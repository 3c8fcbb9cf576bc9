// A token of one's own for whoever may write the relay's database, which is what a Cloudflare login allows: made through
// wrangler, good for an hour, and kept until then, since each call of wrangler takes seconds.
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { CODE_MS } from "../../scripts/admin-access.ts";
import { ROLES, type Role, suffices } from "../../src/admin/role.ts";
import { PERSONAL } from "../../src/admin/tokens.ts";
import { sha256 } from "../../src/lib/keys.ts";
import { auditStatement } from "../../src/store/audit.ts";
import { sqlScript } from "../../src/store/config-rows.ts";
import { whoAmI } from "../who.ts";
import { explainFailure, query } from "../wrangler.ts";
import { Failure } from "./errors.ts";
import { databaseOf, type Relay } from "./target.ts";

const LIFE_MS = 60 * 60_000;
/** One that ends sooner than this is not used any more: a verb may take a while. */
const MARGIN_MS = 5 * 60_000;

const schema = z.object({ token: z.string(), role: z.enum(ROLES), expires_at: z.iso.datetime(), url: z.url().optional() });
/** A token as it is kept. `url`: the relay's public address by its configuration. */
export type KeptToken = z.output<typeof schema>;

/** A token that is good enough: the kept one, or a fresh one. */
export async function databaseToken(relay: Exclude<Relay, { kind: "url" }>, role: Role, now: number): Promise<KeptToken> {
  const path = pathOf(relay);
  const kept = read(path);
  // The address may have been configured since.
  const isReached = relay.kind === "local" || relay.url !== undefined || kept?.url !== undefined;
  if (kept && isReached && suffices(kept.role, role) && Date.parse(kept.expires_at) - now > MARGIN_MS) return kept;
  const made = await makeToken(relay, role, now);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rmSync(path, { force: true });
  writeFileSync(path, `${JSON.stringify(made)}\n`, { mode: 0o600 });
  return made;
}

/** Forgets the kept token, which the relay did not take. */
export const forgetToken = (relay: Exclude<Relay, { kind: "url" }>): void => rmSync(pathOf(relay), { force: true });

/** Makes a code that signs in to the dashboard once; the database has only its hash. */
export async function signInCode(relay: Exclude<Relay, { kind: "url" }>, now: number): Promise<string> {
  const code = randomBytes(16).toString("hex");
  const target = databaseOf(relay);
  const answer = await query(
    target,
    sqlScript([{ sql: "INSERT INTO signin_codes (hash, expires_at) VALUES (?1, ?2)", params: [sha256(code), now + CODE_MS] }]),
  );
  if (!answer.ok) throw new Failure(`No sign-in link could be made. ${explainFailure(answer.reason, target)}`);
  return code;
}

const pathOf = (relay: Exclude<Relay, { kind: "url" }>): string => join(relay.directory, `${relay.kind}-token`);

function read(path: string): KeptToken | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(path, "utf8")));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

async function makeToken(relay: Exclude<Relay, { kind: "url" }>, role: Role, now: number): Promise<KeptToken> {
  const random = randomBytes(32).toString("base64url");
  const token = `tocsin_${random}`;
  const expiresAt = new Date(now + LIFE_MS).toISOString();
  const who = whoAmI();
  // No `@`: by that the relay tells people from tokens.
  const name = `${PERSONAL}${who
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 48)}-${sha256(random).slice(0, 6)}`;
  const target = databaseOf(relay);
  // One call: what is out of date goes, the new one comes, somebody can see that it did, and where the relay is.
  const answer = await query(
    target,
    sqlScript([
      {
        sql: "DELETE FROM tokens WHERE created_by = ?1 AND expires_at < ?2 AND name LIKE ?3",
        params: [who, new Date(now).toISOString(), `${PERSONAL}%`],
      },
      {
        sql: "INSERT INTO tokens (hash, name, role, created_by, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params: [sha256(token), name, role, who, expiresAt],
      },
      auditStatement({ actor: who, via: "command_line", action: "token.made", target: name, detail: { role, expires_at: expiresAt } }),
      { sql: "SELECT value FROM relay WHERE key = 'url'", params: [] },
    ]),
  );
  if (!answer.ok) throw new Failure(`No token could be made. ${explainFailure(answer.reason, target)}`);
  const [row] = answer.value.at(-1) ?? [];
  const url = typeof row?.value === "string" && URL.canParse(row.value) ? new URL(row.value).origin : undefined;
  return { token, role, expires_at: expiresAt, ...(url === undefined ? {} : { url }) };
}
