// How the sources get along: every folder is registered and whole, no adapter takes another's requests, no name strays into the core.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, expect, test } from "vitest";
import { adapterFolders, allSamples } from "../../test/support/samples.ts";
import { destinations } from "../destinations/index.ts";
import { enrichers } from "../enrichers/index.ts";
import { sources } from "./index.ts";
import type { ParseContext } from "./source.ts";

const here = import.meta.dirname;
const src = join(here, "..");

describe("every source", () => {
  test("is registered, and everything that is registered has its folder", () => {
    expect([...sources.keys()].sort()).toEqual(adapterFolders().sort());
  });

  test.each([...sources.keys()])("%s has samples, a test and a page of documentation", (type) => {
    for (const file of ["README.md", `${type}.test.ts`, "fixtures"])
      expect([file, existsSync(join(here, type, file))]).toEqual([file, true]);
  });
});

describe("another source's samples", () => {
  /** They are for whatever comes: a chat message in any shape, a mapping of one's own. */
  const OPEN = new Set(["text", "generic"]);
  /** Read as what it is: a person's words on a topic are shown by every source that listens to one. */
  const COMMON: Record<string, RegExp> = { matano: /text$/, securityhub: /text$/ };
  const samples = allSamples();
  const strict = [...sources].filter(([type]) => !OPEN.has(type));

  test.each(strict)("are refused by %s, or hold no event for it", (type, source) => {
    const context: ParseContext<unknown> = { settings: source.settings.parse(source.example), receivedAt: Date.UTC(2026, 10, 20, 12) };
    const taken = samples
      .filter((sample) => sample.source !== type && !(COMMON[sample.source] && COMMON[type] && COMMON[sample.source]?.test(sample.name)))
      .filter(({ body }) => {
        const parsed = source.parse(body, context);
        return parsed.ok && parsed.value.some(({ kind }) => kind === "event");
      });
    expect(taken.map((sample) => `${sample.source}/${sample.name}`)).toEqual([]);
  });

  test.each([...sources])("never make %s throw", (_, source) => {
    const context: ParseContext<unknown> = { settings: source.settings.parse(source.example), receivedAt: 0 };
    for (const { body } of samples) source.parse(body, context);
  });
});

describe("a vendor's name", () => {
  /** Words that mean something else too, or no vendor at all. */
  const PLAIN = new Set(["text", "generic", "email", "webhook", "inbox"]);
  const names = [...sources.keys(), ...destinations.keys(), ...enrichers.keys()].filter((type) => !PLAIN.has(type));
  const pattern = new RegExp(names.map((name) => name.replace("-", "[-_ ]?")).join("|"), "i");
  /** Files outside the adapters' folders that may name vendors, and why. */
  const MAY: Record<string, string> = {
    "sources/index.ts": "the registry",
    "destinations/index.ts": "the registry",
    "enrichers/index.ts": "the registry",
    "destinations/address.ts": "tells an address of one chat that was given to another; a table, for every chat the same",
  };

  const files = codeFiles(src).filter((file) => !/^(?:sources|destinations|enrichers)\/[^/]+\//.test(file));

  test("stands in code only in its own folder and in the registries", () => {
    const strays = files.filter((file) => !(file in MAY) && pattern.test(codeOf(readFileSync(join(src, file), "utf8"))));
    expect(strays).toEqual([]);
  });

  test("is excepted only where one stands", () => {
    for (const file of Object.keys(MAY)) expect([file, pattern.test(codeOf(readFileSync(join(src, file), "utf8")))]).toEqual([file, true]);
  });

  test("is in no other adapter's code", () => {
    const strays = adapterFolders().flatMap((type) => {
      const others = names.filter((name) => name !== type && sources.has(name));
      return codeFiles(join(here, type)).flatMap((file) => {
        const code = codeOf(readFileSync(join(here, type, file), "utf8"));
        // A field that another vendor's product names, such as `github.actor`, is that field's name.
        return others
          .filter((name) => new RegExp(`\\b${name}\\b(?!\\.\\w)`, "i").test(code))
          .map((name) => `${type}/${file} names ${name}`);
      });
    });
    expect(strays).toEqual([]);
  });
});

/** The TypeScript of a folder and those in it, without tests. */
const codeFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(sep).join("/"))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));

/** The code without its comments: those cite vendors, and give examples. */
const codeOf = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\\])\/\/.*$/gm, "$1");
