// What only the command line sees: this machine, the login, the clock beside the Worker's, the version beside the checkout's.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import { tryPort } from "../../scripts/ports.ts";
import type { checkResult, doctorReport } from "../../src/admin/answers/doctor.ts";
import { SCHEMA, VERSION } from "../../src/release.ts";
import { knownAddress, type Relay, ROOT } from "../frame/target.ts";
import { explainFailure, query, runWrangler, type Target } from "../wrangler.ts";

/** One check, as the Worker's are. */
export type CheckResult = z.output<typeof checkResult>;
type Report = z.output<typeof doctorReport>;

const DEFAULT_PORT = 8787;

/** Checks that need no relay. */
export async function machineChecks(relay: Relay): Promise<CheckResult[]> {
  const checks: CheckResult[] = [{ id: "node", state: "ok", found: `Node ${process.versions.node}.` }];
  if (relay.kind === "url") return checks;
  checks.push(await wrangler());
  if (relay.kind === "remote") checks.push(await login());
  if (relay.kind === "local") checks.push(stateFolder(relay.directory), ...(knownAddress(relay) === undefined ? [await port()] : []));
  return checks;
}

async function wrangler(): Promise<CheckResult> {
  const id = "wrangler";
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const { status, output } = await runWrangler(["--version"]);
  const [version = "none"] = /\d+\.\d+\.\d+/.exec(output) ?? [];
  if (status === 0 && version === devDependencies.wrangler) return { id, state: "ok", found: `wrangler ${version}, as in package.json.` };
  return {
    id,
    state: "fail",
    found: `wrangler is ${version}, and package.json asks for ${devDependencies.wrangler}.`,
    todo: "Run `npm ci`.",
  };
}

async function login(): Promise<CheckResult> {
  const id = "login";
  const { status, stdout } = await runWrangler(["whoami", "--json"]);
  const said = jsonOf(stdout);
  if (status !== 0 || said.loggedIn !== true)
    return {
      id,
      state: "fail",
      found: "wrangler is not signed in at Cloudflare.",
      todo: "Run `npx wrangler login`; in CI set CLOUDFLARE_API_TOKEN.",
    };
  const names = (Array.isArray(said.accounts) ? said.accounts : []).map((one: unknown) => String(Object(one).name));
  return { id, state: "ok", found: `wrangler is signed in at Cloudflare${names.length > 0 ? `, for ${names.join(", ")}` : ""}.` };
}

function stateFolder(directory: string): CheckResult {
  const id = "state_folder";
  if (!existsSync(directory))
    return { id, state: "warn", found: `${directory} is not there yet.`, todo: "`npm start -- --config FILE` makes it." };
  // It holds alerts, a token and, with plain secrets, the configuration's.
  if (process.platform !== "win32" && (statSync(directory).mode & 0o077) !== 0)
    return { id, state: "warn", found: `Others on this machine may read ${directory}.`, todo: `Run \`chmod 700 ${directory}\`.` };
  return { id, state: "ok", found: `The state is in ${directory}, for nobody else to read.` };
}

async function port(): Promise<CheckResult> {
  const id = "port";
  if ((await tryPort(DEFAULT_PORT)).ok) return { id, state: "ok", found: `Port ${DEFAULT_PORT} is free.` };
  return { id, state: "warn", found: `Port ${DEFAULT_PORT} is taken.`, todo: "Start with --port, or end the other program." };
}

/** Seconds that a clock may be off: signatures with a time of their own allow five minutes. */
const [WARN_S, FAIL_S] = [5, 60];

/** Checks that set the Worker's answer beside what we know. `sentAt` and `receivedAt`: when we asked and when we had it, Unix ms. */
export function comparisons(report: Report, sentAt: number, receivedAt: number): CheckResult[] {
  const theirs = Date.parse(report.now);
  const off = Math.max(0, sentAt - theirs, theirs - receivedAt) / 1_000;
  const clock = `The Worker's clock and this one differ by ${off < 1 ? "less than a second" : `${Math.round(off)} s`}.`;
  const todo = "Set the clock of this machine, or of the one that the relay runs on: signatures with a time would be refused.";
  return [
    off > WARN_S ? { id: "clock", state: off > FAIL_S ? "fail" : "warn", found: clock, todo } : { id: "clock", state: "ok", found: clock },
    report.version === VERSION && report.schema === SCHEMA
      ? { id: "version", state: "ok", found: `The relay runs version ${report.version}, as this folder is.` }
      : {
          id: "version",
          state: "warn",
          found: `The relay runs version ${report.version} (schema ${report.schema}), this folder is ${VERSION} (${SCHEMA}).`,
          todo: "Deploy this folder, or use the folder of the version that runs.",
        },
  ];
}

/** The schema by way of wrangler: for when the relay itself does not answer. */
export async function schemaCheck(target: Target): Promise<CheckResult> {
  const id = "schema";
  const answer = await query(target, "SELECT name FROM d1_migrations ORDER BY name DESC LIMIT 1");
  const place = target.remote ? "--remote" : "--local";
  if (!answer.ok)
    return { id, state: "fail", found: explainFailure(answer.reason, target), todo: `Run \`npx tocsin migrations up ${place}\`.` };
  const newest = String(answer.value[0]?.[0]?.name ?? "none");
  if (newest === SCHEMA) return { id, state: "ok", found: `The schema of D1 is that of this folder (${SCHEMA}).` };
  return {
    id,
    state: "fail",
    found: `The schema of D1 is ${newest}, that of this folder ${SCHEMA}.`,
    todo: `Run \`npx tocsin migrations up ${place}\`.`,
  };
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text.slice(Math.max(0, text.indexOf("{")))));
  } catch {
    return {};
  }
}
