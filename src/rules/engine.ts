// The engine of conditions: cel-js, with times and durations, text and regular expressions of our own where it has none, has them
// otherwise than the language says, or would use the platform's `RegExp`.
import { Environment } from "@marcbachmann/cel-js/evaluator";
import { Fields } from "./fields.ts";
import { matchesPattern } from "./pattern.ts";
import { SEVERITY_NUMBERS, type Shape } from "./shape.ts";
import { charAt, format, lowerAscii, replace, upperAscii } from "./text.ts";
import { SECOND, SPAN_PARTS, Span, TIME_PARTS, Time, unixSeconds, wallClock } from "./time.ts";

/** A function as it may be called. */
export interface Form {
  /** The name that the engine knows it by. */
  engineName: string;
  /** Whether it is called on something: `x.name()`. */
  method: boolean;
  arguments: number;
}

export interface Engine {
  env: Environment;
  /** The functions that expressions may call, by the name that is written. */
  forms: ReadonlyMap<string, Form[]>;
}

// The engine's own functions cannot be replaced, so ours have names of their own, which `rewrite.ts` writes in.
type Handler = (...values: never[]) => unknown;
type OperatorHandler = Parameters<Environment["registerOperator"]>[1];
const FUNCTIONS: Readonly<Record<string, Handler>> = {
  "has_(dyn, string): bool": (of: unknown, name: string) => of instanceof Map && of.has(name) && of.get(name) !== null,
  "entries_(list): map": tableOf,
  "string.matches_(string): bool": matchesPattern,
  "matches_(string, string): bool": matchesPattern,
  "string.lowerAscii_(): string": lowerAscii,
  "string.upperAscii_(): string": upperAscii,
  "string.charAt(int): string": charAt,
  "string.replace(string, string): string": replace,
  "string.replace(string, string, int): string": replace,
  "string.format(list): string": format,
  "int_(int): int": (value: bigint) => value,
  "int_(uint): int": (value: { value: bigint }) => int(value.value),
  "int_(double): int": (value: number) => int(BigInt(Math.trunc(value))),
  "int_(string): int": readInt,
  "int_(Time): int": unixSeconds,
  "int_(Span): int": ({ nanos }: Span) => nanos / SECOND,
  "string(Time): string": String,
  "string(Span): string": String,
  "timestamp_(string): Time": Time.read,
  "timestamp_(int): Time": (seconds: bigint) => new Time(seconds * SECOND),
  "timestamp_(Time): Time": (value: Time) => value,
  "duration_(string): Span": Span.read,
  "duration_(int): Span": (seconds: bigint) => new Span(seconds * SECOND),
  "duration_(Span): Span": (value: Span) => value,
};
const OPERATORS: Readonly<Record<string, Handler>> = {
  "Time - Time: Span": (left: Time, right: Time) => new Span(left.nanos - right.nanos),
  "Time - Span: Time": (left: Time, right: Span) => new Time(left.nanos - right.nanos),
  "Time + Span: Time": (left: Time, right: Span) => new Time(left.nanos + right.nanos),
  "Span + Time: Time": (left: Span, right: Time) => new Time(left.nanos + right.nanos),
  "Span + Span: Span": (left: Span, right: Span) => new Span(left.nanos + right.nanos),
  "Span - Span: Span": (left: Span, right: Span) => new Span(left.nanos - right.nanos),
  "Fields == Fields": (left: Fields, right: Fields) => left.same(right),
  "string in Fields": (name: string, of: Fields) => of.has(name),
  // The engine compares numbers of different kinds only where it cannot tell the kinds beforehand.
  "int == double": (left: bigint, right: number) => Number(left) === right,
  "int == uint": (left: bigint, right: { value: bigint }) => left === right.value,
  "double == uint": (left: number, right: { value: bigint }) => left === Number(right.value),
};
/** Functions of the engine that are not part of the language, beside those on bytes, which no alert holds. */
const HIDDEN = new Set(["has_", "entries_"]);

