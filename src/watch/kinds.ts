// The kinds of conditions that the relay watches for in itself, and how each is told.
import type { Severity } from "../alert.ts";

/** How conditions of one kind begin, end and are told. `subject`: what it is about. */
export interface Kind {
  /** In the list of checks, while there is none: what is right then. */
  fine: string;
  severity: Severity;
  /** Whether one look is enough, or it has to be there at the next one as well, since it may be over in a moment. */
  begins: "at once" | "when it stays";
  ends: "at once" | "when it stays";
  /** What has the trouble, so that it does not tell of itself. */
  about: "destination" | "route" | "relay";
  title(subject: string): string;
  /** The title of its end. */
  over(subject: string): string;
  /** What to do, in a sentence or two. */
  advice: string;
}

const DESTINATION = { severity: "high", about: "destination" } as const;
const ROUTE = { severity: "high", about: "route" } as const;
const RELAY = { severity: "high", about: "relay" } as const;
const SURE = { begins: "at once", ends: "at once" } as const;
const RACING = { begins: "when it stays", ends: "when it stays" } as const;

/** All kinds. The names do not change: they stand in rows, metrics and alert rules. */
export const KINDS = {
  backlog_old: {
    ...DESTINATION,
    begins: "at once",
    ends: "when it stays",
    fine: "Nothing has waited long for its destination.",
    title: (name) => `Messages to "${name}" wait`,
    over: (name) => `Messages to "${name}" go out again`,
    advice:
      "Look at the destination's state, problem and rate. If it is ok and nothing moves, see whether delivery of the queue is paused: wrangler queues resume-delivery deliveries.",
  },
  dead_letters: {
    ...DESTINATION,
    ...SURE,
    fine: "No message died lately.",
    title: (name) => `Messages to "${name}" were given up`,
    over: (name) => `No more messages to "${name}" are given up`,
    advice: "The deliveries with state dead have the reason. Repair the cause, then replay them.",
  },
  destination_down: {
    ...DESTINATION,
    ...SURE,
    fine: "Every destination answers.",
    title: (name) => `The destination "${name}" does not answer`,
    over: (name) => `The destination "${name}" answers again`,
    advice: "Nothing is lost for 72 hours: it is tried again by itself. Test the destination to see its answer.",
  },
  destination_refused: {
    ...DESTINATION,
    ...SURE,
    fine: "No destination refuses us.",
    title: (name) => `The destination "${name}" refuses messages`,
    over: (name) => `The destination "${name}" takes messages again`,
    advice: "Its address or token is gone, or may not post any more. Put a new one in place, then replay what is dead.",
  },
  events_stuck: {
    ...ROUTE,
    ...SURE,
    fine: "Every event is decided.",
    title: (name) => `Events of "${name}" are not decided`,
    over: (name) => `Events of "${name}" are decided again`,
    advice: "The log has ledger.decide_failed with the error. Nothing is lost: it is tried again by itself.",
  },
  source_silent: {
    ...ROUTE,
    ...SURE,
    fine: "Every source that is watched was heard lately.",
    title: (name) => `Nothing comes from "${name}"`,
    over: (name) => `"${name}" is heard again`,
    advice: "See whether the source still sends, and whether the request log has refused requests.",
  },
  api_refused: {
    ...ROUTE,
    ...RACING,
    severity: "medium",
    fine: "Every API that was asked accepts our key.",
    title: (name) => `The API that "${name}" asks does not accept our key`,
    over: (name) => `The API that "${name}" asks accepts our key again`,
    advice: "Alerts go out without the detail. Put a new key in place: wrangler secret put NAME.",
  },
  rules_behind: {
    ...ROUTE,
    ...RACING,
    fine: "What rules find out beyond one alert reaches the ledgers.",
    title: (name) => `What the rules of "${name}" count and group is behind`,
    over: (name) => `What the rules of "${name}" count and group is up to date again`,
    advice:
      "The log has correlator.deliver_failed or correlator.ledger_unknown with the error. Nothing is lost: it is tried again by itself.",
  },
  rule_keys_dropped: {
    ...ROUTE,
    ...SURE,
    severity: "medium",
    fine: "No rule has more keys than it can remember.",
    title: (name) => `A rule of "${name}" has too many keys`,
    over: (name) => `The rules of "${name}" remember all of their keys again`,
    advice: "A rule remembers 20,000 keys; the longest quiet were given up. Count or group by something that has fewer values.",
  },
  token_expiring: {
    ...RELAY,
    ...SURE,
    severity: "medium",
    fine: "No token of the admin API ends soon.",
    title: (name) => `The token "${name}" of the admin API ends soon`,
    over: (name) => `The token "${name}" of the admin API is replaced or removed`,
    advice: "Make a new one for whoever uses it, then remove this one.",
  },
  secret_expiring: {
    ...RELAY,
    ...SURE,
    severity: "medium",
    fine: "No secret that says when it ends does so soon.",
    title: (name) => `The secret ${name} ends soon`,
    over: (name) => `The secret ${name} is replaced`,
    advice: "Make a new key at the vendor and put it in place: wrangler secret put NAME.",
  },
  books_off: {
    ...RELAY,
    ...RACING,
    fine: "The books balance.",
    title: () => "The books are off",
    over: () => "The books balance again",
    advice: "It is a bug, please report it with the answer of /api/books and the log. Alerts still flow.",
  },
  object_failed: {
    ...RELAY,
    ...RACING,
    fine: "Every ledger, outbox and correlator answers.",
    title: (name) => `${name} does not answer`,
    over: (name) => `${name} answers again`,
    advice: "The log has sweep.failed or admin.object_unreachable with the error. See whether Cloudflare has an incident.",
  },
  row_unreadable: {
    ...RELAY,
    ...SURE,
    fine: "Every row can be read.",
    title: (name) => `Rows cannot be read: ${name}`,
    over: (name) => `No row is unreadable any more: ${name}`,
    advice:
      "They are set aside, and all else goes on. An alert begins anew with its next event, or restore a backup; erasing the alert ends this. The log has ledger.row_unreadable or outbox.row_unreadable.",
  },
  configuration_broken: {
    ...RELAY,
    ...RACING,
    fine: "Every row of the configuration is used.",
    title: (name) => `A part of the configuration is left out: ${name}`,
    over: (name) => `This part of the configuration is used again: ${name}`,
    advice: "The text says what is wrong. Correct the row, or apply the file again.",
  },
  projection_behind: {
    ...RELAY,
    ...RACING,
    severity: "medium",
    fine: "Lists and search are up to date.",
    title: () => "Lists and search are behind",
    over: () => "Lists and search are up to date again",
    advice: "D1 does not take rows, or not fast enough; the log has projection.failed with the error. Alerts still flow.",
  },
  plan_budget: {
    ...RELAY,
    ...SURE,
    severity: "medium",
    fine: "The limits of the plan are far.",
    title: (name) => `The free plan's daily limit of ${name.replaceAll("_", " ")} is nearly used up`,
    over: (name) => `A new day began for the free plan's limit of ${name.replaceAll("_", " ")}`,
    advice: "When a limit is reached, Cloudflare refuses until 00:00 UTC. The paid plan has none of these limits.",
  },
} as const satisfies Record<string, Kind>;

/** The name of a kind. */
export type KindName = keyof typeof KINDS;

/** The kind and the subject of a condition's id; undefined for a kind that this version does not know. */
export function parseConditionId(id: string): { kind: KindName; subject: string } | undefined {
  const at = id.indexOf(":");
  const kind = id.slice(0, at);
  return at > 0 && Object.hasOwn(KINDS, kind) ? { kind: kind as KindName, subject: id.slice(at + 1) } : undefined;
}

/** A condition's id. */
export const conditionId = (kind: KindName, subject: string): string => `${kind}:${subject}`;

/** What there is to know of a kind. */
export const kindOf = (name: KindName): Kind => KINDS[name];
