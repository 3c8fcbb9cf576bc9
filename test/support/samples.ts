// The samples of all sources together, for tests about how the adapters get along with each other.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../src/alert.ts";

const folder = join(import.meta.dirname, "../../src/sources");

/** One body that a source's tests know. */
export interface Sample {
  /** The adapter's type. */
  source: string;
  /** The file's path below the adapter's `fixtures/`, without `.json`. */
  name: string;
  text: string;
  body: Json;
}

/** Every body in every adapter's `fixtures/` and the folders in it; neither expectations nor answers of an API. */
export function allSamples(): Sample[] {
  return adapterFolders().flatMap((source) => {
    const fixtures = join(folder, source, "fixtures");
    const names = readdirSync(fixtures, { recursive: true, encoding: "utf8" }).filter(isSample).sort();
    return names.map((file): Sample => {
      const text = readFileSync(join(fixtures, file), "utf8");
      return { source, name: file.slice(0, -".json".length), text, body: JSON.parse(text) as Json };
    });
  });
}

const isSample = (file: string): boolean =>
  file.endsWith(".json") && !file.endsWith(".expected.json") && !/(?:^|\/)(?:api-|mapping)/.test(file);

/** The folders of `src/sources` that hold an adapter. */
export const adapterFolders = (): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && readdirSync(join(folder, entry.name)).includes("source.ts") ? [entry.name] : [],
  );
