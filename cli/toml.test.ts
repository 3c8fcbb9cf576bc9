import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { registries } from "../src/config/fake-registries.ts";
import { parseTables } from "../src/config/parse.ts";
import { parseConfigText } from "../src/config/toml.ts";
import { formatProblems, formatUnreadable, placeOf, readConfigFile } from "./toml.ts";

/** What a person sees for a file. */
function linesOf(text: string): string[] {
  const file = parseConfigText(text);
  if (!file.ok) return [formatUnreadable("f.toml", file.reason)];
  const { problems } = parseTables(file.value.document, registries, { local: true });
  return formatProblems("f.toml", problems, file.value.locate);
}

const HEAD = `[destinations.soc]
type = "wall"
url = "secret:SOC_URL"

[routes.prod]
id = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11"
source = "bell"
`;

describe("errors name the line", () => {
  it.each<[string, string, string[]]>([
    ["a good file", `${HEAD}[[routes.prod.rules]]\nto = ["soc"]\n`, []],
    ["an unknown key", `${HEAD}tokn = "x"\n`, ["f.toml:8: [routes.prod] tokn: is not a known key; did you mean token?"]],
    ["a wrong value", `${HEAD}\n\nshards = 99\n`, ["f.toml:10: [routes.prod] shards: must be at most 64"]],
    ...["2026-12-01", "2026-12-01T10:00:00", "2026-12-01 10:00:00.5", "10:00:00"].map((until): [string, string, string[]] => [
      `a time without its zone: ${until}`,
      `${HEAD}former_ids = [{ id = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11", until = ${until} }]\n`,
      ["f.toml:8: [routes.prod] former_ids[0].until: must be a time with its zone; write for example 2026-12-01T00:00:00Z"],
    ]),
    ["a missing key, at its table", '\n[destinations.soc]\ntype = "wall"\n', ["f.toml:2: [destinations.soc] url: is missing"]],
    ["a key of an inline table", `${HEAD}auth = { type = "header", name = "X" }\n`, ["f.toml:8: [routes.prod] auth.value: is missing"]],
    [
      "a dotted key",
      `${HEAD}auth.type = "basic"\nauth.username = "u"\nauth.pasword = "p"\n`,
      [
        "f.toml:8: [routes.prod] auth.password: is missing",
        "f.toml:10: [routes.prod] auth.pasword: is not a known key; did you mean password?",
      ],
    ],
    [
      "the second rule",
      `${HEAD}[[routes.prod.rules]]\nto = ["soc"]\n[[routes.prod.rules]]\nto = [\n  "soc",\n  "sco",\n]\n`,
      ['f.toml:13: [routes.prod] rules[1].to[1]: there is no destination "sco"; did you mean "soc"?'],
    ],
    [
      "a table below a rule",
      `${HEAD}[[routes.prod.rules]]\n[routes.prod.rules.to]\nhgih = ["soc"]\nlow = ["soc"]\n`,
      ["f.toml:10: [routes.prod] rules[0].to.hgih: is not a known key; did you mean high?"],
    ],
    [
      "a rule that is missing `to`",
      `${HEAD}[[routes.prod.rules]]\nname = "a"\n`,
      ["f.toml:8: [routes.prod] rules[0].to: is missing: a rule has to say where its alerts go"],
    ],
    [
      "a condition",
      `${HEAD}[[routes.prod.rules]]\nto = ["soc"]\nwhen = "alert.sttus == 'new'"\n`,
      ["f.toml:10: [routes.prod] rules[0].when: alert has no field sttus; did you mean status? (column 6 of the condition)"],
    ],
    [
      "a key of the relay",
      '[relay]\nurl = "nowhere"\n',
      [
        'f.toml:2: [relay] url: must be an http or https address without user, query or fragment; write for example "https://relay.example.com"',
      ],
    ],
    ["a table that is not known", "[relay]\n\n[route.prod]\n", ["f.toml:3: [route] is not a known key; did you mean routes?"]],
    [
      "a key at the top",
      "x = 1\n[relay]\n",
      ["f.toml:1: [x] is not a known key; known keys are destinations, enrichers, inhibit, lists, relay, routes"],
    ],
    [
      "one of several that have no name, and a list",
      "[lists]\nvips = [1]\n\n[[inhibit]]\nname = 'x'\nsource = 'true'\ntarget = 'true'\nby = 'sit'\n",
      [
        "f.toml:2: [lists] vips[0]: must be text; write it in quotes",
        "f.toml:8: inhibit[0].by: there is no sit; a path begins with one of asset, observable, attack, tag, rule, data, title, category, type, tenant, severity, status, source; a field of the source's own is data.sit",
      ],
    ],
    [
      "a name that needs quotes",
      '[destinations."a b"]\ntype = "box"\n',
      [
        'f.toml:1: [destinations."a b"] is not a name that can be used; use up to 63 lower-case letters, digits, - and _, beginning with a letter or digit',
      ],
    ],
    [
      "all errors, in the order of the file",
      `[destinations.soc]\ntype = "wal"\n\n[routes.prod]\nsource = "bell"\nid = "x"\nshards = 0\n`,
      [
        'f.toml:2: [destinations.soc] type: must be one of wall, box; did you mean "wall"?',
        "f.toml:6: [routes.prod] id: must be a UUID; make a fresh one with `uuidgen` or `node -p 'crypto.randomUUID()'`",
        "f.toml:7: [routes.prod] shards: must be at least 1",
      ],
    ],
    [
      "a key twice",
      "[relay]\nurl = 'https://a.example'\nurl = 'https://b.example'\n",
      ["f.toml:3: this is not TOML: this key or table is already there; keep one of the two"],
    ],
    ["a table twice", `${HEAD}[routes.prod]\n`, ["f.toml:8: this is not TOML: this key or table is already there; keep one of the two"]],
    ["no value", "[relay]\nurl =\n", ["f.toml:2: this is not TOML: the value is missing"]],
    [
      "text without quotes",
      "[relay]\nurl = relay\n",
      ["f.toml:2: this is not TOML: this character is not expected here; text stands in quotes"],
    ],
    ["quotes that do not close", '[relay]\nurl = "x\n', ["f.toml:2: this is not TOML: the quotes are not closed"]],
  ])("%s", (_, text, expected) => {
    expect(linesOf(text)).toEqual(expected);
  });
});

