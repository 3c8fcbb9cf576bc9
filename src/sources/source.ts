// What a source adapter states. One folder per source; the core sees only this interface and knows no vendor's name.
import type * as z from "zod";
import type { AlertPatch, DetailRef, Json, Severity, SourceEvent, Status } from "../alert.ts";
import type { HmacScheme } from "../lib/hmac.ts";
import type { Result } from "../outcome.ts";

/** A source adapter: settings, what proves the sender, how a body becomes events, what detail is fetched from where. */
export interface Source<Settings = unknown> {
  /** The value of `source` in a route; also the folder's and the documentation page's name. */
  type: string;
  /** The vendor's name as people write it, e.g. `SEKOIA.IO`. */
  label: string;
  /** The source's own keys of a route (strict: unknown keys are refused). Fields made with `secret()` are secrets. */
  settings: z.ZodType<Settings>;
  /** A complete, valid example of a route's own keys, as it stands in the configuration; the docs are made from it. */
  example: Record<string, Json>;
  /** What proves the sender with these settings, where the route has no `auth` of its own: shown to people. */
  proof(settings: Settings): Proof;
  /** The vendor's own signature over the body, where the settings hold its key (resolved): as data, checked for you. */
  signature?(settings: Settings): HmacScheme | undefined;
  /** A proof that needs more than a shared key. `unknown`: it could not be checked now, the sender is asked to come again. */
  verify?(request: SignedRequest, settings: Settings, means: VerifyMeans): Promise<"right" | "wrong" | "unknown">;
  /** A handshake that wants an answer of its own (200), before anything is proved: no secret may be in it. */
  handshake?(request: { query: URLSearchParams; bytes: Uint8Array }, settings: Settings): { contentType: string; body: string } | undefined;
  /**
   * Whether the secret inside the body is right, where the vendor puts one there; secrets in `settings` are resolved.
   * Compare with `sameText` (constant time). Absent: the vendor puts none there.
   */
  authenticateBody?(body: Json, settings: Settings): boolean;
  /** Body to events. Never throws; liberal in reading: an unknown type becomes a generic alert, not an error. */
  parse(body: Json, context: ParseContext<Settings>): Parsed;
  /** What somebody who tries a sample should hear besides: where the settings find nothing in it. Never throws. */
  remarks?(body: Json, context: ParseContext<Settings>): string[];
  /** The source's API, where there is one to ask for the full alert. */
  enrichment?: Enrichment<Settings>;
  /** What the same API takes back: a status and a comment that people gave here. */
  writeBack?: WriteBack<Settings>;
}

/** `path`: nothing but the route's address, which is then the secret. */
export type Proof = "path" | "secret in the body" | "signature";

/** A request whose sender is to be proved. `body` is the parsed JSON. */
export interface SignedRequest {
  headers: Headers;
  body: Json;
  /** Now, Unix ms. */
  at: number;
}

/** What a proof may use. */
export interface VerifyMeans {
  /**
   * A small public document such as a certificate: fetched once (1 s, no redirects), then kept; undefined when it cannot be had.
   * The adapter judges the host. `fits`: whether it is such a document at all; one that is not is not kept either.
   */
  document(url: string, fits?: (text: string) => boolean): Promise<string | undefined>;
}

/** What `parse` may know besides the body. `settings` are unresolved: `secret:NAME` stands for a secret. */
export interface ParseContext<Settings> {
  settings: Settings;
  /** Base of the source's console for links, without a trailing slash, from the route's `console`. */
  console?: string;
  /** Severity overrides of the route, from the source's own word or number (lower case) to a severity. */
  severityMap?: Record<string, Severity>;
  /** When the request arrived, Unix ms. */
  receivedAt: number;
}

/** What a body holds: entries in the body's order, or where the body's shape was not understood at all (422). */
export type Parsed = Result<ParsedEntry[], { where: string; expected: string }>;

/**
 * One entry: an event, the vendor's test message, or protocol traffic that is not an alert. `call`: an address, judged by the adapter,
 * that is called (GET) after the answer, because the vendor's handshake asks for it.
 */
export type ParsedEntry = { kind: "event"; event: SourceEvent } | { kind: "test" } | { kind: "ignored"; reason: string; call?: string };

/** How the full alert is fetched. Runs in the enricher object, which owns budget, cache, single flight and time-outs. */
export interface Enrichment<Settings = unknown> {
  /** What it adds, in a few words for people: `the full alert`. */
  tells: string;
  /** Where the API is and how to sign in, from resolved settings; undefined where the route configures no API. */
  api(settings: Settings): { base: string; headers: Record<string, string> } | undefined;
  /** Calls per second that the vendor allows one key, and the burst. */
  rate(settings: Settings): { perSecond: number; burst: number };
  /** Fetches the detail. Failures are values; what it returns is the whole truth as of the fetch. */
  lookup(ref: DetailRef, api: Api, context: ParseContext<Settings>): Promise<Result<AlertPatch, ApiFailure>>;
  /** One reading call that needs what `lookup` needs, to see whether the key is accepted. */
  check?(api: Api, settings: Settings): Promise<Result<Json, ApiFailure>>;
}

/** How a status or a comment of ours is told to the source. Runs in the enricher object, with what `Enrichment` says of API and rate. */
export interface WriteBack<Settings = unknown> {
  /** Whether the settings ask for it; unless they do, nothing is written, since a key may be for reading alone. */
  isWanted(settings: Settings): boolean;
  /** Tells one change. `status` is absent where only the note is to be told. */
  write(change: { key: string; status?: Status; note: string }, api: WritingApi): Promise<Result<Json, WriteFailure>>;
}

/** Why a source was not told. `unsupported`: it has no such thing, in a sentence without a full stop. */
export type WriteFailure = ApiFailure | { kind: "unsupported"; detail: string };

/** A client that changes something. */
export interface WritingApi extends Api {
  /** `path` begins with `/` and is joined to the base. Answers the parsed JSON of a 2xx, null where there is none. */
  send(method: "POST" | "PATCH", path: string, body: Json): Promise<Result<Json, ApiFailure>>;
}

/** A polite client of one API: each `get` waits for the key's budget, follows no redirect, and is bounded in time and size. */
export interface Api {
  /** `path` begins with `/` and is joined to the base. Answers the parsed JSON of a 2xx. */
  get(path: string): Promise<Result<Json, ApiFailure>>;
}

/** Why an API did not tell. `denied` and `missing` are cached for a while; the others are asked again later. */
export type ApiFailure =
  | { kind: "denied"; status: number }
  | { kind: "missing"; status: number }
  | { kind: "rate_limited"; afterMs?: number }
  | { kind: "unavailable"; detail: string }
  | { kind: "malformed"; detail: string };

/** Declares a source. That its name and its example are right, a test of all adapters sees (`adapters.test.ts`), not each start. */
export const defineSource = <Settings>(source: Source<Settings>): Source<Settings> => source;
