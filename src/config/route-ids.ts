// The ids of routes, former ones included: each stands once, since a path leads to one route.
import { FRESH_ID } from "./fields.ts";
import type { Problem } from "./problem.ts";
import { isTable } from "./table.ts";

/** Ids that stand twice. Messages name routes, never the id, which is a credential. */
export function idProblems(routes: readonly [name: string, table: unknown][]): Problem[] {
  const present = new Map<string, string>();
  const twice = routes.flatMap(([name, table]): Problem[] => {
    const id = idOf(table);
    const other = id === undefined ? undefined : present.get(id);
    if (id !== undefined && other === undefined) present.set(id, name);
    if (other === undefined) return [];
    return [{ path: ["routes", name, "id"], message: `the routes ${other} and ${name} have the same id`, instead: FRESH_ID }];
  });
  return [...twice, ...formerProblems(routes, present)];
}

function formerProblems(routes: readonly [name: string, table: unknown][], present: ReadonlyMap<string, string>): Problem[] {
  const former = new Map<string, string>();
  return routes.flatMap(([name, table]) => {
    const list: readonly unknown[] = isTable(table) && Array.isArray(table.former_ids) ? table.former_ids : [];
    return list.flatMap((one, index): Problem[] => {
      const id = idOf(one);
      if (id === undefined) return [];
      const [now, before] = [present.get(id), former.get(id)];
      former.set(id, name);
      const whose = now ?? before;
      if (whose === undefined) return [];
      const message = `is also ${now === undefined ? "a former id" : "the id"} of ${whose === name ? "this route" : `the route ${whose}`}`;
      return [{ path: ["routes", name, "former_ids", index, "id"], message, instead: "take it out of one of them" }];
    });
  });
}

const idOf = (table: unknown): string | undefined => (isTable(table) && typeof table.id === "string" ? table.id.toLowerCase() : undefined);
