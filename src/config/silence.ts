// A silence as people write it at the API, as its row holds it, and as the flow has it.
import * as z from "zod";
import { SEVERITIES } from "../alert.ts";
import { conditionProblems } from "./condition-problems.ts";
import { instant } from "./fields.ts";
import { hoursOf, hoursSchema } from "./hours-schema.ts";
import { holidayProblems } from "./lists.ts";
import type { Silence } from "./model.ts";
import { type Problem, parseWith } from "./problem.ts";
import type { Parsed } from "./route.ts";

/** What a silence hides unless it says otherwise: not what is critical. */
export const CEILING = "high";

/** What of a silence people write, other than its times. */
export const silenceShape = () => ({
  when: z
    .string()
    .min(1)
    .meta({ description: "A condition: what it hides", examples: ['alert.assets.exists(a, a.name == "srv-01")'] }),
  recur: hoursSchema()
    .optional()
    .meta({ description: "As `hours` of a rule, without `outside`: it hides within these alone, again and again" }),
  ceiling: z
    .enum(SEVERITIES, { error: `must be one of ${SEVERITIES.join(", ")}` })
    .default(CEILING)
    .meta({ description: "The highest severity that it hides" }),
  owner: z.string().trim().min(1).max(200).meta({ description: "Who answers for it" }),
  comment: z.string().trim().min(1).max(1_000).meta({ description: "Why" }),
  routes: z.array(z.string().min(1)).min(1).max(100).optional().meta({ description: "Names of routes; absent: every route" }),
});

/** A row of the table `silences`; `recur` and `routes` are JSON, times ISO 8601 UTC. */
export interface SilenceRow {
  id: string;
  condition: string;
  starts_at: string;
  ends_at: string;
  recur: string | null;
  ceiling: string;
  owner: string;
  comment: string;
  routes: string | null;
  created_at: string;
  created_by: string;
  ended_at: string | null;
}

const rowSchema = z.strictObject({ ...silenceShape(), from: instant(), until: instant() });

type Lists = Readonly<Record<string, readonly string[]>>;

/** Parses a row, which may have been written by hand. One that is wrong hides nothing. */
export function parseSilence(row: SilenceRow, lists: Lists): Parsed<Silence> {
  const written = {
    when: row.condition,
    from: row.starts_at,
    until: row.ends_at,
    ceiling: row.ceiling,
    owner: row.owner,
    comment: row.comment,
  };
  const table = {
    ...written,
    ...(row.recur === null ? {} : { recur: json(row.recur) }),
    ...(row.routes === null ? {} : { routes: json(row.routes) }),
  };
  const parsed = parseWith(rowSchema, table, []);
  const problems = [...parsed.problems, ...silenceProblems(table, lists)];
  if (parsed.value === undefined || problems.length > 0) return { problems };
  const { when, from, until, recur, ceiling, owner, comment, routes } = parsed.value;
  const silence: Silence = {
    id: row.id,
    when,
    from,
    until,
    ...(recur === undefined ? {} : { recur: hoursOf(recur) }),
    ceiling,
    owner,
    comment,
    ...(routes === undefined ? {} : { routes }),
    createdAt: Date.parse(row.created_at),
    createdBy: row.created_by,
    ...(row.ended_at === null ? {} : { endedAt: Date.parse(row.ended_at) }),
  };
  return { value: silence, problems: [] };
}

/** What a schema of one silence cannot see: a condition or a list of holidays that there is not. */
export function silenceProblems({ when, recur }: { when?: unknown; recur?: unknown }, lists: Lists): Problem[] {
  return [...conditionProblems(when, ["when"], lists), ...holidayProblems(Object(recur).holidays, ["recur", "holidays"], lists)];
}

/** Null where it is no JSON, which no schema takes: without its hours a silence would hide more. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
