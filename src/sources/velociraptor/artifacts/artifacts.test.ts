// The artifacts that we ship: well-formed, calling only what the vendor has, with the arguments it takes, and posting the shape
// that this source reads. Nothing here runs VQL: no Velociraptor can be installed where these tests run.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadFixtures } from "../../../../test/support/describe-source.ts";
import { isObject } from "../../read.ts";
import { aboutSchema, readRow } from "../payload.ts";

const folder = fileURLToPath(new URL("./", import.meta.url).href);
const texts = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => [name, readFileSync(`${folder}${name}`, "utf8")]),
);

/** Functions and plugins with their arguments, from the vendor's reference (Velocidex/velociraptor-docs: content/vql_reference). */
const VENDOR: Readonly<Record<string, readonly string[] | "any">> = {
  alert: "any",
  chain: "any",
  client_info: ["client_id"],
  dict: "any",
  diff: ["query", "key", "period"],
  flows: ["client_id", "flow_id", "summary"],
  foreach: ["row", "query", "async", "workers", "column"],
  format: ["format", "args"],
  get: ["item", "member", "field", "default"],
  hash: ["path", "accessor", "hashselect"],
  http_client: ["url", "params", "headers", "method", "data", "chunk_size", "skip_verify", "root_ca", "cookie_jar", "user_agent", "secret"],
  if: ["condition", "then", "else"],
  info: [],
  items: ["item"],
  link_to: ["type", "client_id", "flow_id", "upload", "tab", "text", "hunt_id", "artifact", "raw", "org"],
  log: ["message", "dedup", "args", "level"],
  org: [],
  parse_pe: ["file", "accessor", "base_offset"],
  pslist: ["pid"],
  scope: [],
  serialize: ["item", "format"],
  sleep: ["time"],
  switch: "any",
  to_dict: ["item"],
  watch_monitoring: ["artifact"],
};
/** Kinds of parameters (Velocidex/velociraptor-docs: content/docs/artifacts/parameters). */
const PARAMETER_TYPES = ["bool", "choices", "int", "json_array", "multichoice", "redacted", "regex"];
const WORDS = /^(?:SELECT|FROM|WHERE|LET|AS|AND|OR|NOT|IN|LIMIT|TRUE|FALSE|NULL)$/i;

describe.each([...texts])("%s", (file, text) => {
  const artifact = readYaml(text);
  const parameters = listOf(artifact.parameters);
  const queries = listOf(artifact.sources).map((source) => String(source.query));
  const vql = queries.join("\n");

  test("has a name like its file's, a type and a query", () => {
    expect(`${artifact.name}.yaml`).toBe(file);
    expect(["CLIENT", "CLIENT_EVENT", "SERVER_EVENT"]).toContain(artifact.type);
    expect(queries.every((query) => /\bSELECT\b/.test(query))).toBe(true);
    expect(text).not.toMatch(/\t/);
  });

  test("has parameters of known types, each used, with a default that fits", () => {
    for (const { name, type, default: preset, choices } of parameters) {
      if (type !== undefined) expect(PARAMETER_TYPES).toContain(type);
      expect(vql).toMatch(new RegExp(`\\b${String(name)}\\b`));
      if (type === "choices") expect(choices).toContain(preset);
      if (type === "json_array" || type === "multichoice") expect(JSON.parse(String(preset))).toEqual(expect.any(Array));
      if (type === "regex") expect(() => new RegExp(String(preset))).not.toThrow();
    }
  });

  test("closes every bracket and quote", () => {
    for (const query of queries) expect(unclosed(query)).toBe("");
  });

  test("calls only what there is, with arguments that it takes", () => {
    const own = new Map([...vql.matchAll(/\bLET (\w+)\(([^)]*)\)/g)].map(([, name = "", list = ""]) => [name, list.split(", ")]));
    for (const { name, args } of callsOf(vql)) {
      const taken = own.get(name) ?? VENDOR[name];
      expect(taken, `${name}()`).toBeDefined();
      if (taken !== "any") expect(taken, `${name}()`).toEqual(expect.arrayContaining(args));
    }
  });

  test("defines what it selects from", () => {
    const known = new Set([...vql.matchAll(/\bLET (\w+)/g)].map(([, name]) => name));
    for (const [, name = ""] of bare(vql).matchAll(/\bFROM (\w+)(?!\w*\s*\()/g)) expect([...known, ...Object.keys(VENDOR)]).toContain(name);
  });
});

describe("what they post", () => {
  const fixtures = loadFixtures(
    new URL("../fixtures/", import.meta.url),
    (name) => name.startsWith("relay-") && !name.includes("expected"),
  );
  const relay = queryOf("Tocsin.Relay.yaml");

  test("is the member that this source reads", () => {
    const sent = argumentsOf(relay, "_tocsin`=dict(");
    const flow = { creator: "a", artifacts: ["b"], create_time: 1 };
    const read = aboutSchema.parse({ version: 1, queue: "q", org: "o", client: {}, flow, link: "l", other: 1 });
    expect(sent.sort()).toEqual(Object.keys(read).sort());
    expect(argumentsOf(relay, "SELECT dict(").sort()).toEqual(Object.keys(read.flow).sort());
    for (const fixture of Object.values(fixtures)) {
      const member = isObject(fixture) && isObject(fixture._tocsin) ? fixture._tocsin : {};
      expect(Object.keys(member).sort()).toEqual(sent);
    }
  });

  test("is understood by the queue that it names", () => {
    const choices = listOf(readYaml(texts.get("Tocsin.Relay.yaml") ?? "").parameters).find(({ name }) => name === "Queues")?.choices;
    const kinds = (Array.isArray(choices) ? choices : []).map(
      (queue) => readRow({ ClientId: "C.1", _tocsin: { queue: String(queue) } })?.kind,
    );
    expect(kinds).toEqual(["alert", "flow", "hunt", "enrollment", "interrogation", "conflict"]);
  });

  test.each(["Tocsin.Windows.PsExec.yaml", "Tocsin.Windows.PsExec.Monitor.yaml"])("by %s is the sample's alert", (file) => {
    const sample = fixtures["relay-alert-psexec"];
    const told = isObject(sample) && isObject(sample.event_data) ? Object.keys(sample.event_data) : [];
    expect(argumentsOf(queryOf(file), "alert(").filter((name) => name !== "name" && name !== "dedup")).toEqual(told);
  });
});

