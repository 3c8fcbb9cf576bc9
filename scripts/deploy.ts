// `npm run deploy`: migrations first, so that new code never meets an old schema; on the very first deploy there is no database
// yet, and wrangler makes it with the Worker. Arguments are passed on to `wrangler deploy`, e.g. `--secrets-file FILE`.
import { spawn } from "node:child_process";
import { join } from "node:path";

const WRANGLER = join(import.meta.dirname, "../node_modules/wrangler/bin/wrangler.js");
/** What wrangler says of a database that a deploy has not made yet. */
const NOT_YET = /couldn.t find (an auto-provisioned )?D1 DB/i;

const migrate = () => wrangler(["d1", "migrations", "apply", "DB", "--remote"]);
const deploy = () => wrangler(["deploy", ...process.argv.slice(2)]);

const first = await migrate();
const isFirstDeploy = first.status !== 0 && NOT_YET.test(first.output);
if (first.status !== 0 && !isFirstDeploy) process.exit(first.status);
const deployed = await deploy();
if (deployed.status !== 0) process.exit(deployed.status);
if (isFirstDeploy) process.exit((await migrate()).status);

/** Runs wrangler with our terminal, and keeps what it said. */
function wrangler(args: string[]): Promise<{ status: number; output: string }> {
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, [WRANGLER, ...args], { stdio: ["inherit", "pipe", "pipe"] });
    const said: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said.push(text);
      process.stdout.write(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said.push(text);
      process.stderr.write(text);
    });
    child.on("error", reject);
    child.on("close", (status) => done({ status: status ?? 1, output: said.join("") }));
  });
}
