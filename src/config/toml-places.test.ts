// The places are those that a whole parser of another hand gives, for texts that are hard to follow and for what people write.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { stringify } from "smol-toml";
import { type AST, getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { describe, expect, test } from "vitest";
import type { Path } from "./problem.ts";
import { parseConfigText } from "./toml.ts";
import { type Spot, spotKey, spotsOf } from "./toml-places.ts";

/** The same by the tree of `toml-eslint-parser`. */
function oracle(text: string): Map<string, Spot> {
  const spots = new Map<string, Spot>();
  const note = (path: Path, at: number): void => {
    if (!spots.has(spotKey(path))) spots.set(spotKey(path), { at });
  };
  const pair = ({ key, value }: AST.TOMLKeyValue, table: Path): void => {
    const path = [...table, ...getStaticTOMLValue(key)];
    for (let length = table.length + 1; length <= path.length; length++) note(path.slice(0, length), key.range[0]);
    content(value, path);
  };
  const content = (node: AST.TOMLContentNode, path: Path): void => {
    const own = spots.get(spotKey(path));
    if (own) own.range ??= node.range;
    if (node.type === "TOMLInlineTable") for (const member of node.body) pair(member, path);
    if (node.type !== "TOMLArray") return;
    for (const [index, element] of node.elements.entries()) {
      note([...path, index], element.range[0]);
      content(element, [...path, index]);
    }
  };
  for (const node of parseTOML(text, { tomlVersion: "1.1" }).body[0].body) {
    if (node.type === "TOMLKeyValue") {
      pair(node, []);
      continue;
    }
    for (let length = 1; length <= node.resolvedKey.length; length++) note(node.resolvedKey.slice(0, length), node.key.range[0]);
    for (const member of node.body) pair(member, node.resolvedKey);
  }
  return spots;
}

const agrees = (text: string): void => expect([...spotsOf(text)]).toEqual([...oracle(text)]);

const ROOT = join(import.meta.dirname, "../..");
const pages = ["docs", "src/sources", "src/destinations"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(md|toml)$/.test(name))
    .map((name) => join(folder, name)),
);

describe("places", () => {
  test("are right in every file and every page's block of the project", () => {
    const texts = pages.flatMap((page) => {
      const text = readFileSync(join(ROOT, page), "utf8");
      return page.endsWith(".toml") ? [text] : [...text.matchAll(/```toml\n(.*?)```/gs)].map(([, block = ""]) => block);
    });
    const read = texts.filter((text) => parseConfigText(text).ok);
    expect(read.length).toBeGreaterThan(30);
    for (const text of read) agrees(text);
  });

  test.each<[string, string]>([
    ["dotted keys", 'a.b = 1\na.c.d = 2\n"a b" . \'c.d\'.e = 3\n"a\\u0062\\"" = 4\n'],
    ["headers in quotes and with blanks", '[ a . "b.c" ]\nx = 1\n\n[ a ."b.c". d ] # why\ny = 2'],
    ["a table before the one above it", "[a.b.c]\nx = 1\n[a]\ny = 2\n[a.b]\nz = 3\n"],
    ["lists of tables in lists of tables", "[[a]]\n[[a.b]]\nx = 1\n[[a.b]]\n[a.b.c]\ny = 1\n[[a]]\n[[a.b]]\n[a.d]\nz = 1\n"],
    ["lists", "a = [1, [2, 3], [], {b = 4, c = [5]}, # ] }\n 'x', # ,\n]\nd = 1\n"],
    [
      "tables on a line, with commas and comments",
      "a = { b.c = 1, d = { e = '}' }, 'f' = [ { g = 1 } ] }\nh = {}\ni = {\n  j = 1, # {\n  k = 2,\n}\n",
    ],
    ["text with brackets, quotes and hashes", 'a = "# [ { \\" ] } \\\\"\nb = \'# [ \\\'\nc = "" # "\nd = 1\n'],
    ["text over lines", 'a = """\n"x" ""y"" \\\n  \\""" [b]\nc = 1"""\nd = \'\'\'\n\'\'x\'\' # """\'\'\'\ne = 1\n'],
    ["text that ends in quotes", 'a = """""x"""""\nb = \'\'\'\'x\'\'\'\'\'\nc = """"""\nd = \'\'\'\'\'\'\ne = 1\n'],
    [
      "numbers, moments and words",
      "a = -1_000\nb = 0x1F\nb2 = [1.5e-3,inf,nan]\nc = 1979-05-27 07:32:00Z # x\nd = [1979-05-27, 07:32:00]\ne = {f = true}\n",
    ],
    ["ends of lines as on Windows", '[a]\r\nb = 1\r\nc = """\r\nx"""\r\n\r\n[[d]]\r\ne = [\r\n1\r\n]\r\n'],
    ["letters outside of English", 'a = "é😀", b = 1'.replace(", b = 1", '\nb = { "ü" = "😀", c = 1 }\n')],
    ["no end of line, and nothing at all", "a = 1"],
    ["nothing", ""],
  ])("are right for %s", (_, text) => {
    expect(parseConfigText(text)).toMatchObject({ ok: true });
    agrees(text);
  });

  test("are right for whatever is written", () => {
    const words = fc.oneof(fc.string({ unit: fc.constantFrom(..."\"'#[]{}=,.\\ \n\tab😀") }), fc.string());
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        words,
        fc.integer({ min: -9e9, max: 9e9 }),
        fc.boolean(),
        fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(
          words.filter((word) => word !== "__proto__"),
          tie("value"),
          { maxKeys: 4 },
        ),
      ),
    }));
    fc.assert(
      fc.property(
        fc.dictionary(
          words.filter((word) => word !== "__proto__"),
          value,
          { maxKeys: 5 },
        ),
        (document) => {
          const text = stringify(document);
          const read = parseConfigText(text);
          expect(read.ok && read.value.document).toEqual(document);
          agrees(text);
        },
      ),
    );
  });
});
