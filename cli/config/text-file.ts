// Text files that a verb reads and writes.
import { chmodSync, writeFileSync } from "node:fs";
import { Failure, Refusal } from "../frame/errors.ts";
import { readFileText } from "../toml.ts";
import type { NamedText } from "./store.ts";

/** A configuration file's text. */
export function readText(path: string): NamedText {
  const text = readFileText(path);
  if (!text.ok) throw new Refusal(`${path}: ${text.reason}`);
  return { name: path, text: text.value };
}

/** Writes a file that only its owner reads: a configuration holds credentials. */
export function writeText(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600 });
    // The mode above is for a new file alone.
    chmodSync(path, 0o600);
  } catch (error) {
    throw new Failure(`${path}: the file cannot be written (${String(Object(error).code)})`);
  }
}
