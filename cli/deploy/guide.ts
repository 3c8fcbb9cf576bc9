// The guided deploy: sign in, database and queue, migrations, secrets, configuration, address, and the doctor at the end. The first time
// the Worker comes before the migrations, since its deploy makes the database; later they come first, since an older version works
// with a newer schema.

import { sqlScript } from "../../src/store/config-rows.ts";
import { secretsNamed } from "../config/secret-names.ts";
import { readSecrets } from "../config/secrets-file.ts";
import type { NamedText } from "../config/store.ts";
import { readText, writeText } from "../config/text-file.ts";
import { wranglerStore } from "../config/wrangler-store.ts";
import { Failure, Refusal } from "../frame/errors.ts";
import { good, strong, warn } from "../frame/paint.ts";
import { makeRun, type Run } from "../frame/run.ts";
import { judged } from "../validate.ts";
import { execute, explainFailure, query } from "../wrangler.ts";
import { relayUrlIn, withRelayUrl } from "./address.ts";
import { askAccount, askSecret, canAsk } from "./ask.ts";
import { deployedSecrets, deployWorker, migrateDeployed, signedIn, signIn } from "./cloudflare.ts";
import { ADMIN_TOKEN, makeAdminToken, planSecrets } from "./secrets.ts";

/** What was asked for. */
export interface DeployOptions {
  file?: string;
  secretsFile?: string;
  yes?: boolean;
}

/** What was done. */
export interface Deployed {
  first: boolean;
  /** Where it is reached, as far as that was told. */
  url?: string;
  /** Secrets that were set; never their values. */
  secrets: string[];
  missing: string[];
  revision?: number;
  /** Where the admin token was written that was made. */
  adminToken?: string;
}

const REMOTE = { remote: true } as const;

/** Deploys. Each step is told when it is done; the first one that fails ends it, and all of them may be repeated. */
export async function guide(run: Run, options: DeployOptions): Promise<Deployed> {
  const { out } = run;
  const text = options.file === undefined ? undefined : judgedText(options.file);
  const given = options.secretsFile === undefined ? {} : readSecrets(options.secretsFile);
  const who = await login(run);
  const before = await deployedSecrets();
  const first = before === undefined;
  const named = text === undefined ? [] : secretsNamed(text.text).map(({ name }) => name);
  const plan = planSecrets(named, before ?? [], given);
  if (canAsk(run) && !options.yes)
    for (const name of plan.missing) {
      const value = await askSecret(run, name);
      if (value !== undefined) plan.set[name] = value;
    }
  const missing = plan.missing.filter((name) => !(name in plan.set));
  const question = `${first ? "Make the Worker, its database and its queue" : "Deploy over the Worker that is there"} at ${who}?`;
  if (!(await run.confirmed(question, options.yes))) throw new Failure("Nothing was deployed.");
  const done = (what: string): void => {
    if (!out.isJson) out.line([good("done  "), what]);
  };

  const made = plan.makeToken ? makeAdminToken() : undefined;
  if (made) plan.set[ADMIN_TOKEN] = made.token;
  const steps = {
    migrations: async () => {
      if ((await migrateDeployed()) === "no_database")
        throw new Failure("The deploy made no database.", { hint: "Look at [[d1_databases]] in wrangler.toml." });
      done("The schema of D1 is that of this version.");
    },
    worker: async () => {
      const url = await deployWorker(plan.set);
      done(
        `The Worker is deployed${url === undefined ? "" : `: ${url}`}${Object.keys(plan.set).length > 0 ? `, with ${Object.keys(plan.set).join(", ")}` : ""}.`,
      );
      return url;
    },
  };
  if (!first) await steps.migrations();
  const url = await steps.worker();
  if (first) await steps.migrations();
  const revision = text === undefined ? undefined : await applyFile(run, text, url, options, done);
  if (text === undefined && url !== undefined) await noteAddress(url, done);
  return {
    first,
    ...(url === undefined ? {} : { url }),
    secrets: Object.keys(plan.set),
    missing,
    ...(revision === undefined ? {} : { revision }),
    ...(made ? { adminToken: made.path } : {}),
  };
}

