// A slot: what one destination shows, sends and is to send of one alert. One row; one message in flight at a time, so that
// the versions of an alert stay in order.
import { type Alert, badNews, enrichmentsOf, type Severity } from "../alert.ts";
import { CONTENT_REMOVED, withoutContent } from "../alert-content.ts";
import type { Attempt, DeliveryRecord } from "../delivery.ts";
import type { Notice } from "../destinations/destination.ts";
import type { Unsealed } from "../lib/signed-link.ts";
import type { DeadReason, DeliveryKind, DeliveryState, MergedReason } from "../outcome.ts";
import type { DigestState } from "./digest.ts";
import type { Step } from "./steps.ts";

/** Settled deliveries that a slot remembers. */
const REMEMBERED = 50;
/** Attempts that a delivery's log keeps: the first ones and the last ones tell the story. */
const LOGGED = 20;

/** One alert at one destination. Times in Unix ms. */
export interface Slot {
  /** The alert's latest version known here; a stand-in for what is no alert. */
  alert: Alert;
  /**
   * `alert` for a living message; `test` for a destination's test; `notice` for a word of the relay about itself; `reminder` for a word that an
   * alert waits for somebody.
   */
  purpose: "alert" | "test" | "digest" | "notice" | "reminder";
  /** The highest version that was planned. */
  planned: number;
  /** The message that is to be sent next. */
  waiting?: Waiting;
  /** The message that is on its way. */
  flight?: Flight;
  /** What the destination shows. */
  shown?: Shown;
  /** References of older messages of the alert that are to point to the one that is shown. */
  former?: string[];
  /** The route's rule that made this destination show the alert: its template, detail and ping apply. */
  rule?: string;
  /** The destination in whose place this one shows the alert. */
  standsInFor?: string;
  /** Who shows the alert in our place, since which version, until we can again. */
  failedOver?: { to: string; version: number };
  settled: DeliveryRecord[];
  /** Ids of settled deliveries that the projection does not have yet. */
  owed: string[];
  /** The storm whose digests told this alert. */
  storm?: string;
  /** A digest's content; its body is frozen at the first attempt. */
  digest?: DigestState;
  frozen?: { body: string; plain: string };
  notice?: Notice;
  /** What a reminder says, and whom it mentions. */
  reminder?: { text: string; ping?: string };
  /** The trace id of the request that brought the alert's latest event. */
  trace?: string;
}

export interface Waiting {
  id: string;
  version: number;
  createdAt: number;
  /** When its turn began: orders messages of the same lane. */
  since: number;
  /** Not before this. */
  notBefore: number;
  attempts: number;
  /** Send the plain form: the rendered one was refused. */
  plain: boolean;
  /** It waited for its hours, and is told in one digest with the others that did. */
  digest?: boolean;
  /** The chat shows this version already; only a reply or a pointer is left to do. */
  standing?: boolean;
  /** What it was when its first step went out. */
  kind?: DeliveryKind;
  /** When the first event came that this message is to show; absent where it was none, or it is shown. */
  receivedAt?: number;
  log: Attempt[];
}

export interface Flight extends Waiting {
  startedAt: number;
  leaseUntil: number;
  kind: DeliveryKind;
  step: Step;
  ref?: string;
  /** The chat recognises a repeat of it. Noted here, as a restart settles it before the configuration is read. */
  recognised?: boolean;
  /** The alert's facts as they were sent. */
  facts: ShownFacts;
  /** The links that its body has, unsigned. */
  links?: Unsealed;
}

export interface Shown {
  /** The message to edit; absent where the chat gives none. */
  ref?: string;
  version: number;
  facts: ShownFacts;
  /** What was told last by a new message, a reply or a follow-up, where silent edits have gone beyond it. */
  told?: ShownFacts;
  /** When it was last sent something for the alert, and when a reply or a follow-up was last sent. */
  at: number;
  followedUpAt?: number;
}