it.each([
  ["routes.prod.rules[0].when", "[routes.prod] rules[0].when: "],
  ["destinations.soc", "[destinations.soc] "],
  ["relay.url", "[relay] url: "],
  ["lists.vips[0]", "[lists] vips[0]: "],
  ["inhibit[0].by", "inhibit[0].by: "],
  ["", ""],
])("names the place that a relay tells as %j", (key, place) => {
  expect(placeOf(key)).toBe(place);
});

it("locates columns", () => {
  const file = parseConfigText(`${HEAD}auth = { type = "header", name = "X" }\n`);
  if (!file.ok) throw new Error(file.reason.message);
  expect(file.value.locate(["routes", "prod", "auth", "name"])).toEqual({ line: 8, column: 27 });
  expect(file.value.locate(["routes", "prod"])).toEqual({ line: 5, column: 2 });
  expect(file.value.locate(["nowhere"])).toEqual({ line: 1, column: 1 });
});

it("reads a file, and says when there is none", () => {
  const path = join(mkdtempSync(join(tmpdir(), "tocsin-test-")), "f.toml");
  expect(readConfigFile(path)).toEqual({ ok: false, reason: { message: "there is no such file" } });
  writeFileSync(path, HEAD);
  const file = readConfigFile(path);
  expect(file.ok && file.value).toMatchObject({ text: HEAD, document: { routes: { prod: { source: "bell" } } } });
  expect(file.ok && file.value.hash).toMatch(/^[0-9a-f]{64}$/);
});
