// The configuration file on disk, and what is wrong with it as lines for a terminal.
import { readFileSync } from "node:fs";
import { type Path, type Problem, pathText, sentence } from "../src/config/problem.ts";
import { type ConfigFile, parseConfigText, placed, type UnreadableFile } from "../src/config/toml.ts";
import { fail, ok, type Result } from "../src/outcome.ts";

/** A file's text, or why there is none. */
export function readFileText(path: string): Result<string, string> {
  try {
    return ok(readFileSync(path, "utf8"));
  } catch (error) {
    const code: unknown = Object(error).code;
    if (code === "ENOENT") return fail("there is no such file");
    return fail(code === "EISDIR" ? "this is a folder; name a file in it" : `the file cannot be read (${String(code)})`);
  }
}

/** Reads and parses a file; what the tables mean is not judged here. */
export function readConfigFile(path: string): Result<ConfigFile, UnreadableFile> {
  const text = readFileText(path);
  return text.ok ? parseConfigText(text.value) : fail({ message: text.reason });
}

/** Problems as lines, in the order of the file: `FILE:LINE: [routes.prod] rules[0].when: ...`. */
export const formatProblems = (file: string, problems: readonly Problem[], locate: ConfigFile["locate"]): string[] =>
  placed(problems, locate).map(({ problem, line }) => `${file}:${line}: ${where(problem.path)}${sentence(problem)}`);

/** One line for a file that is not TOML or not there. */
export const formatUnreadable = (file: string, { message, line }: UnreadableFile): string =>
  line === undefined ? `${file}: ${message}` : `${file}:${line}: ${message}`;

/** Tables that have no name of their own, other than those with `[[brackets]]`. */
const ALONE = new Set<Path[number] | undefined>(["relay", "lists"]);

/** Tables are named as they are written; the keys in them follow. One of several without a name is counted: `inhibit[0].when: ...`. */
function where(path: Path): string {
  if (typeof path[1] === "number") return `${pathText(path)}: `;
  const depth = ALONE.has(path[0]) ? 1 : 2;
  const [table, keys] = [path.slice(0, depth), path.slice(depth)];
  if (path.length < depth) return `[${path.join(".")}] `;
  return `[${table.map((key) => (/^[\w-]+$/.test(String(key)) ? key : JSON.stringify(key))).join(".")}] ${keys.length > 0 ? `${pathText(keys)}: ` : ""}`;
}

/** The same for a key in words, as the API tells it: `routes.prod.rules[0].when`. */
export function placeOf(key: string): string {
  const [, table, keys] = /^(relay|lists|[a-z]+\.[\w-]+)(?:\.(.+))?$/.exec(key) ?? [];
  if (table === undefined) return key === "" ? "" : `${key}: `;
  return `[${table}] ${keys === undefined ? "" : `${keys}: `}`;
}
