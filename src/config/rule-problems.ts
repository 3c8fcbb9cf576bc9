// What is wrong with the rules of a route beyond what each says by itself.
import { closest } from "../rules/closest.ts";
import { NAME } from "./fields.ts";
import type { Path, Problem } from "./problem.ts";
import { isTable } from "./table.ts";

/** What a schema of one rule cannot see: destinations that do not exist, and two rules of one name. */
export function ruleProblems(table: unknown, path: Path, destinations: ReadonlySet<string>): Problem[] {
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
    return [...(rule.name !== undefined && first < index ? [twice] : []), ...destinationProblems(rule.to, [...at, "to"], destinations)];
  });
}

/** Destinations that the relay's `notify` names and that do not exist. */
export const notifyProblems = (relay: unknown, path: Path, destinations: ReadonlySet<string>): Problem[] =>
  isTable(relay) ? destinationProblems(relay.notify, [...path, "notify"], destinations) : [];

function destinationProblems(to: unknown, path: Path, destinations: ReadonlySet<string>): Problem[] {
  const known = [...destinations].join(", ") || "your own";
  const lists: [Path, unknown][] = isTable(to) ? Object.entries(to).map(([key, list]) => [[...path, key], list]) : [[path, to]];
  return lists.flatMap(([at, list]) =>
    (Array.isArray(list) ? list : []).flatMap((name: unknown, index) => {
      if (typeof name !== "string" || name === "" || destinations.has(name)) return [];
      // What is not a name may be a chat's address, which is a secret: it is not repeated.
      if (!NAME.test(name))
        return [{ path: [...at, index], message: "there is no destination of that name", instead: `name one of ${known}` }];
      const near = closest(name, destinations);
      const instead = near === undefined ? `add [destinations.${name}] or name one of ${known}` : `did you mean "${near}"?`;
      return [{ path: [...at, index], message: `there is no destination "${name}"`, instead }];
    }),
  );
}
