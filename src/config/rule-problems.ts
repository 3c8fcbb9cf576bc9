// What is wrong with the rules of a route beyond what each says by itself.
import { closest } from "../rules/closest.ts";
import { conditionProblems } from "./condition-problems.ts";
import { NAME } from "./fields.ts";
import { holidayProblems } from "./lists.ts";
import type { Path, Problem } from "./problem.ts";
import { isTable } from "./table.ts";

/** What the rules of a route are judged against: the destinations that exist, broken or not, and the lists of the configuration. */
export interface RuleContext {
  destinations: ReadonlySet<string>;
  lists: Readonly<Record<string, readonly string[]>>;
}

/** What a schema of one rule cannot see: conditions, destinations and lists that do not exist, two rules of one name, keys that exclude each other. */
export function ruleProblems(table: unknown, path: Path, { destinations, lists }: RuleContext): Problem[] {
  const rules = isTable(table) && Array.isArray(table.rules) ? table.rules : [];
  return rules.flatMap((rule: unknown, index) => {
    if (!isTable(rule)) return [];
    const at = [...path, "rules", index];
    const first = rules.findIndex((other: unknown) => isTable(other) && other.name === rule.name);
    const twice: Problem = {
      path: [...at, "name"],
      message: `is also the name of rule ${first + 1} of this route`,
      instead: "give each rule its own name",
    };
    const { unless, hours, escalate } = rule;
    const steps: readonly unknown[] = Array.isArray(escalate) ? escalate : [];
    return [
      ...(rule.name !== undefined && first < index ? [twice] : []),
      ...conditionProblems(rule.when, [...at, "when"], lists),
      ...destinationProblems(rule.to, [...at, "to"], destinations),
      ...(isTable(unless) ? conditionProblems(unless.when, [...at, "unless", "when"], lists) : []),
      ...(isTable(hours) ? hoursProblems(hours, [...at, "hours"], { destinations, lists }) : []),
      ...steps.flatMap((step, place) =>
        isTable(step) ? destinationProblems(step.to, [...at, "escalate", place, "to"], destinations) : [],
      ),
      ...exclusions(rule, at),
    ];
  });
}

function hoursProblems({ outside, holidays }: Record<string, unknown>, at: Path, { destinations, lists }: RuleContext): Problem[] {
  const isName = typeof outside === "string" && !OUTSIDE.includes(outside);
  return [
    ...(isName ? destinationProblem(outside, [...at, "outside"], destinations) : []),
    ...holidayProblems(holidays, [...at, "holidays"], lists),
  ];
}

/** What `outside` says other than the name of a destination. */
const OUTSIDE: readonly string[] = ["hold", "digest", "drop"];

/** Keys of one rule that make no sense together. */
function exclusions(rule: Record<string, unknown>, at: Path): Problem[] {
  const has = (key: string): boolean => rule[key] !== undefined;
  const problem = (key: string, message: string, instead: string): Problem => ({ path: [...at, key], message, instead });
  const isMuted = rule.mute === true;
  const found: Problem[] = [];
  if (rule.to === undefined && !isMuted) found.push({ path: [...at, "to"], message: "is missing: a rule has to say where its alerts go" });
  if (has("threshold") && has("unless"))
    found.push(problem("unless", "cannot stand beside `threshold`, which tells of many events and not of one", "make two rules of it"));
  if (has("threshold") && has("group"))
    found.push(problem("group", "cannot stand beside `threshold`, which already makes one alert of many", "take one of the two out"));
  if (has("group") && has("unless"))
    found.push(problem("group", "cannot stand beside `unless`: what waits for an answer is told by itself", "make two rules of it"));
  if (isMuted)
    for (const key of ["threshold", "unless", "group", "hours", "escalate"])
      if (has(key)) found.push(problem(key, "cannot stand beside mute = true, which tells nobody", "take one of the two out"));
  return found;
}

/** Destinations that the relay's `notify` names and that do not exist. */
export const notifyProblems = (relay: unknown, path: Path, destinations: ReadonlySet<string>): Problem[] =>
  isTable(relay) ? destinationProblems(relay.notify, [...path, "notify"], destinations) : [];

function destinationProblems(to: unknown, path: Path, destinations: ReadonlySet<string>): Problem[] {
  const lists: [Path, unknown][] = isTable(to) ? Object.entries(to).map(([key, list]) => [[...path, key], list]) : [[path, to]];
  return lists.flatMap(([at, list]) =>
    (Array.isArray(list) ? list : []).flatMap((name: unknown, index) => destinationProblem(name, [...at, index], destinations)),
  );
}

function destinationProblem(name: unknown, path: Path, destinations: ReadonlySet<string>): Problem[] {
  if (typeof name !== "string" || name === "" || destinations.has(name)) return [];
  const known = [...destinations].join(", ") || "your own";
  // What is not a name may be a chat's address, which is a secret: it is not repeated.
  if (!NAME.test(name)) return [{ path, message: "there is no destination of that name", instead: `name one of ${known}` }];
  const near = closest(name, destinations);
  const instead = near === undefined ? `add [destinations.${name}] or name one of ${known}` : `did you mean "${near}"?`;
  return [{ path, message: `there is no destination "${name}"`, instead }];
}
