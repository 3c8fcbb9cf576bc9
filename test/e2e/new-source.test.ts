// `npm run new-source` as a whole, in a copy of the tree: what it makes type-checks, is formatted, passes its own tests and everybody's,
// and takes its sample. Nothing of it is left when something goes wrong.
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const project = join(import.meta.dirname, "../..");
/** What is no part of a source's making, or is made by running things. */
const LEFT_OUT = new Set(["node_modules", ".git", ".tocsin", ".wrangler", "dist"]);

/** Samples of every shape, each its own vendor's. */
const SAMPLES: Record<string, string> = {
  "try-flat": JSON.stringify({
    zz_alert: "Disk full",
    zz_prio: "P2",
    name: "Disk full on db-2",
    priority: "P2",
    hostname: "db-2",
    id: "69123456789012345678",
  }),
  "try-nested": JSON.stringify({
    zz_meta: { version: "1" },
    zz_detection: {
      uuid: "b6f1e8f0-1111-4222-8333-444455556666",
      rule: { id: "R-1", name: "LSASS memory access" },
      severity: "High",
      state: "Open",
      created_at: "2026-11-20T10:00:00Z",
      updated_at: "2026-11-20T10:00:04Z",
      device: { name: "ws-42.example.org", ip: "10.0.4.42" },
      process: { name: "rundll32.exe", command_line: "rundll32 comsvcs.dll", sha256: "9f".repeat(32) },
      connections: [{ dst_ip: "203.0.113.9", domain: "bad.example.net" }],
      mitre: ["T1003.001"],
      tags: ["prod"],
      count: 3,
      console_url: "https://edr.example.org/d/1",
    },
  }),
  "try-list": JSON.stringify([
    { zzAlertId: "a-1", incidentName: "Impossible travel", riskLevel: 7, occurredAt: 1760000000, ipAddress: "198.51.100.3" },
    { zzAlertId: "a-2", incidentName: "Mass download", riskLevel: "3", occurredAt: 1760000100, ipAddress: "203.0.113.5", extra: null },
  ]),
  "try-envelope": JSON.stringify({
    version: 2,
    incidents: [
      {
        zz_incident: 5,
        name: "Malware found",
        status: "resolved",
        hosts: [{ hostname: "srv-1", ip: "10.1.1.1" }],
        files: ["C:\\temp\\x.exe"],
      },
    ],
  }),
  "try-hostile":
    '{"title":"<!channel> \\u0024{x} `y` \\" \\\\ end */ {{ liquid }}","*/ zz /*":"x","back`tick|pipe":"`}","new\\nline":"a\\nb","__proto__":{"a":true},"constructor":"f","toString":"t","class":"new","a.b.c":1,"":"empty","1starts with digit":true,"nested":{"{{ x }}":{"deep \\"key\\"":"zz"}},"severity":"{{ 7 }}","id":"id with \\"quotes\\""}',
  "try-dotted": JSON.stringify({
    "zz.rule": "x",
    "zz.name": "y",
    "alert.name": "Brute force",
    "zz.host.name": "web-1",
    "source.ip": "203.0.113.77",
    "@timestamp": "2026-11-20T10:00:00.123456Z",
  }),
  "try-thin": JSON.stringify({ zz_thin: 1 }),
};

let root: string;
let samples: string;

interface Ran {
  status: number;
  output: string;
}
const run = (args: string[]): Promise<Ran> =>
  new Promise((resolve) =>
    execFile(
      process.execPath,
      args,
      { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined } },
      (error, stdout, stderr) => resolve({ status: error ? Number(error.code ?? 1) : 0, output: `${stdout}\n${stderr}` }),
    ),
  );
const make = (...args: string[]): Promise<Ran> => run(["scripts/new-source.ts", ...args]);
const read = (path: string): string => readFileSync(join(root, path), "utf8");

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "tocsin-new-source-"));
  samples = mkdtempSync(join(tmpdir(), "tocsin-samples-"));
  for (const name of readdirSync(project)) if (!LEFT_OUT.has(name)) cpSync(join(project, name), join(root, name), { recursive: true });
  symlinkSync(join(project, "node_modules"), join(root, "node_modules"));
  // Biome looks there for what git ignores.
  cpSync(join(project, ".gitignore"), join(root, ".gitignore"));
  for (const [name, text] of Object.entries(SAMPLES)) writeFileSync(join(samples, `${name}.json`), text);
});
afterAll(() => {
  for (const folder of [root, samples]) rmSync(folder, { recursive: true, force: true });
});

