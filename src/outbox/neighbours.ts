// What an outbox in trouble asks of the others: to show its alerts, and to tell people.
import type { Notice } from "../destinations/destination.ts";
import { errorText, log } from "../lib/log.ts";
import type { OutboxCore } from "./core.ts";
import { type Copies, copiesToMake } from "./failover.ts";
import type { OutboxStages } from "./object.ts";

/** What the others took, to be noted in a transaction. */
export type Taken = { kind: "copied"; copies: Copies } | { kind: "announced"; notice: Notice; by: string };

/** One call at a time to the other outboxes; what they take is noted, and what fails is tried again at the next turn. */
export class Neighbours {
  readonly #core: OutboxCore;
  readonly #stages: OutboxStages;
  readonly #note: (taken: Taken) => Promise<unknown>;
  #asking = false;

  constructor(core: OutboxCore, stages: OutboxStages, note: (taken: Taken) => Promise<unknown>) {
    this.#core = core;
    this.#stages = stages;
    this.#note = note;
  }

  /** Whether there is anything to ask. */
  get needed(): boolean {
    return this.#core.breaker.open || this.#core.breaker.saved.owed.length > 0;
  }

  /** Asks for all that is due. Answers false when somebody could not be reached. */
  async ask(): Promise<boolean> {
    if (this.#asking) return true;
    this.#asking = true;
    try {
      for (let copies = this.#copies(); copies; copies = this.#copies()) {
        await this.#stages.standIn(copies.to, copies.messages);
        await this.#note({ kind: "copied", copies });
      }
      const { breaker } = this.#core;
      for (let notice = breaker.tell(this.#stages.now()); notice; notice = breaker.tell(this.#stages.now())) {
        const by = await this.#stages.announce(notice, breaker.saved.announcedBy);
        const fields = { destination: this.#core.destination, title: notice.title, by: by ?? "nobody" };
        if (by !== undefined) {
          log(notice.resolved ? "info" : "error", "outbox.announced", fields);
          await this.#note({ kind: "announced", notice, by });
        } else if (breaker.untold(notice, this.#stages.now())) log("error", "outbox.announced", fields);
      }
      return true;
    } catch (error) {
      log("warn", "outbox.failover_failed", { destination: this.#core.destination, error: errorText(error) });
      return false;
    } finally {
      this.#core.breaker.told();
      this.#asking = false;
    }
  }

  #copies(): Copies | undefined {
    return copiesToMake(this.#core, this.#stages.now());
  }
}
