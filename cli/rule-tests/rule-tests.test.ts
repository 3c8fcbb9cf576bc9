// `tocsin test`: what a test file may say, what is wrong with one, and what a failing test tells. No relay.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { tocsin } from "../../test/support/command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "tocsin-rule-tests-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONFIG = `
[destinations.soc]
type = "inbox"
[destinations.oncall]
type = "inbox"
[routes.prod]
id = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11"
source = "generic"
mapping = { title = "title", key = "key", severity = "severity" }
[[routes.prod.rules]]
name = "critical"
when = 'alert.severity_id >= CRITICAL'
to = ["oncall"]
escalate = [{ after = "15m", to = ["soc"] }]
[[routes.prod.rules]]
name = "many"
when = 'alert.category == "login"'
to = ["soc"]
threshold = { count = 3, within = "5m", by = "asset.name" }
`;

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
/** Runs a text as the tests of the configuration. */
const tested = (text: string, ...more: string[]) => tocsin(["test", file("tocsin.test.toml", text), ...more]);
const passes = async (text: string) => expect(await tested(text)).toMatchObject({ status: 0, err: "" });
const fails = async (text: string, ...sentences: string[]) => {
  const { status, out, err } = await tested(text);
  expect([status, err]).toEqual([1, ""]);
  for (const sentence of sentences) expect(out).toContain(sentence);
};
const refused = async (text: string, sentence: string) =>
  expect(await tested(text)).toMatchObject({ status: 2, out: "", err: expect.stringContaining(sentence) });

beforeEach(() => void file("tocsin.toml", CONFIG));

const CRITICAL = 'body = { title = "Ransomware", key = "r", severity = "critical" }';

describe("a test", () => {
  it("passes where what is expected comes", () =>
    passes(`
[[test]]
name = "critical"
events = [{ ${CRITICAL} }]
expect = [
  { to = "oncall", kind = "create", at = "0s", title = "Ransom", severity = "critical", status = "new", count = 1 },
  { to = "soc", at = "15m" },
]
only = true
matches = ["critical"]
ends = "routed"
`));

  it("brings samples, alerts in their own fields, repetitions, and what people do", async () => {
    file("sample.json", '{"title":"Ransomware","key":"r","severity":"critical"}');
    await passes(`
[[test]]
name = "taken in hand"
events = [{ sample = "sample.json" }, { after = "5m", status = "in_progress", of = "Ransom" }]
never = ["soc"]

[[test]]
name = "three logins"
events = [{ alert = { key = "l{n}", category = "login", severity = "low", assets = [{ name = "srv" }] }, times = 3, every = "1m" }]
expect = [{ to = "soc", kind = "create", at = "2m", count = 1 }]
ends = ["grouped", "grouped", "grouped"]

[[test]]
name = "detail of the API"
events = [{ body = { title = "Login", key = "x{n}" }, detail = { category = "login", assets = [{ name = "db" }] }, times = 3 }]
expect = [{ to = "soc" }]

[[test]]
name = "a silence"
silences = [{ when = "true", ceiling = "critical", for = "10m" }]
events = [{ ${CRITICAL} }]
until = "5m"
never = ["oncall", "soc"]
ends = "silenced"
`);
  });

  it("has the same clock for every event, at the time that it says", () =>
    passes(`
[[test]]
name = "when"
at = 2026-11-23T03:00:00Z
events = [{ ${CRITICAL} }]
expect = [{ to = "oncall", within = "1s" }]
`));

  it("that fails tells what was expected, what came, and what each rule said", () =>
    fails(
      `
[[test]]
name = "wrong"
events = [{ body = { title = "Scan", key = "s", severity = "high" } }, { ${CRITICAL} }]
expect = [{ to = "soc", title = "Scan", within = "1m" }, { to = "oncall", count = 2 }]
never = ["oncall"]
matches = ["many"]
ends = "routed"
until = "1m"
`,
      "FAIL  wrong",
      'expected something to soc with "Scan" in its title, within 1m; none came',
      "expected 2 of: something to oncall; 1 came",
      "expected nothing to oncall; 1 came",
      'expected the rule "many" to match; it did not',
      "expected event 1 (alert) to end as routed; it ended as unmatched",
      "oncall  create  CRITICAL  Ransomware",
      "not matched  critical",
      "false: alert.severity_id >= CRITICAL; alert.severity_id = 4",
      "1 test, 1 failed",
    ));

  it("that expects nothing else fails where something else comes", () =>
    fails(
      `[[test]]\nname = "only"\nevents = [{ ${CRITICAL} }]\nexpect = [{ to = "oncall" }]\nonly = true\n`,
      'expected nothing else; soc got create "Ransomware"',
    ));
});

describe("results", () => {
  const ONE_OF_TWO = `
