// What the documentation shows has to be true: its files are valid, its conditions compile.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseTables } from "../src/config/parse.ts";
import { parseConfigText } from "../src/config/toml.ts";
import { destinations } from "../src/destinations/index.ts";
import { enrichers } from "../src/enrichers/index.ts";
import { compileCondition } from "../src/rules/condition.ts";
import { sources } from "../src/sources/index.ts";
import { TAGS, theEngine } from "../src/templates/engine.ts";
import { compileTemplate } from "../src/templates/template.ts";
import { commandLinePage } from "./command-line-page.ts";
import { destinationsTable } from "./destinations-table.ts";
import { readBlock, writeBlock } from "./markdown-table.ts";
import { sourcesTable } from "./sources-table.ts";
import { formatProblems } from "./toml.ts";

/** The blocks of a language in a page. */
const blocks = (page: string, language: string): string[] =>
  [...readFileSync(join(import.meta.dirname, "..", "docs", page), "utf8").matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].flatMap(
    ([, found, text = ""]) => (found === language ? [text] : []),
  );

describe.each(["configuration.md", "routes-as-code.md", "templates.md"])("the files in docs/%s", (page) => {
  it.each(blocks(page, "toml"))("%s", (text) => {
    const file = parseConfigText(text);
    if (!file.ok) throw new Error(file.reason.message);
    // As for a deployment, so that no example shows a plain secret.
    const { problems } = parseTables(file.value.document, { sources, destinations, enrichers }, { local: false });
    expect(formatProblems(page, problems, file.value.locate)).toEqual([]);
  });
});

describe("README.md", () => {
  const root = join(import.meta.dirname, "..");
  const page = join(root, "README.md");
  it.each([
    ["destinations", () => destinationsTable(destinations)],
    ["sources", () => sourcesTable(sources, join(root, "src/sources"))],
  ])("has the table of %s as the adapters state it", (name, make) => {
    if (process.env.UPDATE_GOLDEN) writeBlock(page, name, make());
    expect(readBlock(page, name)).toBe(make());
  });

  it.each([...readFileSync(page, "utf8").matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = ""]) => path))("links to %s", (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });
});

describe("docs/command-line.md", () => {
  const page = join(import.meta.dirname, "..", "docs", "command-line.md");
  it("is what the verbs state", () => {
    if (process.env.UPDATE_GOLDEN) writeFileSync(page, commandLinePage());
    expect(readFileSync(page, "utf8")).toBe(commandLinePage());
  });

  it("shows pictures that are there", () => {
    for (const [, path = ""] of readFileSync(page, "utf8").matchAll(/!\[[^\]]*\]\(([^)]+)\)/g))
      expect(existsSync(join(page, "..", path))).toBe(true);
  });
});

describe("docs/configuration.md", () => {
  it("names every type", () => {
    const page = readFileSync(join(import.meta.dirname, "..", "docs", "configuration.md"), "utf8");
    for (const type of [...sources.keys(), ...destinations.keys(), ...enrichers.keys()]) expect(page).toContain(`\`${type}\``);
  });
});

describe("docs/templates.md", () => {
  const page = readFileSync(join(import.meta.dirname, "..", "docs", "templates.md"), "utf8");
  const templates = blocks("templates.md", "liquid").flatMap((text) => text.trim().split("\n"));
  it.each(templates)("%s", (text) => {
    expect(compileTemplate(text)).toMatchObject({ ok: true });
  });

  it("names every tag and filter", () => {
    for (const word of [...TAGS, ...Object.keys(theEngine().filters)]) expect(page).toContain(`\`${word}\``);
  });
});

describe("docs/rules.md", () => {
  const conditions = blocks("rules.md", "cel").flatMap((text) => text.trim().split("\n"));
  it.each(conditions)("%s", (text) => {
    expect(compileCondition(text)).toMatchObject({ ok: true });
  });
});
