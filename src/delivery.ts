// The record of one message to one destination, as the outbox keeps it and the API tells it.
import type { DeliveryKind, DeliveryState } from "./outcome.ts";

/** One attempt, for the delivery's log. `answer` is masked and short. */
export interface Attempt {
  /** When it began, ISO 8601 UTC. */
  at: string;
  /** How long the answer took. */
  ms: number;
  /** What it came to, e.g. `delivered`, `retry: rate_limited`, `unknown: timeout`. */
  outcome: string;
  status?: number;
  answer?: string;
}

/** One delivery. Times ISO 8601 UTC. */
export interface DeliveryRecord {
  id: string;
  /** The alert's id; null for a digest or a destination's test. */
  alert: string | null;
  version: number;
  destination: string;
  kind: DeliveryKind;
  state: DeliveryState;
  attempts: number;
  reason: string | null;
  created_at: string;
  updated_at: string;
  log: Attempt[];
}
