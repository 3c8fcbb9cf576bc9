// What a deploy asks of Cloudflare, by the project's wrangler. Without a terminal of its own, wrangler asks nothing: it makes the
// database and the queue by the names that it would propose, and its ids are not written into wrangler.toml.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { Failure, Refusal } from "../frame/errors.ts";
import { ROOT } from "../frame/target.ts";
import { runWrangler } from "../wrangler.ts";

/** An account that the login may use. */
export interface Account {
  id: string;
  name: string;
}

const whoSchema = z.object({
  loggedIn: z.literal(true),
  email: z.string().optional(),
  accounts: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
});
const secretList = z.array(z.object({ name: z.string() }));

/** Who is signed in, with the accounts that may be used; undefined when nobody is. */
export async function signedIn(): Promise<{ email?: string; accounts: Account[] } | undefined> {
  const { stdout } = await runWrangler(["whoami", "--json"]);
  const parsed = whoSchema.safeParse(jsonIn(stdout, "{"));
  return parsed.success ? parsed.data : undefined;
}

/** Signs in with the browser, at this terminal. */
export function signIn(): Promise<boolean> {
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, [join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js"), "login"], {
      cwd: ROOT,
      stdio: "inherit",
    });
    child.on("error", reject);
    child.on("close", (status) => done(status === 0));
  });
}

/** Names of the deployed Worker's secrets; undefined before the first deploy. */
export async function deployedSecrets(): Promise<string[] | undefined> {
  const { status, stdout, output } = await runWrangler(["secret", "list", "--format", "json"]);
  if (status === 0) {
    const parsed = secretList.safeParse(jsonIn(stdout, "["));
    if (parsed.success) return parsed.data.map(({ name }) => name);
  }
  if (/Worker "[^"]*"( \(env: [^)]*\))?( was)? not found|Worker does not exist|code: 10007/i.test(output)) return undefined;
  throw explained("ask for the Worker's secrets", output);
}

/** Applies the migrations; `no_database` before the first deploy, which makes it. */
export async function migrateDeployed(): Promise<"done" | "no_database"> {
  const { status, output } = await runWrangler(["d1", "migrations", "apply", "DB", "--remote"]);
  if (status === 0) return "done";
  if (/couldn.t find (an auto-provisioned )?D1 DB/i.test(output)) return "no_database";
  throw explained("apply the migrations", output);
}

/** Deploys the Worker with these secrets besides those that it has. Answers where it is reached, if that was told. */
export async function deployWorker(secrets: Readonly<Record<string, string>>): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-"));
  try {
    const file = join(folder, "secrets.json");
    // JSON, since in a dotenv file wrangler would put the environment's values for what looks like a variable.
    writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
    const given = Object.keys(secrets).length > 0 ? ["--secrets-file", file] : [];
    const { status, output } = await runWrangler(["deploy", ...given]);
    if (status !== 0) throw explained("deploy", output);
    return addressIn(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bundles as for a deploy, and sends nothing: how large it is, in wrangler's words. */
export async function tryDeploy(): Promise<string> {
  const { status, output } = await runWrangler(["deploy", "--dry-run"]);
  if (status !== 0) throw explained("bundle the Worker", output);
  return /Total Upload: .*/.exec(output)?.[0] ?? "";
}

/** A custom domain, else the address on workers.dev. */
export function addressIn(output: string): string | undefined {
  const [, domain] = /^\s*([a-z0-9.-]+\.[a-z]+) \(custom domain/im.exec(output) ?? [];
  return domain !== undefined ? `https://${domain}` : /https:\/\/[a-z0-9.-]+\.workers\.dev/i.exec(output)?.[0];
}

function explained(what: string, output: string): Failure | Refusal {
  if (/more than one account/i.test(output))
    return new Refusal("The login is for more than one account.", { hint: "Set CLOUDFLARE_ACCOUNT_ID, or account_id in wrangler.toml." });
  return new Failure(`wrangler could not ${what}.\n${output.trim()}`);
}

/** Wrangler may print a line or two before its JSON. */
function jsonIn(stdout: string, first: "{" | "["): unknown {
  try {
    return JSON.parse(stdout.slice(Math.max(0, stdout.indexOf(first))));
  } catch {
    return undefined;
  }
}