interface Tree {
  [key: string]: string | string[] | Tree[] | undefined;
}

const queryOf = (file: string): string => String(listOf(readYaml(texts.get(file) ?? "").sources)[0]?.query);
const listOf = (value: Tree[string]): Tree[] => (Array.isArray(value) ? value.filter((member) => typeof member === "object") : []);

/** The part of YAML that the artifacts are written in: texts, blocks, and lists of texts or of tables, by indentation. */
function readYaml(text: string): Tree {
  const lines = text.split("\n").map((line) => ({ depth: line.search(/\S/), line }));
  let at = 0;
  const skipBlank = () => {
    while (at < lines.length && (lines[at]?.depth ?? -1) < 0) at++;
  };
  const block = (depth: number): string => {
    const kept: string[] = [];
    while (at < lines.length && ((lines[at]?.depth ?? -1) < 0 || (lines[at]?.depth ?? 0) > depth)) kept.push(lines[at++]?.line ?? "");
    const margin = Math.min(...kept.filter((line) => line.trim() !== "").map((line) => line.search(/\S/)));
    return `${kept
      .map((line) => line.slice(margin))
      .join("\n")
      .trimEnd()}\n`;
  };
  const value = (rest: string, depth: number): Tree[string] => {
    if (rest === "|") return block(depth);
    if (rest !== "") return /^(['"]).*\1$/.test(rest) ? rest.slice(1, -1) : rest;
    skipBlank();
    const next = lines[at];
    if (next === undefined || next.depth <= depth || !next.line.trim().startsWith("- ")) throw new Error(`line ${at}: a list was expected`);
    return list(next.depth);
  };
  const list = (depth: number): string[] | Tree[] => {
    const members: (string | Tree)[] = [];
    for (skipBlank(); lines[at]?.depth === depth && lines[at]?.line.trim().startsWith("- "); skipBlank()) {
      const line = lines[at]?.line ?? "";
      const rest = line.slice(depth + 2);
      if (/^\w+:(?: |$)/.test(rest)) {
        lines[at] = { depth: depth + 2, line: `${" ".repeat(depth + 2)}${rest}` };
        members.push(table(depth + 2));
      } else {
        at++;
        members.push(String(value(rest.trim(), depth)));
      }
    }
    return members as string[] | Tree[];
  };
  const table = (depth: number): Tree => {
    const members: Tree = {};
    for (skipBlank(); at < lines.length && lines[at]?.depth === depth; skipBlank()) {
      const [, key = "", rest = ""] = /^(\w+):(?: (.*))?$/.exec(lines[at]?.line.trim() ?? "") ?? [];
      if (key === "" || Object.hasOwn(members, key)) throw new Error(`line ${at}: a key of its own was expected`);
      at++;
      members[key] = value(rest.trim(), depth);
    }
    return members;
  };
  const read = table(0);
  if (at < lines.length) throw new Error(`line ${at}: nothing was expected at this depth`);
  return read;
}

/** A query without what stands in comments and quotes. */
const bare = (query: string): string =>
  query.replace(/'''[\s\S]*?'''|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\/[^\n]*/g, (part) => (part.startsWith("//") ? "" : '""'));

/** What is left open, or closed without having been opened. */
function unclosed(query: string): string {
  const pairs: Record<string, string> = { ")": "(", "}": "{", "]": "[" };
  const open: string[] = [];
  for (const letter of bare(query).replace(/""/g, "")) {
    if ("({[".includes(letter)) open.push(letter);
    else if (letter in pairs && open.pop() !== pairs[letter]) return `stray ${letter}`;
    else if (letter === '"' || letter === "'") return `stray ${letter}`;
  }
  return open.join("");
}

/** Each call with the names of its arguments, wherever it stands. */
function callsOf(query: string): { name: string; args: string[] }[] {
  const text = bare(query).replace(/\bLET \w+\([^)]*\)/g, "LET X");
  return [...text.matchAll(/(\w+)\(/g)]
    .filter(([, name = ""]) => !WORDS.test(name))
    .map((match) => ({ name: match[1] ?? "", args: namesAfter(text, match.index + match[0].length) }));
}

/** The names of the arguments of the first call that begins like this. */
function argumentsOf(query: string, start: string): string[] {
  const text = bare(query);
  const at = text.indexOf(start);
  if (at < 0) throw new Error(`no call begins with ${start}`);
  return namesAfter(text, at + start.length);
}

/** Names before a `=` at the first depth, from just behind an opening bracket. */
function namesAfter(text: string, start: number): string[] {
  const names: string[] = [];
  let depth = 0;
  for (let at = start; at < text.length && depth >= 0; at++) {
    const letter = text.charAt(at);
    if ("({[".includes(letter)) depth++;
    else if (")}]".includes(letter)) depth--;
    else if (depth === 0) {
      const [, name] = /^[(,\s]`?(\w+)`?=(?![=~])/.exec(text.slice(at - 1)) ?? [];
      if (name !== undefined) names.push(name);
    }
  }
  return names;
}