/** The run of the doctor that follows: of the deployed relay, whatever this one was called with. */
export const remoteRun = ({ options, terminal }: Run): Run => makeRun({ json: options.json, color: options.color, remote: true }, terminal);

/** What to do next, for people. */
export function nextSteps({ first, missing, adminToken, url }: Deployed): (string | ReturnType<typeof strong>)[][] {
  const lines: (string | ReturnType<typeof strong>)[][] = [];
  if (adminToken !== undefined)
    lines.push([`The admin token was made; it is in ${adminToken}: put it into your password store, and delete the file.`]);
  for (const name of missing) lines.push([warn(`${name} is not set yet: `), strong(`npx tocsin secrets put ${name} --remote`)]);
  if (first) lines.push(["The address for a source to post to: ", strong("npx tocsin routes show NAME --remote")]);
  if (url !== undefined) lines.push([`The dashboard: ${url}`]);
  lines.push(
    ["A test through a route: ", strong("npx tocsin routes test NAME --remote")],
    ["A backup, every day: ", strong("npx tocsin backup FOLDER --remote")],
  );
  return lines;
}

function judgedText(path: string): NamedText {
  const text = readText(path);
  judged(text, REMOTE);
  return text;
}

/** Who deploys, in words. */
async function login(run: Run): Promise<string> {
  let who = await signedIn();
  if (!who && canAsk(run)) {
    run.out.note("Sign in at Cloudflare in the browser that opens.");
    who = (await signIn()) ? await signedIn() : undefined;
  }
  if (!who)
    throw new Refusal("wrangler is not signed in at Cloudflare.", { hint: "Run `npx wrangler login`; in CI set CLOUDFLARE_API_TOKEN." });
  const chosen = process.env.CLOUDFLARE_ACCOUNT_ID;
  const [only, ...others] = who.accounts;
  const account =
    others.length > 0 && !chosen ? await askAccount(run, who.accounts) : (who.accounts.find(({ id }) => id === chosen) ?? only);
  // Each call of wrangler would ask again.
  if (account) process.env.CLOUDFLARE_ACCOUNT_ID = account.id;
  return account?.name ?? who.email ?? "Cloudflare";
}

async function applyFile(
  run: Run,
  text: NamedText,
  url: string | undefined,
  { yes }: DeployOptions,
  done: (what: string) => void,
): Promise<number> {
  let applied = text;
  if (url !== undefined && relayUrlIn(text.text) === undefined) {
    if (await run.confirmed(`${text.name} has no [relay] url. Write ${url} into it?`, yes)) {
      applied = { name: text.name, text: withRelayUrl(text.text, url) };
      writeText(text.name, applied.text);
      done(`${text.name} has the address: [relay] url = "${url}".`);
    }
  }
  const { revision, applied: isNew } = await wranglerStore(REMOTE).apply(applied, { origin: "file" });
  done(isNew ? `${text.name} is applied, as revision ${revision}.` : `${text.name} was applied already, as revision ${revision}.`);
  return revision;
}

/** Without a file the address goes into the database, unless one is there. */
async function noteAddress(url: string, done: (what: string) => void): Promise<void> {
  const known = await query(REMOTE, "SELECT value FROM relay WHERE key = 'url'");
  if (known.ok && (known.value[0] ?? []).length > 0) return;
  const insert = { sql: "INSERT INTO relay (key, value) VALUES ('url', ?1) ON CONFLICT DO NOTHING", params: [url] };
  const written = await execute(REMOTE, sqlScript([insert]));
  if (!written.ok) throw new Failure(explainFailure(written.reason, REMOTE));
  done(`The relay knows its address: ${url}.`);
}
