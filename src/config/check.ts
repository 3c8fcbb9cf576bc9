// A configuration's text, judged: what can be applied, or everything that is wrong with it, each with its place.
import { fail, ok, type Result } from "../outcome.ts";
import { type ParseOptions, parseTables } from "./parse.ts";
import type { Problem } from "./problem.ts";
import type { Registries } from "./route.ts";
import { type ConfigFile, parseConfigText, type UnreadableFile } from "./toml.ts";

/** How a text is judged. */
export interface CheckOptions extends Omit<ParseOptions, "secrets"> {
  /** Whether a secret of this name is set; without it nobody asks. A secret that is not set is a warning. */
  isSet?: (name: string) => boolean;
}

/** A text that can be applied. */
export interface CheckedConfig {
  file: ConfigFile;
  /** Secrets that are not set. */
  warnings: Problem[];
}

/** Why a text cannot be applied: it is not TOML, or its tables are wrong. */
export type ConfigRefusal = { kind: "unreadable"; reason: UnreadableFile } | { kind: "wrong"; file: ConfigFile; problems: Problem[] };

/** Judges a text. */
export function checkConfigText(text: string, registries: Registries, options: CheckOptions): Result<CheckedConfig, ConfigRefusal> {
  const file = parseConfigText(text);
  return file.ok ? checkConfig(file.value, registries, options) : fail({ kind: "unreadable", reason: file.reason });
}

/** Judges a text that was read. */
export function checkConfig(file: ConfigFile, registries: Registries, options: CheckOptions): Result<CheckedConfig, ConfigRefusal> {
  const { isSet, ...parsing } = options;
  const { problems } = parseTables(file.document, registries, parsing);
  if (problems.length > 0) return fail({ kind: "wrong", file, problems });
  const warnings = isSet === undefined ? [] : parseTables(file.document, registries, { ...parsing, secrets: isSet }).problems;
  return ok({ file, warnings });
}
