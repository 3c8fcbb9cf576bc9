// Copies by a key of the route's choice (`dedup_key`): an event that says of the same key what an event within the window said already. What
// would raise, reopen or add something to what people see is never one.
import { type Alert, rises, type SourceEvent } from "../alert.ts";
import { sha256 } from "../lib/keys.ts";
import { keysOf, SEPARATOR } from "../rules/keys.ts";
import type { AlertState } from "./state.ts";

/** The newest accepted event of a signature. */
export interface KeyedEvent {
  /** Its alert, by hash. */
  alert: string;
  claim: string;
  /** Unix ms. */
  receivedAt: number;
}

/** Where the newest event of each signature stands. */
export interface KeyedRows {
  find(signature: string): KeyedEvent | undefined;
  note(signature: string, event: KeyedEvent): void;
}

/** The rows of one ledger; one for each signature. */
export class KeyedTable implements KeyedRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    sql.exec(`CREATE TABLE IF NOT EXISTS keyed (
      signature TEXT PRIMARY KEY, alert TEXT NOT NULL, claim TEXT NOT NULL, received_at INTEGER NOT NULL) WITHOUT ROWID`);
    this.#sql = sql;
  }

  find(signature: string): KeyedEvent | undefined {
    const [row] = this.#sql
      .exec<{ alert: string; claim: string; received_at: number }>(
        "SELECT alert, claim, received_at FROM keyed WHERE signature = ?",
        signature,
      )
      .toArray();
    return row && { alert: row.alert, claim: row.claim, receivedAt: row.received_at };
  }

  note(signature: string, { alert, claim, receivedAt }: KeyedEvent): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO keyed (signature, alert, claim, received_at) VALUES (?, ?, ?, ?)",
      signature,
      alert,
      claim,
      receivedAt,
    );
  }

  /** Forgets what came before this, Unix ms: no window reaches beyond the retention. */
  prune(before: number): void {
    this.#sql.exec("DELETE FROM keyed WHERE received_at < ?", before);
  }
}

/** The same in memory, where rules are tried. */
export class KeyedMemory implements KeyedRows {
  readonly #events = new Map<string, KeyedEvent>();

  find(signature: string): KeyedEvent | undefined {
    return this.#events.get(signature);
  }

  note(signature: string, event: KeyedEvent): void {
    this.#events.set(signature, event);
  }
}

/**
 * What two events have in common that are copies: the key, severity, status and assets of the alert as it is with the event. Undefined for what
 * is to be looked at by itself: a comment, an event that tells less than is to be asked for, and one that has no value for part of the key.
 */
export function signatureOf({ kind, detail }: SourceEvent, alert: Alert, paths: readonly string[]): string | undefined {
  if (kind === "commented" || detail !== undefined) return undefined;
  const keys = keysOf(alert, paths);
  if (keys.some((key) => key.split(SEPARATOR).includes(""))) return undefined;
  const { severity, status, assets } = alert;
  return sha256(JSON.stringify([paths, keys, severity, status, assets.map(({ name }) => name).sort()])).slice(0, 32);
}

/** Whether an event with a signature that is known shows nothing new. `own`: its alert before it, and after; `other`: that of the known event. */
export function isCopy(own: { before: AlertState | undefined; after: AlertState }, other: AlertState | undefined): boolean {
  const { before, after } = own;
  if (before) return changesNothing(before, after);
  return other !== undefined && covers(other.alert, after.alert);
}

function changesNothing(before: AlertState, { alert, sourceStatus }: AlertState): boolean {
  const { severity, status, assets } = before.alert;
  return (
    severity === alert.severity &&
    status === alert.status &&
    before.sourceStatus.status === sourceStatus.status &&
    alert.assets.every(({ name }) => assets.some((one) => one.name === name))
  );
}

/** Whether whoever sees the one is told what the other would tell: it is at least as bad, as open, and names the same assets. */
const covers = (shown: Alert, { severity, status, assets }: Alert): boolean =>
  !rises(shown.severity, severity) &&
  (shown.status === "resolved") === (status === "resolved") &&
  assets.every(({ name }) => shown.assets.some((one) => one.name === name));
