// One route in memory: the ledger's decisions and the correlator's gates over the same modules that the objects run, with an injected clock
// and nothing between them. What an object owes in rows until it is confirmed is done at once here.
import type { Alert, Change } from "../alert.ts";
import { CorrelatorCore } from "../correlator/core.ts";
import type { Effect, Observation } from "../correlator/interface.ts";
import { MemoryStore } from "../correlator/memory-store.ts";
import { lastWords } from "../correlator/owed.ts";
import { Commit } from "../ledger/commit.ts";
import type { DecisionCore } from "../ledger/core.ts";
import { decideAlert } from "../ledger/decide-alert.ts";
import { isTime } from "../ledger/holds.ts";
import { type EntryResult, noRouteCounts, type OwnChange, type Submission } from "../ledger/interface.ts";
import { KeyedMemory } from "../ledger/keyed.ts";
import { observationOf } from "../ledger/observer.ts";
import { changeOwn, tellGates } from "../ledger/own-change.ts";
import { hear, raise } from "../ledger/raise.ts";
import type { Planner } from "../ledger/stages.ts";
import { noVitals } from "../ledger/vitals.ts";
import { alertHash, parseAlertId } from "../lib/names.ts";
import { Rows } from "./rows.ts";
import { Teller, type Told } from "./told.ts";

/** Rows of the correlator that are done in one step when they are due. */
const TURN = 500;

/** A version of an alert as it stood, and the event that made it: for replaying what was stored. Times in Unix ms. */
export interface Replayed {
  alert: Alert;
  claim: string;
  type: string;
  change: Change | null;
  receivedAt: number;
  occurredAt?: string;
}

/** One route. Times in Unix ms; they never go back. */
export class SimulatedRoute {
  readonly name: string;
  readonly rows = new Rows();
  /** What gates were told and when, in its order. */
  readonly observed: { at: number; observation: Observation }[] = [];
  readonly #planner: Planner;
  readonly #store = new MemoryStore();
  readonly #correlator: CorrelatorCore;
  readonly #core: DecisionCore;
  readonly #teller: Teller;
  #now = 0;
  /** When the correlator next has something to do. */
  #correlatorDue: number | undefined;

  /** `tell` is called with each message that would be handed to a destination. */
  constructor(name: string, planner: Planner, tell: (told: Told) => void) {
    this.name = name;
    this.#planner = planner;
    this.#correlator = new CorrelatorCore(this.#store, name);
    this.#teller = new Teller(tell);
    this.#core = {
      route: name,
      tables: this.rows.tables,
      journal: { counts: noRouteCounts(), seq: 0, vitals: noVitals(), note: () => undefined },
      // Nothing stays open: what is owed is done before anything else happens.
      open: { has: () => false, add: () => undefined },
      stages: { now: () => this.#now },
      keyed: new KeyedMemory(),
    };
  }

  /** Takes a request's entries. */
  accept(submission: Submission): EntryResult[] {
    this.#now = submission.receivedAt;
    const commit = new Commit(this.#core);
    const results = commit.submit(submission);
    commit.writeStates(this.#now);
    for (const hash of commit.touched) this.#decide(hash);
    return results;
  }

  /** Our own status or comment; false where there is no such alert. */
  change(alertId: string, own: OwnChange, now: number): boolean {
    this.#now = now;
    const { hash = "" } = parseAlertId(alertId) ?? {};
    const state = this.rows.states.get(hash);
    if (!state) return false;
    changeOwn(this.#core, this.#planner, { hash, state }, own);
    this.#settle(hash);
    this.#decideIfShown(hash);
    return true;
  }

  /** Takes an alert as it was stored. A change that no event made is told to those who show it. */
  replay({ alert, claim, type, change, receivedAt, occurredAt }: Replayed, isOwn: boolean): void {
    this.#now = receivedAt;
    const hash = alertHash(alert.key);
    const before = this.rows.states.get(hash);
    const state = { ...(before ?? UNSEEN), alert };
    this.#core.journal.seq += 1;
    const { seq } = this.#core.journal;
    if (isOwn) tellGates(this.#core, this.#planner, state, { change: alert.change, now: receivedAt });
    this.rows.tables.writeState(hash, state, receivedAt);
    if (isOwn) {
      this.#settle(hash);
      this.#decideIfShown(hash);
      return;
    }
    this.#core.journal.counts.processing += 1;
    this.rows.tables.addEvent(hash, { seq, claim, receivedAt, body: { type, change, occurredAt }, payload: null }, true);
    this.#decide(hash);
  }

  /** When something is due next; undefined while nothing waits. */
  nextDue(): number | undefined {
    const due = [this.rows.nextDue(), this.#correlatorDue].filter((at) => at !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** Does what is due at `now`. */
  turn(now: number): void {
    this.#now = now;
    if ((this.#correlatorDue ?? Number.POSITIVE_INFINITY) <= now) this.#hear(this.#correlator.turn(now, TURN));
    for (const hash of this.rows.due(now)) if (isTime(this.rows.states.get(hash), now)) this.#decide(hash, "due");
  }

  #decideIfShown(hash: string): void {
    const state = this.rows.states.get(hash);
    if (state && state.shownBy.length > 0 && state.alert.version > state.plannedVersion) this.#decide(hash);
  }

  #decide(hash: string, held?: "due" | "all"): void {
    decideAlert(this.#core, { hash, refs: [], answers: [], late: false, held }, this.#planner);
    this.#settle(hash);
  }

  /** Tells what a decision planned, and the correlator what it saw. */
  #settle(hash: string): void {
    const state = this.rows.states.get(hash);
    if (!state) return;
    this.#teller.tell(state, this.#now);
    const owed = state.observations ?? [];
    state.handover = [];
    delete state.reminders;
    delete state.observations;
    if (owed.length === 0) return;
    const observations = owed.map((one) => observationOf(one, state.alert));
    for (const observation of observations) this.observed.push({ at: this.#now, observation });
    this.#hear(this.#correlator.observe(observations, this.#now));
  }

  /** What the correlator says is done at once, as are the consequences of that. */
  #hear(effects: readonly Effect[]): void {
    this.#correlatorDue = this.#store.nextDue();
    for (const effect of lastWords(effects)) {
      if (effect.kind === "raise") {
        const hash = raise(this.#core, this.#planner, effect.raised);
        if (hash !== undefined) this.#settle(hash);
        continue;
      }
      const { hash = "" } = parseAlertId(effect.verdict.alert) ?? {};
      if (hear(this.#core, hash, effect.verdict)) this.#decide(hash, "due");
    }
  }
}

/** What a ledger knows of an alert besides the alert, before its first event. */
const UNSEEN = {
  orders: {},
  events: 0,
  total: 0,
  severityKnown: true,
  sourceStatus: { status: "new" as const, label: "new" },
  shownBy: [],
  decidedSeq: 0,
  plannedVersion: 0,
  handover: [],
  copies: 0,
};
