// `tocsin restore`: a backup into a fresh relay.
import { join } from "node:path";
import { storeOf } from "../config/store-of.ts";
import { readText } from "../config/text-file.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import type { Frame } from "../frame/program.ts";
import { relayInWords } from "../frame/target.ts";
import { CONFIGURATION, type Manifest, openBackup } from "../keep/files.ts";
import { Meter } from "../keep/meter.ts";
import { discardAll, expectFit, putBack } from "../keep/put-back.ts";

/** Adds the verb. */
export function addRestore({ program, does }: Frame): void {
  const command = program
    .command("restore")
    .summary("put a backup into a fresh relay")
    .description(
      "Proves every file of a backup, then puts all of it into a relay that has nothing of its own yet: claims, alerts, the references of living messages, books, the configuration with its revisions. What it was interrupted in goes on when it is repeated. Stop the relay that the backup was taken from first: messages that wait in it would be sent by both.",
    )
    .argument("<folder>", "the folder that `tocsin backup` wrote")
    .option("--check", "only prove the files")
    .option("--discard", "throw away what an interrupted restore of this backup has staged")
    .option("-y, --yes", "do it without asking")
    .helpGroup(HEADINGS.operation);
  withExamples(
    command,
    ["restore backups/2026-11-21 --check", "whether the backup is whole"],
    ["restore backups/2026-11-21", "into the relay on this machine"],
    ["restore backups/2026-11-21 --remote --yes", "into the deployed one, without asking"],
  );
  does<[folder: string], { check?: boolean; discard?: boolean; yes?: boolean }>(command, async (run, { check, discard, yes }, folder) => {
    const { out } = run;
    const meter = new Meter(run);
    const manifest = await openBackup(folder, (name) => meter.say(`Checking ${name}`)).finally(() => meter.end());
    if (check) {
      if (out.isJson) out.json({ whole: true, at: manifest.at, version: manifest.version, files: manifest.files.length });
      else out.line(`${folder} is whole: ${manifest.files.length} files of ${manifest.at}.`);
      return;
    }
    const api = await run.api("configure");
    const where = relayInWords(await run.relay());
    if (discard) {
      const objects = await discardAll(api, manifest);
      if (out.isJson) out.json({ discarded: objects });
      else out.line(`Nothing of this backup is staged in ${where} any more.`);
      return;
    }
    const store = await storeOf(run);
    await expectFit(api, store, manifest, readText(join(folder, CONFIGURATION)).text);
    if (!(await run.confirmed(question(manifest, where), yes))) return out.note("Nothing was changed.");
    const done = await putBack(api, store, folder, manifest, meter);
    if (out.isJson) return out.json({ folder, ...done, secrets: manifest.secrets });
    out.line(
      `${where.charAt(0).toUpperCase()}${where.slice(1)} has the ${done.rows} rows of ${done.objects} objects, as of ${manifest.at}.`,
    );
    out.line(done.same ? "The books are those of the backup." : "The books have moved on: `npx tocsin books` shows whether they balance.");
    if (manifest.secrets.length > 0)
      out.note(`Secrets are not in a backup. It uses: ${manifest.secrets.join(", ")}. \`npx tocsin doctor\` says which are not set.`);
  });
}

function question({ at, books, url }: Manifest, where: string): string {
  const pending =
    books.destinations.reduce((sum, one) => sum + one.pending, 0) + books.routes.reduce((sum, one) => sum + one.processing, 0);
  const waiting =
    pending > 0 ? ` ${pending} messages or events were not done then, and are sent now:` : " Whatever comes to both is shown twice:";
  return `Restore the backup of ${at} into ${where}?${waiting} the relay it was taken from${url === undefined ? "" : ` (${url})`} must be stopped, or its routes disabled.`;
}
