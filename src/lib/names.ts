// Public ids and object names. Names of routes and destinations hold no dot, so that a dot separates the parts.
import { sha256 } from "./keys.ts";

/** The part of an alert's id that stands for its key: 24 hex digits. */
export const alertHash = (key: string): string => sha256(key).slice(0, 24);
/** The public id of an alert: `{route}.{hash}`. */
export const alertId = (route: string, hash: string): string => `${route}.${hash}`;
/** Route and hash of an alert's id, or undefined when it is none. */
export function parseAlertId(id: string): { route: string; hash: string } | undefined {
  const match = /^([a-z0-9][a-z0-9_-]*)\.([0-9a-f]{24})$/.exec(id);
  return match?.[1] && match[2] ? { route: match[1], hash: match[2] } : undefined;
}

/** The ledger shard that owns an alert: the same key always meets the same shard. */
export const shardOf = (hash: string, shards: number): number => Number.parseInt(hash.slice(0, 8), 16) % shards;

/** The public id of an event: the same for every copy of it. */
export const eventId = (route: string, claim: string, receivedAt: number): string =>
  `ev_${sha256(`${route}\u001f${claim}\u001f${receivedAt}`).slice(0, 24)}`;

/** The id of a delivery: `{destination}.{alert id}.{version}`; the same whenever the same message is planned again. */
export const deliveryId = (destination: string, alert: string, version: number): string => `${destination}.${alert}.${version}`;
/** The idempotency key of one of a delivery's requests: a reply or a pointer is another one than the message itself. */
export const deliveryKey = (id: string, step: string): string => (step === "reply" || step === "point" ? `${id}.${step}` : id);
/** The slot of an alert that is shown in place of another destination; a tilde is in no other name. */
export const standInSlot = (alert: string, from: string): string => `${alert}~${from}`;
/** The slot of a word that an alert waits for somebody; no destination's name begins with a dot. `word`: which one of the alert's. */
export const reminderSlot = (alert: string, word: string): string => standInSlot(alert, `.${word}`);
/** Whatever slot is about an alert besides its own begins so. */
export const besideSlot = (alert: string): string => standInSlot(alert, "");
/** The destination of a delivery's id, and the slot in its outbox. */
export function parseDeliveryId(id: string): { destination: string; slot: string; version: number } | undefined {
  const match = /^([a-z0-9][a-z0-9_-]*)\.(.+)\.(\d+)$/.exec(id);
  return match?.[1] && match[2] ? { destination: match[1], slot: match[2], version: Number(match[3]) } : undefined;
}

/** Names of the objects, by configuration names, never by UUID. */
export const ledgerName = (route: string, shard: number): string => `ledger:${route}:${shard}`;
export const outboxName = (destination: string): string => `outbox:${destination}`;
export const correlatorName = (route: string): string => `correlator:${route}`;
export const enricherName = (origin: string, secretName: string): string => `enricher:${origin} ${secretName}`;
/** The budget that destinations of a kind share, by the first of their names. */
export const budgetName = (type: string, first: string): string => `budget:${type}:${first}`;
/** Route and shard of a ledger's name. */
export function parseLedgerName(name: string): { route: string; shard: number } {
  const [, route = "", shard = "0"] = name.split(":");
  return { route, shard: Number(shard) };
}
/** The destination of an outbox's name. */
export const parseOutboxName = (name: string): string => name.slice("outbox:".length);
/** The route of a correlator's name. */
export const parseCorrelatorName = (name: string): string => name.slice("correlator:".length);
/** Whether this is the name of a ledger, an outbox or a correlator. */
export const isObjectName = (name: string): boolean =>
  /^ledger:[a-z0-9][a-z0-9_-]*:\d{1,3}$/.test(name) || /^(outbox|correlator):[a-z0-9][a-z0-9_-]*$/.test(name);
