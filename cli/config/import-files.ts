// One configuration of several files: TOML, JSON of the same tables (or of `export --json`), folders of them.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "smol-toml";
import { canonicalJson } from "../../src/config/canonical.ts";
import { isTable } from "../../src/config/table.ts";
import { type ConfigFile, parseConfigText } from "../../src/config/toml.ts";
import { Refusal } from "../frame/errors.ts";
import { refuseConfig } from "./refuse.ts";
import type { NamedText } from "./store.ts";
import { readText } from "./text-file.ts";

type Document = Record<string, unknown>;

/** The text of all files together, with their comments where that can be; `base`: what they are added to. */
export function importedText(paths: readonly string[], base?: NamedText): NamedText {
  const files = [...(base ? [base] : []), ...paths.flatMap(filesIn).map(asToml)].map((file) => ({ ...file, read: readConfig(file) }));
  const [only, ...others] = files;
  if (only === undefined) throw new Refusal(`There is no .toml or .json file in ${paths.join(", ")}.`);
  if (others.length === 0) return only;
  const name = "the files together";
  const text = files.map((file) => file.text.trim()).join("\n\n");
  const document = merged(files.map((file) => ({ name: file.name, document: file.read.document })));
  // Two files may each begin with [relay], which one file may not; and a key at the top of a file would belong to the last table above it.
  const together = parseConfigText(`${text}\n`);
  const says = together.ok && canonicalJson(together.value.document) === canonicalJson(document);
  return { name, text: says ? `${text}\n` : stringify(document) };
}

function filesIn(path: string): string[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new Refusal(`${path}: there is no such file`);
  }
  if (!isFolder) return [path];
  return readdirSync(path)
    .filter((name) => /\.(toml|json)$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

/** JSON is written as TOML; an export with --json has the text itself. */
function asToml(path: string): NamedText {
  const { text } = readText(path);
  if (!path.endsWith(".json")) return { name: path, text };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Refusal(`${path}: this is not JSON`);
  }
  if (!isTable(parsed)) throw new Refusal(`${path}: this is not a configuration: it must be a JSON object`);
  return { name: path, text: typeof parsed.text === "string" ? parsed.text : stringify(parsed) };
}

function readConfig({ name, text }: NamedText): ConfigFile {
  const file = parseConfigText(text);
  return file.ok ? file.value : refuseConfig(name, { kind: "unreadable", reason: file.reason });
}

/** All tables; one that stands in two files is refused, since nobody could say which counts. */
function merged(files: readonly { name: string; document: Document }[]): Document {
  const whole: Document = {};
  const owners = new Map<string, string>();
  for (const { name, document } of files)
    for (const [section, table] of Object.entries(document)) {
      const members = isTable(table) ? table : {};
      for (const key of Object.keys(members)) {
        const owner = owners.get(`${section}.${key}`);
        if (owner !== undefined)
          throw new Refusal(`${section}.${key} stands in ${owner} and in ${name}.`, { hint: "Take it out of one of them." });
        owners.set(`${section}.${key}`, name);
      }
      whole[section] = isTable(table) ? { ...Object(whole[section]), ...members } : table;
    }
  return whole;
}
