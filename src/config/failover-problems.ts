// What is wrong with the failovers of destinations beyond what each says by itself.
import { closest } from "../rules/closest.ts";
import { NAME } from "./fields.ts";
import type { Path, Problem } from "./problem.ts";
import { isTable } from "./table.ts";

/** Every destination's name, broken or not, with the name that its `failover` says, if it does. */
export type Failovers = ReadonlyMap<string, string | undefined>;

/** The failovers of tables as the file or a row has them. */
export const failoversOf = (tables: Iterable<[name: string, table: unknown]>): Failovers =>
  new Map(Array.from(tables, ([name, table]) => [name, said(table)?.to]));

/** What a schema of one destination cannot see: a failover to nobody, to itself, or round in a circle. */
export function failoverProblems(name: string, table: unknown, path: Path, failovers: Failovers): Problem[] {
  const failover = said(table);
  if (failover === undefined) return [];
  const problem = nameProblem(name, failover.to, failovers) ?? circleProblem(name, failovers);
  return problem ? [{ path: [...path, ...failover.path], ...problem }] : [];
}

function said(table: unknown): { to: string; path: Path } | undefined {
  const failover = isTable(table) ? table.failover : undefined;
  const to = isTable(failover) ? failover.to : failover;
  if (typeof to !== "string" || to === "") return undefined;
  return { to, path: isTable(failover) ? ["failover", "to"] : ["failover"] };
}

type Words = Pick<Problem, "message" | "instead">;

function nameProblem(name: string, to: string, failovers: Failovers): Words | undefined {
  const others = [...failovers.keys()].filter((other) => other !== name);
  const some = others.length > 0 ? `name one of ${others.join(", ")}` : "add another destination first";
  if (to === name) return { message: "is this destination itself, which could not help", instead: some };
  if (failovers.has(to)) return undefined;
  // What is not a name may be a chat's address, which is a secret: it is not repeated.
  if (!NAME.test(to)) return { message: "there is no destination of that name", instead: some };
  const near = closest(to, others);
  return {
    message: `there is no destination "${to}"`,
    instead: near === undefined ? `add [destinations.${to}] or ${some}` : `did you mean "${near}"?`,
  };
}

/** Told once for each circle, at the first of its destinations. */
function circleProblem(name: string, failovers: Failovers): Words | undefined {
  const chain = [name];
  for (let next = failovers.get(name); next !== undefined && next !== name; next = failovers.get(next)) {
    if (chain.includes(next)) return undefined;
    chain.push(next);
  }
  if (failovers.get(chain.at(-1) ?? name) !== name) return undefined;
  const first = [...failovers.keys()].find((one) => chain.includes(one));
  if (first !== name) return undefined;
  return { message: `goes round in a circle: ${[...chain, name].join(", ")}`, instead: "take `failover` out of one of them" };
}
