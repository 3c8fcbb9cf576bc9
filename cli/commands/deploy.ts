// `tocsin deploy`: from nothing to a relay that was looked at, and every later version.
import { secretsNamed } from "../config/secret-names.ts";
import { readText } from "../config/text-file.ts";
import { tryDeploy } from "../deploy/cloudflare.ts";
import { guide, nextSteps, remoteRun } from "../deploy/guide.ts";
import { examine } from "../doctor/examine.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import type { Frame } from "../frame/program.ts";
import { validate } from "../validate.ts";
import { doctorLines } from "../views/doctor.ts";
import { markdownLines } from "../views/markdown.ts";

/** In which order things are done. `secrets`: those that the file names. */
const stepsOf = (file: string | undefined, secrets: readonly string[]): string[] => [
  "sign in at Cloudflare (npx wrangler login)",
  ...(secrets.length === 0
    ? []
    : [`list the Worker's secrets (npx wrangler secret list), and set those that are not there: ${secrets.join(", ")}`]),
  "first deploy: npx wrangler deploy --secrets-file ..., which makes the database tocsin-db and the queue deliveries, then npx wrangler d1 migrations apply DB --remote",
  "later deploys: npx wrangler d1 migrations apply DB --remote, then npx wrangler deploy",
  ...(file === undefined
    ? []
    : [`apply ${file} (npx tocsin apply ${file} --remote), with the Worker's address as [relay] url where it has none`]),
  "npx tocsin doctor --remote",
];

/** Adds the verb. */
export function addDeploy({ program, does }: Frame): void {
  const command = program
    .command("deploy")
    .summary("deploy to Cloudflare, guided, and check it")
    .description(
      "Deploys this folder to Cloudflare by the project's wrangler: database, queue, migrations, secrets, cron, and the configuration in FILE, then the doctor. The first time and every later one; it may be repeated at any point. The same as plain wrangler steps: docs/deploy.md.",
    )
    .argument("[file]", "the configuration file to apply")
    .option("--secrets-file <file>", "a dotenv file with secrets to set")
    .option("--dry-run", "bundle, judge FILE, and say what would be done; nothing is sent")
    .option("-y, --yes", "ask nothing: what is missing is told at the end")
    .helpGroup(HEADINGS.operation);
  withExamples(
    command,
    ["deploy tocsin.toml", "guided: asks for the secrets that tocsin.toml names"],
    ["deploy tocsin.toml --secrets-file prod.env --yes", "in CI, with CLOUDFLARE_API_TOKEN"],
    ["deploy --dry-run", "what it would do"],
  );
  does<[file?: string], { secretsFile?: string; dryRun?: boolean; yes?: boolean }>(command, async (run, { dryRun, ...options }, file) => {
    const { out } = run;
    if (dryRun) {
      if (file !== undefined) validate(file, { remote: true, secrets: options.secretsFile });
      const secrets = file === undefined ? [] : secretsNamed(readText(file).text).map(({ name }) => name);
      const size = await tryDeploy();
      const steps = stepsOf(file, secrets);
      if (out.isJson) return out.json({ dry_run: true, size, steps });
      const numbered = steps.map((step, index) => `${index + 1}. ${step}`);
      out.lines([...markdownLines(numbered, out.width), "", `The Worker can be bundled. ${size}`]);
      return;
    }
    const deployed = await guide(run, { ...options, file });
    const checks = await examine(remoteRun(run));
    const failed = checks.some(({ state }) => state === "fail");
    if (out.isJson) out.json({ ...deployed, checks });
    else out.lines(["", ...doctorLines(checks, out.width), "", ...nextSteps(deployed)]);
    return failed ? 1 : 0;
  });
}
