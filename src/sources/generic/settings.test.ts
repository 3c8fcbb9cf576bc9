// What is said of a mapping that is wrong, as people read it: with the place in the file.
import { describe, expect, test } from "vitest";
import { formatProblems } from "../../../cli/toml.ts";
import { parseTables } from "../../config/parse.ts";
import { parseConfigText } from "../../config/toml.ts";
import generic from "./source.ts";

/** The problems of a route's mapping, each as one line. */
function problemsOf(lines: string, route = ""): string[] {
  const file = parseConfigText(`[routes.r]
id = "6f0b2a54-3c1d-4a67-9b0e-5f6f0a4d7c21"
source = "generic"
${route}
[routes.r.mapping]
${lines}`);
  if (!file.ok) throw new Error(file.reason.message);
  const registries = { sources: new Map([[generic.type, generic]]), destinations: new Map(), enrichers: new Map() };
  const { problems } = parseTables(file.value.document, registries, { local: false });
  return formatProblems("f", problems, file.value.locate).map((line) => line.replace(/^f:\d+: \[routes\.r] /, ""));
}

const TITLE = 'title = "t"\n';

describe("a mapping that is wrong", () => {
  test.each([
    ["", "mapping.title: is missing"],
    ['title = "t"\ntitel = "x"', "mapping.titel: is not a known key; did you mean title?"],
    ['title = ""', "mapping.title: the path is empty (column 1 of the path)"],
    ['title = "a..b"', "mapping.title: here should be a name, in quotes if it holds dots or brackets (column 3 of the path)"],
    [`title = "body.a + 'x'"`, "mapping.title: names with blanks stand in quotes (column 7 of the path); an expression begins with ="],
    ['title = "= bdy.a"', "mapping.title: bdy is not known here; did you mean body? (column 3 of the expression)"],
    [
      `title = "= body.a +"`,
      'mapping.title: the expression cannot be read from "+" on; something is missing after it (column 10 of the expression)',
    ],
    ["title = 7", "mapping.title: must be text or a list"],
    ["title = []", "mapping.title: must have at least 1 member"],
    ['title = ["a", "b["]', "mapping.title[1]: here should be a name, in quotes if it holds dots or brackets (column 3 of the path)"],
  ])("%s", (lines, problem) => expect(problemsOf(lines)).toEqual([problem]));

  test.each([
    ['list = "= entry.a"', "mapping.list: entry is not known here; there is only body (column 3 of the expression)"],
    ['test = "body.a = 1"', 'mapping.test: the expression cannot be read from "= 1" on; write == (column 8 of the expression)'],
    [`ignore = "'x'"`, "mapping.ignore: the expression gives text, not true or false (column 1 of the expression)"],
    ['summary = "= each.a"', "mapping.summary: each is not known here; there are body, entry (column 3 of the expression)"],
    [
      'severity = { from = "s", table = { bad = "hihg" } }',
      'mapping.severity.table.bad: must be one of info, low, medium, high, critical; did you mean "high"?',
    ],
    ['severity = { form = "s" }', "mapping.severity.form: is not a known key; did you mean from?"],
    [
      'severity = { from = "s", at_least = { low = 50, high = 10 } }',
      "mapping.severity.at_least: has to rise with the severity; write for example { low = 10, medium = 50, high = 75, critical = 90 }",
    ],
    [
      'severity = { from = "s", at_most = { low = 1, high = 1 } }',
      "mapping.severity.at_most: has to fall as the severity rises; write for example { critical = 1, high = 2, medium = 3, low = 4 }",
    ],
    [
      'severity = { from = "s", at_most = { low = 1 }, at_least = { low = 1 } }',
      "mapping.severity.at_most: cannot stand beside at_least: either high numbers are bad or low ones",
    ],
    [
      'status = { from = "s", table = { over = "closed" } }',
      "mapping.status.table.over: must be one of new, in_progress, suppressed, resolved",
    ],
    ['assets = [{ name = "a", typ = "host" }]', "mapping.assets[0].typ: is not a known key; did you mean type?"],
    ['assets = [{ name = "a b" }]', "mapping.assets[0].name: names with blanks stand in quotes (column 2 of the path)"],
    ['observables = [{ value = "a", type = "= each." }]', /^mapping\.observables\[0]\.type: the expression cannot be read/],
    ['rule = { id = "x" }', "mapping.rule.name: is missing"],
    ['data = ["a.*"]', 'mapping.data[0]: has no name that data can use; write it as a table, data = { name = "..." }'],
    ['data = { comment = "x" }', "mapping.data.comment: cannot be a name in data: Tocsin uses it itself"],
  ])("%s", (lines, problem) => {
    const problems = problemsOf(TITLE + lines);
    expect(problems.filter((line) => !line.endsWith("is missing") || line === problem)).toEqual([
      typeof problem === "string" ? problem : expect.stringMatching(problem),
    ]);
  });

  test.each([
    ['handshake = { quary = "x" }', "handshake.quary: is not a known key; did you mean query?"],
    ['body_secret = { at = "a.*", value = "secret:A" }', "body_secret.at: must be a path that ends in a name, such as clientState"],
    [
      'body_secret = { at = "a", value = "plain" }',
      /^body_secret\.value: is a secret and must not stand in the configuration of a deployed relay/,
    ],
    [
      'body_secret = { at = "a", value = ["secret:A", "plain"] }',
      /^body_secret\.value\[1]: is a secret and must not stand in the configuration of a deployed relay/,
    ],
  ])("%s", (route, problem) => {
    const problems = problemsOf(TITLE, route);
    expect(problems).toContainEqual(typeof problem === "string" ? problem : expect.stringMatching(problem));
  });
});

test("a mapping that is right", () => {
  const lines = `title = ["a.b", "= entry.c + '!'"]
list = "$.alerts"
test = "= has(entry.dry)"
severity = { from = "s", table = { Bad = "high", 3 = "low" }, at_least = { low = 1, high = 7.5 } }
status = "state"
assets = ["host", { each = "hosts", name = "name", type = "= each.kind" }]
observables = "ips.*"
data = { score = ["a", "b"] }`;
  expect(problemsOf(lines)).toEqual([]);
});
