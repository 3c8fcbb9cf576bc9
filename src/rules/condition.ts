// Conditions: CEL over `alert`, `change` and `now`. Compiled once, evaluated for each version of an alert. They can
// run no code and do no I/O, and their regular expressions take linear time (RE2).
import type { Alert, Change, Json } from "../alert.ts";
import { fail, ok, type Result } from "../outcome.ts";
import { compile, type ExpressionError, type Program } from "./cel.ts";
import { CONDITION_SCOPE } from "./check.ts";
import { Fields } from "./fields.ts";
import { ALERT, CHANGE } from "./shape.ts";
import { Time } from "./time.ts";
import type { Naming } from "./words.ts";

/** What is wrong with a condition's text. */
export type ConditionError = ExpressionError;

/** What a condition says of an alert. A failure is a value: the caller treats it as a match, so that no alert is lost by a typing error. */
export type Verdict = { matched: boolean } | { failed: string };

/** A compiled condition. */
export interface Condition {
  text: string;
  matches(alert: Alert, change: Change, nowMs: number): Verdict;
  /** The fields that the condition reads with their values, for the trace: `{ "alert.severity_id": 4 }`. Lists and tables are left out. */
  values(alert: Alert, change: Change): Record<string, Json>;
}

const MAX_TEXT = 4_000;
const MAX_VALUE_CHARS = 200;
const NAMING: Naming = { what: "condition", example: "alert", words: "there are alert, change, now and INFO to CRITICAL" };

/** Compiles a condition, or says what is wrong with it and where. */
export function compileCondition(text: string): Result<Condition, ConditionError> {
  if (text.trim() === "") return fail({ message: "the condition is empty; leave `when` out to match every alert" });
  if (text.length > MAX_TEXT) return fail({ message: `the condition is longer than ${MAX_TEXT} characters; split it into several rules` });
  const program = compile(text, CONDITION_SCOPE, NAMING, true);
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
    matches(alert, change, nowMs) {
      const outcome = run({ alert: new Fields(ALERT, alert), change: new Fields(CHANGE, change), now: Time.ofMs(nowMs) });
      if ("failed" in outcome) return outcome;
      return typeof outcome.value === "boolean" ? { matched: outcome.value } : { failed: "the condition gave neither true nor false" };
    },
    values: (alert, change) => ({ ...scalars("alert", alert, reads.alert), ...scalars("change", change, reads.change) }),
  };
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
