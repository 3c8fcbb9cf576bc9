// One check of the doctor: what it is called, and how it is bounded. A check finds something, whatever happens.
import type * as z from "zod";
import { errorText } from "../../lib/log.ts";
import type { checkResult } from "../answers/doctor.ts";

/** What a check found. */
export type CheckResult = z.output<typeof checkResult>;
/** Without its name. */
export type Found = Omit<CheckResult, "id">;

/** A check that is still to be made. */
export interface Check {
  id: string;
  run(): Promise<Found>;
}

/** A check gets this long; the slowest ones wait 10 s for somebody else. */
const LIMIT_MS = 15_000;
/** Checks at a time: a Worker has six connections. */
const AT_ONCE = 4;

export const good = (found: string): Found => ({ state: "ok", found });
export const doubtful = (found: string, todo?: string): Found => ({ state: "warn", found, ...(todo === undefined ? {} : { todo }) });
export const wrong = (found: string, todo?: string): Found => ({ state: "fail", found, ...(todo === undefined ? {} : { todo }) });
export const unchecked = (found: string, todo?: string): Found => ({ state: "skip", found, ...(todo === undefined ? {} : { todo }) });

/** Makes the checks, a few at a time; the results are in their order. */
export async function makeChecks(checks: readonly Check[]): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const waiting = [...checks.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, { id, run }] = next;
      results[index] = { id, ...(await bounded(run)) };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

async function bounded(run: Check["run"]): Promise<Found> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Found>((resolve) => {
    timer = setTimeout(() => resolve(wrong(`No answer within ${LIMIT_MS / 1_000} s.`)), LIMIT_MS);
  });
  try {
    return await Promise.race([run(), late]);
  } catch (error) {
    return wrong(`The check itself failed: ${errorText(error)}`);
  } finally {
    clearTimeout(timer);
  }
}
