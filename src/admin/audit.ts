// What somebody changed through the API or the dashboard: one line of the log and one row of the audit log.
import { errorText, log } from "../lib/log.ts";
import { type AuditEntry, recordAudit } from "../store/audit.ts";
import type { AdminContext } from "./context.ts";

/**
 * Remembers a change that was made: `action` is a dotted name (`delivery.replayed`), `target` the name or id of what was
 * changed. Neither they nor `detail` hold a secret, an address of a chat or the UUID of a route. A change that was made
 * stands even where D1 does not take the row: then the line of the log, an error, has it.
 */
export async function audit(
  { env, author, via }: Pick<AdminContext, "env" | "author" | "via">,
  { action, target, detail = {} }: Pick<AuditEntry, "action" | "target" | "detail">,
): Promise<void> {
  const fields = { ...detail, action, target, by: author, via };
  try {
    await recordAudit(env.DB, { actor: author, via, action, target, detail });
    log("info", "admin.changed", fields);
  } catch (error) {
    log("error", "admin.changed", { ...fields, audit: "lost", error: errorText(error) });
  }
}
