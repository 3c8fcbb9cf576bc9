// What one look at the relay sees, and what the watch remembers between two looks.

import type { Config } from "../config/model.ts";
import type { CorrelatorStatus } from "../correlator/interface.ts";
import type { Notice } from "../destinations/destination.ts";
import type { LedgerBooks } from "../ledger/interface.ts";
import type { OutboxStatus } from "../outbox/interface.ts";
import type { Usage } from "./budget.ts";
import type { KindName } from "./kinds.ts";

/** One look, as of `now`. Times in Unix ms. */
export interface Survey {
  now: number;
  config: Config;
  /** Every ledger that answered; several of one route are its shards. */
  ledgers: readonly { route: string; books: LedgerBooks }[];
  outboxes: readonly { destination: string; status: OutboxStatus }[];
  correlators: readonly { route: string; status: CorrelatorStatus }[];
  /** Names of objects that did not answer, or whose sweep failed. */
  failed: readonly string[];
  /** Identities of the books that do not hold, in words. */
  off: readonly string[];
  /** Tokens of the admin API that end within a week or have ended. */
  tokens: readonly { name: string; endsAt: number }[];
  /** Secrets that say when they end. */
  secrets: readonly { name: string; endsAt: number }[];
}

/** Something that is wrong, as of one look. */
export interface Finding {
  kind: KindName;
  subject: string;
  text: string;
  /** Set where its outbox tells it: empty once somebody took its word, null while nobody could. */
  told_by?: "" | null;
}

/** What the watch remembers, under the name `watch` of the upkeep. Times in Unix ms. */
export interface Memory {
  /** By id, what was found at the last looks and has to stay for a condition: since when. */
  suspected: Record<string, number>;
  /** By id, conditions that were not found any more: since when. */
  fading: Record<string, number>;
  /** By destination, how many deliveries were dead before the present trouble, and when the last one died. */
  dead: Record<string, { before: number; count: number; at: number }>;
  /** By route, how many events were decided at the last look where some were not. */
  decided: Record<string, number>;
  /** By route, since when its source is watched. */
  watched: Record<string, number>;
  /** The day (UTC), and what had been used when it began. */
  day?: { date: string; before: Usage };
  /** Ends that nobody could tell yet. */
  owed: { notice: Notice; about?: string; before: string }[];
}

/** Whether an object of this route or destination did not answer, so that nobody knows what it would have said. */
export const isUnknown = ({ failed }: Pick<Survey, "failed">, name: string): boolean =>
  failed.some((object) => object.split(":")[1] === name);

/** Nothing was ever looked at. */
export const noMemory = (): Memory => ({ suspected: {}, fading: {}, dead: {}, decided: {}, watched: {}, owed: [] });
