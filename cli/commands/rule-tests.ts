// `tocsin test`: tests of rules, with nothing deployed.
import { writeFileSync } from "node:fs";
import { Failure } from "../frame/errors.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import type { Frame } from "../frame/program.ts";
import { junitXml } from "../rule-tests/junit.ts";
import { readTestFile, testFilesIn } from "../rule-tests/read.ts";
import { runTests, type TestResult } from "../rule-tests/run.ts";
import { testLines } from "../views/rule-tests.ts";

const WIDE = 100;

/** Adds the verb. */
export function addRuleTests({ program, does }: Frame): void {
  const test = program
    .command("test")
    .helpGroup(HEADINGS.configuration)
    .summary("run the tests of rules, with nothing deployed")
    .description(
      "Runs tests of rules: given these events, expect these messages. They stand beside the configuration, in NAME.test.toml or NAME.test.json for NAME.toml, and run over a relay in memory with a clock of their own. No relay is asked. Exit status 1 when one fails. See docs/rule-tests.md.",
    )
    .argument("[files...]", "test files, configurations or folders (default: the folder at hand)")
    .option("--config <file>", "the configuration, in place of the one beside each file")
    .option("--only <text>", "only tests with this in their name")
    .option("--junit <file>", "write the results as JUnit XML too, for CI");
  withExamples(
    test,
    ["test", "the tests in this folder"],
    ["test tocsin.toml", "those of a configuration"],
    ["test --config new.toml --junit tests.xml", "in CI, with another configuration"],
  );
  does<[files: string[]], { config?: string; only?: string; junit?: string }>(test, async ({ out, options, terminal }, own, files) => {
    const began = terminal.now();
    const remote = options.remote ?? false;
    const results = testFilesIn(files).flatMap((path) => {
      const file = readTestFile(path, { config: own.config, remote });
      return runTests({ ...file, tests: file.tests.filter(({ name }) => name.includes(own.only ?? "")) });
    });
    if (results.length === 0) throw new Failure(`No test has ${JSON.stringify(own.only)} in its name.`);
    const failed = results.filter(({ failures }) => failures.length > 0).length;
    if (own.junit !== undefined) writeJunit(own.junit, results);
    if (out.isJson) out.json({ passed: results.length - failed, failed, tests: results.map(inJson) });
    else out.lines(testLines(results, Math.min(out.width ?? WIDE, WIDE), terminal.now() - began));
    return failed > 0 ? 1 : 0;
  });
}

const inJson = ({ told, events, start, ...result }: TestResult) => ({
  ...result,
  passed: result.failures.length === 0,
  told: told.map(({ raisedBy, at, ...one }) => ({
    at: new Date(at).toISOString(),
    ...one,
    ...(raisedBy ? { raised_by: raisedBy } : {}),
    after_ms: at - start,
  })),
  events: events.map((one) => ({ ...one, at: new Date(one.at).toISOString() })),
});

function writeJunit(path: string, results: readonly TestResult[]): void {
  try {
    writeFileSync(path, junitXml(results));
  } catch (error) {
    throw new Failure(`${path}: the file cannot be written (${String(Object(error).code)})`);
  }
}
