// A backup on disk: a folder with one file for each object, and a manifest that says what has to be in them.
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { books } from "../../src/admin/answers/counts.ts";
import { backupRow } from "../../src/admin/backup-row.ts";
import { Failure, Refusal } from "../frame/errors.ts";

/** The only form there is so far. */
export const FORMAT = 1;
/** The file that lists the others. */
export const MANIFEST = "manifest.json";
/** The configuration, as `tocsin export` writes it. */
export const CONFIGURATION = "configuration.toml";

const file = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  /** Absent for the configuration. */
  object: z.string().optional(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int(),
  rows: z.int(),
});

/** What a backup is, and what has to be in its files. */
export const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** The version and the schema of the relay that it was taken from. */
  version: z.string(),
  schema: z.string(),
  at: z.iso.datetime(),
  /** The relay's public address, if it has one. */
  url: z.string().optional(),
  /** Whether all of it is of one moment: nothing was written while it was read. */
  quiet: z.boolean(),
  /** Names of secrets that the configuration uses; they are not in the backup. */
  secrets: z.array(z.string()),
  books,
  files: z.array(file),
});
export type Manifest = z.output<typeof manifestSchema>;
export type BackupFile = Manifest["files"][number];
export type BackupRow = z.output<typeof backupRow>;

/** The name of an object's file: `ledger:prod:0` is in `ledger.prod.0.jsonl`. */
export const fileNameOf = (object: string): string => `${object.replaceAll(":", ".")}.jsonl`;

/** A folder that becomes the backup only when it is complete. */
export class NewBackup {
  readonly #target: string;
  readonly #folder: string;

  private constructor(target: string, folder: string) {
    this.#target = target;
    this.#folder = folder;
  }

  /** Begins one; refuses where something is already. */
  static async begin(target: string): Promise<NewBackup> {
    if (existsSync(target) && (!statSync(target).isDirectory() || readdirSync(target).length > 0))
      throw new Refusal(`${target} is there already. A backup goes into a folder of its own.`, { hint: "Name one that is not there yet." });
    const folder = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new Failure(`${target} cannot be written: ${String(Object(error).code)}.`);
    }
    return new NewBackup(target, folder);
  }

  /** Writes a file anew, line by line; answers what the manifest says of it. */
  async write(name: string, lines: AsyncIterable<string>): Promise<Omit<BackupFile, "object">> {
    const handle: FileHandle = await open(join(this.#folder, name), "w", 0o600);
    const hash = createHash("sha256");
    let [bytes, rows] = [0, 0];
    try {
      for await (const line of lines) {
        const text = Buffer.from(line);
        hash.update(text);
        bytes += text.length;
        rows += 1;
        await handle.writeFile(text);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    return { name, sha256: hash.digest("hex"), bytes, rows };
  }

  /** Makes it the backup: the manifest comes last, then the folder gets its name. */
  async finish(manifest: Manifest): Promise<void> {
    await this.write(MANIFEST, once(`${JSON.stringify(manifest, null, 2)}\n`));
    // Fails unless it is as empty as it was at the beginning.
    if (existsSync(this.#target)) rmdirSync(this.#target);
    renameSync(this.#folder, this.#target);
  }

  /** Leaves nothing behind. */
  abandon(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** One text as a stream. */
export async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

/** Reads the manifest of a folder and proves every file; refuses what is not exactly what was written. */
export async function openBackup(folder: string, checking: (name: string) => void): Promise<Manifest> {
  const manifest = readManifest(folder);
  for (const { name, sha256, rows } of manifest.files) {
    checking(name);
    const path = join(folder, name);
    if (!existsSync(path)) throw corrupt(`${path} is missing.`);
    const hash = createHash("sha256");
    let lines = 0;
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk);
      for (const byte of chunk) if (byte === 10) lines += 1;
    }
    if (hash.digest("hex") !== sha256) throw corrupt(`${path} is not as it was written.`);
    if (name !== CONFIGURATION && lines !== rows) throw corrupt(`${path} has ${lines} rows instead of ${rows}.`);
  }
  return manifest;
}

function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) throw new Refusal(`${folder} is no backup: there is no ${MANIFEST} in it.`);
  let parsed: ReturnType<typeof manifestSchema.safeParse>;
  try {
    parsed = manifestSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    throw corrupt(`${path} is not JSON.`);
  }
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    if (issue?.path[0] === "format") throw new Refusal(`${path} is of another form than this version reads (${FORMAT}).`);
    throw corrupt(`${path}: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  return parsed.data;
}

const corrupt = (what: string): Refusal =>
  new Refusal(`The backup is damaged: ${what} Nothing was changed.`, { hint: "Take another copy of it, or an older backup." });

/** The rows of a file, as many at a time as one call should carry. */
export async function* pagesOf(path: string, mostCharacters: number): AsyncGenerator<BackupRow[]> {
  let page: BackupRow[] = [];
  let size = 0;
  for await (const line of linesOf(path)) {
    if (page.length > 0 && size + line.length > mostCharacters) {
      yield page;
      page = [];
      size = 0;
    }
    page.push(backupRow.parse(JSON.parse(line)));
    size += line.length;
  }
  yield page;
}

/** Node's own reader would also end a line at U+2028, which text may hold. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "utf8" })) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
