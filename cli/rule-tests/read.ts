// Which files hold tests, and what stands in them; also of the configuration that they are about.
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Config } from "../../src/config/model.ts";
import { parseTables } from "../../src/config/parse.ts";
import { type Path, type Problem, parseWith, pathText, sentence } from "../../src/config/problem.ts";
import { parseConfigText, placedProblems } from "../../src/config/toml.ts";
import { closest } from "../../src/rules/closest.ts";
import { refuseConfig, refusePlaced } from "../config/refuse.ts";
import { readText } from "../config/text-file.ts";
import { Refusal } from "../frame/errors.ts";
import { registries } from "../registries.ts";
import { validate } from "../validate.ts";
import { type RuleTest, testFile } from "./schema.ts";

const TEST_FILE = /\.test\.(toml|json)$/;

/** Tests of one file, and the configuration that they are about. */
export interface TestFile {
  path: string;
  /** The configuration's file. */
  configPath: string;
  config: Config;
  tests: RuleTest[];
}

/** The test files that are meant by files and folders; without any, those of the folder at hand. A configuration means the tests beside it. */
export function testFilesIn(given: readonly string[]): string[] {
  const found = [...new Set((given.length === 0 ? ["."] : given).flatMap(filesOf))];
  if (found.length > 0) return found;
  throw new Refusal(`There is no test file in ${given.length === 0 ? "this folder" : given.join(", ")}.`, {
    hint: "Tests of tocsin.toml stand beside it in tocsin.test.toml: docs/rule-tests.md, or make one with `npm run new-rule`.",
  });
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) throw new Refusal(`${path}: there is no such file`);
  if (statSync(path).isDirectory())
    return readdirSync(path)
      .filter((name) => TEST_FILE.test(name))
      .sort()
      .map((name) => join(path, name));
  if (TEST_FILE.test(path)) return [path];
  if (!path.endsWith(".toml")) throw new Refusal(`${path}: a test file is called NAME.test.toml or NAME.test.json`);
  return ["toml", "json"].map((kind) => path.replace(/\.toml$/, `.test.${kind}`)).filter((beside) => existsSync(beside));
}

/** Reads a file. `config`: in place of the one that the file names, or of NAME.toml for NAME.test.toml. */
export function readTestFile(path: string, { config, remote }: { config?: string; remote: boolean }): TestFile {
  const parsed = parseTestText(path, readText(path).text);
  const named = parsed.config === undefined ? undefined : join(dirname(path), parsed.config);
  const configPath = config ?? named ?? join(dirname(path), basename(path).replace(TEST_FILE, ".toml"));
  if (config === undefined && !existsSync(configPath))
    throw new Refusal(`${path}: there is no configuration ${configPath}`, {
      hint: 'Name it with config = "FILE" at the top, or --config.',
    });
  const { document } = validate(configPath, { remote });
  const { config: judged } = parseTables(document, registries, { local: !remote });
  for (const test of parsed.test) refuseUnknown(`${path}: ${test.name}`, test, judged);
  return { path, configPath, config: judged, tests: parsed.test };
}

/** Reads a file's text; `path` names it in errors, and says whether it is JSON. */
export function parseTestText(path: string, text: string): { config?: string; test: RuleTest[] } {
  const isJson = path.endsWith(".json");
  const file = isJson ? undefined : parseConfigText(text);
  if (file && !file.ok) return refuseConfig(path, { kind: "unreadable", reason: file.reason });
  const document = file ? file.value.document : jsonOf(path, text);
  const { value, problems } = parseWith(testFile, document, []);
  const wrong = [...problems, ...(value ? value.test.flatMap((test, index) => mistakes(test, ["test", index])) : [])];
  if (wrong.length > 0)
    throw file
      ? refusePlaced(path, placedProblems(wrong, file.value.locate))
      : new Refusal(wrong.map((one) => `${path}: ${pathText(one.path)}: ${sentence(one)}`).join("\n"));
  return { ...value, test: value?.test ?? [] };
}

/** A name that is not there would make a test pass that shows nothing. */
function refuseUnknown(where: string, { expect, never, matches }: RuleTest, { destinations, routes }: Config): void {
  const check = (what: string, names: readonly string[], known: readonly string[]): void => {
    const wrong = names.find((name) => !known.includes(name));
    if (wrong === undefined) return;
    const near = closest(wrong, known);
    const hint = near === undefined ? `There are: ${known.join(", ") || "none"}.` : `Did you mean ${JSON.stringify(near)}?`;
    throw new Refusal(`${where}: there is no ${what} ${JSON.stringify(wrong)}.`, { hint });
  };
  const names = destinations.map(({ name }) => name);
  check("destination", [...expect.map(({ to }) => to), ...never], names);
  const rules = routes.flatMap((route) => route.rules.map(({ name }) => name));
  check("rule", matches, rules);
}

function jsonOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(`${path}: this is not JSON`);
  }
}

const WHAT = ["sample", "body", "alert", "status", "comment"] as const;

/** What a schema of single keys cannot see. */
function mistakes({ events, expect, never, matches, ends, only }: RuleTest, path: Path): Problem[] {
  const says = expect.length > 0 || never.length > 0 || matches.length > 0 || ends !== undefined || only;
  const wrongEvents = events.flatMap((event, index): Problem[] => {
    const given = WHAT.filter((key) => event[key] !== undefined);
    const at = [...path, "events", index];
    if (given.length === 0) return [{ path: at, message: "brings nothing", instead: `give one of ${WHAT.join(", ")}` }];
    const isOwn = given.every((key) => key === "status" || key === "comment");
    if (given.length > 1 && !isOwn) return [{ path: at, message: `brings ${given.join(" and ")}`, instead: "make an event of each" }];
    if (event.of !== undefined && !isOwn) return [{ path: [...at, "of"], message: "goes with status and comment alone" }];
    return event.detail !== undefined && isOwn ? [{ path: [...at, "detail"], message: "goes with an event of a source" }] : [];
  });
  return says
    ? wrongEvents
    : [...wrongEvents, { path, message: "expects nothing", instead: "give expect, never, matches, ends or only = true" }];
}