describe("a new source", () => {
  test("is made of each shape of sample, and says how to see it", async () => {
    for (const name of Object.keys(SAMPLES)) {
      const { status, output } = await make(name, "--sample", join(samples, `${name}.json`));
      expect([name, status, status === 0 ? "" : output]).toEqual([name, 0, ""]);
      const [, uuid] = /hooks\/([0-9a-f-]{36})\n/.exec(output) ?? [];
      expect(output).toContain(`npm start -- --config .tocsin/new-source/${name}.toml`);
      expect(output).toContain(`curl -d @src/sources/${name}/fixtures/sample.json http://127.0.0.1:8787/hooks/${uuid}\n`);
      expect(read(`.tocsin/new-source/${name}.toml`)).toContain(`id = "${uuid}"`);
      expect(read(`src/sources/${name}/fixtures/sample.json`).trim()).toBe(SAMPLES[name]);
    }
    for (const name of Object.keys(SAMPLES)) {
      expect(read("docs/configuration.md")).toContain(`\`${name}\``);
      expect(read("README.md")).toContain(`src/sources/${name}/README.md`);
    }
  });

  test("shows its sample as an alert, by its own route", async () => {
    const { status, output } = await run([
      "cli/tocsin.mjs",
      "try",
      ".tocsin/new-source/try-nested.toml",
      "--sample",
      "src/sources/try-nested/fixtures/sample.json",
    ]);
    expect([status, status === 0 ? "" : output]).toEqual([0, ""]);
    for (const text of ["opened: LSASS memory access", "ws-42.example.org 10.0.4.42 host", "T1003.001", "matched -> board"])
      expect(output).toContain(text);
  });

  test("is formatted and type-checks", async () => {
    const biome = ["node_modules/@biomejs/biome/bin/biome", "check", "--vcs-enabled=false"];
    const folders = Object.keys(SAMPLES).map((name) => `src/sources/${name}`);
    const [formatted, typed] = await Promise.all([
      run([...biome, ...folders, "src/sources/index.ts", "docs/configuration.md", "README.md"]),
      run(["node_modules/typescript/bin/tsc", "-p", "."]),
    ]);
    expect([formatted.status, formatted.status === 0 ? "" : formatted.output]).toEqual([0, ""]);
    expect([typed.status, typed.status === 0 ? "" : typed.output]).toEqual([0, ""]);
  });

  test("passes its own test, and those of all sources", async () => {
    const folders = Object.keys(SAMPLES).map((name) => `src/sources/${name}/`);
    const { status, output } = await run([
      "node_modules/vitest/vitest.mjs",
      "run",
      "--project",
      "unit",
      "--reporter=dot",
      ...folders,
      "src/sources/sources.test.ts",
      "src/admin/proof.test.ts",
      "cli/docs.test.ts",
      "cli/config/schema-file.test.ts",
      "scripts/generated-files.test.ts",
    ]);
    expect([status, status === 0 ? "" : output]).toEqual([0, ""]);
  });

  test("is not made twice, nor by half", async () => {
    const before = { index: read("src/sources/index.ts"), page: read("docs/configuration.md") };
    expect(await make("try-flat", "--sample", join(samples, "try-flat.json"))).toMatchObject({
      status: 1,
      output: expect.stringContaining("src/sources/try-flat exists already"),
    });
    // A registry that cannot be read is found out after the folder was made.
    writeFileSync(join(root, "src/sources/index.ts"), "// something else\n");
    const failed = await make("try-half", "--sample", join(samples, "try-flat.json"));
    expect(failed).toMatchObject({
      status: 1,
      output: expect.stringContaining("src/sources/index.ts: the list of sources was not found in it"),
    });
    expect(existsSync(join(root, "src/sources/try-half"))).toBe(false);
    expect([read("src/sources/index.ts"), read("docs/configuration.md")]).toEqual(["// something else\n", before.page]);
    writeFileSync(join(root, "src/sources/index.ts"), before.index);
  });

  test("is refused, with status 2, where the command or the sample is wrong; nobody is asked without a terminal", async () => {
    writeFileSync(join(samples, "empty.json"), "{}");
    expect(await make("try-empty", "--sample", join(samples, "empty.json"))).toMatchObject({
      status: 2,
      output: expect.stringContaining("nothing in it to read"),
    });
    expect(await make("Try")).toMatchObject({ status: 2, output: expect.stringContaining("--sample FILE is missing.") });
    expect(existsSync(join(root, "src/sources/try-empty"))).toBe(false);
  });
});
