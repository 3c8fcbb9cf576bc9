// Rules before and after the fact: tests that run with nothing deployed, a rule made from an alert, an alert explained, stored alerts through
// other rules, and an apply that would leave criticals with nobody.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { announceRelay } from "../../cli/frame/local.ts";
import { type Relay, startRelay } from "../../scripts/runtime.ts";
import { tocsin as run } from "../support/command-line.ts";

const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const ADMIN = "canary-admin-token";
const ROOT = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "tocsin-tried-"));
const state = join(folder, "state");
const path = join(folder, "tocsin.toml");
let relay: Relay;

const HEAD = `# Ours. Ask Ana.
[destinations.soc]
type = "inbox"

[destinations.oncall]
type = "inbox"

[routes.prod]
id = "${ID}"
source = "generic"
mapping = { title = "title", key = "key", severity = "severity" }
`;
const rule = (name: string, when: string, to: string): string =>
  `\n[[routes.prod.rules]]\nname = "${name}"\nwhen = '${when}'\nto = ["${to}"]\n`;
const TEXT = HEAD + rule("criticals", "alert.severity_id >= CRITICAL", "oncall") + rule("rest", "alert.severity_id >= MEDIUM", "soc");
/** Criticals reach nobody any more. */
const DEAF = HEAD + rule("mediums", "alert.severity_id == MEDIUM", "soc");

const tocsin = (...args: string[]) => run([...args, "--url", relay.url], { TOCSIN_TOKEN: ADMIN });
async function done(...args: string[]): Promise<string> {
  const { status, out, err } = await tocsin(...args);
  expect(status, `${args.join(" ")}\n${out}${err}`).toBe(0);
  return out;
}
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const get = async (address: string) =>
  (await fetch(`${relay.url}/api${address}`, { headers: { authorization: `Bearer ${ADMIN}` } })).json();
const post = (body: object) => fetch(`${relay.url}/hooks/${ID}`, { method: "POST", body: JSON.stringify(body) });

