// What the doctor found, for people: what is wrong comes last, where the eye is when the prompt is back.
import type { CheckResult } from "../doctor/around.ts";
import { bad, faint, good, type Paint, strong, warn } from "../frame/paint.ts";
import { wrapped } from "../frame/wrap.ts";

const SIGNS: Record<CheckResult["state"], Paint> = { ok: good("ok  "), skip: faint("-   "), warn: warn("warn"), fail: bad("FAIL") };
const ORDER: readonly CheckResult["state"][] = ["ok", "skip", "warn", "fail"];

/** A line for each check, and below it what to do. */
export function doctorLines(checks: readonly CheckResult[], width: number | undefined): Paint[] {
  const room = Math.max(0, ...checks.map(({ id }) => id.length));
  const sorted = ORDER.flatMap((state) => checks.filter((check) => check.state === state));
  const indent = 4 + 2 + room + 2;
  const columns = width === undefined ? Number.POSITIVE_INFINITY : Math.max(30, width - indent);
  const lines = sorted.flatMap(({ id, state, found, todo }): Paint[] => {
    const [first = "", ...others] = wrapped(found, columns);
    const rest = others.map((line): Paint => [" ".repeat(indent), line]);
    const advice = todo === undefined ? [] : wrapped(todo, columns).map((line): Paint => [" ".repeat(indent), strong(line)]);
    return [[SIGNS[state], "  ", id.padEnd(room), "  ", first], ...rest, ...advice];
  });
  return [...lines, "", summary(checks)];
}

function summary(checks: readonly CheckResult[]): Paint {
  const count = (state: CheckResult["state"]): number => checks.filter((check) => check.state === state).length;
  const [failed, doubtful, skipped] = [count("fail"), count("warn"), count("skip")];
  const rest = `${count("ok")} ok${skipped > 0 ? `, ${skipped} not checked` : ""}`;
  if (failed > 0) return [bad(`${failed} wrong`), doubtful > 0 ? `, ${doubtful} to look at` : "", `, ${rest}.`];
  if (doubtful > 0) return [warn(`${doubtful} to look at`), `, ${rest}.`];
  return [good("All is well"), `: ${rest}.`];
}
