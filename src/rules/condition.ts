// Conditions: CEL over `alert`, `change` and `now`. Compiled once, evaluated for each version of an alert. They can
// run no code and do no I/O, and their regular expressions take linear time (RE2).
import { type CelInput, isCelError, parse, plan } from "@bufbuild/cel";
import type { Alert, Change, Json } from "../alert.ts";
import { fail, ok, type Result } from "../outcome.ts";
import { type ExpressionError, positionAt, syntaxError, theEngine } from "./cel.ts";
import { recordInput } from "./cel-input.ts";
import { checkCondition, type Reads } from "./check.ts";
import { ALERT, CHANGE, SEVERITY_NUMBERS } from "./shape.ts";

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

/** Compiles a condition, or says what is wrong with it and where. */
export function compileCondition(text: string): Result<Condition, ConditionError> {
  if (text.trim() === "") return fail({ message: "the condition is empty; leave `when` out to match every alert" });
  if (text.length > MAX_TEXT) return fail({ message: `the condition is longer than ${MAX_TEXT} characters; split it into several rules` });
  try {
    const { env } = theEngine();
    const parsed = parse(text);
    const { finding, reads } = checkCondition(env, parsed.expr);
    if (finding)
      return fail({ message: finding.message, position: positionAt(text, parsed.sourceInfo?.positions[String(finding.exprId)]) });
    return ok(conditionOf(text, plan(env, parsed), reads));
  } catch (thrown) {
    return fail(syntaxError("condition", text, thrown));
  }
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

function conditionOf(text: string, evaluate: (bindings: Record<string, CelInput>) => unknown, reads: Reads): Condition {
  return {
    text,
    matches(alert, change, nowMs) {
      const bindings: Record<string, CelInput> = { ...SEVERITY_NUMBERS };
      if (reads.alert.size > 0) bindings.alert = recordInput(ALERT, alert, reads.alert);
      if (reads.change.size > 0) bindings.change = recordInput(CHANGE, change, reads.change);
      if (reads.now) bindings.now = timestampOf(nowMs);
      return verdict(evaluate(bindings));
    },
    values: (alert, change) => ({ ...scalars("alert", alert, reads.alert), ...scalars("change", change, reads.change) }),
  };
}

function verdict(result: unknown): Verdict {
  if (typeof result === "boolean") return { matched: result };
  if (!isCelError(result)) return { failed: "the condition gave neither true nor false" };
  return { failed: result.message };
}

/** A CEL timestamp, made by CEL itself. */
function timestampOf(ms: number): CelInput {
  const made = theEngine().timestamp({ text: new Date(ms).toISOString() });
  return isCelError(made) ? null : made;
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
