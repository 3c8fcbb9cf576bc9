// The command `npm run routes --` with the real wrangler and a D1 database on disk:
// - a wrong file is refused with lines and exit status 2, and nothing is written;
// - a file is applied as one revision, and again without effect;
// - rows by hand work, and a broken one is shown loudly;
// - of two applies at the same moment one wins, removes the rows by hand, and tells what changed without credentials.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const OTHER_ID = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const dir = mkdtempSync(join(tmpdir(), "tocsin-routes-"));
const state = ["--persist-to", join(dir, "state")];

const config = (id: string, rules: string) => `# it's a "test"; -- with odd characters /* $$ */
[relay]
url = "https://relay.example.com"

[destinations.box]
type = "inbox"

[routes.prod]
id = "${id}"
source = "sekoia"
token = "secret:TOKEN"
${rules}
`;
const RULE = `[[routes.prod.rules]]\nname = "all"\nwhen = 'alert.severity_id >= LOW'\nto = ["box"]\n`;

function run(script: string, args: string[]): Promise<{ status: number | null; out: string; err: string }> {
  return new Promise((done) => {
    const env = { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: "false", WRANGLER_SEND_METRICS: "false" };
    const child = spawn(process.execPath, [script, ...args], { cwd: ROOT, env });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.on("data", (data) => out.push(String(data)));
    child.stderr.on("data", (data) => err.push(String(data)));
    child.on("close", (status) => done({ status, out: out.join(""), err: err.join("") }));
  });
}
/** As package.json has it. */
const routes = (...args: string[]) => run("cli/tocsin.mjs", ["routes", ...args]);
const wrangler = (...args: string[]) => run("node_modules/wrangler/bin/wrangler.js", ["d1", ...args, "--local", ...state]);

function file(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

beforeAll(async () => {
  const { status, err } = await wrangler("migrations", "apply", "DB");
  expect(err).not.toContain("ERROR");
  expect(status).toBe(0);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it("refuses a wrong file with every error and its line", async () => {
  const path = file("bad.toml", config("4ad4bd0e", '[[routes.prod.rules]]\nto = ["bxo"]\n'));
  const [applied, validated] = await Promise.all([routes("apply", path, ...state), routes("validate", path)]);
  expect(applied.status).toBe(2);
  expect(applied.err.trim().split("\n")).toEqual([
    `${path}:9: [routes.prod] id: must be a UUID; make a fresh one with \`uuidgen\` or \`node -p 'crypto.randomUUID()'\``,
    `${path}:13: [routes.prod] rules[0].to[0]: there is no destination "bxo"; did you mean "box"?`,
  ]);
  expect(validated).toEqual(applied);
});

it("applies, tells what changed, and hides what is a credential", async () => {
  const first = await routes("apply", file("one.toml", config(ID, RULE)), ...state);
  expect(first).toMatchObject({ status: 0, err: "" });
  expect(first.out.split("\n").filter((line) => !line.startsWith("    "))).toEqual([
    "Applied as revision 1 of the relay on this machine.",
    "  ~ relay",
    "  + destination box",
    "  + route prod",
    "",
  ]);
  expect(first.out).not.toContain(ID);

  const again = await routes("apply", file("one.toml", config(ID, RULE)), ...state, "--json");
  expect(JSON.parse(again.out)).toMatchObject({ applied: false, revision: 1 });

  // By hand: a good route, and one that names a destination that does not exist.
  const insert = (name: string, id: string, to: string) =>
    `INSERT INTO routes (name, id, source, rules) VALUES ('${name}', '${id}', 'sekoia', '[{"to":["${to}"]}]')`;
  const hand = await wrangler(
    "execute",
    "DB",
    "--command",
    `${insert("hand", "6ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11", "box")}; ${insert("bad", "7ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11", "nobody")}`,
  );
  expect(hand.status).toBe(0);
  const listed = await routes("list", ...state);
  expect(listed.status).toBe(0);
  expect(listed.out.split("\n")[0]).toBe(
    'BROKEN route bad, which serves nothing: rules[0].to[0]: there is no destination "nobody"; add [destinations.nobody] or name one of box',
  );
  expect(listed.out).toMatch(/ {2}hand\s+sekoia\s+enabled\s+1 rule to box/);
  const rows = await routes("list", ...state, "--json");
  expect(JSON.parse(rows.out)).toMatchObject({
    revision: 1,
    routes: [{ name: "bad", broken: expect.any(String) }, { name: "hand" }, { name: "prod" }],
  });
  expect(listed.out).not.toContain(ID);
});

it("lets one of two applies at the same moment win", async () => {
  const paths = ["a", "b"].map((name) => file(`${name}.toml`, config(OTHER_ID, `shards = ${name === "a" ? 2 : 3}`)));
  const results = await Promise.all(paths.map((path) => routes("apply", path, ...state)));
  const won = results.filter(({ status }) => status === 0);
  expect(won.map(({ out }) => out)).toContain(
    "Applied as revision 2 of the relay on this machine.\n" +
      "  - route bad\n  - route hand\n  ~ route prod\n    ~ id: changed: the old address stops working\n" +
      `    + shards = ${won[0]?.out.includes("shards = 2") ? 2 : 3}\n` +
      '    - rules["all"] = { name = "all", when = "alert.severity_id >= LOW", to = ["box"] }\n',
  );
  for (const { err } of results.filter(({ status }) => status !== 0))
    expect(err).toContain("Another configuration was applied at the same moment");
  const listed = JSON.parse((await routes("list", ...state, "--reveal", "--json")).out);
  expect(listed).toMatchObject({
    // Both win when one happened to finish before the other began to read.
    revision: 1 + won.length,
    routes: [{ name: "prod", source: "sekoia", enabled: true, rules: 0, hook: `https://relay.example.com/hooks/${OTHER_ID}` }],
    destinations: [{ name: "box", type: "inbox" }],
  });
});

it("says what is wrong with a command", async () => {
  const [unknown, help, missing] = await Promise.all([routes("aply", "x"), routes("--help"), routes("validate", join(dir, "none.toml"))]);
  expect(unknown).toMatchObject({ status: 2, err: expect.stringContaining("Unknown command 'aply'.") });
  expect(help).toMatchObject({ status: 0, out: expect.stringContaining("routes") });
  expect(missing).toMatchObject({ status: 2, err: `${join(dir, "none.toml")}: there is no such file\n` });
});
