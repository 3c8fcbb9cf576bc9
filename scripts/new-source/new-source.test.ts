// The parts of `npm run new-source`: what is read from a sample, what is guessed, what is asked. The whole is tried in test/e2e.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterAll, describe, expect, test } from "vitest";
import { ask, type Terminal } from "./command.ts";
import { modelOf } from "./model.ts";
import { inConfigurationPage, inRegistry } from "./register.ts";
import { renderFiles } from "./render.ts";
import { readSample, type Sample } from "./sample.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
function sampleOf(body: unknown): Sample {
  const read = readSample(bytes(JSON.stringify(body)));
  if (!read.ok) throw new Error(read.reason);
  return read.value;
}
/** What was found, as `field: path`. */
const foundIn = (body: unknown): string[] => modelOf("acme", "Acme", sampleOf(body)).found.map(({ field, path }) => `${field}: ${path}`);

describe("a sample", () => {
  test.each([
    ["one alert", { title: "x" }, { kind: "body" }, 1],
    ["a list", [{ title: "x" }, { title: "y" }, 7], { kind: "list" }, 2],
    ["an envelope", { version: 1, alerts: [{ title: "x" }] }, { kind: "member", name: "alerts" }, 1],
    ["an alert with a list of its own", { title: "x", events: [{ name: "y" }] }, { kind: "body" }, 1],
    ["an envelope around one object", { event: { title: "x" } }, { kind: "body" }, 1],
  ])("may be %s", (_what, body, within, entries) => {
    const sample = sampleOf(body);
    expect([sample.within, sample.entries.length]).toEqual([within, entries]);
  });

  test.each([
    ["", "it is not JSON: it is empty"],
    ['{"a":', "it is not JSON: it ends too early, at line 1, column 6"],
    ["{}", "it is an object with nothing in it to read"],
    ['{"a":null}', "it is an object with nothing in it to read"],
    ["[]", "it is a list without any object to read"],
    ["[1,null]", "it is a list without any object to read"],
    ['"hunter2"', "it is a text; an object or a list of objects is needed"],
    [`${"[".repeat(600)}${"]".repeat(600)}`, "it nests deeper than 500 levels"],
    [" ".repeat(1_048_577), "it has 1048577 bytes; a request of more than 1048576 would be refused"],
  ])("%.20s is refused: %s", (text, reason) => expect(readSample(bytes(text))).toEqual({ ok: false, reason }));
});

describe("guesses", () => {
  test("by name and by look, wherever they stand", () => {
    expect(
      foundIn({
        detection: {
          uuid: "b6f1e8f0-1111-4222-8333-444455556666",
          rule: { id: "R-1", name: "LSASS memory access" },
          severity: "High",
          state: "Open",
          created_at: "2026-11-20T10:00:00Z",
          device: { name: "ws-42.example.org", ip: "10.0.4.42" },
          user: { name: "jdoe" },
          connections: [{ dst_ip: "203.0.113.9" }],
          techniques: ["T1003.001"],
          console_url: "https://edr.example.org/d/1",
        },
      }),
    ).toEqual([
      "title: detection.rule.name",
      "severity: detection.severity",
      "status: detection.state",
      "id: detection.uuid",
      "time: detection.created_at",
      "link: detection.console_url",
      "rule: detection.rule.name",
      "host: detection.device.name",
      "host's address: detection.device.ip",
      "user: detection.user.name",
      "ip: detection.connections[].dst_ip",
      "ATT&CK: detection.techniques",
    ]);
  });

  test.each([
    ["the name of a host is no title", { host: { name: "web server one" }, name: "Brute force" }, "title: name"],
    ["an id is no title", { title: "b6f1e8f0-1111-4222-8333-444455556666", name: "Brute force" }, "title: name"],
    ["camel case is read", { alertName: "Brute force" }, "title: alertName"],
    ["a key with dots is a path", { "rule.name": "Brute force", "host.name": "web-1" }, 'host: "host.name"'],
    ["seconds are a time", { name: "Brute force", timestamp: 1760000000 }, "time: timestamp"],
    ["a number of levels is no time", { name: "Brute force", level: 7 }, "severity: level"],
    ["a sentence is no status", { name: "Brute force", status: "logins > 50", state: "open" }, "status: state"],
  ])("%s", (_what, body, expected) => expect(foundIn(body)).toContain(expected));

  test("of nothing are none, and an alert is still named", () => {
    const model = modelOf("acme", "Acme", sampleOf({ x: 1 }));
    expect(model.found).toEqual([]);
    expect(model.missing).toEqual(["title", "severity", "status", "id", "time", "link", "hosts, users and indicators"]);
    expect(renderFiles(model, "00000000-0000-4000-8000-000000000000").get("alert.ts")).toContain('title: "An alert of Acme"');
  });

  test("need members that are this vendor's, in every entry", () => {
    expect(
      modelOf(
        "acme",
        "Acme",
        sampleOf([
          { title: "Brute force", acme_region: "eu", extra: 1 },
          { title: "Disk full", acme_region: "us" },
        ]),
      ).needed,
    ).toEqual(['"title"', '"acme_region"']);
  });
});

