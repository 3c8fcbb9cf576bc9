import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generatedFiles } from "./generated-files.ts";

test.each(Object.entries(await generatedFiles()))("%s is what the code says (npm run generate writes it)", (path, text) => {
  expect(readFileSync(join(import.meta.dirname, "..", path), "utf8")).toBe(text);
});

test("all scripts of the dashboard together stay under 100 KB, and none of them makes code of text", () => {
  const scripts = readdirSync(join(import.meta.dirname, "..", "assets")).filter((name) => name.endsWith(".js"));
  expect(scripts.sort()).toEqual(["charts.js", "page.js"]);
  const texts = scripts.map((name) => readFileSync(join(import.meta.dirname, "..", "assets", name), "utf8"));
  expect(texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), 0)).toBeLessThan(100_000);
  for (const text of texts) expect(text).not.toMatch(/\beval\(|new Function\(/);
});
