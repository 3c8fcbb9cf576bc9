// One transaction of an object, and what it remembers besides its rows: when the one fails, the other must not go on as if it had not.
import type { Alarm } from "./alarm.ts";
import { errorText, log } from "./log.ts";

/** Whose transaction it is. */
export interface Transacting {
  ctx: Pick<DurableObjectState, "storage" | "abort">;
  alarm: Alarm;
  /** Makes memory what the rows say. */
  reload(): void;
  /** Name and fields of the log line of a failure. */
  failed: [event: string, fields: Record<string, string>];
}

/**
 * Runs `work` in one transaction. When it throws, nothing of it is left: neither in the rows nor in memory. Should the rows not be
 * readable either, the object's life ends, and the next one begins with them.
 */
export function transact<Value>({ ctx, alarm, reload, failed }: Transacting, work: () => Value): Value {
  const { armedAt } = alarm;
  try {
    return ctx.storage.transactionSync(work);
  } catch (error) {
    const [event, fields] = failed;
    log("error", event, { ...fields, error: errorText(error) });
    alarm.rolledBack(armedAt);
    try {
      reload();
    } catch (unreadable) {
      log("error", "object.reload_failed", { ...fields, error: errorText(unreadable) });
      ctx.abort("what is in memory cannot be made what the rows say");
    }
    throw error;
  }
}