describe("what is made", () => {
  test("holds hostile names and texts only as literals", () => {
    const text = `{"title":"*/ \\"; process.exit() //","*/ x /*":"\`\${1}\`","__proto__":{"a":1},"constructor":"f","id":"i","new\\nline":"a"}`;
    const read = readSample(bytes(text));
    if (!read.ok) throw new Error(read.reason);
    const files = renderFiles(modelOf("acme", "Acme's (EU)", read.value), "00000000-0000-4000-8000-000000000000");
    const code = [...files].filter(([name]) => name.endsWith(".ts")).map(([, content]) => content);
    expect(code.join()).not.toContain("process.exit");
    expect(code.join()).not.toContain("__proto__");
    expect(files.get("payload.ts")).toContain('"*/ x /*": line()');
    // Outside of literals, the name that could end a comment stands nowhere.
    for (const content of code) expect(content.replace(/"(?:[^"\\]|\\.)*"/g, '""')).not.toContain("*/ x");
  });

  test("is a source, its test, its page and what it needs", () => {
    const names = (body: unknown) => [...renderFiles(modelOf("acme", "Acme", sampleOf(body)), "").keys()].sort();
    expect(names({ title: "x", severity: "high", status: "open", host: "web-1" })).toEqual([
      "README.md",
      "acme.test.ts",
      "alert.ts",
      "observe.ts",
      "parse.ts",
      "payload.ts",
      "settings.ts",
      "severity.ts",
      "source.ts",
      "status.ts",
    ]);
    expect(names({ title: "x" })).not.toContain("observe.ts");
  });
});

describe("registration", () => {
  const registry = 'import b from "./b/source.ts";\n\nconst all = [\n  b,\n] as unknown as readonly Source[];\n';
  test("adds an import and an entry", () =>
    expect(inRegistry(registry, "acme-edr", "acmeEdr")).toEqual({
      ok: true,
      value:
        'import b from "./b/source.ts";\nimport acmeEdr from "./acme-edr/source.ts";\n\nconst all = [\n  b,\n  acmeEdr,\n] as unknown as readonly Source[];\n',
    }));
  test("adds a value of `source`", () =>
    expect(inConfigurationPage("| `source`  | required | `a`, `b` or `c`   |\n", "acme")).toEqual({
      ok: true,
      value: "| `source`  | required | `a`, `b`, `c` or `acme` |\n",
    }));
  test("says when the place is not there", () => {
    expect(inRegistry("", "a", "a")).toMatchObject({ ok: false });
    expect(inConfigurationPage("", "a")).toMatchObject({ ok: false });
  });

  test.each([
    ["new", "newSource"],
    ["acme-edr", "acmeEdr"],
    ["all", "allSource"],
  ])("%s is %s in code", (type, variable) => expect(modelOf(type, "Acme", sampleOf({ x: 1 })).variable).toBe(variable));
});

describe("the command line", () => {
  const folder = mkdtempSync(join(tmpdir(), "new-source-"));
  const file = join(folder, "sample.json");
  writeFileSync(file, '{"title":"Brute force"}');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const script: Terminal = { isTerminal: false, input: Readable.from([]), output: new PassThrough() };
  const person = (...lines: string[]): Terminal & { said(): string } => {
    const output = new PassThrough();
    return { isTerminal: true, input: Readable.from(lines.map((line) => `${line}\n`)), output, said: () => String(output.read() ?? "") };
  };

  test("is whole with a name and a sample", async () => {
    expect(await ask(["acme-edr", "--sample", file], script)).toMatchObject({
      kind: "request",
      request: { type: "acme-edr", label: "Acme edr", text: '{"title":"Brute force"}' },
    });
    expect(await ask(["acme", "--sample", file, "--label", "Acme EDR (EU)"], script)).toMatchObject({
      request: { label: "Acme EDR (EU)" },
    });
  });

  test.each([
    [[], "NAME and --sample FILE is missing."],
    [["acme"], "--sample FILE is missing."],
    [["a", "b", "--sample", "x"], "One NAME is needed, and there are 2: a, b."],
    [["acme", "--simple", "x"], "--simple"],
  ])("%j is wrong, and nobody is asked", async (args, message) => {
    expect(await ask(args, script)).toMatchObject({ kind: "wrong", usage: true, message: expect.stringContaining(message) });
  });

  test.each([
    [["Acme", "--sample", file], "NAME"],
    [["../x", "--sample", file], "NAME"],
    [["envelopes", "--sample", file], "folder of something else"],
    [["acme", "--sample", `${file}.gone`], "cannot be read (ENOENT)"],
    [["acme", "--sample", folder], "cannot be read (EISDIR)"],
    [["acme", "--sample", file, "--label", "*/ x"], "label"],
  ])("%j is wrong, and it says why", async (args, message) => {
    expect(await ask(args, script)).toMatchObject({ kind: "wrong", usage: false, message: expect.stringContaining(message) });
  });

  test("asks a person for what is missing, again where the answer will not do", async () => {
    const terminal = person("Acme", "acme", `${file}.gone`, file, "");
    expect(await ask([], terminal)).toMatchObject({ kind: "request", request: { type: "acme", label: "Acme" } });
    const said = terminal.said();
    expect(said.match(/Name of the source/g)).toHaveLength(2);
    expect(said).toContain("cannot be read (ENOENT)");
    expect(await ask(["acme"], person(file, "Acme EDR"))).toMatchObject({ request: { label: "Acme EDR" } });
  });

  test("ends when the person does", async () =>
    expect(await ask([], person("acme"))).toMatchObject({ kind: "wrong", message: "Nothing was made." }));
  test("helps", async () => expect(await ask(["--help"], script)).toEqual({ kind: "help" }));
});
