// `[[inhibit]]`: alerts that hold others back. From the tables of the file, or a row, to the parsed form.
import { closest } from "../rules/closest.ts";
import { conditionProblems } from "./condition-problems.ts";
import { inhibitionOf, inhibitSchema } from "./gate-schemas.ts";
import type { Inhibition } from "./model.ts";
import { type Path, type Problem, parseWith } from "./problem.ts";
import { notATable, type Parsed } from "./route.ts";
import { isTable } from "./table.ts";

/** What an inhibition is parsed against: the routes that exist, broken or not, and the lists of the configuration. */
export interface InhibitionContext {
  routes: ReadonlySet<string>;
  lists: Readonly<Record<string, readonly string[]>>;
}

/** Parses one member of `[[inhibit]]`; `path` is where it stands. */
export function parseInhibition(table: unknown, path: Path, { routes, lists }: InhibitionContext): Parsed<Inhibition> {
  if (!isTable(table)) return notATable(path);
  const parsed = parseWith(inhibitSchema, table, path);
  const problems = [
    ...parsed.problems,
    ...conditionProblems(table.source, [...path, "source"], lists),
    ...conditionProblems(table.target, [...path, "target"], lists),
    ...routeProblems(table.routes, [...path, "routes"], routes),
  ];
  if (parsed.value === undefined || problems.length > 0) return { problems };
  return { value: inhibitionOf(parsed.value), problems: [] };
}

/** Members of `[[inhibit]]` that bear the name of an earlier one: names stand in traces, and are the keys of the rows. */
export function sameNames(tables: readonly unknown[], path: Path): Problem[] {
  const nameOf = (table: unknown): unknown => (isTable(table) ? table.name : undefined);
  return tables.flatMap((table, index): Problem[] => {
    const first = tables.findIndex((other) => nameOf(other) === nameOf(table));
    if (nameOf(table) === undefined || first === index) return [];
    const message = `is also the name of inhibition ${first + 1}`;
    return [{ path: [...path, index, "name"], message, instead: "give each inhibition its own name" }];
  });
}

/** Routes that are named and do not exist. */
export function routeProblems(names: unknown, path: Path, routes: ReadonlySet<string>): Problem[] {
  return (Array.isArray(names) ? names : []).flatMap((name: unknown, index): Problem[] => {
    if (typeof name !== "string" || name === "" || routes.has(name)) return [];
    const near = closest(name, routes);
    const instead = near === undefined ? `name one of ${[...routes].join(", ") || "your own"}` : `did you mean "${near}"?`;
    return [{ path: [...path, index], message: "there is no route of that name", instead }];
  });
}
