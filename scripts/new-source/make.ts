// Makes the source: its folder, its places in the registry and the documents, its golden file. All of it, or nothing.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Json } from "../../src/alert.ts";
import { fail, ok, type Result } from "../../src/outcome.ts";
import type { Source } from "../../src/sources/source.ts";
import { type Finding, type Model, modelOf } from "./model.ts";
import { inConfigurationPage, inRegistry } from "./register.ts";
import { renderFiles } from "./render.ts";
import type { Sample } from "./sample.ts";

/** What is to be made. */
export interface Order {
  /** The project's root. */
  root: string;
  type: string;
  label: string;
  sample: Sample;
  /** The sample as it came. */
  text: string;
}

/** What was made. Paths are below the root. */
export interface Made {
  folder: string;
  files: string[];
  found: Finding[];
  missing: string[];
  /** A configuration with a route of its own, for trying it out. */
  tryFile: string;
  /** The route's id. */
  uuid: string;
  sampleFile: string;
}

/** A text file that is changed, and put back when something goes wrong; one without a text before was not there. */
interface Change {
  path: string;
  before: string | undefined;
}

/** Makes it; the sentence says what could not be done, and then nothing was. */
export async function makeSource(order: Order): Promise<Result<Made, string>> {
  const { root, type } = order;
  const folder = join("src", "sources", type);
  if (existsSync(join(root, folder))) return fail(`${folder} exists already`);
  const changes: Change[] = [];
  try {
    const made = await make(order, folder, changes);
    if (made.ok) return made;
    undo(root, folder, changes);
    return made;
  } catch (error) {
    undo(root, folder, changes);
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function undo(root: string, folder: string, changes: readonly Change[]): void {
  rmSync(join(root, folder), { recursive: true, force: true });
  for (const { path, before } of changes) {
    if (before === undefined) rmSync(path, { force: true });
    else writeFileSync(path, before);
  }
}

async function make({ root, type, label, sample, text }: Order, folder: string, changes: Change[]): Promise<Result<Made, string>> {
  const uuid = randomUUID();
  const model = modelOf(type, label, sample);
  const files = renderFiles(model, uuid);
  mkdirSync(join(root, folder, "fixtures"), { recursive: true });
  for (const [name, content] of files) writeFileSync(join(root, folder, name), content);
  const sampleFile = join(folder, "fixtures", "sample.json");
  // As it came: a fixture that was formatted anew would not be what the vendor sends.
  writeFileSync(join(root, sampleFile), text.endsWith("\n") ? text : `${text}\n`);

  const edited = edit(root, join("src", "sources", "index.ts"), changes, (page) => inRegistry(page, type, model.variable));
  if (!edited.ok) return edited;
  const documented = edit(root, join("docs", "configuration.md"), changes, (page) => inConfigurationPage(page, type));
  if (!documented.ok) return documented;
  format(root, [folder, join("src", "sources", "index.ts"), join("docs", "configuration.md")]);

  const golden = await writeGolden(root, folder, sample.body, model);
  if (!golden.ok) return golden;
  await writeTable(root, changes);
  await writeAssets(root, changes);
  format(root, ["README.md"]);
  const tryFile = writeTryFile(root, type, uuid);
  const names = [...files.keys(), "fixtures/sample.json", "fixtures/sample.expected.json"];
  return ok({ folder, files: names, found: model.found, missing: model.missing, tryFile, uuid, sampleFile });
}

function edit(root: string, path: string, changes: Change[], change: (text: string) => Result<string, string>): Result<void, string> {
  const before = readFileSync(join(root, path), "utf8");
  const after = change(before);
  if (!after.ok) return fail(`${path}: ${after.reason}`);
  changes.push({ path: join(root, path), before });
  writeFileSync(join(root, path), after.value);
  return ok(undefined);
}

/** Formats and lints, as `npm run check` wants it. */
function format(root: string, paths: string[]): void {
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  try {
    execFileSync(process.execPath, [biome, "check", "--write", ...paths], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = Object(error) as { stdout?: string; stderr?: string };
    throw new Error(`the formatter refused what was made: ${`${stderr}\n${stdout}`.trim().slice(0, 2_000)}`);
  }
}

/** What the new adapter makes of the sample, as the shared suite compares it; it has to be events that are understood. */
async function writeGolden(root: string, folder: string, body: Json, model: Model): Promise<Result<void, string>> {
  const { default: source } = (await import(pathToFileURL(join(root, folder, "source.ts")).href)) as { default: Source };
  // The clock of test/support/describe-source.ts.
  const parsed = source.parse(body, { settings: source.settings.parse(source.example), receivedAt: Date.UTC(2026, 10, 20, 12) });
  const understood = parsed.ok && parsed.value.filter((entry) => entry.kind === "event" && entry.event.type !== "unparsed").length;
  if (understood !== model.events)
    return fail("the source that was made does not understand its own sample; please report it with the sample");
  writeFileSync(join(root, folder, "fixtures", "sample.expected.json"), `${JSON.stringify(parsed, null, 2)}\n`);
  return ok(undefined);
}

/** The table of sources in README.md, which a test compares. Loaded only now, so that the registry has the new source. */
async function writeTable(root: string, changes: Change[]): Promise<void> {
  const load = (path: string): Promise<unknown> => import(pathToFileURL(join(root, path)).href);
  const { sources } = (await load("src/sources/index.ts")) as typeof import("../../src/sources/index.ts");
  const { sourcesTable } = (await load("cli/sources-table.ts")) as typeof import("../../cli/sources-table.ts");
  const { writeBlock } = (await load("cli/markdown-table.ts")) as typeof import("../../cli/markdown-table.ts");
  const page = join(root, "README.md");
  changes.push({ path: page, before: readFileSync(page, "utf8") });
  writeBlock(page, "sources", sourcesTable(sources, join(root, "src", "sources")));
}

/** The files in `assets/` that tell of sources, which a test compares as well. */
async function writeAssets(root: string, changes: Change[]): Promise<void> {
  const { generatedFiles } = (await import(
    pathToFileURL(join(root, "scripts", "generated-files.ts")).href
  )) as typeof import("../generated-files.ts");
  for (const [name, text] of Object.entries(await generatedFiles())) {
    const path = join(root, name);
    const before = existsSync(path) ? readFileSync(path, "utf8") : undefined;
    if (before === text) continue;
    changes.push({ path, before });
    writeFileSync(path, text);
  }
}

function writeTryFile(root: string, type: string, uuid: string): string {
  const path = join(".tocsin", "new-source", `${type}.toml`);
  mkdirSync(join(root, ".tocsin", "new-source"), { recursive: true });
  writeFileSync(
    join(root, path),
    `# Made by \`npm run new-source\`, to see the first alert of ${type}; yours to change or delete.
[destinations.board]
type = "inbox"

[routes.${type}]
id = "${uuid}"
source = "${type}"

[[routes.${type}.rules]]
name = "everything on the board"
to = ["board"]
`,
  );
  return path;
}
