// The settings of a generic route: the mapping, a secret inside the body, a handshake. Everything that can be wrong with a mapping by
// itself is found here, when the configuration is read.
import * as z from "zod";
import { SEVERITIES, type Severity, STATUSES } from "../../alert.ts";
import { secret } from "../../config/secret.ts";
import type { Result } from "../../outcome.ts";
import { type Compiled, compile, compileDecision, NAMES, type Name, type Wrong } from "./expression.ts";

const IN_ENTRY = ["body", "entry"] as const satisfies readonly Name[];
const IN_BODY = ["body"] as const satisfies readonly Name[];

/** A text that compiles. */
const compiling = (compiled: (text: string) => Result<Compiled, Wrong>) =>
  z.string().superRefine((text, context) => {
    const result = compiled(text);
    if (!result.ok) context.addIssue({ code: "custom", message: result.reason.message });
  });

/** A path or an expression. */
const source = (names: readonly [Name, ...Name[]]) => compiling((text) => compile(text, names));

/** One or several of them; they come out as a list. */
const sources = (names: readonly [Name, ...Name[]] = IN_ENTRY) =>
  z.union([source(names).transform((text) => [text]), z.array(source(names)).min(1)]);

const decision = () => compiling((text) => compileDecision(text, IN_ENTRY));

/** A word that stands for itself, or an expression that gives one. */
const word = () =>
  z
    .string()
    .min(1)
    .superRefine((text, context) => {
      const compiled = text.startsWith("=") ? compile(text, NAMES) : undefined;
      if (compiled && !compiled.ok) context.addIssue({ code: "custom", message: compiled.reason.message });
    });

/** From the vendor's words, in lower case. */
const table = <Value extends z.ZodType>(value: Value) =>
  z
    .record(z.string(), value)
    .transform((words) => Object.fromEntries(Object.entries(words).map(([key, member]) => [key.toLowerCase(), member])));

const thresholds = () =>
  z.strictObject({
    info: z.number().optional(),
    low: z.number().optional(),
    medium: z.number().optional(),
    high: z.number().optional(),
    critical: z.number().optional(),
  });
export type Thresholds = Partial<Record<Severity, number>>;

/** Whether the numbers only rise (`sign` 1) or only fall (-1) from the mildest to the worst. */
function isSteady(numbers: Thresholds | undefined, sign: 1 | -1): boolean {
  const told = SEVERITIES.flatMap((severity) => numbers?.[severity] ?? []);
  return told.every((number, index) => index === 0 || (number - (told[index - 1] ?? number)) * sign > 0);
}

const severity = () =>
  z.union([
    sources().transform((from): SeverityScale => ({ from })),
    z
      .strictObject({
        from: sources(),
        table: table(z.enum(SEVERITIES)).optional(),
        at_least: thresholds().optional(),
        at_most: thresholds().optional(),
      })
      .refine(({ at_least, at_most }) => at_least === undefined || at_most === undefined, {
        path: ["at_most"],
        error: "cannot stand beside at_least: either high numbers are bad or low ones",
      })
      .refine(({ at_least }) => isSteady(at_least, 1), {
        path: ["at_least"],
        error: "has to rise with the severity",
        params: { instead: "write for example { low = 10, medium = 50, high = 75, critical = 90 }" },
      })
      .refine(({ at_most }) => isSteady(at_most, -1), {
        path: ["at_most"],
        error: "has to fall as the severity rises",
        params: { instead: "write for example { critical = 1, high = 2, medium = 3, low = 4 }" },
      }),
  ]);
/** Where the severity stands, and what its words and numbers mean. */
export interface SeverityScale {
  from: string[];
  table?: Record<string, Severity>;
  at_least?: Thresholds;
  at_most?: Thresholds;
}

const statusScale = z.strictObject({ from: sources(), table: table(z.enum(STATUSES)).optional() });
const status = () => z.union([sources().transform((from): StatusScale => ({ from })), statusScale]);
/** Where the status stands, and what its words mean. */
export type StatusScale = z.output<typeof statusScale>;

