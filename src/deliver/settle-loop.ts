// Answers of one batch are settled together: as soon as nothing is on its way any more, or a moment after the first.
import { errorText, log } from "../lib/log.ts";
import type { Settlement } from "../outbox/interface.ts";

/** An answer waits no longer than this for the others of its batch. */
const SETTLE_MS = 10;
const TRIES = 3;

/** One settle call at a time; answers that come meanwhile ride on the next. */
export class SettleLoop {
  readonly #settle: (settlements: Settlement[]) => Promise<void>;
  readonly #destination: string;
  #owed: Settlement[] = [];
  #underWay = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #settling = false;
  #settled: Promise<void> = Promise.resolve();

  /** `settle` tells the outbox; it may throw, and is tried again. */
  constructor(settle: (settlements: Settlement[]) => Promise<void>, destination: string) {
    this.#settle = settle;
    this.#destination = destination;
  }

  /** Does one attempt, and settles what it came to. */
  async attempt(work: () => Promise<Settlement | undefined>): Promise<Settlement | undefined> {
    this.#underWay += 1;
    const settlement = await work();
    this.#underWay -= 1;
    if (settlement) this.#owed.push(settlement);
    return settlement;
  }

  /** Call when no attempt follows at once: nothing more is to be waited for. */
  due(): void {
    if (this.#owed.length === 0) return;
    if (this.#underWay === 0) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), SETTLE_MS);
  }

  /** Resolves when everything so far is settled, or was tried to be. */
  async finished(): Promise<void> {
    while (this.#owed.length > 0 || this.#settling) {
      this.#start();
      await this.#settled;
    }
    clearTimeout(this.#timer);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // Nothing owed: a loop that ends at once would look like one that runs.
    if (this.#settling || this.#owed.length === 0) return;
    this.#settling = true;
    this.#settled = this.#run();
  }

  async #run(): Promise<void> {
    while (this.#owed.length > 0) {
      const settlements = this.#owed;
      this.#owed = [];
      await this.#trySettle(settlements);
    }
    this.#settling = false;
  }

  /** What cannot be settled is found again by the outbox when the lease ends. */
  async #trySettle(settlements: Settlement[]): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      try {
        await this.#settle(settlements);
        return;
      } catch (error) {
        log("warn", "deliver.settle_failed", { destination: this.#destination, settlements: settlements.length, error: errorText(error) });
        await new Promise((resolve) => setTimeout(resolve, 100 * 4 ** tries));
      }
    }
  }
}
