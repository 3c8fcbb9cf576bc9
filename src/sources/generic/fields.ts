// What the settings of a mapping are made of: texts that compile, alone, in lists, or as the short form of a table.
import * as z from "zod";
import type { Result } from "../../outcome.ts";
import { type Compiled, compile, compileDecision, NAMES, type Name, type Wrong } from "./expression.ts";

/** The variables of an expression about an entry, and about the body before its entries are known. */
export const IN_ENTRY = ["body", "entry"] as const satisfies readonly Name[];
export const IN_BODY = ["body"] as const satisfies readonly Name[];

/** A text that compiles. */
const compiling = (compiled: (text: string) => Result<Compiled, Wrong>) =>
  z.string().superRefine((text, context) => {
    const result = compiled(text);
    if (!result.ok) context.addIssue({ code: "custom", message: result.reason.message });
  });

/** For each list of variables one schema, since they are made when the Worker starts. */
function once<Schema>(make: (names: readonly [Name, ...Name[]]) => Schema): (names: readonly [Name, ...Name[]]) => Schema {
  const made = new Map<readonly Name[], Schema>();
  return (names) => {
    const schema = made.get(names) ?? make(names);
    made.set(names, schema);
    return schema;
  };
}

/** A path or an expression. */
export const lookup = once((names) => compiling((text) => compile(text, names)));

const lists = once((names) => z.union([lookup(names).transform((text) => [text]), z.array(lookup(names)).min(1)]));
/** One or several of them; they come out as a list. */
export const lookups = (names: readonly [Name, ...Name[]] = IN_ENTRY) => lists(names);

/** The same, or a table that says more; told side by side, so that an error names the form that was meant. */
export const lookupsOr = <Full extends z.ZodType>(lone: (texts: string[]) => z.output<Full>, full: Full) =>
  z.union([
    lookup(IN_ENTRY).transform((text) => lone([text])),
    z
      .array(lookup(IN_ENTRY))
      .min(1)
      .transform((texts) => lone(texts)),
    full,
  ]);

/** What is true or false. */
export const decision = () => compiling((text) => compileDecision(text, IN_ENTRY));

/** A word that stands for itself, or an expression that gives one. */
export const word = () =>
  z
    .string()
    .min(1)
    .superRefine((text, context) => {
      const compiled = text.startsWith("=") ? compile(text, NAMES) : undefined;
      if (compiled && !compiled.ok) context.addIssue({ code: "custom", message: compiled.reason.message });
    });

/** From the vendor's words, in lower case. */
export const table = <Value extends z.ZodType>(value: Value) =>
  z
    .record(z.string(), value)
    .transform((words) => Object.fromEntries(Object.entries(words).map(([key, member]) => [key.toLowerCase(), member])));
