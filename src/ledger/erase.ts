// Finding what is to be erased, and erasing it. What a person asks for is gone from the rows at once; the counts stay, so that the
// books still balance.
import { type Mention, mentions } from "../alert-content.ts";
import { holdsText, textInJson } from "../lib/json-find.ts";
import type { LedgerCore } from "./core.ts";
import type { ErasedAlerts, Found, FoundAlert } from "./interface.ts";
import type { AlertState } from "./state.ts";

/** Alerts that are read in one piece, and looked at in one call. */
const SLICE = 200;
const MOST_LOOKED_AT = 4_000;

type AlertRow = { hash: string; state: string; updated_at: number };

/** Finds and erases the alerts of one ledger. */
export class Eraser {
  readonly #sql: SqlStorage;
  readonly #core: LedgerCore;

  constructor(sql: SqlStorage, core: LedgerCore) {
    this.#sql = sql;
    this.#core = core;
  }

  /** One alert, as `find` would tell it. */
  one(hash: string): FoundAlert | undefined {
    const [row] = this.#sql.exec<AlertRow>("SELECT hash, state, updated_at FROM alerts WHERE hash = ?", hash).toArray();
    return row && this.#told(row);
  }

  /** Alerts after `after`, in the order of their hashes, that mention something; up to `most`, and after so many looked at it stops. */
  async find(mention: Mention, after: string, most: number): Promise<Found> {
    const alerts: FoundAlert[] = [];
    let cursor = after;
    for (let looked = 0; looked < MOST_LOOKED_AT; looked += SLICE) {
      const rows = this.#sql
        .exec<AlertRow>("SELECT hash, state, updated_at FROM alerts WHERE hash > ? ORDER BY hash LIMIT ?", cursor, SLICE)
        .toArray();
      const byEvents = this.#eventsWith(mention, cursor, rows.at(-1)?.hash ?? "");
      for (const row of rows) {
        cursor = row.hash;
        if (byEvents.has(row.hash) || isMentioned(row.state, mention)) alerts.push(this.#told(row));
        if (alerts.length === most) return { alerts, next: cursor };
      }
      if (rows.length < SLICE) return { alerts, next: null };
      // Requests have their turn in between.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return { alerts, next: cursor };
  }

  /** Removes alerts that have not changed since they were told and have no work left; names the others. */
  erase(alerts: readonly Pick<FoundAlert, "hash" | "stamp">[]): ErasedAlerts {
    const erased: ErasedAlerts = { alerts: 0, events: 0, busy: [] };
    for (const { hash, stamp } of alerts) {
      const now = this.one(hash);
      if (!now) continue;
      if (now.isOpen || now.stamp !== stamp) {
        erased.busy.push(hash);
        continue;
      }
      this.#core.tables.removeAlert(hash);
      erased.alerts += 1;
      erased.events += now.events;
    }
    return erased;
  }

  #told({ hash, state: text, updated_at: updatedAt }: AlertRow): FoundAlert {
    // What is in memory may be ahead of the row by what was confirmed since.
    const { alert, lookups, events: seen }: AlertState = this.#core.tables.state(hash) ?? JSON.parse(text);
    const [count] = this.#sql.exec<{ events: number }>("SELECT COUNT(*) AS events FROM events WHERE alert = ?", hash).toArray();
    return {
      hash,
      id: alert.id,
      stamp: `${updatedAt}.${alert.version}.${seen}`,
      isOpen: this.#core.open.has(hash),
      events: count?.events ?? 0,
      asked: [...new Set(lookups?.seen.map((key) => key.split(" ").slice(2).join(" ")) ?? [])],
    };
  }

  /** Alerts of a span whose events mention it: in the payload, or in what an event changed. With a type, only what an alert lists counts. */
  #eventsWith({ value, type }: Mention, after: string, to: string): Set<string> {
    const found = new Set<string>();
    if (type !== undefined || to === "") return found;
    const wanted = textInJson(value);
    const rows = this.#sql.exec<{ alert: string; body: string; payload: string | null }>(
      "SELECT alert, body, payload FROM events WHERE alert > ? AND alert <= ?",
      after,
      to,
    );
    for (const { alert, body, payload } of rows) {
      if (found.has(alert)) continue;
      for (const text of [body, payload]) {
        if (text?.toLowerCase().includes(wanted) && holdsText(JSON.parse(text), value)) found.add(alert);
      }
    }
    return found;
  }
}

/** Whether an alert's state mentions it. */
const isMentioned = (text: string, mention: Mention): boolean =>
  text.toLowerCase().includes(textInJson(mention.value)) && mentions((JSON.parse(text) as AlertState).alert, mention);
