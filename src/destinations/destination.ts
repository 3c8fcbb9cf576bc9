// What a destination adapter states. One folder per kind; the core sees only this interface and knows no vendor's name.
import type * as z from "zod";
import type { Alert, Json, Severity } from "../alert.ts";
import type { Budget, DeliveryOutcome } from "../outcome.ts";

/** A destination adapter: settings, limits, capabilities, layouts, and what an answer means. Adapters never log, sleep or retry. */
export interface Destination<Settings = unknown> {
  /** The value of `type` in a destination; also the folder's and the documentation page's name. */
  type: string;
  label: string;
  /** The kind's own keys (strict). Address checks belong here, with a sentence that says what to write instead. */
  settings: z.ZodType<Settings>;
  /** A complete, valid example, as it stands in the configuration; the docs are made from it. */
  example: Record<string, Json>;
  /** Messages per second, and the burst, when neither `rate` nor a header says otherwise. */
  pace: { perSecond: number; burst: number };
  can: Capabilities;
  /** What an accepted answer proves, for the person who reads it: `shown`, or only `accepted` by a relay in between. */
  proves: "shown" | "accepted";
  /** The body of a message as text, without any secret. Pure: same input, same output. Always within the chat's limits. */
  render(view: View, settings: Settings): string;
  /** The plain form, sent once when the rendered one was refused. */
  plain(view: View, settings: Settings): string;
  transport: HttpTransport<Settings> | BindingTransport<Settings>;
}

/** `edit`: a shown message can be changed. `thread`: replies attach to it. `idempotencyKey`: a repeat is recognised there. */
export interface Capabilities {
  edit: boolean;
  thread: boolean;
  idempotencyKey: boolean;
}

/** What a message is to show. */
export type View =
  /** The alert as it stands: the first message, or the living one after an edit. */
  | { kind: "alert"; alert: Alert; links: Links; ping?: string }
  /** A short follow-up where the chat cannot edit: names the alert and says what changed since the last message. */
  | { kind: "update"; alert: Alert; delta: Delta; links: Links; ping?: string }
  /** Many alerts in one message. `alerts` are the most important ones first; `total` counts all. */
  | { kind: "digest"; alerts: Alert[]; total: number; bySeverity: Record<Severity, number>; links: Links }
  /** A marked test alert. */
  | { kind: "test"; alert: Alert; links: Links };

/** Links besides the alert's own console link. `tocsin`: this alert's page on our dashboard, when `relay.url` is set. */
export interface Links {
  tocsin?: string;
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
}

/** A message on its way out, as the transport sees it. `body` is what `render` or `plain` returned. */
export interface Outgoing {
  /** The delivery's id: the same at every attempt. */
  id: string;
  attempt: number;
  action: "post" | "edit";
  /** The reference of the message to edit. */
  ref?: string;
  body: string;
  /** Now, Unix ms. */
  at: number;
}

/** Over HTTP: the core posts, reads the answer (at most 64 KiB) and asks what it means. */
export interface HttpTransport<Settings> {
  kind: "http";
  /** Address, headers and signature; `settings` have their secrets resolved. */
  request(message: Outgoing, settings: Settings): HttpRequest | Promise<HttpRequest>;
  /** `message.at` is now, Unix ms: some delays are given as a date. */
  classify(answer: Answer, message: Pick<Outgoing, "action" | "at">): DeliveryOutcome;
  /** The budget that the headers of any answer tell, if they do. */
  budget?(answer: Answer): Budget | undefined;
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

/** Over a binding of the Worker. Refused at configuration time where the binding is missing. */
export interface BindingTransport<Settings> {
  kind: "binding";
  needs: string;
  send(message: Outgoing, destination: { name: string; settings: Settings }, bindings: Record<string, unknown>): Promise<DeliveryOutcome>;
}

/** Declares a destination; throws at start when the manifest is incomplete, so that half an adapter never runs. */
export function defineDestination<Settings>(destination: Destination<Settings>): Destination<Settings> {
  if (!/^[a-z][a-z0-9-]*$/.test(destination.type))
    throw new Error(`destination type ${destination.type}: lower case letters, digits and hyphens only`);
  const example = destination.settings.safeParse(destination.example);
  if (!example.success) throw new Error(`destination ${destination.type}: its example does not fit its own settings`);
  return destination;
}
