// A rule as fields of a form, and back: what people change most has fields of its own, the rest is TOML. Pure.
import { stringify } from "smol-toml";
import { isTable } from "../../config/table.ts";
import { parseConfigText } from "../../config/toml.ts";
import { fail, ok, type Result } from "../../outcome.ts";

/** What the fields hold. */
export interface RuleFields {
  name: string;
  when: string;
  to: string[];
  enabled: boolean;
  stop: boolean;
  /** All other keys, in TOML; `to` too where it is by severity. */
  rest: string;
}

/** What is wrong with a field. */
export interface FieldProblem {
  field: "name" | "when" | "to" | "rest";
  sentence: string;
}

/** Keys that have fields. */
const OWN = ["name", "when", "enabled", "stop"];

/** A rule's fields. */
export function fieldsOf(name: string, table: Record<string, unknown>): RuleFields {
  const { when, to, enabled, stop } = table;
  const isList = Array.isArray(to);
  const rest = Object.fromEntries(Object.entries(table).filter(([key]) => !OWN.includes(key) && !(key === "to" && isList)));
  return {
    name,
    when: typeof when === "string" ? when : "",
    to: isList ? to.map(String) : [],
    enabled: enabled !== false,
    stop: stop === true,
    rest: Object.keys(rest).length === 0 ? "" : stringify(rest),
  };
}

/** The table that fields make, or what is wrong with them by themselves. */
export function tableOf({ name, when, to, enabled, stop, rest }: RuleFields): Result<Record<string, unknown>, FieldProblem[]> {
  const problems: FieldProblem[] = [];
  if (name.trim() === "") problems.push({ field: "name", sentence: "A rule needs a name: its count and its decisions are told by it." });
  const parsed = parseConfigText(rest);
  if (!parsed.ok) {
    const { message, line = 1 } = parsed.reason;
    problems.push({ field: "rest", sentence: `Line ${line}: ${message}.` });
  }
  const others = parsed.ok ? parsed.value.document : {};
  for (const key of OWN)
    if (Object.hasOwn(others, key)) problems.push({ field: "rest", sentence: `“${key}” has a field of its own above.` });
  if (others.to !== undefined && !isTable(others.to))
    problems.push({ field: "rest", sentence: "“to” stands here only where it is by severity; choose destinations above otherwise." });
  if (others.to !== undefined && to.length > 0)
    problems.push({ field: "to", sentence: "Destinations are chosen here and by severity below: take one of the two out." });
  if (problems.length > 0) return fail(problems);
  const { to: bySeverity, ...gates } = others;
  return ok({
    name: name.trim(),
    ...(enabled ? {} : { enabled: false }),
    ...(when.trim() === "" ? {} : { when: when.trim() }),
    ...(bySeverity !== undefined ? { to: bySeverity } : to.length > 0 ? { to } : {}),
    ...(stop ? { stop: true } : {}),
    ...gates,
  });
}

/** Problems of a whole configuration, as far as they are about one rule: each at its field. The others are told with their places. */
export function problemsAt<Wrong extends { path: readonly (string | number)[] }>(
  problems: readonly Wrong[],
  path: readonly (string | number)[],
  told: (problem: Wrong) => string,
): { fields: FieldProblem[]; others: Wrong[] } {
  const isOurs = (problem: Wrong): boolean => path.every((part, index) => problem.path[index] === part);
  const fields = problems.filter(isOurs).map((problem): FieldProblem => {
    const [key = "", ...more] = problem.path.slice(path.length).map(String);
    const field = key === "name" || key === "when" || (key === "to" && more.every((part) => /^\d+$/.test(part))) ? key : "rest";
    const where = field === "rest" && key !== "" ? `${[key, ...more].join(".")}: ` : "";
    return { field, sentence: `${where}${told(problem)}` };
  });
  return { fields, others: problems.filter((problem) => !isOurs(problem)) };
}
