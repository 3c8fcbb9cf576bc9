// Who changed what, as rows of D1.
import type { Statement } from "./config-rows.ts";

/** How somebody came in. */
export type Via = "token" | "session" | "access" | "command_line" | "link";

/** One change that somebody made. */
export interface AuditEntry {
  /** A person's address, a token's name, or the name of whoever ran the command line. */
  actor: string;
  via: Via;
  /** A dotted name that does not change, such as `delivery.replayed`. */
  action: string;
  /** The name or id of what was changed; absent: the relay as a whole. */
  target?: string;
  /** Never a secret, an address of a chat, or the UUID of a route. */
  detail?: Record<string, string | number | boolean | null | readonly string[]>;
}

/** The statement that writes an entry, for the transaction of what it tells. */
export const auditStatement = ({ actor, via, action, target, detail = {} }: AuditEntry): Statement =>
  target === undefined
    ? {
        sql: "INSERT INTO audit (actor, via, action, detail) VALUES (?1, ?2, ?3, ?4)",
        params: [actor, via, action, JSON.stringify(detail)],
      }
    : {
        sql: "INSERT INTO audit (actor, via, action, target, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
        params: [actor, via, action, target, JSON.stringify(detail)],
      };

/** Writes an entry by itself. */
export async function recordAudit(db: Pick<D1Database, "prepare">, entry: AuditEntry): Promise<void> {
  const { sql, params } = auditStatement(entry);
  await db
    .prepare(sql)
    .bind(...params)
    .run();
}
