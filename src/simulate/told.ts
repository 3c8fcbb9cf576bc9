// Messages as destinations would be handed them: which version of which alert, and what it is to whoever reads there.
import type { Alert, Severity, Status } from "../alert.ts";
import type { AlertState } from "../ledger/state.ts";

/** What a message is to whoever reads it: the first of its alert, a later one, its end, a word that it waits for somebody. */
export const TOLD_KINDS = ["create", "update", "resolve", "reopen", "digest", "reminder"] as const;
export type ToldKind = (typeof TOLD_KINDS)[number];

/** One message that a destination would be handed. */
export interface Told {
  /** Unix ms. */
  at: number;
  route: string;
  destination: string;
  kind: ToldKind;
  /** The alert's id. */
  alert: string;
  key: string;
  title: string;
  severity: Severity;
  status: Status;
  version: number;
  /** Of a reminder: the word. */
  text?: string;
  /** Of an alert of our own: the gate and the rule that raised it. */
  raisedBy?: { gate: string; by: string };
}

/** Tells what decisions planned. */
export class Teller {
  readonly #tell: (told: Told) => void;
  /** By destination and alert, the status that was told last. */
  readonly #shown = new Map<string, Status>();

  constructor(tell: (told: Told) => void) {
    this.#tell = tell;
  }

  /** Tells what an alert owes to destinations, at `at` (Unix ms). */
  tell({ alert, handover, reminders = [], raisedBy }: AlertState, at: number): void {
    const by = raisedBy ? { raisedBy: { gate: raisedBy.gate, by: raisedBy.by } } : {};
    for (const { to, version, digest = [] } of handover)
      for (const destination of to) {
        const kind = digest.includes(destination) ? "digest" : this.#kindAt(destination, alert);
        this.#shown.set(`${destination} ${alert.id}`, alert.status);
        this.#tell({ ...this.#facts(alert, at), destination, kind, version, ...by });
      }
    for (const { to, text } of reminders)
      for (const destination of to)
        this.#tell({ ...this.#facts(alert, at), destination, kind: "reminder", version: alert.version, text, ...by });
  }

  #facts({ id, route, key, title, severity, status }: Alert, at: number) {
    return { at, route, alert: id, key, title, severity, status };
  }

  #kindAt(destination: string, { id, status }: Alert): ToldKind {
    const before = this.#shown.get(`${destination} ${id}`);
    if (before === undefined) return "create";
    if (before === status || (before !== "resolved" && status !== "resolved")) return "update";
    return status === "resolved" ? "resolve" : "reopen";
  }
}
