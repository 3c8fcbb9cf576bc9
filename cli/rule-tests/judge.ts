// What a test expects, held against what was told.
import { matchedIn } from "../../src/ledger/rule-counts.ts";
import { durationText } from "../../src/lib/duration.ts";
import type { EventEnded } from "../../src/simulate/simulation.ts";
import type { Told } from "../../src/simulate/told.ts";
import type { Expectation, RuleTest } from "./schema.ts";

/** A sentence for each thing that is not as the test says. */
export function failuresOf(test: RuleTest, told: readonly Told[], events: readonly EventEnded[]): string[] {
  const expected = test.expect.flatMap((one) => {
    const fits = told.filter((message) => isMeant(one, message, test.at));
    if (one.count === undefined ? fits.length > 0 : fits.length === one.count) return [];
    const came = one.count === undefined ? "none came" : `${fits.length} came`;
    return [`expected ${inWords(one)}; ${came}`];
  });
  const never = test.never.flatMap((name) => {
    const some = told.filter(({ destination }) => destination === name);
    return some.length === 0 ? [] : [`expected nothing to ${name}; ${some.length} came`];
  });
  const matched = new Set(events.flatMap(({ trace }) => matchedIn(trace)));
  const missed = test.matches
    .filter((name) => !matched.has(name))
    .map((name) => `expected the rule ${JSON.stringify(name)} to match; it did not`);
  const besides = test.only ? told.filter((message) => !test.expect.some((one) => isMeant(one, message, test.at))) : [];
  return [
    ...expected,
    ...never,
    ...missed,
    ...besides.map((message) => `expected nothing else; ${message.destination} got ${message.kind} ${JSON.stringify(message.title)}`),
    ...endFailures(test.ends, events),
  ];
}

function endFailures(ends: RuleTest["ends"], events: readonly EventEnded[]): string[] {
  if (ends === undefined) return [];
  if (Array.isArray(ends) && ends.length !== events.length)
    return [`expected ${ends.length} events to end, and there are ${events.length}`];
  return events.flatMap(({ end, type }, index) => {
    const expected = Array.isArray(ends) ? ends[index] : ends;
    return expected === end ? [] : [`expected event ${index + 1} (${type}) to end as ${expected}; it ended as ${end}`];
  });
}

function isMeant({ to, kind, title, severity, status, text, route, at, within }: Expectation, message: Told, start: number): boolean {
  const since = message.at - start;
  return (
    message.destination === to &&
    (kind === undefined || message.kind === kind) &&
    (title === undefined || message.title.includes(title)) &&
    (severity === undefined || message.severity === severity) &&
    (status === undefined || message.status === status) &&
    // The chats begin it with a capital.
    (text === undefined || (message.text ?? "").toLowerCase().includes(text.toLowerCase())) &&
    (route === undefined || message.route === route) &&
    (at === undefined || since === at) &&
    (within === undefined || since <= within)
  );
}

function inWords({ to, kind, title, severity, status, text, route, at, within, count }: Expectation): string {
  return [
    count === undefined ? "" : `${count} of: `,
    `${kind ?? "something"} to ${to}`,
    title === undefined ? "" : ` with ${JSON.stringify(title)} in its title`,
    text === undefined ? "" : ` that says ${JSON.stringify(text)}`,
    severity === undefined ? "" : `, severity ${severity}`,
    status === undefined ? "" : `, status ${status}`,
    route === undefined ? "" : `, of the route ${route}`,
    at === undefined ? "" : `, ${durationText(at)} after the start`,
    within === undefined ? "" : `, within ${durationText(within)}`,
  ].join("");
}
