// Finding what is to be erased, and erasing it. What a person asks for is gone from the rows at once; the counts stay, so that the
// books still balance. An alert may have very many events: they are read and removed a piece at a time.
import { type Mention, mentions } from "../alert-content.ts";
import { holdsText, textInJson } from "../lib/json-find.ts";
import { alertId } from "../lib/names.ts";
import type { LedgerCore } from "./core.ts";
import type { ErasedAlerts, Found, FoundAlert } from "./interface.ts";
import type { AlertState } from "./state.ts";

/** Alerts that are read in one piece, and looked at in one call. */
const SLICE = 200;
const MOST_LOOKED_AT = 4_000;
/** Events that are read in one piece, with about so many characters at the most; and that are looked at in one call. */
const PIECE = 500;
const PIECE_CHARACTERS = 4_000_000;
const MOST_EVENTS = 20_000;
/** Events that are removed in one piece. */
const REMOVED_PIECE = 2_000;

type AlertRow = { hash: string; state: string; updated_at: number };

/** Where a search goes on: after this alert; or, with `seq`, in this alert after that event. Told as `hash` or `hash seq`. */
interface Place {
  hash: string;
  seq?: number;
}

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

  /** Alerts from a place on, in the order of their hashes, that mention something; up to `most`, and after so much looked at it stops. */
  async find(mention: Mention, after: string, most: number): Promise<Found> {
    const alerts: FoundAlert[] = [];
    const budget = { alerts: MOST_LOOKED_AT, events: MOST_EVENTS };
    let place = placeFrom(after);
    for (;;) {
      const rows = this.#slice(place);
      for (const row of rows) {
        const begun = place.hash === row.hash ? place.seq : undefined;
        place = { hash: row.hash };
        budget.alerts -= 1;
        const isFound =
          (begun === undefined && isMentioned(row, mention)) || (await this.#isInEvents(mention, row.hash, begun ?? 0, budget));
        if (typeof isFound === "number") return { alerts, next: `${row.hash} ${isFound}` };
        if (isFound) alerts.push(this.#told(row));
        if (alerts.length === most) return { alerts, next: row.hash };
      }
      if (rows.length < SLICE) return { alerts, next: null };
      if (budget.alerts <= 0) return { alerts, next: place.hash };
      await turn();
    }
  }

  #slice({ hash, seq }: Place): AlertRow[] {
    const from = seq === undefined ? "hash > ?" : "hash >= ?";
    return this.#sql
      .exec<AlertRow>(`SELECT hash, state, updated_at FROM alerts WHERE ${from} ORDER BY hash LIMIT ?`, hash, SLICE)
      .toArray();
  }

  /** Removes alerts that have not changed since they were told and have no work left; names the others. */
  async erase(alerts: readonly Pick<FoundAlert, "hash" | "stamp">[]): Promise<ErasedAlerts> {
    const erased: ErasedAlerts = { alerts: 0, events: 0, busy: [] };
    for (const { hash, stamp } of alerts) {
      const now = this.one(hash);
      if (!now) continue;
      const hasChanged = (): boolean => {
        const { isOpen, stamp: current } = this.one(hash) ?? now;
        return isOpen || current !== stamp;
      };
      // The alert itself goes last: what is interrupted here is found again.
      while (!hasChanged() && this.#core.tables.removeEvents(hash, REMOVED_PIECE) === REMOVED_PIECE) await turn();
      if (hasChanged()) {
        erased.busy.push(hash);
        continue;
      }
      this.#core.tables.removeAlert(hash);
      erased.alerts += 1;
      erased.events += now.events;
    }
    return erased;
  }

  #told({ hash, updated_at: updatedAt }: AlertRow): FoundAlert {
    // What is in memory may be ahead of the row by what was confirmed since.
    const state = this.#core.tables.state(hash);
    const [count] = this.#sql.exec<{ events: number }>("SELECT COUNT(*) AS events FROM events WHERE alert = ?", hash).toArray();
    return {
      hash,
      id: alertId(this.#core.route, hash),
      stamp: `${updatedAt}.${state?.alert.version ?? 0}.${state?.events ?? 0}`,
      isOpen: this.#core.open.has(hash),
      events: count?.events ?? 0,
      asked: [...new Set(state?.lookups?.seen.map((key) => key.split(" ").slice(2).join(" ")) ?? [])],
    };
  }

  /**
   * Whether an event of the alert mentions it: in the payload, or in what the event changed; with a type, only what an alert lists
   * counts. When the budget is spent: the event after which to go on.
   */
  async #isInEvents(mention: Mention, hash: string, after: number, budget: { events: number }): Promise<boolean | number> {
    if (mention.type !== undefined) return false;
    const wanted = textInJson(mention.value);
    for (let last = after; ; ) {
      const events = this.#sql.exec<{ seq: number; body: string; payload: string | null }>(
        "SELECT seq, body, payload FROM events WHERE alert = ? AND seq > ? ORDER BY seq LIMIT ?",
        hash,
        last,
        PIECE,
      );
      let read = 0;
      let characters = 0;
      for (const { seq, body, payload } of events) {
        for (const text of [body, payload ?? ""]) if (text.toLowerCase().includes(wanted) && holds(text, mention.value)) return true;
        last = seq;
        read += 1;
        characters += body.length + (payload?.length ?? 0);
        if (characters > PIECE_CHARACTERS) break;
      }
      budget.events -= read;
      if (read < PIECE && characters <= PIECE_CHARACTERS) return false;
      if (budget.events <= 0) return last;
      await turn();
    }
  }
}

/** Requests have their turn in between. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function placeFrom(text: string): Place {
  const [hash = "", seq] = text.split(" ");
  return seq === undefined ? { hash } : { hash, seq: Number(seq) };
}

/** Whether an alert's state mentions it. */
const isMentioned = ({ state }: AlertRow, mention: Mention): boolean =>
  state.toLowerCase().includes(textInJson(mention.value)) && says(() => mentions((JSON.parse(state) as AlertState).alert, mention));

const holds = (text: string, value: string): boolean => says(() => holdsText(JSON.parse(text), value));

/** What a row that has the words is found to say; where it cannot be read, the words decide. */
function says(look: () => boolean): boolean {
  try {
    return look();
  } catch {
    return true;
  }
}
