// One attempt: the secrets join here, the answer is read and classified, and one line says what came of it.

import type { DestinationConfig } from "../config/model.ts";
import { resolveSecrets } from "../config/secret.ts";
import type { Answer, CustomTransport, Destination, HttpTransport, Outgoing } from "../destinations/destination.ts";
import { mayReach } from "../lib/address.ts";
import { readText } from "../lib/body.ts";
import { sealed } from "../lib/link-seal.ts";
import { errorText, log, logMany } from "../lib/log.ts";
import { formsOf, maskTexts, secretTexts } from "../lib/mask.ts";
import { traceParent } from "../lib/trace-id.ts";
import type { QueuedMessage, Settlement } from "../outbox/interface.ts";
import type { DeliveryOutcome } from "../outcome.ts";
import type { DeliverStages } from "./group.ts";

/** A POST gets this long, until the whole answer is read. */
const POST_MS = 10_000;
const ANSWER_BYTES = 64 * 1024;
/** What of an answer is kept for the delivery's log. */
const KEPT_CHARACTERS = 300;

interface Resolved {
  settings: unknown;
  missing: string[];
  /** What must not stand in a kept answer. */
  secrets: string[];
}

/** Secrets change only with the isolate, and settings with their object: they are put together once. */
const resolved = new WeakMap<object, WeakMap<DestinationConfig, Resolved>>();

function resolvedOf(config: DestinationConfig, bindings: object): Resolved {
  const known = resolved.get(bindings) ?? new WeakMap<DestinationConfig, Resolved>();
  resolved.set(bindings, known);
  const found = known.get(config);
  if (found) return found;
  const { settings, missing } = resolveSecrets(config.settings, bindings);
  const made = { settings, missing, secrets: secretTexts(settings) };
  known.set(config, made);
  return made;
}

/** Sends one message and says what came of it. */
export async function attempt(
  message: QueuedMessage & { body: string },
  destination: { config: DestinationConfig; adapter: Destination },
  stages: DeliverStages,
): Promise<Settlement> {
  const at = stages.now();
  const { config, adapter } = destination;
  const { settings, missing, secrets } = resolvedOf(config, stages.bindings);
  const seals: string[] = [];
  const hidden = (): string[] => [...seals.flatMap(formsOf), ...secrets];
  const done = (outcome: DeliveryOutcome, answer?: Answer, text?: string): Settlement => {
    const { id, slot } = message;
    const ms = stages.now() - at;
    const kept = text === undefined || text === "" ? undefined : maskTexts(text, hidden()).slice(0, KEPT_CHARACTERS);
    const budget = answer && adapter.transport.kind === "http" ? adapter.transport.budget?.(answer) : undefined;
    logAttempt(message, outcome, answer?.status, ms);
    return { id, slot, attempt: message.attempt, outcome: quoting(outcome, hidden), at, ms, status: answer?.status, answer: kept, budget };
  };
  if (missing.length > 0) {
    const detail = `the secret ${missing.join(", ")} is not set`;
    return done({ kind: "disabled", reason: "misconfigured", detail }, undefined, detail);
  }
  const { id, key, attempt: count, action, ref, memo } = message;
  const body = await signed(message, stages, seals);
  const traceparent = message.trace === undefined ? undefined : traceParent(message.trace);
  const outgoing: Outgoing = { id, key, attempt: count, action, ref, memo, body, at, traceparent };
  const { transport } = adapter;
  if (transport.kind === "custom") return done(...(await sendCustom(transport, outgoing, { name: config.name, settings }, stages)));
  return post(transport, outgoing, settings, stages, done);
}

/** The body with its links signed, by `seals`; without a secret they stay as they are, and open nothing. */
async function signed(
  { body, links, destination }: QueuedMessage & { body: string },
  stages: DeliverStages,
  seals: string[],
): Promise<string> {
  const secret = links && (await stages.linkSecret());
  if (!links || secret === undefined) return body;
  const made = await sealed(body, { ...links, destination }, secret);
  seals.push(...made.seals);
  return made.body;
}

/** What an outcome says for people may quote the answer. */
const quoting = (outcome: DeliveryOutcome, hidden: () => readonly string[]): DeliveryOutcome =>
  "detail" in outcome && outcome.detail !== undefined ? { ...outcome, detail: maskTexts(outcome.detail, hidden()) } : outcome;

async function sendCustom(
  transport: CustomTransport<unknown>,
  outgoing: Outgoing,
  destination: { name: string; settings: unknown },
  { bindings }: DeliverStages,
): Promise<[DeliveryOutcome, undefined, string | undefined]> {
  const patience = transport.timeoutMs ?? POST_MS;
  const signal = AbortSignal.timeout(patience);
  const means = { bindings, signal, refuses: (address: string) => mayReach(address, bindings) };
  try {
    const outcome = await transport.send(outgoing, destination, means);
    return [outcome, undefined, "detail" in outcome ? outcome.detail : undefined];
  } catch (error) {
    if (signal.aborted) return [{ kind: "unknown", reason: "timeout" }, undefined, `no answer within ${patience / 1_000} s`];
    return [{ kind: "retry", reason: "server_error" }, undefined, errorText(error)];
  }
}

async function post(
  transport: HttpTransport<unknown>,
  outgoing: Outgoing,
  settings: unknown,
  stages: DeliverStages,
  done: (outcome: DeliveryOutcome, answer?: Answer, text?: string) => Settlement,
): Promise<Settlement> {
  let request: Awaited<ReturnType<typeof transport.request>>;
  try {
    request = await transport.request(outgoing, settings);
  } catch (error) {
    return done({ kind: "disabled", reason: "misconfigured", detail: errorText(error) }, undefined, errorText(error));
  }
  const refused = mayReach(request.url, stages.bindings);
  if (refused) return done({ kind: "disabled", reason: "misconfigured", detail: refused }, undefined, refused);
  const signal = AbortSignal.timeout(POST_MS);
  try {
    const { method, headers, body } = request;
    const response = await stages.fetch(request.url, { method, headers, body, redirect: "manual", signal });
    const text = (await readText(response, ANSWER_BYTES)) ?? "";
    const answer: Answer = { status: response.status, headers: response.headers, body: text };
    return done(transport.classify(answer, { action: outgoing.action, at: stages.now() }), answer, text);
  } catch {
    if (signal.aborted) return done({ kind: "unknown", reason: "timeout" }, undefined, `no answer within ${POST_MS / 1_000} s`);
    // The runtime says the same of a connection that was refused and of one that broke after the message was read: it is
    // unknown. What was thrown may hold the address, so it is not told.
    return done({ kind: "unknown", reason: "connection_lost" }, undefined, "no connection, or it broke before the answer");
  }
}

function logAttempt(message: QueuedMessage, outcome: DeliveryOutcome, status: number | undefined, ms: number): void {
  const reason = "reason" in outcome ? outcome.reason : undefined;
  const { destination, id: delivery, attempt: count, action, trace } = message;
  const fields = { destination, delivery, attempt: count, action, outcome: outcome.kind, reason, status, ms, trace };
  if (outcome.kind === "delivered") logMany("delivery.attempt", fields);
  else log("warn", "delivery.attempt", fields);
}
