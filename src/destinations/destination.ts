// What a destination adapter states. One folder per kind; the core sees only this interface and knows no vendor's name.
import type * as z from "zod";
import type { Alert, Json, Severity } from "../alert.ts";
import type { Action, Budget, DeliveryOutcome } from "../outcome.ts";

/** A destination adapter: settings, limits, capabilities, layouts, and what an answer means. Adapters never log, sleep or retry. */
export interface Destination<Settings = unknown> {
  /** The value of `type` in a destination; also the folder's and the documentation page's name. */
  type: string;
  label: string;
  /** The kind's own keys (strict). Address checks belong here, with a sentence that says what to write instead. */
  settings: z.ZodType<Settings>;
  /** A complete, valid example, as it stands in the configuration; the docs are made from it. */
  example: Record<string, Json>;
  /** How fast one destination may be sent to when neither `rate` nor a header says otherwise. */
  pace(settings: Settings): Pace;
  /**
   * Where the vendor counts over all destinations that use one credential: the setting that holds it, and the pace of all of
   * them together.
   */
  shared?: { by: string; pace: Pace };
  can(settings: Settings): Capabilities;
  /** What an accepted answer proves, for the person who reads it: `shown`, or only `accepted` by a relay in between. */
  proves: "shown" | "accepted";
  /** The body of a message as text, without any secret. Pure: same input, same output. Always within the chat's limits. */
  render(view: View, settings: Settings): string;
  /** The plain form, sent once when the rendered one was refused. */
  plain(view: View, settings: Settings): string;
  transport: HttpTransport<Settings> | CustomTransport<Settings>;
}

/** Messages per second, and how many may go at once after a rest. */
export interface Pace {
  perSecond: number;
  burst: number;
}

/** What a chat can do; the outbox decides by it what a new version of an alert becomes. */
export interface Capabilities {
  /** A shown message can be changed: there is one living message per alert. */
  edit: boolean;
  /** Replies attach to a shown message. */
  thread: boolean;
  /** A repeat of a request is recognised there: nothing stands twice. */
  idempotencyKey: boolean;
  /** One record per alert, as in a ticket system: even a rise changes it, and no second one is ever made. */
  record: boolean;
}

/** What a message is to show. */
export type View =
  /**
   * The alert as it stands: the first message, or the living one after an edit. `delta`: what changed since the message that was
   * there, which may be more than the alert's latest version did; absent in a first message.
   */
  | { kind: "alert"; alert: Alert; delta?: Delta; links: Links; ping?: string; style?: Style; standsInFor?: string }
  /**
   * What changed since the last message: a reply in the alert's thread (`inThread`), else a follow-up that names the alert.
   * `notify`: people have to notice it (severity rose, or the alert was reopened); otherwise a chat that can be quiet is.
   */
  | {
      kind: "update";
      alert: Alert;
      delta: Delta;
      links: Links;
      ping?: string;
      style?: Style;
      standsInFor?: string;
      inThread?: boolean;
      notify?: boolean;
      /** Nothing has changed: this is a word that the alert still waits for somebody. One line. */
      reminder?: string;
    }
  /** The former message of an alert that is now shown by a newer one: says so, and where to look. */
  | { kind: "moved"; alert: Alert; links: Links }
  /** Many alerts in one message. */
  | ({ kind: "digest"; links: Links } & DigestContent)
  /** A word of the relay about itself, such as a destination that does not answer. */
  | { kind: "notice"; notice: Notice; links: Links }
  /** A marked test alert. */
  | { kind: "test"; alert: Alert; links: Links };

/** What a digest tells. Its counts are over all it holds; `alerts` and `newest` name a few of them. */
export interface DigestContent {
  /** The worst ones, worst first. */
  alerts: Alert[];
  /** The latest ones, latest first. */
  newest: Alert[];
  total: number;
  /** News about alerts that an earlier digest of the same storm told: `total` and `updates` together are the messages it stands for. */
  updates: number;
  bySeverity: Record<Severity, number>;
  /** Most frequent first. */
  bySource: Tally[];
  byRule: Tally[];
  /** When the first and the last of them came, ISO 8601 UTC. */
  since: string;
  until: string;
  /** True for a summary that later digests of the same storm edit. */
  running: boolean;
  /** True where they are no storm: they waited for the hours of their rule. */
  waited?: boolean;
}
export interface Tally {
  name: string;
  count: number;
}

/** A word of the relay about itself. Texts are ours, one line each. */
export interface Notice {
  /** The same for the same occasion: telling it twice shows it once. */
  id: string;
  severity: Severity;
  /** True when what was wrong is over. */
  resolved: boolean;
  title: string;
  text: string;
  /** When it happened, ISO 8601 UTC. */
  at: string;
}

