// Conditions of the configuration, judged where its lists are known.
import { parseNetwork } from "../lib/network.ts";
import { compileCondition } from "../rules/condition.ts";
import { placeWithin } from "./fields.ts";
import type { Path, Problem } from "./problem.ts";

/** What is wrong with a condition; nothing with what is no text, of which its schema tells. */
export function conditionProblems(text: unknown, path: Path, lists: Readonly<Record<string, readonly string[]>>): Problem[] {
  if (typeof text !== "string") return [];
  const compiled = compileCondition(text, Object.keys(lists));
  if (compiled.ok) return networkProblems([...compiled.value.networks], path, lists);
  const { message, position } = compiled.reason;
  return [{ path, message: `${message}${placeWithin("condition", text, position)}` }];
}

/** A member that is no network would silently hold no address. */
function networkProblems(names: readonly string[], path: Path, lists: Readonly<Record<string, readonly string[]>>): Problem[] {
  return names.flatMap((name): Problem[] => {
    const wrong = (lists[name] ?? []).findIndex((text) => parseNetwork(text) === undefined);
    if (wrong === -1) return [];
    const message = `asks inCidr() of lists.${name}, whose member ${wrong + 1} is no network`;
    return [{ path, message, instead: 'write networks such as "10.0.0.0/8", and names into a list of their own' }];
  });
}
