// One enricher: from a table, as the file or a row holds it, to the parsed form; and what is wrong with a route's `enrich`.
import { closest } from "../rules/closest.ts";
import { NAME } from "./fields.ts";
import type { EnricherConfig } from "./model.ts";
import { type Path, type Problem, parseWith } from "./problem.ts";
import { nameProblems, notATable, ownSecretProblems, type Parsed, type Registries, splitTable } from "./route.ts";
import { enricherSchema } from "./schema.ts";
import type { SecretPolicy } from "./secret-policy.ts";
import { isTable } from "./table.ts";

/** Parses `[enrichers.NAME]`; `path` is where the table stands. */
export function parseEnricher(
  name: string,
  table: unknown,
  path: Path,
  { registries, secrets }: { registries: Registries; secrets: SecretPolicy },
): Parsed<EnricherConfig> {
  if (!isTable(table)) return notATable(path);
  const typed = { ...table, type: table.type ?? name };
  const split = splitTable(typed, enricherSchema, "type", registries.enrichers, path);
  const common = parseWith(enricherSchema, split.common, path);
  const problems = [...nameProblems(name, path), ...split.problems, ...common.problems, ...ownSecretProblems(split, path, secrets)];
  if (common.value === undefined || problems.length > 0) return { problems };
  const { type, rate, except } = common.value;
  return { value: { name, type: String(type), rate, except, settings: split.settings }, problems: [] };
}

/** Enrichers that a route's `enrich` names and that do not exist. */
export function enrichProblems(table: unknown, path: Path, enrichers: ReadonlySet<string>): Problem[] {
  const names = isTable(table) && Array.isArray(table.enrich) ? table.enrich : [];
  const known = [...enrichers].join(", ");
  return names.flatMap((name: unknown, index) => {
    if (typeof name !== "string" || name === "" || enrichers.has(name)) return [];
    const at = [...path, "enrich", index];
    const others = known === "" ? "" : ` or name one of ${known}`;
    // What is not a name may be a key in the wrong place: it is not repeated.
    if (!NAME.test(name))
      return [{ path: at, message: "there is no enricher of that name", instead: `add it as [enrichers.NAME]${others}` }];
    const near = closest(name, enrichers);
    return [
      {
        path: at,
        message: `there is no enricher "${name}"`,
        instead: near === undefined ? `add [enrichers.${name}]${others}` : `did you mean "${near}"?`,
      },
    ];
  });
}
