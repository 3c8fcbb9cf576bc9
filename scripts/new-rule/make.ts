// A rule from a sample: its condition is guessed, its test says that it matches. Both files are judged before either is written.
import { existsSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { stringify } from "smol-toml";
import { tablesOf } from "../../cli/config/edits.ts";
import { withRule } from "../../cli/config/rule-edits.ts";
import { readText, writeText } from "../../cli/config/text-file.ts";
import { apiOf } from "../../cli/frame/access.ts";
import { part } from "../../cli/frame/api.ts";
import { Failure, Refusal } from "../../cli/frame/errors.ts";
import { chooseRelay } from "../../cli/frame/target.ts";
import { registries } from "../../cli/registries.ts";
import { parseTestText } from "../../cli/rule-tests/read.ts";
import { runTests } from "../../cli/rule-tests/run.ts";
import { tryRoute } from "../../cli/try.ts";
import { judged } from "../../cli/validate.ts";
import { story } from "../../src/admin/answers/alerts.ts";
import type { Alert } from "../../src/alert.ts";
import { parseTables } from "../../src/config/parse.ts";
import { parseConfigText } from "../../src/config/toml.ts";
import type { Request } from "./command.ts";
import { guessCondition } from "./guess.ts";

/** Makes it; answers what a person is told. */
export async function makeRule(request: Request, env: NodeJS.ProcessEnv): Promise<string[]> {
  const { name, config: path } = request;
  const { text } = readText(path);
  judged({ name: path, text }, { remote: false });
  const document = tablesOf(text);
  const { alert, event } = "sample" in request.from ? sampled(request, request.from.sample) : await stored(request.from, env);
  const route = request.route ?? alert.route;
  const to = request.to ?? Object.keys(document.destinations ?? {}).slice(0, 1);
  if (to.length === 0) throw new Refusal("the configuration has no destination.", { hint: "Add one, or name it with --to." });
  const when = guessCondition(alert);
  const base = { text, document, revision: 0, state: "" };
  const table = { name, route, events: [event], matches: [name], expect: to.map((destination) => ({ to: destination })) };
  const testPath = path.replace(/\.toml$/, ".test.toml");
  const before = existsSync(testPath) ? readText(testPath).text : `# Tests of ${path}: npx tocsin test\n`;
  const testText = `${before.trimEnd()}\n\n${stringify({ test: [table] }).trim()}\n`;
  // Where a rule above ends the list, it has to be the first.
  for (const first of [false, true]) {
    const made = withRule(base, route, name, { when, to }, { first });
    const { document: judgedDocument } = judged({ name: path, text: made }, { remote: false });
    const { config } = parseTables(judgedDocument, registries, { local: true });
    const { test } = parseTestText(testPath, testText);
    const own = test.filter((one) => one.name === name).slice(-1);
    const failures = runTests({ path: testPath, configPath: path, config, tests: own }).flatMap((one) => one.failures);
    if (failures.length === 0) {
      writeBoth({ path, text: made }, { path: testPath, text: testText });
      return told({ name, route, path, testPath, when, to, first });
    }
    if (first) throw new Failure(`the rule would not be what its test says: ${failures.join("; ")}.`);
  }
  return [];
}

function sampled({ config, route }: Request, sample: string): { alert: Alert; event: object } {
  const { entries } = tryRoute(config, { remote: false, sample, ...(route === undefined ? {} : { route }) }, Date.now());
  const found = entries.find((entry) => entry.kind === "event");
  if (!found) throw new Refusal(`${sample}: there is no alert in it.`);
  return { alert: found.alert, event: { sample: relative(dirname(config), sample) } };
}

/** A stored alert, in its own fields: what the source's API told of it is in them already. */
async function stored(
  { alert: id, persistTo }: { alert: string; persistTo?: string },
  env: NodeJS.ProcessEnv,
): Promise<{ alert: Alert; event: object }> {
  const relay = await chooseRelay({ persistTo }, env).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.message, {
      hint: "Start it with `npm start`, say where with --persist-to DIR, or set TOCSIN_URL and TOCSIN_TOKEN.",
    });
  });
  const api = await apiOf(relay, "read", { now: Date.now, wait: () => undefined });
  const { alert } = await api.get(`/alerts/${part(id)}`, story);
  const { title, severity, status, category, type, rule, tenant, assets, observables, attacks, tags } = alert;
  const fields = { title, severity, status, category, type, tenant, ...(rule ? { rule: { name: rule.name, id: rule.id } } : {}) };
  const lists = { assets, observables, attacks, tags };
  const said = Object.entries({ ...fields, ...lists }).filter(
    ([, value]) => value !== undefined && value !== "" && Object(value).length !== 0,
  );
  return { alert: alert as Alert, event: { alert: { key: alert.key, ...Object.fromEntries(said) } } };
}

/** The test first: one without its rule fails, a rule without its test would go unnoticed. */
function writeBoth(config: { path: string; text: string }, test: { path: string; text: string }): void {
  const read = parseConfigText(test.text);
  if (!read.ok) throw new Failure(`${test.path}: ${read.reason.message}`);
  try {
    writeFileSync(test.path, test.text);
  } catch (error) {
    throw new Failure(`${test.path}: the file cannot be written (${String(Object(error).code)})`);
  }
  writeText(config.path, config.text);
}

function told(made: { name: string; route: string; path: string; testPath: string; when: string; to: string[]; first: boolean }): string[] {
  const { name, route, path, testPath, when, to, first } = made;
  return [
    `The rule "${name}" stands in ${path}, ${first ? "the first" : "the last"} of the route ${route}:`,
    `  when ${when}`,
    `  to   ${to.join(", ")}`,
    `Its test stands in ${testPath}. Edit both: the condition is a first guess.`,
    "",
    `  npx tocsin test ${path}`,
  ];
}
