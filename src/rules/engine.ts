// The engine of conditions: cel-js, with times and durations, text and regular expressions of our own where it has none, has them
// otherwise than the language says, or would use the platform's `RegExp`.
import { Environment } from "@marcbachmann/cel-js/evaluator";
import { Fields } from "./fields.ts";
import { FUNCTIONS, OPERATORS, type OperatorHandler } from "./functions.ts";
import { SEVERITY_NUMBERS, type Shape } from "./shape.ts";
import { SPAN_PARTS, Span, TIME_PARTS, Time, wallClock } from "./time.ts";

/** A function as it may be called. */
export interface Form {
  /** The name that the engine knows it by. */
  engineName: string;
  /** Whether it is called on something: `x.name()`. */
  method: boolean;
  arguments: number;
  /** Whether the alert comes before them, which is not written. */
  ofAlert: boolean;
}

export interface Engine {
  env: Environment;
  /** The functions that expressions may call, by the name that is written. */
  forms: ReadonlyMap<string, Form[]>;
}

/** Functions of the engine that are not part of the language, beside those on bytes, which no alert holds. */
const HIDDEN = new Set(["has_", "entries_", "counted_", "weighed_", "short_", "member_"]);
/** Functions that ask about the alert, which only a condition has. */
const OF_ALERT = new Set(["hasObservable_", "hasAsset_"]);

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
  lists: ["table_", "map"],
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
  for (const [variable, type] of new Map(Object.values(STAND_INS))) env.registerVariable(variable, type);
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
    all.map(({ name, receiverType, params }): Form => {
      const ofAlert = OF_ALERT.has(name);
      return { engineName: name, method: receiverType !== null, arguments: params.length - (ofAlert ? 1 : 0), ofAlert };
    }),
    ({ engineName }) => engineName.replace(/_$/, ""),
  );
  // Where there is one of ours, the engine's own of that name is not called.
  for (const [name, of] of forms) {
    const ours = of.filter(({ engineName }) => engineName !== name);
    if (ours.length > 0) forms.set(name, ours);
  }
  return forms;
}
