// One test of rules: its events through a relay in memory, and what it expects held against what was told.
import { dirname, join } from "node:path";
import type { Json } from "../../src/alert.ts";
import { hoursOf } from "../../src/config/hours-schema.ts";
import type { Config, Silence } from "../../src/config/model.ts";
import { parseJson } from "../../src/lib/json.ts";
import { type EventEnded, Simulation } from "../../src/simulate/simulation.ts";
import type { Told } from "../../src/simulate/told.ts";
import { Refusal } from "../frame/errors.ts";
import { registries } from "../registries.ts";
import { readFileText } from "../toml.ts";
import { entryOf, numbered, withDetail } from "./events.ts";
import { failuresOf } from "./judge.ts";
import type { TestFile } from "./read.ts";
import type { RuleTest, SilenceTable, TestEvent } from "./schema.ts";

/** How a test ended. */
export interface TestResult {
  file: string;
  name: string;
  /** Sentences: what was expected and did not come, or came and was not expected. */
  failures: string[];
  /** Everything that was told, in its order. */
  told: Told[];
  /** What came, and how it ended. */
  events: EventEnded[];
  /** When the test begins, Unix ms. */
  start: number;
}

/** After the last event, what waits is given so long unless the test says otherwise or expects something later. */
const AFTERWARDS_MS = 60 * 60_000;

/** Runs the tests of a file. */
export const runTests = (file: TestFile): TestResult[] => file.tests.map((test) => runTest(test, file));

function runTest(test: RuleTest, { path, config }: TestFile): TestResult {
  const simulation = new Simulation({ config, silences: silencesOf(test), sources: registries.sources, maskKey: test.name });
  const where = `${path}: ${test.name}`;
  const inputs = test.events
    .flatMap((event, index) => repeated(event).map(({ at, number }) => ({ event, index, number, at: test.at + at })))
    .sort((left, right) => left.at - right.at);
  for (const { event, index, number, at } of inputs) {
    const route = routeOf(config, event.route ?? test.route, `${where}: events[${index}]`);
    bring(simulation, { event, route, number, at, folder: dirname(path), where: `${where}: events[${index}]` });
  }
  simulation.until(endOf(test, inputs.at(-1)?.at ?? test.at));
  const { told } = simulation;
  const events = simulation.events();
  return { file: path, name: test.name, failures: failuresOf(test, told, events), told, events, start: test.at };
}

const repeated = ({ after, times, every }: TestEvent): { at: number; number: number }[] =>
  Array.from({ length: times }, (_, index) => ({ at: after + index * every, number: index + 1 }));

/** What is expected by a time has to have had that time. */
function endOf({ at, until, expect }: RuleTest, last: number): number {
  if (until !== undefined) return Math.max(last, at + until);
  return Math.max(last + AFTERWARDS_MS, ...expect.map((one) => at + Math.max(one.at ?? 0, one.within ?? 0)));
}

interface Brought {
  event: TestEvent;
  route: string;
  number: number;
  at: number;
  folder: string;
  where: string;
}

function bring(simulation: Simulation, { event, route, number, at, folder, where }: Brought): void {
  const { alert, body, sample, detail, status, comment, of } = event;
  if (alert) {
    simulation.accept(route, [entryOf(numbered(alert, number), at, detail)], at);
    return;
  }
  if (status !== undefined || comment !== undefined) {
    simulation.until(at);
    const found = alertNamed(simulation, route, of, where);
    simulation.change(route, found, { author: "test", ...(status ? { status } : {}), ...(comment === undefined ? {} : { comment }) }, at);
    return;
  }
  const given = sample === undefined ? (body ?? null) : sampleAt(join(folder, sample), where);
  const entries = simulation.read(route, numbered(given, number), at);
  if (!entries.ok) throw new Refusal(`${where}: the route ${route} refuses it, with ${entries.reason}`);
  simulation.accept(route, withDetail(entries.value, detail), at);
}

function sampleAt(path: string, where: string): Json {
  const text = readFileText(path);
  if (!text.ok) throw new Refusal(`${where}: sample ${path}: ${text.reason}`);
  const parsed = parseJson(new TextEncoder().encode(text.value));
  if (!parsed.ok) throw new Refusal(`${where}: sample ${path}: it is not JSON: ${parsed.reason}`);
  return parsed.value;
}

/** The alert that somebody takes in hand: by its key or a part of its title; without either the only one, or else the first. */
function alertNamed(simulation: Simulation, route: string, of: string | undefined, where: string): string {
  const alerts = [...simulation.route(route).rows.states.values()].map(({ alert }) => alert);
  const found = of === undefined ? alerts[0] : alerts.find(({ key, title }) => key === of || title.includes(of));
  if (found) return found.id;
  throw new Refusal(`${where}: there is no alert ${of === undefined ? "yet" : JSON.stringify(of)} in the route ${route}.`);
}

function routeOf({ routes }: Config, name: string | undefined, where: string): string {
  const names = routes.map((route) => route.name);
  const [only, ...others] = names;
  if (name === undefined && only !== undefined && others.length === 0) return only;
  if (name !== undefined && names.includes(name)) return name;
  const what = name === undefined ? "route: the configuration has several" : `route: there is no route ${name}`;
  throw new Refusal(`${where}: ${what}; it has ${names.join(", ") || "none"}.`);
}

const silencesOf = ({ silences, at }: RuleTest): Silence[] =>
  silences.map(({ from, for: lasts, recur, ...silence }: SilenceTable, index) => ({
    ...silence,
    id: `silence ${index + 1}`,
    from: at + from,
    until: at + from + lasts,
    ...(recur === undefined ? {} : { recur: hoursOf(recur) }),
    owner: "test",
    comment: "of this test",
    createdAt: at,
    createdBy: "test",
  })) as Silence[];
