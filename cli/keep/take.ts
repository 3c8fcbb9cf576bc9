// Takes a backup: every object read page by page, and read again where it wrote something meanwhile, so that all of it is of one
// moment wherever the relay has a quiet one.
import type * as z from "zod";
import { backupPage, backupParts } from "../../src/admin/answers/backup.ts";
import { books as booksSchema } from "../../src/admin/answers/counts.ts";
import { parseConfigText } from "../../src/config/toml.ts";
import { secretsNamed } from "../config/secret-names.ts";
import type { ConfigStore } from "../config/store.ts";
import { type Api, part } from "../frame/api.ts";
import { type BackupFile, CONFIGURATION, FORMAT, fileNameOf, type Manifest, NewBackup, once } from "./files.ts";
import type { Meter } from "./meter.ts";
import { patient } from "./patient.ts";

/** How often what changed is read again. */
const ROUNDS = 3;

/** One object as it was read. */
interface Taken {
  file: BackupFile;
  stamp: string;
}

/** Writes a backup into a folder that is not there yet; nothing is left behind when it fails. */
export async function takeBackup(api: Api, store: ConfigStore, folder: string, meter: Meter): Promise<Manifest> {
  const backup = await NewBackup.begin(folder);
  try {
    const parts = await api.get("/backup", backupParts);
    const taken = new Map<string, Taken>();
    const readAll = async (objects: readonly string[]): Promise<void> => {
      for (const object of objects) {
        meter.say(`Reading ${object} (${taken.size} of ${parts.objects.length} objects so far)`);
        taken.set(object, await readObject(api, backup, object));
      }
    };
    let present = await store.present();
    await readAll(parts.objects);
    let moved = await movedSince(api, taken);
    for (let round = 1; round < ROUNDS && moved.length > 0; round += 1) {
      await readAll(moved);
      moved = await movedSince(api, taken);
    }
    const books = await api.get("/books", booksSchema);
    // Its rows are no object's: whoever applied meanwhile is asked for the newer text.
    const after = await store.present();
    if (after.state !== present.state) present = after;
    const configuration = { ...(await backup.write(CONFIGURATION, once(present.text))) };
    const manifest: Manifest = {
      format: FORMAT,
      version: parts.version,
      schema: parts.schema,
      at: parts.at,
      ...urlOf(present.text),
      quiet: moved.length === 0,
      secrets: secretsNamed(present.text).map(({ name }) => name),
      books,
      files: [configuration, ...[...taken.values()].map(({ file }) => file)],
    };
    await backup.finish(manifest);
    return manifest;
  } catch (error) {
    backup.abandon();
    throw error;
  } finally {
    meter.end();
  }
}

async function readObject(api: Api, backup: NewBackup, object: string): Promise<Taken> {
  let stamp = "";
  const lines = async function* (): AsyncGenerator<string> {
    let cursor: string | null = null;
    do {
      const page: z.output<typeof backupPage> = await patient(() => api.get(`/backup/${part(object)}`, backupPage, { query: { cursor } }));
      // The first page's: what is written while the others are read makes it another one.
      if (cursor === null) stamp = page.stamp;
      for (const row of page.rows) yield `${JSON.stringify(row)}\n`;
      cursor = page.next;
    } while (cursor !== null);
  };
  return { file: { object, ...(await backup.write(fileNameOf(object), lines())) }, stamp };
}

/** Objects that wrote something since they were read. */
async function movedSince(api: Api, taken: ReadonlyMap<string, Taken>): Promise<string[]> {
  const moved: string[] = [];
  for (const [object, { stamp }] of taken) {
    const now = await patient(() => api.get(`/backup/${part(object)}`, backupPage, { query: { stamp: true } }));
    if (now.stamp !== stamp) moved.push(object);
  }
  return moved;
}

function urlOf(text: string): { url?: string } {
  const parsed = parseConfigText(text);
  const url: unknown = parsed.ok ? Object(parsed.value.document.relay).url : undefined;
  return typeof url === "string" ? { url } : {};
}
