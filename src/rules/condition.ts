// Conditions: CEL over `alert`, `change` and `now`. Compiled once, evaluated for each version of an alert. They can
// run no code and do no I/O, and their regular expressions take linear time (RE2).
import { type Alert, type Change, type Json, SEVERITIES, type Severity } from "../alert.ts";
import { fail, ok, type Result } from "../outcome.ts";
import { compile, type ExpressionError, type Outcome, type Program } from "./cel.ts";
import { Fields, type Value } from "./fields.ts";
import type { Lists } from "./lists.ts";
import { OF_ALERT } from "./rewrite.ts";
import { conditionScope } from "./scope.ts";
import { Seen } from "./seen.ts";
import { ALERT, CHANGE } from "./shape.ts";
import { Time } from "./time.ts";
import type { Naming } from "./words.ts";

/** What is wrong with a condition's text. */
export type ConditionError = ExpressionError;

/** What a condition says of an alert. A failure is a value: the caller treats it as a match, so that no alert is lost by a typing error. */
export type Verdict = ({ matched: boolean } | { failed: string }) & {
  /** Fields of which it saw the beginning only, since there is more than a condition looks at: `alert.assets`. */
  cut?: string[];
};

/** A compiled condition. */
export interface Condition {
  text: string;
  /** The lists of the configuration that it reads, and those among them in which it looks addresses up. */
  lists: ReadonlySet<string>;
  networks: ReadonlySet<string>;
  matches(alert: Alert, change: Change, nowMs: number, lists?: Lists): Verdict;
  /** The fields that the condition reads with their values, for the trace: `{ "alert.severity_id": 4 }`. Lists and tables are left out. */
  values(alert: Alert, change: Change): Record<string, Json>;
}

const MAX_TEXT = 4_000;
const MAX_VALUE_CHARS = 200;
const NAMING: Naming = { what: "condition", example: "alert", words: "there are alert, change, now, lists and INFO to CRITICAL" };
const ANY_LIST = conditionScope();

/**
 * Compiles a condition, or says what is wrong with it and where. `lists`: the names of the configuration's lists; where they are not known
 * yet, any may be there, and one that is not makes the condition fail.
 */
export function compileCondition(text: string, lists?: readonly string[]): Result<Condition, ConditionError> {
  if (text.trim() === "") return fail({ message: "the condition is empty; leave `when` out to match every alert" });
  if (text.length > MAX_TEXT) return fail({ message: `the condition is longer than ${MAX_TEXT} characters; split it into several rules` });
  const program = compile(text, lists ? conditionScope(lists) : ANY_LIST, NAMING, true);
  return program.ok ? ok(conditionOf(text, program.value)) : program;
}

/** A compiler that remembers, for callers that meet the same texts again and again. */
export function rememberConditions(limit = 1_000): (text: string) => Result<Condition, ConditionError> {
  const known = new Map<string, Result<Condition, ConditionError>>();
  return (text) => {
    const found = known.get(text) ?? compileCondition(text);
    // Texts come from the configuration, so the limit is only reached after many changes of it.
    if (!known.has(text) && known.size >= limit) known.clear();
    known.set(text, found);
    return found;
  };
}

function conditionOf(text: string, { run, reads }: Program): Condition {
  return {
    text,
    lists: reads.lists,
    networks: reads.networks,
    matches(alert, change, nowMs, lists = {}) {
      const missing = [...reads.lists].find((name) => !Object.hasOwn(lists, name));
      if (missing !== undefined) return { failed: `there is no list ${missing}` };
      const seen = seenOf(alert, change);
      const fields = new Fields(ALERT, reads.alert.has("change") ? { ...alert, change: withNumbers(alert.change) } : alert, seen.alert);
      const outcome = run({
        alert: fields,
        [OF_ALERT]: fields,
        change: new Fields(CHANGE, reads.change.has("fields") ? withNumbers(change) : change, seen.change),
        now: Time.ofMs(nowMs),
        lists: new Map([...reads.lists].map((name) => [name, lists[name] as Value])),
      });
      const cut = [...cutOf("alert", seen.alert, reads.alert), ...cutOf("change", seen.change, reads.change)];
      return { ...verdictOf(outcome), ...(cut.length > 0 ? { cut } : {}) };
    },
    values: (alert, change) => ({ ...scalars("alert", alert, reads.alert), ...scalars("change", change, reads.change) }),
  };
}

/** A change that tells the severity as a number as well, as the alert does. */
function withNumbers(change: Change): Change {
  const { severity } = change.fields;
  if (severity === undefined) return change;
  const number = (word: Json): Json => SEVERITIES.indexOf(word as Severity) + 1 || null;
  return { ...change, fields: { ...change.fields, severity_id: { before: number(severity.before), after: number(severity.after) } } };
}

function verdictOf(outcome: Outcome): Verdict {
  if ("failed" in outcome) return outcome;
  return typeof outcome.value === "boolean" ? { matched: outcome.value } : { failed: "the condition gave neither true nor false" };
}

const cutOf = (name: string, { cut }: Seen, fields: ReadonlySet<string>): string[] =>
  [...fields].map((field) => `${name}.${field}`).filter((path) => cut.has(path));

/** One alert is asked about by many rules in a row. */
let last: { alert: Alert; change: Change; seen: { alert: Seen; change: Seen } } | undefined;

function seenOf(alert: Alert, change: Change): { alert: Seen; change: Seen } {
  if (last?.alert !== alert || last.change !== change)
    last = { alert, change, seen: { alert: new Seen("alert"), change: new Seen("change") } };
  return last.seen;
}

function scalars(name: string, value: object, fields: ReadonlySet<string>): Record<string, Json> {
  const found: Record<string, Json> = {};
  for (const field of fields) {
    const member: unknown = Reflect.get(value, field);
    if (typeof member === "string") found[`${name}.${field}`] = member.slice(0, MAX_VALUE_CHARS);
    else if (typeof member === "number" || typeof member === "boolean") found[`${name}.${field}`] = member;
  }
  return found;
}
