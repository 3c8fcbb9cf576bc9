import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { parseConfigText } from "../../src/config/toml.ts";
import { importedText } from "./import-files.ts";

const folder = mkdtempSync(join(tmpdir(), "tocsin-import-"));
afterAll(() => rmSync(folder, { recursive: true }));
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const BOARD = '# the board\n[destinations.board]\ntype = "inbox"\n';
const LAB = '# the lab\n[routes.lab]\nid = "x"\nsource = "text"\n';
const tables = (text: string) => {
  const read = parseConfigText(text);
  return read.ok ? read.value.document : read.reason;
};

it("one file is taken as it stands", () => {
  const path = file("one.toml", BOARD);
  expect(importedText([path])).toMatchObject({ name: path, text: BOARD });
});

it("several are one, with their comments", () => {
  expect(importedText([file("one.toml", BOARD), file("two.toml", LAB)])).toEqual({ name: "the files together", text: `${BOARD}\n${LAB}` });
});

it("a folder is all of its files, sorted", () => {
  const path = join(folder, "routes.d");
  mkdirSync(path);
  writeFileSync(join(path, "b.toml"), BOARD);
  writeFileSync(join(path, "a.json"), JSON.stringify({ routes: { lab: { id: "x", source: "text" } } }));
  writeFileSync(join(path, "notes.txt"), "no configuration");
  const { text } = importedText([path]);
  expect(tables(text)).toEqual({ routes: { lab: { id: "x", source: "text" } }, destinations: { board: { type: "inbox" } } });
  expect(text.indexOf("routes.lab")).toBeLessThan(text.indexOf("destinations.board"));
});

it("JSON is the tables, or the answer of `export --json`", () => {
  expect(tables(importedText([file("a.json", '{"relay":{"url":"https://a.example"}}')]).text)).toEqual({
    relay: { url: "https://a.example" },
  });
  expect(importedText([file("b.json", JSON.stringify({ revision: 3, text: BOARD }))]).text).toBe(BOARD);
});

it("tables that each file begins anew are joined", () => {
  const [one, two] = ['[relay]\nurl = "https://a.example"\n', '[relay]\nretention = "7d"\n'];
  expect(tables(importedText([file("one.toml", one), file("two.toml", two)]).text)).toEqual({
    relay: { url: "https://a.example", retention: "7d" },
  });
});

it("keys at the top of a file stay at the top, whatever table the file before it ends with", () => {
  const dotted = 'relay.url = "https://a.example"\ndestinations.soc.type = "inbox"\n';
  expect(tables(importedText([file("one.toml", LAB), file("two.toml", dotted)]).text)).toEqual({
    routes: { lab: { id: "x", source: "text" } },
    relay: { url: "https://a.example" },
    destinations: { soc: { type: "inbox" } },
  });
});

it.each<[string, () => string[], RegExp]>([
  [
    "what stands in two of them",
    () => [file("one.toml", BOARD), file("two.toml", BOARD)],
    /destinations\.board stands in .*one\.toml and in .*two\.toml/,
  ],
  ["a file that is not there", () => [join(folder, "none.toml")], /none\.toml: there is no such file/],
  ["what is no TOML", () => [file("bad.toml", "[relay\n")], /bad\.toml:1: this is not TOML/],
  ["what is no JSON", () => [file("bad.json", "{")], /bad\.json: this is not JSON/],
  ["JSON that is no table", () => [file("list.json", "[]")], /list\.json: this is not a configuration/],
  [
    "a folder without any",
    () => {
      mkdirSync(join(folder, "empty"), { recursive: true });
      return [join(folder, "empty")];
    },
    /There is no \.toml or \.json file/,
  ],
])("%s is refused", (_, paths, said) => {
  expect(() => importedText(paths())).toThrow(said);
});
