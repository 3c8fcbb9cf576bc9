// Settings given on a command line, `--set token=secret:TOKEN`, as the file would have them.
import { InvalidArgumentError, Option } from "commander";
import { parseConfigText } from "../../src/config/toml.ts";
import { Refusal } from "../frame/errors.ts";

/** Settings by key. */
export type Settings = Record<string, unknown>;

/** An option that may be given several times. A value that is TOML counts as such (`true`, `5`, `["a"]`), everything else is text. */
export const setOption = (what: string): Option =>
  new Option("--set <key=value>", `${what}; several times for several`).argParser((text: string, before: Settings = {}) => {
    const [, key = "", value = ""] = /^([\w-]+)=(.*)$/s.exec(text) ?? [];
    if (key === "") throw new InvalidArgumentError("It must be KEY=VALUE, such as token=secret:TOKEN.");
    return { ...before, [key]: readValue(value) };
  });

function readValue(text: string): unknown {
  const file = parseConfigText(`value = ${text}`);
  return file.ok && Object.keys(file.value.document).length === 1 ? file.value.document.value : text;
}

/** What a verb ends with, having refused an adapter's settings, is told with an example of them. */
export function withExample(error: unknown, type: string, example: Settings): unknown {
  if (!(error instanceof Refusal) || Object.keys(example).length === 0) return error;
  return new Refusal(error.message, { hint: `Settings of ${type} look like: ${settingsText(example)}`, detail: error.detail });
}

const settingsText = (settings: Settings): string =>
  Object.entries(settings)
    .map(([key, value]) => `--set ${key}=${typeof value === "string" ? value : `'${JSON.stringify(value)}'`}`)
    .join(" ");
