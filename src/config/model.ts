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
  /** Rows that do not parse: each is disabled alone, loudly. */
  broken: { kind: "route" | "destination" | "enricher" | "relay"; name: string; id?: string; problem: string }[];
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
  /** How long an event waits for the source's API before the thin alert goes out. */
  softDeadlineMs: number;
  retentionMs: number;
  retentionPayloadsMs: number;
  /** How long nothing may come from the source before that is told; absent: for ever. */
  silentAfterMs?: number;
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
  /** Names of destinations: the same for every severity, or by severity. */
  to: string[] | Partial<Record<Severity | "default", string[]>>;
  stop: boolean;
  /** In place of the destination's own, for the alerts that this rule sends there. */
  detail?: Detail;
  template?: Template;
  ping?: Ping;
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
