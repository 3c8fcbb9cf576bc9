// The budget of one credential that several destinations use: one Durable Object, which writes nothing. After a restart it
// begins with a full burst; what the vendor says to that in its headers is obeyed by each outbox.
import { DurableObject } from "cloudflare:workers";
import type { BudgetCalls, BudgetGrant, BudgetRequest } from "./interface.ts";
import { SharedBudget } from "./share.ts";

/** The budget's class. */
export class Budget extends DurableObject implements BudgetCalls {
  readonly #shared = new SharedBudget();

  async take(request: BudgetRequest): Promise<BudgetGrant> {
    return this.#shared.take(request, Date.now());
  }
}