[[test]]
name = "good"
events = [{ ${CRITICAL} }]
expect = [{ to = "oncall" }]
[[test]]
name = "bad <&> \\"quoted\\""
events = [{ ${CRITICAL} }]
never = ["oncall"]
`;

  it("are one value with --json", async () => {
    const { status, out } = await tested(ONE_OF_TWO, "--json");
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      passed: 1,
      failed: 1,
      tests: [
        {
          name: "good",
          passed: true,
          failures: [],
          told: [
            { destination: "oncall", after_ms: 0 },
            { destination: "soc", after_ms: 900_000 },
          ],
        },
        { passed: false, failures: ["expected nothing to oncall; 1 came"], events: [{ end: "routed" }] },
      ],
    });
  });

  it("are written as JUnit XML", async () => {
    const path = join(folder, "tests.xml");
    await tested(ONE_OF_TWO, "--junit", path);
    const xml = readFileSync(path, "utf8");
    expect(xml).toContain('tests="2" failures="1"');
    expect(xml).toContain('name="bad &lt;&amp;&gt; &quot;quoted&quot;"');
    expect(xml).toContain('<failure message="expected nothing to oncall; 1 came">');
    expect((await tested(ONE_OF_TWO, "--junit", join(folder, "no", "where.xml"))).err).toContain("cannot be written");
  });

  it("may be of some tests alone", async () => {
    expect(await tested(ONE_OF_TWO, "--only", "good")).toMatchObject({ status: 0, out: expect.stringContaining("1 test, all passed") });
    expect(await tested(ONE_OF_TWO, "--only", "none of them")).toMatchObject({ status: 1 });
  });
});

describe("files", () => {
  const GOOD = `[[test]]\nname = "x"\nevents = [{ ${CRITICAL} }]\nexpect = [{ to = "oncall" }]\n`;

  it("are found by a folder, by the configuration beside them, or named; JSON has the same tables", async () => {
    const own = join(folder, "own");
    mkdirSync(own, { recursive: true });
    file("own/a.toml", CONFIG);
    file("own/a.test.toml", GOOD);
    file(
      "own/b.test.json",
      JSON.stringify({
        config: "a.toml",
        test: [{ name: "y", events: [{ alert: { severity: "critical" } }], never: ["soc"], until: "1m" }],
      }),
    );
    for (const given of [[own], [join(own, "a.test.toml"), join(own, "b.test.json")]])
      expect(await tocsin(["test", ...given])).toMatchObject({ status: 0, out: expect.stringContaining("2 tests, all passed") });
    expect(await tocsin(["test", join(own, "a.toml")])).toMatchObject({ status: 0, out: expect.stringContaining("1 test, all passed") });
  });

  it.each([
    [["nowhere.test.toml"], "there is no such file"],
    [["tests.txt"], "a test file is called NAME.test.toml"],
    [["."], "There is no test file in"],
  ])("%j: %s", async (names, sentence) => {
    const empty = join(folder, "empty");
    mkdirSync(empty, { recursive: true });
    file("empty/tests.txt", "");
    expect(await tocsin(["test", ...names.map((name) => join(empty, name))])).toMatchObject({
      status: 2,
      err: expect.stringContaining(sentence),
    });
  });

  it("need their configuration, which has to be right", async () => {
    const lone = file("lone.test.toml", GOOD);
    expect(await tocsin(["test", lone])).toMatchObject({ status: 2, err: expect.stringContaining("there is no configuration") });
    expect(await tocsin(["test", lone, "--config", join(folder, "tocsin.toml")])).toMatchObject({ status: 0 });
    file("tocsin.toml", `${CONFIG}\nnonsense = 1\n`);
    expect(await tested(GOOD)).toMatchObject({ status: 2, err: expect.stringContaining("tocsin.toml:") });
  });
});

describe("what is wrong is said with its place", () => {
  const test = (more: string) => `[[test]]\nname = "x"\n${more}\n`;

  it.each<[string, string, string]>([
    ["no TOML", "[[test", "tocsin.test.toml:1: this is not TOML"],
    ["no test", "", "test: is missing"],
    [
      "an unknown key",
      test(`events = [{ ${CRITICAL} }]\nexpects = []`),
      "tocsin.test.toml:4: test[0].expects: is not a known key; did you mean expect?",
    ],
    ["no event", test("events = []\nonly = true"), "must have at least 1 member"],
    ["nothing expected", test(`events = [{ ${CRITICAL} }]`), "expects nothing; give expect, never, matches, ends or only = true"],
    ["an event of nothing", test('events = [{ after = "1s" }]\nonly = true'), "brings nothing; give one of sample, body, alert"],
    ["an event of two", test(`events = [{ ${CRITICAL}, status = "new" }]\nonly = true`), "brings body and status"],
    ["a detail of nothing", test('events = [{ status = "new", detail = { title = "x" } }]\nonly = true'), "goes with an event of a source"],
    ["a duration", test(`events = [{ ${CRITICAL}, after = 5 }]\nonly = true`), 'must be a duration; write "5s" for 5 seconds'],
    ["a kind", test(`events = [{ ${CRITICAL} }]\nexpect = [{ to = "soc", kind = "created" }]`), "must be one of create, update"],
    ["a time without a zone", test(`at = 2026-11-23T03:00:00\nevents = [{ ${CRITICAL} }]\nonly = true`), "must be a time with its zone"],
    ["a route", test(`route = "prd"\nevents = [{ ${CRITICAL} }]\nonly = true`), "x: events[0]: route: there is no route prd; it has prod."],
    ["a destination", test(`events = [{ ${CRITICAL} }]\nnever = ["oncal"]`), 'x: there is no destination "oncal".\nDid you mean "oncall"?'],
    ["a rule", test(`events = [{ ${CRITICAL} }]\nmatches = ["nope"]`), 'x: there is no rule "nope".'],
    ["a sample that is not there", test('events = [{ sample = "no.json" }]\nonly = true'), "no.json: there is no such file"],
    ["a body that is refused", test('events = [{ body = "text" }]\nonly = true'), "the route prod refuses it, with 422"],
    [
      "an alert that is not there",
      test('events = [{ status = "resolved", of = "y" }]\nonly = true'),
      'there is no alert "y" in the route prod',
    ],
  ])("%s", (_, text, sentence) => refused(text, sentence));

  it("also in JSON", async () => {
    const path = file("tocsin.test.json", '{"test":[{"name":"x","events":[{}]}]}');
    expect((await tocsin(["test", path])).err).toContain("test[0].events[0]: brings nothing");
    file("tocsin.test.json", "{");
    expect((await tocsin(["test", path])).err).toContain("this is not JSON");
    rmSync(path);
  });
});
