// POST /hooks/{uuid}: receive -> authenticate -> parse -> accept. Everything here is quick and decides the sender's answer;
// nothing is acknowledged before the ledger has it.
import type { Route } from "../config/model.ts";
import { resolveSecrets } from "../config/secret.ts";
import type { Entry, EntryResult, LedgerCalls, Refusal } from "../ledger/interface.ts";
import { bodyBytes } from "../lib/body.ts";
import { isSigned } from "../lib/hmac.ts";
import { type Json, parseJson } from "../lib/json.ts";
import { errorText, log } from "../lib/log.ts";
import { alertHash, ledgerName, shardOf } from "../lib/names.ts";
import { methodNotAllowed, notFound, ProblemAnswer, problem, unauthorized } from "../lib/problem.ts";
import { traceIdOf } from "../lib/trace-id.ts";
import type { RefusalReason, Result } from "../outcome.ts";
import type { ParsedEntry, Source, VerifyMeans } from "../sources/source.ts";
import type { ConfigCache } from "../store/config-cache.ts";
import { authenticate } from "./authenticate.ts";
import { callBack, Documents } from "./documents.ts";
import { parseBody } from "./masked.ts";
import { RefusalLog } from "./refusal-log.ts";

/** What the intake needs of the Worker. */
export interface IntakeBindings {
  DB: D1Database;
  LEDGER: { getByName(name: string): LedgerCalls };
}

