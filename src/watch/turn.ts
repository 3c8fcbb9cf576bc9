// What begins, lasts and ends between two looks. A trouble that may be over in a moment has to be there at two looks, and so has its
// absence, so that nothing that comes and goes is told. Pure.
import type { Condition } from "../store/conditions.ts";
import { conditionId, type KindName, kindOf, parseConditionId } from "./kinds.ts";
import type { Finding, Memory } from "./survey.ts";

/** Two looks that are nearer to each other are one: after a restart the sweep runs at once, and again when it is due. */
const APART_MS = 60_000;

/** What turned. */
export interface Turned {
  /** Conditions that begin, or whose words changed: rows to write. */
  written: Condition[];
  begun: Condition[];
  /** Conditions of which their outbox has told people meanwhile (empty), or of which it could not (null). */
  told: Pick<Condition, "id" | "told_by">[];
  ended: Condition[];
  suspected: Memory["suspected"];
  fading: Memory["fading"];
}

/** Compares what is found with what stands. `unknown`: whether nothing can be said of it now, so that it stays as it is. */
export function turn(
  standing: readonly Condition[],
  findings: readonly Finding[],
  memory: Pick<Memory, "suspected" | "fading">,
  { now, unknown }: { now: number; unknown(kind: KindName, subject: string): boolean },
): Turned {
  const turned: Turned = { written: [], begun: [], told: [], ended: [], suspected: {}, fading: {} };
  const found = new Map(findings.map((finding) => [conditionId(finding.kind, finding.subject), finding]));
  const stands = new Map(standing.map((condition) => [condition.id, condition]));
  for (const [id, { kind, subject, text, told_by }] of found) {
    const { title, begins } = kindOf(kind);
    const known = stands.get(id);
    if (known) {
      if (known.text !== text) turned.written.push({ ...known, title: title(subject), text });
      // Who told it, if the watch did, stays.
      if (told_by !== undefined && !known.told_by && known.told_by !== told_by) turned.told.push({ id, told_by });
      continue;
    }
    const since = memory.suspected[id] ?? now;
    if (begins === "when it stays" && now - since < APART_MS) {
      turned.suspected[id] = since;
      continue;
    }
    const begun = { id, since: new Date(since).toISOString(), title: title(subject), text, told_by: told_by ?? null };
    turned.begun.push(begun);
    turned.written.push(begun);
  }
  for (const condition of standing) {
    const { id } = condition;
    if (found.has(id)) continue;
    const parsed = parseConditionId(id);
    if (parsed && unknown(parsed.kind, parsed.subject)) continue;
    const since = memory.fading[id] ?? now;
    if (parsed && kindOf(parsed.kind).ends === "when it stays" && now - since < APART_MS) turned.fading[id] = since;
    else turned.ended.push(condition);
  }
  return turned;
}