/** How the configuration wants an alert told. `texts` come from its templates and replace what the alert says itself. */
export interface Style {
  /** `simple`: title, severity, link and id alone. */
  detail?: "simple" | "full";
  texts?: { title?: string; summary?: string; fields?: { label: string; value: string }[] };
}

/**
 * Links besides the alert's own console link. `tocsin`: this alert's page on our dashboard, when `relay.url` is set. The others open a page
 * with one button for whoever has the message, as long as there is something to do.
 */
export interface Links {
  tocsin?: string;
  acknowledge?: string;
  silence?: string;
}

/** What changed between the version a destination shows and the one it is to show now. */
export interface Delta {
  kind: "updated" | "resolved" | "reopened" | "commented";
  severity?: { before: Severity; after: Severity };
  status?: { before: string; after: string };
  /** The title before, when it changed (a thin alert got its real one). */
  title?: { before: string; after: string };
  /** How many events came on top. */
  newEvents: number;
  /** List members that came and went, e.g. `{ assets: ["db-2"] }`. */
  added: Record<string, string[]>;
  removed: Record<string, string[]>;
  /** True when this update brings the detail that the first message lacked. */
  detail: boolean;
  comment?: { author?: string; text: string };
  /** Indicators that turned out malicious, each as a short sentence: `203.0.113.7 is malicious, 5/90`. */
  verdicts?: string[];
}

/** A message on its way out, as the transport sees it. `body` is what `render` or `plain` returned. */
export interface Outgoing {
  /** The delivery's id: the same at every attempt. */
  id: string;
  /** The idempotency key: the same at every attempt, another one for each step of a delivery (its message, its reply). */
  key: string;
  attempt: number;
  action: Action;
  /** The reference of the message to edit or to reply to. */
  ref?: string;
  /** What the adapter asked to have remembered about this destination (see `DeliveryOutcome`). */
  memo?: string;
  body: string;
  /** Now, Unix ms. */
  at: number;
  /** The header that hands the trace on (W3C Trace Context), for a receiver that follows traces; absent where there is none. */
  traceparent?: string;
}
export type { Action };

/** Over HTTP: the core posts, reads the answer (at most 64 KiB) and asks what it means. */
export interface HttpTransport<Settings> {
  kind: "http";
  /** Address, headers and signature; `settings` have their secrets resolved. */
  request(message: Outgoing, settings: Settings): HttpRequest | Promise<HttpRequest>;
  /** `message.at` is now, Unix ms: some delays are given as a date. */
  classify(answer: Answer, message: Pick<Outgoing, "action" | "at">): DeliveryOutcome;
  /** The budget that the headers of any answer tell, if they do. */
  budget?(answer: Answer): Budget | undefined;
  /** A call that shows nothing and changes nothing, where the vendor documents one. */
  check?: HttpCheck<Settings>;
}
/** A harmless call. */
export interface HttpCheck<Settings> {
  /** What is so when it succeeds, a clause for people: `the bot is in the chat`. */
  proves: string;
  /** `settings` have their secrets resolved. */
  request(settings: Settings): { method: "GET" | "POST"; url: string; headers: Record<string, string>; body?: string };
  /** `delivered` when all is well. `at` is now, Unix ms. */
  classify(answer: Answer, at: number): DeliveryOutcome;
}
export interface HttpRequest {
  method: "POST" | "PUT" | "PATCH";
  url: string;
  headers: Record<string, string>;
  body: string;
}
/** An HTTP answer. `body` is text, cut at 64 KiB. */
export interface Answer {
  status: number;
  headers: Headers;
  body: string;
}

/** Over a binding of the Worker or a protocol of its own. */
export interface CustomTransport<Settings> {
  kind: "custom";
  /** How long one attempt may take, where 10 s are too short; at most 30,000, as it is given up for lost after 45 s. */
  timeoutMs?: number;
  /** The binding that these settings need; a destination whose binding is missing is refused. */
  needs(settings: Settings): string | undefined;
  /** What to do where that binding is missing, as an instruction: `add ... to wrangler.toml`. */
  missing?(binding: string): string;
  send(message: Outgoing, destination: { name: string; settings: Settings }, means: Means): Promise<DeliveryOutcome>;
  /** A conversation that shows nothing and changes nothing; undefined where these settings allow none. `settings` are resolved. */
  check?: { proves: string; call(settings: Settings, means: Means): Promise<DeliveryOutcome | undefined> };
}
/** What a custom transport may use. */
export interface Means {
  bindings: Record<string, unknown>;
  /** Ends when the attempt has taken too long; the outcome is then unknown. */
  signal: AbortSignal;
  /** Why an address (`https://`, `smtps://` ...) may not be called, in a sentence; undefined when it may. */
  refuses(address: string): string | undefined;
}

/** Declares a destination. That its name and its example are right, a test of all adapters sees (`adapters.test.ts`), not each start. */
export const defineDestination = <Settings>(destination: Destination<Settings>): Destination<Settings> => destination;