/** What the intake works with besides the request. */
export interface IntakeContext {
  env: IntakeBindings & Record<string, unknown>;
  config: ConfigCache;
  sources: ReadonlyMap<string, Source>;
  now(): number;
  waitUntil(promise: Promise<unknown>): void;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const RETRY_SECONDS = 5;

const refusals = new RefusalLog();
const documents = new Documents();

/** Answers one request to a hook. `id` is the path's last part, in any case. Never throws: what the platform would write down has the path. */
export async function receive(request: Request, id: string, context: IntakeContext): Promise<Response> {
  try {
    return await answerTo(request, id, context);
  } catch (error) {
    log("error", "intake.failed", { error: errorText(error) });
    return notStored().response();
  }
}

async function answerTo(request: Request, id: string, context: IntakeContext): Promise<Response> {
  if (request.method !== "POST") return methodNotAllowed();
  const uuid = id.toLowerCase();
  if (!UUID.test(uuid)) return notFound();
  let route: Route | undefined;
  try {
    route = await context.config.route(context.env.DB, uuid, context.now());
  } catch (error) {
    log("error", "intake.no_configuration", { error: errorText(error) });
    return problem(503, "The relay could not read its configuration. Send it again.", { retryAfter: RETRY_SECONDS });
  }
  if (!route) return notFound();
  if (route.id !== uuid) log("info", "intake.former_address", { route: route.name });
  const source = context.sources.get(route.source);
  if (!route.enabled || !source) {
    refuse(route, context, { status: 404, reason: source ? "route_disabled" : "route_invalid", bytes: 0 });
    return notFound();
  }
  return receiveFor(request, route, source, context);
}

async function receiveFor(request: Request, route: Route, source: Source, context: IntakeContext): Promise<Response> {
  const receivedAt = context.now();
  const trace = traceIdOf(request.headers.get("traceparent"));
  const stop = (answer: ProblemAnswer, reason: RefusalReason, bytes: number): Response => {
    refuse(route, context, { status: answer.status, reason, detail: answer.where, bytes, trace });
    return answer.response();
  };

  const bytes = await bodyBytes(request, route.maxBodyBytes);
  if (!bytes) return stop(tooLarge(route.maxBodyBytes), "body_too_large", route.maxBodyBytes);

  const { settings } = resolveSecrets(route.settings, context.env);
  const handshake = source.handshake?.({ query: new URL(request.url).searchParams, bytes }, settings);
  if (handshake) {
    const entries: Entry[] = [{ kind: "ignored", reason: "the vendor's handshake" }];
    if (!(await accept(entries, route, context, { receivedAt, bytes: bytes.length, trace })))
      return stop(notStored(), "not_stored", bytes.length);
    return new Response(handshake.body, { headers: { "content-type": handshake.contentType, "x-content-type-options": "nosniff" } });
  }
  const body = parseJson(bytes);
  const proved = await prove(request, { bytes, body, settings }, route, source, context);
  if (proved === "wrong") return stop(unauthorized(), "unauthorized", bytes.length);
  if (proved === "unknown") return stop(notVerified(), "not_verified", bytes.length);

  if (route.intakeRate) {
    const { afterMs } = await ledgerOf(context, route.name, 0).admit(route.intakeRate);
    if (afterMs > 0) return stop(overRate(afterMs), "rate_limited", bytes.length);
  }
  if (!body.ok) return stop(new ProblemAnswer(400, `The body is not JSON: ${body.reason}`), "not_json", bytes.length);

  const parsed = parseBody(source, body.value, route, receivedAt, context.env);
  if (!parsed.ok) {
    const { where, expected } = parsed.reason;
    return stop(
      new ProblemAnswer(422, `Unexpected content at ${where}: expected ${expected}.`, { where }),
      "unexpected_shape",
      bytes.length,
    );
  }
  const entries: Entry[] = parsed.value.length > 0 ? parsed.value.map(entryOf) : [{ kind: "test" }];
  const results = await accept(entries, route, context, { receivedAt, bytes: bytes.length, trace });
  if (!results) return stop(notStored(), "not_stored", bytes.length);
  for (const entry of parsed.value)
    if (entry.kind === "ignored" && entry.call !== undefined) context.waitUntil(callBack(entry.call, route.name));
  return Response.json(tally(results), { status: 202 });
}

/** Whether the request proves who sent it, in every way that the route asks for. Every wrong one has the same answer. */
async function prove(
  { headers }: Request,
  { bytes, body, settings }: { bytes: Uint8Array; body: Result<Json, string>; settings: unknown },
  route: Route,
  source: Source,
  context: IntakeContext,
): Promise<"right" | "wrong" | "unknown"> {
  const at = context.now();
  if (!(await authenticate(route.auth, headers, bytes, context.env, at))) return "wrong";
  const scheme = source.signature?.(settings);
  if (scheme && !(await isSigned(scheme, headers, bytes, at))) return "wrong";
  // What stands in the body is checked as soon as the body is JSON, before anything else is said about it.
  if (!body.ok) return "right";
  if (source.authenticateBody && !source.authenticateBody(body.value, settings)) return "wrong";
  if (!source.verify) return "right";
  const means: VerifyMeans = { document: (url, fits) => documents.get(url, fits) };
  return source.verify({ headers, body: body.value, at }, settings, means);
}

/** Stores the entries, each in the shard of its alert; undefined when a shard could not store. Answers in the body's order. */
async function accept(
  entries: Entry[],
  route: Route,
  context: IntakeContext,
  request: { receivedAt: number; bytes: number; trace: string },
): Promise<EntryResult[] | undefined> {
  const shards = new Map<number, number[]>();
  entries.forEach((entry, index) => {
    const shard = entry.kind === "event" ? shardOf(alertHash(entry.event.key), route.shards) : 0;
    shards.set(shard, [...(shards.get(shard) ?? []), index]);
  });
  const { source, defaultSeverity, dedupWindowMs, dedupKey } = route;
  const policy = { source, defaultSeverity, dedupWindowMs, dedupKey };
  const results: EntryResult[] = new Array(entries.length);
  const stored = await Promise.all(
    [...shards].map(async ([shard, indexes]) => {
      const part = indexes.flatMap((index) => entries[index] ?? []);
      try {
        const answers = await ledgerOf(context, route.name, shard).accept({ policy, entries: part, ...request });
        indexes.forEach((index, at) => {
          const answer = answers[at];
          if (answer) results[index] = answer;
        });
        return true;
      } catch (error) {
        log("error", "intake.not_stored", { route: route.name, shard, error: errorText(error) });
        return false;
      }
    }),
  );
  return stored.every(Boolean) ? results : undefined;
}

const entryOf = (entry: ParsedEntry): Entry => (entry.kind === "ignored" ? { kind: "ignored", reason: entry.reason } : entry);

function tally(results: EntryResult[]) {
  const count = (outcome: EntryResult["outcome"]) => results.filter((result) => result.outcome === outcome).length;
  return { accepted: count("accepted"), duplicate: count("duplicate"), test: count("test"), ignored: count("ignored"), results };
}

const ledgerOf = (context: IntakeContext, route: string, shard: number): LedgerCalls =>
  context.env.LEDGER.getByName(ledgerName(route, shard));

/** Logged best effort, and at most 60 times a minute for each route: a flood of refusals must cost nothing. */
function refuse(route: Route, context: IntakeContext, refusal: Omit<Refusal, "at">): void {
  const at = context.now();
  log("warn", "intake.refused", {
    route: route.name,
    status: refusal.status,
    reason: refusal.reason,
    bytes: refusal.bytes,
    trace: refusal.trace,
  });
  if (!refusals.allows(route.name, at)) return;
  context.waitUntil(
    ledgerOf(context, route.name, 0)
      .refused({ at, ...refusal })
      .catch((error) => log("warn", "intake.refusal_not_logged", { error: errorText(error) })),
  );
}

const tooLarge = (most: number) => new ProblemAnswer(413, `The body is larger than ${most} bytes, which is this route's limit (max_body).`);
const overRate = (afterMs: number) =>
  new ProblemAnswer(429, "This route's intake_rate is used up.", { retryAfter: Math.max(1, Math.ceil(afterMs / 1_000)) });
const notVerified = () =>
  new ProblemAnswer(503, "What proves the sender could not be fetched. Send it again.", { retryAfter: RETRY_SECONDS });
const notStored = () => new ProblemAnswer(503, "The event could not be stored. Send it again.", { retryAfter: RETRY_SECONDS });
