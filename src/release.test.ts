import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SCHEMA, VERSION } from "./release.ts";

const at = (path: string): string => join(import.meta.dirname, "..", path);

test("the release is that of package.json, its schema the newest migration", () => {
  expect(VERSION).toBe(JSON.parse(readFileSync(at("package.json"), "utf8")).version);
  expect(SCHEMA).toBe(readdirSync(at("migrations")).sort().at(-1));
});
