// The configuration as the Worker works with it: parsed, with durations in ms and defaults filled in.
// `src/config/parse.ts` makes it from the TOML tables or from D1's rows; nothing else does.
import type { Severity } from "../alert.ts";
import type { HmacScheme } from "../lib/hmac.ts";
import type { RouteMask } from "./mask.ts";

export interface Config {
  /** Grows with every change, by `apply` or by hand in D1. 0 for a configuration that was not read from D1. */
  version: number;
  relay: Relay;
  routes: Route[];
  destinations: DestinationConfig[];
  enrichers: EnricherConfig[];
  /** Texts by the name of their list, for conditions and holidays. */
  lists: Record<string, string[]>;
  inhibitions: Inhibition[];
  /** Those that have not ended; none in a configuration that was not read from D1. */
  silences: Silence[];
  /** Grows with every change of the configuration or of a silence; 0 as `version`. */
  changes: number;
  /** Rows that do not parse: each is disabled alone, loudly. */
  broken: {
    kind: "route" | "destination" | "enricher" | "relay" | "list" | "inhibition" | "silence";
    name: string;
    id?: string;
    problem: string;
  }[];
}

export interface Relay {
  /** Public address without a trailing slash, for links. */
  url?: string;
  retentionMs: number;
  retentionPayloadsMs: number;
  /** How long the audit log is kept; absent: 400 days. */
  retentionAuditMs?: number;
  /** The secret, by name, behind masks that keep values apart (`as = "hash"`). */
  maskKey?: string;
  /** The secret, by name, that links in messages are signed by; absent: the admin token. */
  linkKey?: string;
  /** Who of those whom Cloudflare Access lets in may do what; absent: each of them everything. */
  access?: People;
  /** Destinations that are told what is wrong with the relay itself; absent: whoever is well. */
  notify?: string[];
  /** The plan of the Cloudflare account: `free` has limits for each day, which are watched. */
  plan?: "free" | "paid";
}

/** For each role addresses in lower case; `*@example.com` is everybody there. */
export type People = Partial<Record<"read" | "operate" | "configure", string[]>>;

export interface Route {
  /** `[a-z0-9_-]`, up to 63 characters. */
  name: string;
  /** Lower-case UUID: the hook's path, a credential. */
  id: string;
  /** Earlier ids that are still accepted, each until its time (Unix ms): credentials as well. */
  formerIds?: { id: string; untilMs: number }[];
  /** A type in the registry of sources. */
  source: string;
  enabled: boolean;
  /** Ledgers that share this route's alerts, by hash of the key. */
  shards: number;
  rules: Rule[];
  auth?: Auth;
  console?: string;
  maxBodyBytes: number;
  intakeRate?: Rate;
  /** Stands in while nothing told us the severity. */
  defaultSeverity: Severity;
  /** From the source's own word or number (lower case) to a severity. */
  severityMap?: Record<string, Severity>;
  /** Window for events that have an id or a time of their own. */
  dedupWindowMs: number;
  /** Key paths: events that are equal in these, in severity, status and assets are copies of each other within the window. */
  dedupKey?: string[];
  /** How long an event waits for the source's API before the thin alert goes out. */
  softDeadlineMs: number;
  retentionMs: number;
  retentionPayloadsMs: number;
  /** How long nothing may come from the source before that is told; absent: for ever. */
  silentAfterMs?: number;
  /** What falls silent raises an alert of our own; absent: nothing does. */
  silentKeys?: SilentKeys;
  /** What is taken out of what the source sends, and of what its API answers, before anything reads it; absent: nothing. */
  mask?: RouteMask;
  /** Names of enrichers that are asked about the indicators of its alerts; absent: none. */
  enrich?: string[];
  /** The source's own keys, parsed by its schema; secrets unresolved. */
  settings: unknown;
}

export interface Rule {
  name: string;
  enabled: boolean;
  /** CEL; absent matches everything. */
  when?: string;
  /** Names of destinations: the same for every severity, or by severity. Empty where `mute` is true and nobody is named: then nobody is told. */
  to: string[] | Partial<Record<Severity | "default", string[]>>;
  stop: boolean;
  /** In place of the destination's own, for the alerts that this rule sends there. */
  detail?: Detail;
  template?: Template;
  ping?: Ping;
  /** `true`: what matches is told to nobody in `to`. Ms: how long after a message an update without urgent news is held back. */
  mute?: true | number;
  hours?: RuleHours;
  threshold?: Threshold;
  unless?: Unless;
  group?: Group;
  escalate?: EscalationStep[];
}

