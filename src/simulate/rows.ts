// The rows of a ledger in memory, for alerts that are only tried: what claiming and deciding read and write, and nothing else.

import type { DecisionCore } from "../ledger/core.ts";
import type { AlertState } from "../ledger/state.ts";
import { dueOf, type EventBody, type EventRow, type OpenEvent } from "../ledger/tables.ts";

/** An event with the alert that it is of, by the hash of its key. */
export interface SimulatedEvent extends EventRow {
  hash: string;
}

/** Keeps alerts and events while it lives. */
export class Rows {
  readonly states = new Map<string, AlertState>();
  /** In the order in which they came. */
  readonly all: SimulatedEvent[] = [];
  readonly #byAlert = new Map<string, Map<number, SimulatedEvent>>();
  readonly #claims = new Map<string, SimulatedEvent>();
  /** Alerts that wait, and until when (Unix ms). */
  readonly #waiting = new Map<string, number>();
  readonly tables: DecisionCore["tables"] = {
    state: (hash) => this.states.get(hash),
    writeState: (hash, state) => this.#write(hash, state),
    claimed: (claim, since) => {
      const found = this.#claims.get(claim);
      return found && found.receivedAt > since ? { alert: found.hash, receivedAt: found.receivedAt } : undefined;
    },
    addEvent: (hash, event) => {
      this.#claims.set(event.claim, this.#add(hash, { ...event, end: "processing", trace: [] }));
    },
    addOwnEvent: (hash, { seq, at, body, trace }) => {
      this.#add(hash, { seq, claim: `own:${seq}`, receivedAt: at, end: "routed", body, payload: null, trace });
    },
    openEvents: (hash, decidedSeq, most) => this.#openEvents(hash, decidedSeq, most),
    event: (hash, seq) => this.#byAlert.get(hash)?.get(seq),
    events: (hash, most) => [...(this.#byAlert.get(hash)?.values() ?? [])].slice(-most),
    endEvent: (hash, seq, end, trace) => {
      const row = this.#byAlert.get(hash)?.get(seq);
      if (row) Object.assign(row, { end, trace });
    },
  };

  /** When the next alert is to be looked at, Unix ms. */
  nextDue(): number | undefined {
    let next: number | undefined;
    for (const due of this.#waiting.values()) if (next === undefined || due < next) next = due;
    return next;
  }

  /** Alerts that are to be looked at now, the longest waiting first. */
  due(now: number): string[] {
    return [...this.#waiting]
      .filter(([, due]) => due <= now)
      .sort(([, left], [, right]) => left - right)
      .map(([hash]) => hash);
  }

  #write(hash: string, state: AlertState): void {
    this.states.set(hash, state);
    const due = dueOf(state);
    if (due === undefined) this.#waiting.delete(hash);
    else this.#waiting.set(hash, due);
  }

  #add(hash: string, row: EventRow & { body: EventBody }): SimulatedEvent {
    const event: SimulatedEvent = { ...row, hash };
    const rows = this.#byAlert.get(hash) ?? new Map();
    rows.set(row.seq, event);
    this.#byAlert.set(hash, rows);
    this.all.push(event);
    return event;
  }

  #openEvents(hash: string, decidedSeq: number, most: number): OpenEvent[] {
    const rows = [...(this.#byAlert.get(hash)?.values() ?? [])];
    return rows.filter(({ seq, end }) => seq > decidedSeq && end === "processing").slice(0, most);
  }
}