interface Items {
  items: { id: string; title: string }[];
}
/** The ids of what was posted, by title. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  relay = await startRelay({ persistTo: state, adminToken: ADMIN });
  announceRelay(state, { url: relay.url, pid: process.pid });
  file("tocsin.toml", TEXT);
  await done("apply", path);
  const patience = { timeout: 60_000, interval: 50 };
  const taken = async (title: string, severity: string) => expect((await post({ title, key: title, severity })).status).toBe(202);
  await vi.waitFor(() => taken("Ransomware", "critical"), patience);
  for (const [title, severity] of ["Login medium", "Scan low", "Login critical"].map((one) => one.split(" ")))
    await taken(title ?? "", severity ?? "");
  await vi.waitFor(async () => expect(((await get("/alerts")) as Items).items).toHaveLength(3), patience);
  const processing = async () => ((await get("/books")) as { routes: { processing: number }[] }).routes[0]?.processing;
  await vi.waitFor(async () => expect(await processing()).toBe(0), patience);
  for (const { id, title } of ((await get("/alerts")) as Items).items) ids[title] = id;
});
afterAll(async () => {
  await relay?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a silence by the command line", () => {
  interface Silence {
    id: string;
    when: string;
    ceiling: string;
    from: string;
    until: string;
  }
  const add = (...args: string[]) => tocsin("silences", "add", "--comment", "known", ...args);
  const made = async (...args: string[]): Promise<Silence> => JSON.parse((await add(...args, "--json")).out);

  it("of one alert hides it as bad as it is, unless told otherwise", async () => {
    const critical = ids.Ransomware ?? "";
    expect(await made("--alert", critical, "--for", "1s")).toMatchObject({ when: `alert.id == "${critical}"`, ceiling: "critical" });
    expect(await made("--alert", critical, "--for", "1s", "--ceiling", "low")).toMatchObject({ ceiling: "low" });
    expect(await made("--when", "false", "--for", "1s")).toMatchObject({ ceiling: "high" });
  });

  it("ends so long from now as --until says, also where it begins later", async () => {
    const before = Date.now();
    const { from, until } = await made("--when", "false", "--from", "2h", "--until", "3h");
    expect(Date.parse(until) - Date.parse(from)).toBeLessThan(3_660_000);
    expect(Date.parse(until)).toBeGreaterThanOrEqual(before + 3 * 3_600_000);
  });

  it.each<[args: string[], status: number, sentence: string]>([
    [["--alert", "prod.nobody", "--for", "1h"], 1, "There is no such alert.\nSee: npx tocsin alerts search"],
    [["--when", "alert.titel == 'a'", "--for", "1h"], 2, "when: alert has no field titel; did you mean title? (column 6 of the condition)"],
    [["--when", "true", "--until", "2020-01-01"], 2, "until: must be after its beginning"],
    [["--when", "true", "--for", "1h", "--route", "prd"], 2, "routes: there is no route prd; did you mean prod?"],
    [
      ["--when", "true", "--for", "1h", "--hours", "sun 02:00-04:00 Europe/Pari"],
      2,
      "recur.zone: must be the name of a time zone; write for",
    ],
    [["--when", "true"], 2, "Give either --for DURATION or --until TIME."],
  ])("is refused: %j", async (args, status, sentence) => {
    expect(await add(...args)).toMatchObject({ status, err: expect.stringContaining(sentence) });
  });
});

describe("explain", () => {
  it("tells every gate with its values, revision and time, and that the rules would do the same", async () => {
    const text = await done("explain", ids.Login ?? "");
    expect(text).toMatch(/^CRITICAL {2}Login {2}new/);
    expect(text).toContain("shown by oncall, soc\nthe same by the rules in effect");
    expect(text).toMatch(/matched {6}rest -> soc\n +true: alert.severity_id >= MEDIUM; alert.severity_id = 3; revision = 1/);
    expect(text).toMatch(/\d\d\d\d-\d\d-\d\d \d\d:\d\d:\d\d {2}opened .* ended as routed -> soc/);
    for (const line of text.split("\n")) expect(line.length, line).toBeLessThanOrEqual(100);
  });

  it("tells what the rules of a file would do otherwise", async () => {
    const other = file("deaf.toml", DEAF);
    const text = await done("explain", ids.Ransomware ?? "", "--file", other);
    expect(text).toContain(`differs: by the rules of ${other}, told to nobody`);
    expect(text).toContain(`by the rules of ${other} it ends as unmatched`);
    expect(text).toContain("not matched  mediums");
    const json = JSON.parse(await done("explain", ids.Ransomware ?? "", "--file", other, "--json"));
    expect(json).toMatchObject({
      against: "config",
      revision: null,
      shown_by: ["oncall", "soc"],
      would_show: [],
      differs: true,
      events: [{ end: "routed", to: ["oncall", "soc"], would: { end: "unmatched", to: [] }, differs: true }],
    });
  });

  it("says which alert or file is wrong", async () => {
    expect(await tocsin("explain", "prod.000000000000000000000000")).toMatchObject({
      status: 1,
      err: expect.stringContaining("no such alert"),
    });
    const wrong = file("wrong.toml", `${TEXT}\n[nonsense]\n`);
    expect(await tocsin("explain", ids.Login ?? "", "--file", wrong)).toMatchObject({
      status: 2,
      err: expect.stringContaining(`${wrong}:`),
    });
  });
});

describe("backtest", () => {
  it("says of the same rules that nothing differs", async () => {
    expect(JSON.parse(await done("backtest", path, "--json"))).toMatchObject({ alerts: 3, events: 4, differing: 0, lost: 0, split: [] });
    expect(await done("backtest", path)).toContain("Every alert reaches the same destinations.");
  });

  it("tells by destination what is more and less, examples, and the criticals that would reach nobody", async () => {
    const other = file("deaf.toml", DEAF);
    const { status, out } = await tocsin("backtest", other, "--days", "2");
    expect(status).toBe(1);
    expect(out).toMatch(/^3 alerts, 4 events/);
    expect(out).toMatch(/oncall +2 +0 +-2 +0 +2/);
    expect(out).toContain("1 critical alert that reached somebody would reach nobody:");
    expect(out).toMatch(/Ransomware \(now oncall, soc\)/);
  });

  it("stands in a plan, where it is asked for", async () => {
    const other = file("deaf.toml", DEAF);
    expect(await done("plan", other)).not.toContain("would reach");
    expect(await done("plan", other, "--backtest", "7")).toContain("1 critical alert that reached somebody would reach nobody.");
    expect(JSON.parse(await done("plan", other, "--backtest", "7", "--json"))).toMatchObject({ backtest: { lost: 1 } });
  });

  it("goes page by page, and says where a route did not fit into one", async () => {
    const body = JSON.stringify({ config: TEXT, limit: 2 });
    const page = async (more: object) => {
      const answer = await fetch(`${relay.url}/api/backtest`, {
        method: "POST",
        headers: { authorization: `Bearer ${ADMIN}` },
        body: JSON.stringify({ ...JSON.parse(body), ...more }),
      });
      expect(answer.status).toBe(200);
      return (await answer.json()) as { alerts: number; next: string | null };
    };
    const first = await page({});
    expect(first.alerts).toBe(2);
    expect(await page({ cursor: first.next })).toMatchObject({ alerts: 1, next: null });
  });
});

describe("apply", () => {
  it("is refused where criticals would reach nobody, with the list of them, and done with --force", async () => {
    const other = file("deaf.toml", DEAF);
    const refused = await tocsin("apply", other);
    expect(refused.status).toBe(2);
    expect(refused.err).toContain("Nothing was applied. 1 critical alert that reached somebody would reach nobody:");
    expect(refused.err).toContain("Ransomware");
    expect(refused.err).toContain("--force");
    expect(JSON.parse((await tocsin("apply", other, "--json")).out)).toMatchObject({ lost: 1, lost_examples: [{ title: "Ransomware" }] });
    expect(await done("export")).toContain("criticals");
    expect(await done("apply", other, "--force")).toContain("Applied as revision 2");
    // Back again: more than before, nothing is lost.
    expect(await done("apply", path)).toContain("Applied as revision 3");
  });
});

describe("tests of rules", () => {
  const newRule = (...args: string[]): Promise<{ status: number; out: string; err: string }> =>
    new Promise((resolve) => {
      const given = ["--import", join(ROOT, "cli/require-node.mjs"), join(ROOT, "scripts/new-rule.ts"), ...args];
      const env = { ...process.env, TOCSIN_URL: relay.url, TOCSIN_TOKEN: ADMIN };
      execFile(process.execPath, given, { cwd: ROOT, env }, (error, out, err) => resolve({ status: Number(error?.code ?? 0), out, err }));
    });

  it("a rule made from a sample passes its test, and fails it when it is broken", async () => {
    const config = file("made.toml", TEXT);
    const sample = file("sample.json", '{"title":"Disk full","key":"d","severity":"low"}');
    const made = await newRule("disk full", "--sample", sample, "--to", "oncall", "--config", config);
    expect(made, made.err).toMatchObject({ status: 0, out: expect.stringContaining('when alert.title == "Disk full"') });
    expect(readFileSync(config, "utf8")).toContain("# Ours. Ask Ana.");
    expect(await run(["test", config])).toMatchObject({ status: 0, out: expect.stringContaining("1 test, all passed") });
    writeFileSync(config, readFileSync(config, "utf8").replace('alert.title == "Disk full"', 'alert.title == "Disk fool"'));
    const broken = await run(["test", config, "--junit", join(folder, "tests.xml")]);
    expect(broken.status).toBe(1);
    expect(broken.out).toContain('expected the rule "disk full" to match; it did not');
    expect(broken.out).toContain("not matched  disk full");
    expect(readFileSync(join(folder, "tests.xml"), "utf8")).toContain("<testsuite name=");
    expect((await newRule("disk full", "--sample", sample, "--config", config)).err).toContain("already");
  });

  it("a rule made from a stored alert passes its test", async () => {
    const config = file("stored.toml", TEXT);
    const made = await newRule("ransom", "--from", ids.Ransomware ?? "", "--config", config);
    expect(made, made.err).toMatchObject({ status: 0 });
    expect(JSON.parse((await run(["test", config, "--json"])).out)).toMatchObject({
      passed: 1,
      failed: 0,
      tests: [{ name: "ransom", told: [{ destination: "oncall" }, { destination: "soc" }] }],
    });
  });
});
