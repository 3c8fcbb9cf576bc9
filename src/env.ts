// The Worker's bindings, as wrangler.toml names them. Secrets that routes and destinations name are members as well; they are
// read by name with `readSecret`.
import type { BudgetCalls } from "./budget/interface.ts";
import type { CorrelatorCalls } from "./correlator/interface.ts";
import type { EnricherCalls } from "./enricher/interface.ts";
import type { LedgerCalls } from "./ledger/interface.ts";
import type { QueueProbe } from "./lib/queue-probe.ts";
import type { OutboxCalls, QueuedMessage } from "./outbox/interface.ts";

/** Objects of one class, found by name. */
export interface Namespace<Calls> {
  getByName(name: string): Calls;
}

export interface Env extends Record<string, unknown> {
  DB: D1Database;
  DELIVERIES: Queue<QueuedMessage | QueueProbe>;
  /** The files in `assets/`, for this Worker to hand out: `admin/asset.ts`. */
  ASSETS: Pick<Fetcher, "fetch">;
  LEDGER: Namespace<LedgerCalls>;
  OUTBOX: Namespace<OutboxCalls>;
  CORRELATOR: Namespace<CorrelatorCalls>;
  ENRICHER: Namespace<EnricherCalls>;
  BUDGET: Namespace<BudgetCalls>;
  /** Guards the admin API and the dashboard. */
  ADMIN_TOKEN?: string;
  /** "1" on a relay that runs on its owner's machine: private addresses may be called. */
  LOCAL?: string;
  /** Hosts besides public names that a deployed relay may call: a comma list. */
  ALLOWED_HOSTS?: string;
}
