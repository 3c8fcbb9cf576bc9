// All checks of one relay: those that the Worker makes, and those around it.
import { doctorReport } from "../../src/admin/answers/doctor.ts";
import { isEnd } from "../frame/errors.ts";
import type { Run } from "../frame/run.ts";
import { databaseOf } from "../frame/target.ts";
import { type CheckResult, comparisons, machineChecks, schemaCheck } from "./around.ts";

/** Makes them. A relay that does not answer is a check that failed. */
export async function examine(run: Run): Promise<CheckResult[]> {
  const relay = await run.relay();
  run.out.progress("Checking; this takes some seconds ...");
  const machine = await machineChecks(relay);
  try {
    const api = await run.api("operate");
    const sentAt = run.terminal.now();
    const report = await api.post("/doctor", doctorReport);
    const answers: CheckResult = { id: "relay", state: "ok", found: `The relay at ${api.url} answers.` };
    return [...machine, answers, ...comparisons(report, sentAt, run.terminal.now()), ...report.checks];
  } catch (error) {
    if (!isEnd(error)) throw error;
    const silent: CheckResult = { id: "relay", state: "fail", found: error.message, ...(error.hint ? { todo: error.hint } : {}) };
    return [...machine, silent, ...(relay.kind === "url" ? [] : [await schemaCheck(databaseOf(relay))])];
  }
}
