// What the parts of a ledger share.
import type { Alarm } from "../lib/alarm.ts";
import type { OpenSet } from "../lib/open-set.ts";
import type { HiddenRows } from "./hidden.ts";
import type { Journal } from "./journal.ts";
import type { KeyedRows, KeyedTable } from "./keyed.ts";
import type { LedgerStages } from "./stages.ts";
import type { AlertState } from "./state.ts";
import type { LedgerTables } from "./tables.ts";

/** What claiming and deciding read and write: the rows of a ledger, or the same in memory where rules are tried (`src/simulate`). */
export interface DecisionCore {
  route: string;
  tables: Pick<
    LedgerTables,
    "state" | "writeState" | "claimed" | "addEvent" | "addOwnEvent" | "openEvents" | "event" | "events" | "endEvent"
  >;
  journal: Pick<Journal, "counts" | "seq" | "vitals" | "note">;
  /** Alerts (by hash) that are not decided, handed over and projected. */
  open: Pick<OpenSet, "has" | "add">;
  stages: Pick<LedgerStages, "now">;
  /** What silences hid, where that is counted. */
  hidden?: HiddenRows;
  /** Where the newest event of each key stands, for routes with a `dedup_key`. */
  keyed?: KeyedRows;
}

/** Rows, open list and alarm of one ledger, and the one way to write them. */
export interface LedgerCore extends DecisionCore {
  tables: LedgerTables;
  journal: Journal;
  open: OpenSet;
  keyed: KeyedTable;
  alarm: Alarm;
  stages: LedgerStages;
  /** Runs `work` in one transaction that ends with the journal's page; on a throw, memory is again what storage is. */
  transaction<Value>(work: () => Value): Value;
  /** Takes the alert off the open list if every stage is done with it. */
  closeIfDone(hash: string): void;
}

/** The alarm is the backstop for what a crash left behind: open work is looked at again after this long. */
export const BACKSTOP_MS = 15_000;

/**
 * Before more is planned for an alert: what it handed over is confirmed once it has left the open list, though its row, which is not
 * written for that, still names it, as does what the correlator knows by now. Handed over again, an outbox that has removed its slot since would plan it a second time.
 */
export function dropConfirmed({ open }: Pick<DecisionCore, "open">, hash: string, state: AlertState): void {
  if (open.has(hash)) return;
  state.handover = [];
  delete state.observations;
  delete state.reminders;
}
