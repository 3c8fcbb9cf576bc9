// Tells the route's correlator what the gates of rules saw. Rows of the alert owe it until it has confirmed; told twice, it changes nothing.

import type { Alert } from "../alert.ts";
import type { MemberFacts, Observation } from "../correlator/interface.ts";
import { BatchLoop } from "../lib/batch-loop.ts";
import type { LedgerCore } from "./core.ts";
import type { OwedObservation } from "./state.ts";

/** Observations in one call. */
const A_CALL = 500;
const MOST_ASSETS = 5;
/** After so many failures of single alerts the others are not tried before the next time. */
const MOST_FAILED = 3;

/** What is observed and not yet confirmed by the correlator. */
export class Observer {
  readonly #core: LedgerCore;
  readonly #loop: BatchLoop;

  constructor(core: LedgerCore) {
    this.#core = core;
    this.#loop = new BatchLoop({
      name: "ledger.observe",
      most: 100,
      everyMs: 0,
      write: (hashes) => this.#tell(hashes),
      done: (hashes) => {
        for (const hash of hashes) core.closeIfDone(hash);
      },
    });
  }

  /** Takes up what these alerts owe. */
  take(hashes: Iterable<string>): void {
    this.#loop.take([...hashes].filter((hash) => this.#owed(hash).length > 0));
  }

  /** Whether the correlator still has to confirm something about this alert. */
  owes(hash: string): boolean {
    return this.#loop.owes(hash) || this.#owed(hash).length > 0;
  }

  #owed(hash: string): readonly OwedObservation[] {
    return this.#core.tables.state(hash)?.observations ?? [];
  }

  /** What the correlator cannot take of one alert holds up no other one. */
  async #tell(hashes: string[]): Promise<void> {
    try {
      await this.#tellOf(hashes);
    } catch (error) {
      if (hashes.length === 1) throw error;
      let failed = 0;
      for (const hash of hashes) {
        await this.#tellOf([hash]).catch(() => {
          failed += 1;
        });
        // It takes nothing at all: later.
        if (failed === MOST_FAILED) throw error;
      }
      if (failed > 0) throw error;
    }
  }

  async #tellOf(hashes: string[]): Promise<void> {
    const told = hashes.map((hash) => ({ hash, owed: this.#owed(hash) }));
    const observations = told.flatMap(({ hash, owed }) => {
      const alert = this.#core.tables.state(hash)?.alert;
      return alert ? owed.map((one) => observationOf(one, alert)) : [];
    });
    for (let from = 0; from < observations.length; from += A_CALL) {
      await this.#core.stages.observe(observations.slice(from, from + A_CALL));
    }
    for (const { hash, owed } of told) this.#confirmed(hash, owed);
  }

  /** Notes in memory that the correlator has them; the row follows with its next write, and a repeat does no harm. */
  #confirmed(hash: string, owed: readonly OwedObservation[]): void {
    const state = this.#core.tables.state(hash);
    const left = state?.observations?.filter((one) => !owed.includes(one)) ?? [];
    if (!state) return;
    if (left.length > 0) {
      state.observations = left;
      this.#loop.take([hash]);
    } else delete state.observations;
  }
}

/** An observation with the alert's facts as they are now. */
export function observationOf({ over, ...observation }: OwedObservation, alert: Alert): Observation {
  return { ...observation, alert: { ...factsOf(alert), ...(over ? { status: "resolved" as const } : {}) } };
}

const factsOf = ({ id, version, title, severity, status, assets, url, category, tags }: Alert): MemberFacts => ({
  id,
  version,
  title,
  severity,
  status,
  assets: assets.slice(0, MOST_ASSETS).map(({ name }) => name),
  ...(url === undefined ? {} : { url }),
  category,
  tags,
});
