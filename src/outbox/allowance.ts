// What a budget that several destinations share allows this one: asked for before a transaction, used up inside it.
import { errorText, log } from "../lib/log.ts";
import type { OutboxCore } from "./core.ts";
import { WINDOW } from "./dispatch.ts";
import type { HandedMessage } from "./interface.ts";
import type { OutboxStages } from "./object.ts";

/** Tokens granted by the shared budget; without one there is no limit. Times in Unix ms. */
export class Allowance {
  #left = Number.POSITIVE_INFINITY;
  #nextAt = 0;

  /** How many messages may go. */
  left(): number {
    return this.#left;
  }

  take(): void {
    this.#left -= 1;
  }

  /** When to ask again, while there is nothing left. */
  nextAt(now: number): number {
    return this.#left > 0 ? now : Math.max(now + 1, this.#nextAt);
  }

  /** What the budget granted on top, and when there may be more. */
  grant(tokens: number, nextAt: number): void {
    this.#left = Number.isFinite(this.#left) ? this.#left + tokens : tokens;
    this.#nextAt = nextAt;
  }

  /** No budget is shared. */
  unlimited(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }
}

/** Asks the shared budget, where there is one, for what could go now; `planned` is about to be planned. */
export async function askBudget(
  { candidates, inFlight, allowance, destination }: OutboxCore,
  planned: HandedMessage[],
  stages: OutboxStages,
) {
  const share = stages.budget();
  if (!share) {
    allowance.unlimited();
    return;
  }
  // An answer that is being settled makes room for one more.
  const want = Math.min(candidates.size + planned.length, WINDOW - inFlight.size + 1);
  const left = allowance.left();
  if (want <= 0 || (Number.isFinite(left) && left >= want)) return;
  const urgent = [...candidates.values()].filter(({ lane }) => lane === 0).length;
  const critical = planned.filter(({ alert }) => alert.severity === "critical").length;
  try {
    const grant = await share({ want: Number.isFinite(left) ? want - left : want, urgent: urgent + critical });
    allowance.grant(grant.granted, grant.nextAt);
  } catch (error) {
    // The vendor counts as well, and its 429 is obeyed: a budget in trouble holds nothing up.
    log("warn", "outbox.budget_failed", { destination, error: errorText(error) });
    allowance.unlimited();
  }
}