/** For each kind of value a variable that stands for it when the engine is asked what fits, and its type there. */
export const STAND_INS: Readonly<Record<Shape["kind"], readonly [variable: string, type: string]>> = {
  any: ["any_", "dyn"],
  int: ["int_", "int"],
  double: ["double_", "double"],
  flag: ["flag_", "bool"],
  text: ["text_", "string"],
  time: ["time_", "Time"],
  span: ["span_", "Span"],
  absent: ["absent_", "null"],
  list: ["list_", "list"],
  table: ["table_", "map"],
  record: ["record_", "Fields"],
};

/** Made at the first expression, so that a Worker's start does not pay for it. */
let engine: Engine | undefined;

/** CEL with the functions that we offer. */
export function theEngine(): Engine {
  engine ??= makeEngine();
  return engine;
}

function makeEngine(): Engine {
  const env = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });
  env.registerType("Time", Time).registerType("Span", Span).registerType("Fields", Fields);
  for (const [name, value] of Object.entries(SEVERITY_NUMBERS)) env.registerConstant(name, "int", value);
  for (const [variable, type] of Object.values(STAND_INS)) env.registerVariable(variable, type);
  for (const [signature, handler] of Object.entries(FUNCTIONS)) env.registerFunction(signature, handler, { async: false });
  for (const [signature, handler] of Object.entries(OPERATORS)) env.registerOperator(signature, handler as OperatorHandler);
  for (const [name, part] of Object.entries(TIME_PARTS)) {
    const partOf = (time: Time, zone?: string) => BigInt(part(wallClock(time, zone)));
    env.registerFunction(`Time.${name}(): int`, partOf, { async: false });
    env.registerFunction(`Time.${name}(string): int`, partOf, { async: false });
  }
  for (const [name, part] of Object.entries(SPAN_PARTS)) env.registerFunction(`Span.${name}(): int`, part, { async: false });
  for (const type of ["Time", "Span"]) {
    env.registerOperator(`${type} == ${type}`, (left: Time | Span, right: Time | Span) => left.nanos === right.nanos);
    env.registerOperator(`${type} < ${type}`, (left: Time | Span, right: Time | Span) => left.nanos < right.nanos);
    env.registerOperator(`${type} <= ${type}`, (left: Time | Span, right: Time | Span) => left.nanos <= right.nanos);
    env.registerOperator(`${type} > ${type}`, (left: Time | Span, right: Time | Span) => left.nanos > right.nanos);
    env.registerOperator(`${type} >= ${type}`, (left: Time | Span, right: Time | Span) => left.nanos >= right.nanos);
  }
  return { env, forms: formsOf(env) };
}

function formsOf(env: Environment): ReadonlyMap<string, Form[]> {
  const all = env
    .getDefinitions()
    .functions.filter(
      ({ name, receiverType, params }) =>
        !HIDDEN.has(name) && (receiverType !== "bytes" || name === "size") && !params.some(({ type }) => type === "ast"),
    );
  const forms = Map.groupBy(
    all.map(({ name, receiverType, params }) => ({ engineName: name, method: receiverType !== null, arguments: params.length })),
    ({ engineName }) => engineName.replace(/_$/, ""),
  );
  // Where there is one of ours, the engine's own of that name is not called.
  for (const [name, of] of forms) {
    const ours = of.filter(({ engineName }) => engineName !== name);
    if (ours.length > 0) forms.set(name, ours);
  }
  return forms;
}

/** A literal table, from its keys and values in turn: with keys of any kind that CEL allows, each once. */
function tableOf(entries: readonly unknown[]): Map<unknown, unknown> {
  const table = new Map<unknown, unknown>();
  for (let index = 0; index < entries.length; index += 2) {
    const key = entries[index];
    if (!["string", "bigint", "boolean"].includes(typeof key))
      throw new Error("a key of a table is text, a whole number, or true or false");
    if (table.has(key)) throw new Error(`the table has the key ${String(key)} twice`);
    table.set(key, entries[index + 1]);
  }
  return table;
}

function int(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new Error("int(): the number is too large for a whole number");
  return value;
}

function readInt(text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw new Error(`int(): ${JSON.stringify(text.slice(0, 40))} is no whole number`);
  return int(BigInt(text));
}
