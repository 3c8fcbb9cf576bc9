// The settings of a generic route: the mapping, a secret inside the body, a handshake. Everything that can be wrong with a mapping by
// itself is found here, when the configuration is read.
import * as z from "zod";
import { SEVERITIES, type Severity, STATUSES } from "../../alert.ts";
import { secret } from "../../config/secret.ts";
import { compile, NAMES } from "./expression.ts";
import { decision, IN_BODY, IN_ENTRY, lookup, lookups, lookupsOr, table, word } from "./fields.ts";

const MAYBE = lookups().optional();
const MAYBE_EACH = lookups(NAMES).optional();
const WORD = word().optional();

const NUMBER = z.number().optional();
const THRESHOLDS = z.strictObject({ info: NUMBER, low: NUMBER, medium: NUMBER, high: NUMBER, critical: NUMBER }).optional();
export type Thresholds = Partial<Record<Severity, number>>;

/** Whether the numbers only rise (`sign` 1) or only fall (-1) from the mildest to the worst. */
function isSteady(numbers: Thresholds | undefined, sign: 1 | -1): boolean {
  const told = SEVERITIES.flatMap((severity) => numbers?.[severity] ?? []);
  return told.every((number, index) => index === 0 || (number - (told[index - 1] ?? number)) * sign > 0);
}

const severityScale = z
  .strictObject({
    from: lookups(),
    table: table(z.enum(SEVERITIES)).optional(),
    at_least: THRESHOLDS,
    at_most: THRESHOLDS,
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
  });
/** Where the severity stands, and what its words and numbers mean. */
export type SeverityScale = z.output<typeof severityScale>;

const statusScale = z.strictObject({ from: lookups(), table: table(z.enum(STATUSES)).optional() });
/** Where the status stands, and what its words mean. */
export type StatusScale = z.output<typeof statusScale>;

const asset = z.strictObject({
  each: MAYBE,
  name: lookups(NAMES),
  ip: MAYBE_EACH,
  id: MAYBE_EACH,
  type: WORD,
});
export type AssetMapping = z.output<typeof asset>;

const observable = z.strictObject({
  each: MAYBE,
  value: lookups(NAMES),
  type: WORD,
  name: WORD,
});
export type ObservableMapping = z.output<typeof observable>;

/** A list of tables, where a text alone is a table with one key. */
const tables = <Member extends z.ZodType<object>>(member: Member, lone: (text: string) => z.output<Member>) =>
  z.union([lookup(IN_ENTRY).transform((text) => [lone(text)]), z.array(z.union([lookup(IN_ENTRY).transform(lone), member]))]);

/** Members of an alert's data that are Tocsin's own. */
export const TAKEN: ReadonlySet<string> = new Set(["comment", "enrichments", "__proto__"]);

const dataName = () =>
  z.string().refine((name) => name.trim() !== "" && !TAKEN.has(name), { error: "cannot be a name in data: Tocsin uses it itself" });

/** Members to keep: by name, or as paths that are called by their last name. They come out by name. */
const data = () =>
  z.union([
    z.record(dataName(), lookups()),
    z
      .array(
        lookup(IN_ENTRY).refine((text) => lastName(text) !== undefined, {
          error: "has no name that data can use",
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

const rule = z.strictObject({ name: lookups(), id: MAYBE, url: MAYBE });
const comment = z.strictObject({ text: lookups(), author: MAYBE });

const mapping = z.strictObject({
  list: lookups(IN_BODY).optional(),
  test: decision().optional(),
  ignore: decision().optional(),
  id: MAYBE,
  key: MAYBE,
  title: lookups(),
  summary: MAYBE,
  severity: lookupsOr((from) => ({ from }), severityScale).optional(),
  status: lookupsOr((from) => ({ from }), statusScale).optional(),
  category: MAYBE,
  type: MAYBE,
  event: MAYBE,
  rule: lookupsOr((name) => ({ name }), rule).optional(),
  tenant: MAYBE,
  assets: tables(asset, (text) => ({ name: [text] })).optional(),
  observables: tables(observable, (text) => ({ value: [text] })).optional(),
  attacks: MAYBE,
  tags: MAYBE,
  url: MAYBE,
  time: MAYBE,
  first_seen: MAYBE,
  count: MAYBE,
  comment: lookupsOr((text) => ({ text }), comment).optional(),
  data: data().optional(),
});
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
