// What conditions can see: the fields of `alert` and `change` with the kind of value each holds. The compiler of
// conditions finds misspelt fields and impossible comparisons with it, and the conversion to CEL values follows it.
import { type Alert, type Asset, type Attack, type Change, type DetectionRule, type Observable, SEVERITIES, STATUSES } from "../alert.ts";

/** The kind of a value in a condition. `any` is JSON that a source put there; `absent` is the literal null. */
export type Shape =
  | { kind: "any" | "int" | "double" | "flag" | "time" | "span" | "absent" }
  /** `oneOf`: the only values it can have. `value`: a literal of the condition's text. */
  | { kind: "text"; oneOf?: readonly string[]; value?: string }
  /** `members`: of a literal. `configured`: the name of a list of the configuration. */
  | { kind: "list"; of: Shape; members?: readonly Shape[]; configured?: string }
  /** The variable `lists`. `names`: those that there are; absent where they are not known. */
  | { kind: "lists"; names?: readonly string[] }
  /** Fixed fields; those that are absent read as empty and `has()` tells. */
  | RecordShape
  /** Any text as key. */
  | { kind: "table"; of: Shape };

export interface RecordShape {
  kind: "record";
  fields: Record<string, Shape>;
}

const ANY: Shape = { kind: "any" };
const INT: Shape = { kind: "int" };
const TEXT: Shape = { kind: "text" };
const listOf = (of: Shape): Shape => ({ kind: "list", of });
const record = (fields: Record<string, Shape>): RecordShape => ({ kind: "record", fields });

const asset = record({ name: TEXT, ip: TEXT, type: TEXT, id: TEXT } satisfies Record<keyof Asset, Shape>);
const observable = record({ name: TEXT, type: TEXT, value: TEXT } satisfies Record<keyof Observable, Shape>);
const attack = record({ tactic: TEXT, technique: TEXT, name: TEXT } satisfies Record<keyof Attack, Shape>);
const rule = record({ id: TEXT, name: TEXT, url: TEXT } satisfies Record<keyof DetectionRule, Shape>);

/** The shape of `change`. */
export const CHANGE: RecordShape = record({
  kind: { kind: "text", oneOf: ["opened", "updated", "resolved", "reopened", "commented"] },
  fields: { kind: "table", of: record({ before: ANY, after: ANY }) },
  added: { kind: "table", of: listOf(TEXT) },
  removed: { kind: "table", of: listOf(TEXT) },
} satisfies Record<keyof Change, Shape>);

/** The shape of `alert`. `satisfies` makes the compiler ask for a line here when the alert gets a field. */
export const ALERT: RecordShape = record({
  id: TEXT,
  key: TEXT,
  version: INT,
  source: TEXT,
  route: TEXT,
  title: TEXT,
  summary: TEXT,
  severity: { kind: "text", oneOf: SEVERITIES },
  severity_id: INT,
  severity_label: TEXT,
  status: { kind: "text", oneOf: STATUSES },
  status_label: TEXT,
  category: TEXT,
  type: TEXT,
  rule,
  tenant: TEXT,
  assets: listOf(asset),
  observables: listOf(observable),
  attacks: listOf(attack),
  tags: listOf(TEXT),
  count: INT,
  first_seen: TEXT,
  last_seen: TEXT,
  created_at: TEXT,
  updated_at: TEXT,
  url: TEXT,
  data: ANY,
  enriched: { kind: "flag" },
  enriched_reason: TEXT,
  change: CHANGE,
} satisfies Record<keyof Alert, Shape>);

/** Names that stand for a severity's number, so that a condition reads `alert.severity_id >= HIGH`. */
export const SEVERITY_NUMBERS: Readonly<Record<string, bigint>> = Object.fromEntries(
  SEVERITIES.map((severity, index) => [severity.toUpperCase(), BigInt(index + 1)]),
);

/** A shape in words, for messages. */
export function inWords(shape: Shape): string {
  switch (shape.kind) {
    case "any":
      return "a value of the source's own";
    case "int":
      return "a whole number";
    case "double":
      return "a decimal number";
    case "flag":
      return "true or false";
    case "time":
      return "a time";
    case "span":
      return "a duration";
    case "absent":
      return "null";
    case "text":
      return "text";
    case "list":
      return "a list";
    case "record":
    case "table":
    case "lists":
      return "a table of fields";
  }
}
