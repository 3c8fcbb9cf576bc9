// Puts a backup into a relay that has nothing of its own yet. First everything is staged, where it can be thrown away again; then
// outboxes come to life before ledgers, since a ledger hands over at once.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { backupParts, restored } from "../../src/admin/answers/backup.ts";
import { books as booksSchema } from "../../src/admin/answers/counts.ts";
import { parseConfigText } from "../../src/config/toml.ts";
import type { ConfigStore } from "../config/store.ts";
import { readText } from "../config/text-file.ts";
import { type Api, Problem, part } from "../frame/api.ts";
import { Failure, Refusal } from "../frame/errors.ts";
import { type BackupFile, CONFIGURATION, type Manifest, pagesOf } from "./files.ts";
import type { Meter } from "./meter.ts";
import { patient } from "./patient.ts";
import { type Rebuilt, rebuild } from "./rebuild.ts";

/** Rows of one call, in characters. */
const PAGE_CHARACTERS = 1_500_000;
/** A Worker reads the configuration again when its copy is older than 2 s. An outbox that did not know its destination would give up what waits. */
const CONFIGURATION_MS = 3_000;

/** What was done. */
export interface PutBack {
  objects: number;
  rows: number;
  rebuilt: Rebuilt;
  /** Whether the books are those of the backup. */
  same: boolean;
}

type ObjectFile = BackupFile & { object: string };
const objectFiles = ({ files }: Manifest): ObjectFile[] => files.filter((one): one is ObjectFile => one.object !== undefined);

/** Refuses a relay that is not fit for this backup; nothing was changed. */
export async function expectFit(api: Api, store: ConfigStore, manifest: Manifest, configuration: string): Promise<void> {
  const { schema, version } = await api.get("/backup", backupParts);
  if (schema < manifest.schema)
    throw new Refusal(`The backup is of schema ${manifest.schema} (version ${manifest.version}), the relay of ${schema} (${version}).`, {
      hint: "Deploy the version that made the backup, or a newer one, and restore then.",
    });
  const present = await store.present();
  if (isEmptyConfig(present.text)) return;
  const planned = await store.plan({ name: CONFIGURATION, text: configuration });
  if (planned.changes.length > 0)
    throw new Refusal("The relay has another configuration already: a backup goes into a fresh relay.", {
      hint: "Deploy one beside it under another name, or begin with an empty state folder.",
    });
}

/** Restores. Repeating it goes on where it stopped. */
export async function putBack(api: Api, store: ConfigStore, folder: string, manifest: Manifest, meter: Meter): Promise<PutBack> {
  const files = objectFiles(manifest);
  const own = files.filter(({ object }) => object !== "database");
  try {
    await stageAll(api, folder, own, meter);
    for (const file of files) if (file.object === "database") await stage(api, folder, file, meter);
    meter.say("Applying the configuration");
    await store.apply(readText(join(folder, CONFIGURATION)), { origin: "edit" });
    await sleep(CONFIGURATION_MS);
    const outboxesFirst = own.toSorted((left, right) => rank(left) - rank(right));
    for (const { object, sha256, rows } of outboxesFirst) {
      meter.say(`Putting ${object} in place`);
      await step(api, object, { step: "adopt", digest: sha256, rows });
    }
    const rebuilt = await rebuild(
      api,
      meter,
      own.map(({ object }) => object),
    );
    const books = await api.get("/books", booksSchema);
    return { objects: own.length, rows: files.reduce((sum, { rows }) => sum + rows, 0), rebuilt, same: sameBooks(books, manifest.books) };
  } finally {
    meter.end();
  }
}

/** Throws away what an interrupted restore staged; what is in place already stays. */
export async function discardAll(api: Api, manifest: Manifest): Promise<number> {
  const files = objectFiles(manifest);
  for (const { object } of files) await step(api, object, { step: "discard" });
  return files.length;
}

/** Stages every object; when one cannot take its rows, none of them keeps any. */
async function stageAll(api: Api, folder: string, files: readonly ObjectFile[], meter: Meter): Promise<void> {
  try {
    for (const file of files) await stage(api, folder, file, meter);
  } catch (error) {
    for (const { object } of files) await step(api, object, { step: "discard" }).catch(() => undefined);
    throw error instanceof Problem && error.code === 409 ? new Failure(error.message, { hint: "Restore into a fresh relay." }) : error;
  }
}

async function stage(api: Api, folder: string, { object, name, sha256, rows }: ObjectFile, meter: Meter): Promise<void> {
  let done = 0;
  for await (const page of pagesOf(join(folder, name), PAGE_CHARACTERS)) {
    meter.say(`${object}: ${done} of ${rows} rows`);
    await step(api, object, { step: "stage", digest: sha256, rows: page });
    done += page.length;
  }
}

const step = (api: Api, object: string, body: object) => patient(() => api.post(`/restore/${part(object)}`, restored, { body }));

const rank = ({ object }: ObjectFile): number => (object.startsWith("outbox:") ? 0 : 1);

/** A deploy without a file writes the relay's address; that is no configuration yet. */
function isEmptyConfig(text: string): boolean {
  const file = parseConfigText(text);
  if (!file.ok) return false;
  const { relay, ...others } = file.value.document;
  return Object.keys(others).length === 0 && Object.keys(Object(relay)).every((key) => key === "url");
}

function sameBooks(now: Manifest["books"], before: Manifest["books"]): boolean {
  const counts = ({ routes, destinations }: Manifest["books"]): string =>
    JSON.stringify([routes, destinations].map((all) => all.toSorted((left, right) => (left.name < right.name ? -1 : 1))));
  return counts(now) === counts(before);
}