/** What the next message's difference is told against. */
export interface ShownFacts {
  title: string;
  severity: Severity;
  status: string;
  status_label: string;
  count: number;
  enriched: boolean;
  lists: Record<string, string[]>;
  comment?: string;
  /** Indicators that turned out malicious, in the words in which it is told; absent where none did. */
  verdicts?: string[];
}

/** The facts of an alert that a reader sees. */
export function factsOf(alert: Alert): ShownFacts {
  const comment = alert.data.comment;
  const verdicts = badNews(enrichmentsOf(alert));
  return {
    title: alert.title,
    severity: alert.severity,
    status: alert.status,
    status_label: alert.status_label,
    count: alert.count,
    enriched: alert.enriched,
    lists: {
      assets: alert.assets.map((asset) => asset.name),
      observables: alert.observables.map((observable) => observable.value),
      attacks: alert.attacks.map((attack) => attack.technique ?? attack.tactic ?? attack.name ?? ""),
      tags: alert.tags,
    },
    comment: comment === undefined ? undefined : JSON.stringify(comment),
    ...(verdicts.length > 0 ? { verdicts } : {}),
  };
}

/** The slot without what the alert's source wrote, and without what chats answered. Nothing of it may be pending. */
export function slotWithoutContent(slot: Slot): Slot {
  const { shown } = slot;
  const emptied = shown && { ...shown, facts: factsWithoutContent(shown.facts), told: shown.told && factsWithoutContent(shown.told) };
  return { ...slot, alert: withoutContent(slot.alert), shown: emptied, settled: slot.settled.map(withoutAnswers) };
}

const factsWithoutContent = ({ severity, status, count, enriched }: ShownFacts): ShownFacts => ({
  title: CONTENT_REMOVED,
  severity,
  status,
  status_label: status,
  count,
  enriched,
  lists: { assets: [], observables: [], attacks: [], tags: [] },
});

/** A delivery without what the chat answered, which may hold words of the message. */
export const withoutAnswers = (record: DeliveryRecord): DeliveryRecord => ({
  ...record,
  log: record.log.map(({ answer: _, ...attempt }) => attempt),
});

/** What the slot's next message is: a first one, or a change to what is shown. */
export const kindOf = (slot: Slot): DeliveryKind => {
  if (slot.purpose === "test" || slot.purpose === "digest") return slot.purpose;
  if (slot.purpose === "reminder") return "update";
  return slot.shown ? "update" : "create";
};

/** A message's record in the state that it has reached. */
export function recordOf(
  destination: string,
  slot: Slot,
  message: Waiting,
  at: { state: DeliveryState; kind: DeliveryKind; reason?: DeadReason | MergedReason; now: number },
): DeliveryRecord {
  return {
    id: message.id,
    alert: slot.purpose === "alert" || slot.purpose === "reminder" ? slot.alert.id : null,
    version: message.version,
    destination,
    kind: at.kind,
    state: at.state,
    attempts: message.attempts,
    reason: at.reason ?? null,
    created_at: new Date(message.createdAt).toISOString(),
    updated_at: new Date(at.now).toISOString(),
    log: message.log,
  };
}

/** Remembers a settled delivery, and that the projection owes it. */
export function remember(slot: Slot, record: DeliveryRecord): void {
  slot.settled = [...slot.settled.filter(({ id }) => id !== record.id), record].slice(-REMEMBERED);
  if (!slot.owed.includes(record.id)) slot.owed = [...slot.owed, record.id].slice(-REMEMBERED);
}

/** Adds an attempt to a delivery's log; a long log loses its middle. */
export function logAttempt(log: Attempt[], attempt: Attempt): Attempt[] {
  const whole = [...log, attempt];
  return whole.length <= LOGGED ? whole : [...whole.slice(0, LOGGED / 4), ...whole.slice(-(LOGGED * 3) / 4)];
}

/** The earlier of two times, either of which may be absent. */
export const earlier = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
