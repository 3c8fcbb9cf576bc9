// The guided deploy with the real wrangler, in a fresh copy of the project, against a simulated Cloudflare API on this machine: from an
// empty account to a relay that takes alerts, then a later version. What is uploaded really runs, with its own database and queue.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createdFlattened, incident } from "../../demo/sekoia-samples.ts";
import { SCHEMA } from "../../src/release.ts";
import { type Cloudflare, startCloudflare } from "../support/cloudflare/api.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
/** The number of the migration before the newest. */
const BEFORE = String(Number.parseInt(SCHEMA, 10) - 1);
const project = mkdtempSync(join(tmpdir(), "tocsin-deploy-"));
let cloudflare: Cloudflare;

interface Ended {
  status: number | null;
  out: string;
  err: string;
}
/** Runs something of the copy, as somebody who cloned it would. */
function run(script: string, args: string[], env: Record<string, string> = cloudflare.env, input?: string): Promise<Ended> {
  const { TOCSIN_URL: _, TOCSIN_TOKEN: __, CI: ___, ...own } = process.env;
  const child = spawn(process.execPath, [join(project, script), ...args], {
    cwd: project,
    env: { ...own, NO_COLOR: "1", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(input ?? "");
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.setEncoding("utf8").on("data", (text: string) => out.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => err.push(text));
  return new Promise((done) => child.on("close", (status) => done({ status, out: out.join(""), err: err.join("") })));
}
const tocsin = (...args: string[]): Promise<Ended> => run("cli/tocsin.mjs", args);

const file = (more = ""): string => `# Kept as it is.
[relay]
url = "${cloudflare.workerUrl}"

[destinations.box]
type = "inbox"
[destinations.soc]
type = "slack"
url = "secret:SOC_SLACK_URL"
${more}
[routes.prod]
id = "${ROUTE}"
source = "sekoia"
[[routes.prod.rules]]
to = ["box"]
`;
const path = join(project, "tocsin.toml");
const slack = ["https:/", "hooks.slack.com", "services", "T00000000", "B00000000", "not-a-real-one$1"].join("/");

beforeAll(async () => {
  for (const name of ["assets", "cli", "demo", "src", "scripts", "migrations", "down-migrations"])
    cpSync(join(ROOT, name), join(project, name), { recursive: true, filter: (one) => !/\.test\.ts$|[\\/]fixtures$/.test(one) });
  for (const name of ["package.json", "tsconfig.json", "wrangler.toml"]) cpSync(join(ROOT, name), join(project, name));
  symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
  cloudflare = await startCloudflare();
});
afterAll(async () => {
  await cloudflare?.stop();
  rmSync(project, { recursive: true, force: true });
});

const since = (index: number): string[] => cloudflare.calls.slice(index).filter((call) => !call.startsWith("GET "));

describe("the first deploy", () => {
  test("says what it would do, and sends nothing", async () => {
    writeFileSync(path, file());
    const { status, out } = await tocsin("deploy", "tocsin.toml", "--dry-run");
    expect([status, out]).toEqual([
      0,
      expect.stringMatching(/3\. first deploy: npx wrangler deploy.*\n.*\n.*\n.*\n\nThe Worker can be bundled\. Total Upload: /s),
    ]);
    expect(cloudflare.calls).toEqual([]);
  });

  test("refuses without a login, and a file that is wrong, before anything is made", async () => {
    const nobody = await run("cli/tocsin.mjs", ["deploy", "--yes"], {
      CLOUDFLARE_API_BASE_URL: cloudflare.env.CLOUDFLARE_API_BASE_URL ?? "",
      HOME: project,
      XDG_CONFIG_HOME: project,
    });
    expect([nobody.status, nobody.err]).toEqual([2, expect.stringContaining("npx wrangler login")]);
    writeFileSync(path, file("tpye = 1\n"));
    const wrong = await tocsin("deploy", "tocsin.toml", "--yes");
    expect([wrong.status, wrong.err]).toEqual([2, expect.stringMatching(/^tocsin\.toml:10: .*tpye/)]);
    writeFileSync(path, file());
    const unasked = await tocsin("deploy", "tocsin.toml");
    expect([unasked.status, unasked.err]).toEqual([2, expect.stringContaining("There is nobody to ask")]);
    expect(since(0)).toEqual([]);
  });

  test("makes database, queue, Worker, schema, secrets, cron and configuration, then looks at all of it", async () => {
    writeFileSync(join(project, "prod.env"), `SOC_SLACK_URL='${slack}'\n`);
    const from = cloudflare.calls.length;
    const { status, out, err } = await tocsin("deploy", "tocsin.toml", "--secrets-file", "prod.env", "--yes", "--json");
    expect(cloudflare.strange).toEqual([]);
    const answer = JSON.parse(out);
    expect(answer, err).toMatchObject({
      first: true,
      url: "https://tocsin.example.workers.dev",
      secrets: ["SOC_SLACK_URL", "ADMIN_TOKEN"],
      missing: [],
      revision: 1,
    });
    expect(since(from).filter((call) => !call.includes("/query"))).toEqual([
      "POST A/workers/scripts/tocsin/assets-upload-session",
      "POST A/workers/assets/upload",
      "POST A/d1/database",
      "POST A/queues",
      "PUT A/workers/scripts/tocsin",
      "POST A/workers/scripts/tocsin/subdomain",
      "PUT A/workers/scripts/tocsin/schedules",
      expect.stringMatching(/^POST A\/queues\/[^/]+\/consumers$/),
      // The configuration, as one transaction.
      expect.stringMatching(/^POST A\/d1\/database\/[^/]+\/import$/),
      expect.stringMatching(/^PUT \/upload\//),
      expect.stringMatching(/^POST A\/d1\/database\/[^/]+\/import$/),
    ]);
    const { account } = cloudflare;
    expect(account).toMatchObject({
      database: { name: "tocsin-db" },
      queues: [{ name: "deliveries", consumers: [{ script: "tocsin" }] }],
      crons: ["*/5 * * * *"],
    });
    // What looks like a variable in a dotenv file stays as it is.
    expect(account.worker?.secrets.get("SOC_SLACK_URL")).toBe(slack);
    expect(statSync(answer.adminToken).mode & 0o077).toBe(0);
    expect(readFileSync(answer.adminToken, "utf8").trim()).toBe(account.worker?.secrets.get("ADMIN_TOKEN"));
    for (const secret of account.worker?.secrets.values() ?? []) expect(out + err).not.toContain(secret);
    const checks = new Map<string, { state: string }>(answer.checks.map((check: { id: string }) => [check.id, check]));
    for (const id of [
      "login",
      "relay",
      "clock",
      "version",
      "bindings",
      "schema",
      "objects",
      "books",
      "queue",
      "secrets",
      "plain_secrets",
      "admin_token",
      "configuration",
    ])
      expect(checks.get(id), id).toMatchObject({ state: "ok" });
    expect(checks.get("destination:soc")).toMatchObject({ state: "skip" });
    // Nobody fired the cron trigger yet; and here, unlike at Cloudflare, the address is plain HTTP.
    expect([...checks.values()].filter(({ state }) => state === "fail" || state === "warn")).toMatchObject([
      { id: "sweep" },
      { id: "relay_url" },
    ]);
    expect(status).toBe(1);
  });

  test("leaves a relay that takes alerts", async () => {
    const answer = await fetch(`${cloudflare.workerUrl}/hooks/${ROUTE}`, {
      method: "POST",
      body: JSON.stringify(createdFlattened(incident(1, "deploy"))),
    });
    expect(answer.status).toBe(202);
    await cloudflare.scheduled();
    // The Worker hands out the static assets, and nobody else does.
    expect(cloudflare.account.worker?.assetsConfig).toMatchObject({ run_worker_first: true });
    const authorization = `Bearer ${cloudflare.account.worker?.secrets.get("ADMIN_TOKEN")}`;
    const describe = (headers: Record<string, string>) => fetch(`${cloudflare.workerUrl}/api/openapi.json`, { headers });
    expect((await describe({})).status).toBe(401);
    expect(await (await describe({ authorization })).json()).toMatchObject({ openapi: "3.1.0" });
    const { out } = await tocsin("doctor", "--remote", "--json");
    const sweep = JSON.parse(out).checks.find(({ id }: { id: string }) => id === "sweep");
    expect(sweep).toMatchObject({ state: "ok" });
    const status = JSON.parse((await tocsin("migrations", "--remote", "--json")).out);
    expect(status).toMatchObject({ behind: false, unknown: [] });
    const backup = await tocsin("backup", join(project, "backup"), "--remote");
    expect([backup.status, backup.out], backup.err).toEqual([0, expect.stringContaining("rows of the deployed relay")]);
    expect(readdirSync(join(project, "backup"))).toContain("ledger.prod.0.jsonl");
  });
});

describe("a later deploy", () => {
  test("brings the schema first, keeps the secrets, applies what changed, and tells a secret that nobody set", async () => {
    const third = '[destinations.third]\ntype = "discord"\nurl = "secret:NOT_SET_YET"\n';
    writeFileSync(path, file(`[destinations.second]\ntype = "inbox"\n${third}`));
    const from = cloudflare.calls.length;
    const before = new Map(cloudflare.account.worker?.secrets);
    const { status, out, err } = await tocsin("deploy", "tocsin.toml", "--yes");
    expect(cloudflare.strange).toEqual([]);
    expect([status, out], err).toEqual([1, expect.stringContaining("tocsin.toml is applied, as revision 2.")]);
    expect(out).toMatch(/FAIL {2}secrets .*NOT_SET_YET \(destination third\)/);
    expect(out).toContain("NOT_SET_YET is not set yet: npx tocsin secrets put NOT_SET_YET --remote");
    expect(cloudflare.account.worker?.secrets).toEqual(before);
    const made = since(from);
    expect(made).not.toContain("POST A/queues");
    expect(made.findIndex((call) => call.endsWith("/query"))).toBeLessThan(made.indexOf("PUT A/workers/scripts/tocsin"));
    const books = await tocsin("books", "--remote", "--json");
    expect(JSON.parse(books.out)).toMatchObject({ balanced: true, routes: [{ received: 1 }] });
    // Fresh names in an old place: nothing was written into the project's own file.
    expect(readFileSync(join(project, "wrangler.toml"), "utf8")).toBe(readFileSync(join(ROOT, "wrangler.toml"), "utf8"));
  });

  test("`npm run deploy` does the same without a guide: migrations, then the Worker", async () => {
    const from = cloudflare.calls.length;
    const { status, out } = await run("scripts/deploy.ts", []);
    expect([status, out]).toEqual([0, expect.stringContaining("No migrations to apply!")]);
    expect(since(from)).toContain("PUT A/workers/scripts/tocsin");
    expect(cloudflare.strange).toEqual([]);
  });
});

describe("routes as code, there", () => {
  const json = async <Value>(...args: string[]): Promise<Value> => {
    const { status, out, err } = await tocsin(...args, "--remote", "--json");
    expect(status, out + err).toBe(0);
    return JSON.parse(out);
  };

  test("are planned, applied, edited and brought back, and plain secrets are refused", async () => {
    writeFileSync(path, file("priority = 7\n"));
    const planned = await json<{ revision: number; state: string; changes: object[]; drift: object[] }>("plan", "tocsin.toml");
    expect(planned).toMatchObject({
      drift: [],
      changes: [
        { name: "second", change: "removed" },
        { name: "soc", change: "changed", keys: [{ key: "priority", after: 7 }] },
        { name: "third", change: "removed" },
      ],
    });
    expect(await json("apply", "tocsin.toml", "--expect", planned.state)).toMatchObject({ applied: true, revision: planned.revision + 1 });
    const late = await tocsin("apply", "tocsin.toml", "--expect", planned.state, "--remote");
    expect([late.status, late.err]).toEqual([1, expect.stringContaining("Nothing was changed.")]);
    expect(await json("apply", "tocsin.toml")).toMatchObject({ applied: false });
    expect(await json("routes", "add", "--source", "text", "--name", "lab", "--to", "box")).toMatchObject({
      address: expect.stringContaining(`${cloudflare.workerUrl}/hooks/`),
    });
    expect((await tocsin("export", "--remote")).out).toMatch(/^# Kept as it is\.[\s\S]*\[routes\.lab\]/);
    await json("rollback", "--yes");
    expect((await tocsin("export", "--remote")).out).toBe(file("priority = 7\n"));
    writeFileSync(path, file().replace("secret:SOC_SLACK_URL", slack));
    const plain = await tocsin("plan", "tocsin.toml", "--remote");
    expect([plain.status, plain.err]).toEqual([2, expect.stringContaining("must not stand in the configuration of a deployed relay")]);
    expect(cloudflare.strange).toEqual([]);
  });

  test("name secrets, which are checked and set by way of wrangler", async () => {
    writeFileSync(path, file('[destinations.hook]\ntype = "webhook"\nurl = "secret:HOOK_URL"\n'));
    await json("apply", "tocsin.toml");
    const check = await tocsin("secrets", "check", "--remote", "--json");
    expect([check.status, JSON.parse(check.out)]).toMatchObject([1, { where: "the deployed Worker", missing: ["HOOK_URL"] }]);
    const put = await run("cli/tocsin.mjs", ["secrets", "put", "HOOK_URL", "--remote"], cloudflare.env, "https://hook.example.com/x\n");
    expect([put.status, put.out], put.err).toEqual([0, "HOOK_URL is set.\n"]);
    expect(cloudflare.account.worker?.secrets.get("HOOK_URL")).toBe("https://hook.example.com/x");
    expect((await tocsin("secrets", "check", "--remote")).out).toContain("All of them are set at the deployed Worker.");
    const empty = await run("cli/tocsin.mjs", ["secrets", "put", "HOOK_URL", "--remote"]);
    expect([empty.status, empty.err]).toEqual([2, "The value is empty.\n"]);
  });
});

test("a migration is undone there only after the older version is deployed", async () => {
  const refused = await tocsin("migrations", "down", "--to", BEFORE, "--remote", "--yes");
  expect([refused.status, refused.err]).toEqual([2, expect.stringContaining(`The version that serves needs ${SCHEMA}`)]);
  const forced = await tocsin("migrations", "down", "--to", BEFORE, "--remote", "--yes", "--force");
  expect([forced.status, forced.out], forced.err).toEqual([0, `Undone in the deployed relay: ${SCHEMA}.\n`]);
  const status = await tocsin("migrations", "--remote", "--json");
  expect([status.status, JSON.parse(status.out).behind]).toEqual([1, true]);
  expect((await tocsin("migrations", "up", "--remote")).out).toContain(SCHEMA);
});