/** How long nothing may come of a key that was heard of, and how bad that is. */
export interface SilentKeys {
  afterMs: number;
  /** Key paths; empty: the route as a whole. */
  by: string[];
  /** The route's default severity unless the file says otherwise. */
  severity: Severity;
}

/** When something is open: on these days between these times of the zone, but not on holidays. */
export interface Hours {
  /** IANA name, such as `Europe/Paris`. */
  zone: string;
  days: Weekday[];
  /** Minutes after midnight; `to` before `from` is on the next day, 1440 is midnight. */
  from: number;
  to: number;
  /** `YYYY-MM-DD` in the zone, or the name of a list of such. */
  holidays?: string[] | string;
}
export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

/** Hours of a rule, and what becomes of its alerts outside them. */
export interface RuleHours extends Hours {
  /** The first two wait until it opens: as single messages, or as one digest. `{ to }`: another destination in place of the rule's own. */
  outside: "hold" | "digest" | "drop" | { to: string };
}

/** So many events of one key within so long raise an alert of their own. */
export interface Threshold {
  count: number;
  withinMs: number;
  /** Key paths; empty: one key for all. */
  by: string[];
  title?: string;
  severity?: Severity;
  category?: string;
  tags?: string[];
}

/** The rule tells only if no event that `when` fits follows in time; with the same key where there is `by`. */
export interface Unless {
  when: string;
  withinMs: number;
  by: string[];
}

/** Alerts with the same key become one message. */
export interface Group {
  by: string[];
  waitMs: number;
  intervalMs: number;
}

/** What happens when nobody has taken an alert in hand. */
export interface EscalationStep {
  /** Since the rule's message, by severity; a severity that is absent is not escalated by this step. */
  afterMs: Partial<Record<Severity, number>>;
  /** Absent: those who show it already. */
  to?: string[];
  ping?: Ping;
  /** Of the last step: again after this, until somebody takes it. */
  everyMs?: number;
}

/** An alert that holds others back: while one that `source` fits is not resolved, those that `target` fits and that share a key wait. */
export interface Inhibition {
  name: string;
  source: string;
  target: string;
  by: string[];
  /** How long a target waits for a source that is on its way. */
  waitMs: number;
  /** Names of routes; absent: each, by itself. */
  routes?: string[];
}

/** Hides what it fits for a while. Made by people at the API, not part of the file. Times in Unix ms. */
export interface Silence {
  id: string;
  /** CEL. */
  when: string;
  from: number;
  until: number;
  /** Only within these, again and again. */
  recur?: Hours;
  /** The highest severity that it hides. */
  ceiling: Severity;
  owner: string;
  comment: string;
  /** Names of routes; absent: every route. */
  routes?: string[];
  createdAt: number;
  createdBy: string;
  /** Somebody ended it before its time. */
  endedAt?: number;
}

/** How much a message tells. `simple`: title, severity, link and id alone. */
export type Detail = "simple" | "full";

/** Whom to mention, in the chat's own form, by severity. */
export type Ping = Partial<Record<Severity, string>>;

/** Liquid texts that stand in for what the alert says itself. They compile: the configuration is refused otherwise. */
export interface Template {
  title?: string;
  summary?: string;
  /** In the order of the file. An empty list shows no fields. */
  fields?: { label: string; value: string }[];
}

/** At most `count` in `perMs`. */
export interface Rate {
  count: number;
  perMs: number;
}

/** How a request proves who sent it. Values may be `secret:NAME`. */
export type Auth =
  | { type: "header"; name: string; value: string }
  | { type: "basic"; username: string; password: string }
  | ({ type: "hmac" } & HmacScheme);

export interface DestinationConfig {
  name: string;
  /** A type in the registry of destinations. */
  type: string;
  /** Overrides the adapter's pace. */
  rate?: Rate;
  /** The only mention there is, unless a rule says otherwise. */
  ping: Ping;
  /** When a backlog is swallowed by a digest. `max`: alerts that a digest names at most; the others are counted. */
  digest: { after: number; everyMs: number; max: number };
  detail: Detail;
  template?: Template;
  /** Who takes over after so many failures in a row, or so long without a success, whichever comes first. */
  failover?: { to: string; failures: number; afterMs: number };
  /** 0 to 100; where destinations share a budget, the higher goes first. */
  priority: number;
  /** The kind's own keys, parsed by its schema; secrets unresolved. */
  settings: unknown;
}

export interface EnricherConfig {
  name: string;
  /** A type in the registry of enrichers. */
  type: string;
  /** Overrides the adapter's rate. */
  rate?: Rate;
  /** Names (with all below them) and networks that are never asked about. */
  except: string[];
  /** The type's own keys, parsed by its schema; secrets unresolved. */
  settings: unknown;
}
