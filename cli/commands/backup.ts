// `tocsin backup`: everything that cannot be made again, as files.
import { storeOf } from "../config/store-of.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import type { Frame } from "../frame/program.ts";
import { relayInWords } from "../frame/target.ts";
import { Meter } from "../keep/meter.ts";
import { takeBackup } from "../keep/take.ts";

/** Adds the verb. */
export function addBackup({ program, does }: Frame): void {
  const command = program
    .command("backup")
    .summary("write everything that cannot be made again as files")
    .description(
      "Writes the configuration, its revisions, the audit log and every row of every ledger and outbox into a folder, with a manifest that has a SHA-256 of each file. The relay goes on meanwhile: what wrote something while it was read is read again. Secrets and tokens are not in it, but alerts and payloads are: keep it like the relay itself.",
    )
    .argument("<folder>", "where to write it; it must not be there yet")
    .helpGroup(HEADINGS.operation);
  withExamples(
    command,
    ["backup backups/2026-11-21", "the relay on this machine"],
    ["backup /mnt/vault/tocsin-2026-11-21 --remote", "the deployed one, from cron or CI"],
  );
  does<[folder: string]>(command, async (run, _, folder) => {
    const manifest = await takeBackup(await run.api("configure"), await storeOf(run), folder, new Meter(run));
    const { files, quiet, secrets } = manifest;
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    if (run.out.isJson) return run.out.json({ folder, quiet, files: files.length, rows, secrets });
    run.out.line(`${folder} has ${rows} rows of ${relayInWords(await run.relay())}, in ${files.length} files.`);
    if (!quiet)
      run.out.line(
        "It was busy while it was read, so the parts are some seconds apart: after a restore its books may be off by the messages that came meanwhile.",
      );
    if (secrets.length > 0) run.out.note(`Not in it, to be set anew after a restore: ${secrets.join(", ")}.`);
  });
}