const asset = z.strictObject({
  each: sources().optional(),
  name: sources(NAMES),
  ip: sources(NAMES).optional(),
  id: sources(NAMES).optional(),
  type: word().optional(),
});
export type AssetMapping = z.output<typeof asset>;

const observable = z.strictObject({
  each: sources().optional(),
  value: sources(NAMES),
  type: word().optional(),
  name: word().optional(),
});
export type ObservableMapping = z.output<typeof observable>;

/** A list of tables, where a text alone is a table with one key. */
const tables = <Member extends z.ZodType<object>>(member: Member, lone: (text: string) => z.output<Member>) =>
  z.union([source(IN_ENTRY).transform((text) => [lone(text)]), z.array(z.union([source(IN_ENTRY).transform(lone), member]))]);

/** Members of an alert's data that are Tocsin's own. */
export const TAKEN: ReadonlySet<string> = new Set(["comment", "enrichments", "__proto__"]);

const dataName = () =>
  z.string().refine((name) => name.trim() !== "" && !TAKEN.has(name), { error: "cannot be a name in data: Tocsin uses it itself" });

/** Members to keep: by name, or as paths that are called by their last name. They come out by name. */
const data = () =>
  z.union([
    z.record(dataName(), sources()),
    z
      .array(
        source(IN_ENTRY).refine((text) => lastName(text) !== undefined, {
          error: "has no name of its own",
          params: { instead: 'write it as a table, data = { name = "..." }' },
        }),
      )
      .transform((texts) => Object.fromEntries(texts.map((text) => [lastName(text) ?? text, [text]]))),
  ]);

function lastName(text: string): string | undefined {
  const compiled = compile(text);
  if (!compiled.ok || compiled.value.kind !== "path") return undefined;
  const last = compiled.value.path.steps.at(-1);
  return typeof last === "string" && !TAKEN.has(last) ? last : undefined;
}

const mapping = z.strictObject({
  list: sources(IN_BODY).optional(),
  test: decision().optional(),
  ignore: decision().optional(),
  id: sources().optional(),
  key: sources().optional(),
  title: sources(),
  summary: sources().optional(),
  severity: severity().optional(),
  status: status().optional(),
  category: sources().optional(),
  type: sources().optional(),
  rule: z
    .union([
      sources().transform((name): RuleMapping => ({ name })),
      z.strictObject({ name: sources(), id: sources().optional(), url: sources().optional() }),
    ])
    .optional(),
  tenant: sources().optional(),
  assets: tables(asset, (text) => ({ name: [text] })).optional(),
  observables: tables(observable, (text) => ({ value: [text] })).optional(),
  attacks: sources().optional(),
  tags: sources().optional(),
  url: sources().optional(),
  time: sources().optional(),
  first_seen: sources().optional(),
  count: sources().optional(),
  comment: z
    .union([sources().transform((text): CommentMapping => ({ text })), z.strictObject({ text: sources(), author: sources().optional() })])
    .optional(),
  data: data().optional(),
});
interface RuleMapping {
  name: string[];
  id?: string[];
  url?: string[];
}
interface CommentMapping {
  text: string[];
  author?: string[];
}

/** From a body to alerts. Every field is a list of paths and expressions. */
export type Mapping = z.output<typeof mapping>;

const bodySecret = z.strictObject({
  at: z.string().refine((text) => lastName(text) !== undefined && !text.includes("*"), {
    error: "must be a path that ends in a name, such as clientState",
  }),
  value: z.union([secret(), z.array(secret()).min(1)]),
});
export type BodySecret = z.output<typeof bodySecret>;

/** A route's own keys. `body_secret.at` is looked up in every entry; `handshake.query` is a parameter that is sent back as it came. */
export const settingsSchema = z.strictObject({
  mapping,
  body_secret: bodySecret.optional(),
  handshake: z.strictObject({ query: z.string().min(1) }).optional(),
});
export type GenericSettings = z.output<typeof settingsSchema>;
