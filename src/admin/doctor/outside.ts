// Checks of those that the relay talks to: the sources' APIs, and the destinations. Nothing is shown and nothing is changed there.
import type { DestinationConfig, Route } from "../../config/model.ts";
import { resolveSecrets, secretReference } from "../../config/secret.ts";
import type { Answer, Destination, HttpCheck } from "../../destinations/destination.ts";
import { mayReach } from "../../lib/address.ts";
import { readText } from "../../lib/body.ts";
import { errorText } from "../../lib/log.ts";
import { outboxName } from "../../lib/names.ts";
import { utcTime } from "../../lib/text.ts";
import type { OutboxStatus } from "../../outbox/interface.ts";
import type { DeliveryOutcome } from "../../outcome.ts";
import { apiOf, enricherOf } from "../../process/stages.ts";
import type { AdminContext } from "../context.ts";
import { masked, masksOf } from "../mask-settings.ts";
import { previewTest } from "../queries/preview.ts";
import { testAlert, testNonce } from "../test-alert.ts";
import { type Check, doubtful, type Found, good, unchecked, wrong } from "./check.ts";

const LIMIT_MS = 10_000;
const ANSWER_BYTES = 64 * 1024;

/** A check for each source's API, each enricher and each destination. */
export function outsideChecks(context: AdminContext): Check[] {
  const { routes, destinations, enrichers } = context.loaded.config;
  return [
    ...routes.map((route) => ({ id: `source:${route.name}`, run: () => sourceApi(context, route) })),
    ...enrichers.map(({ name, type }) => ({
      id: `enricher:${name}`,
      run: async () =>
        unchecked(
          `A look-up counts against the key's budget: not asked. ${context.enrichers.get(type)?.label ?? type} refusing the key shows on the alerts.`,
        ),
    })),
    ...destinations.map((destination) => ({ id: `destination:${destination.name}`, run: () => destinationCheck(context, destination) })),
  ];
}

async function sourceApi({ env, sources }: AdminContext, route: Route): Promise<Found> {
  const { name, source: type, settings } = route;
  const source = sources.get(type);
  const api = apiOf(route, sources, env);
  if (!source || !api) return unchecked(`${source?.label ?? type} is asked for nothing: no API is configured.`);
  const { missing } = resolveSecrets(settings, env);
  if (missing.length > 0) return wrong(`The secret ${missing.join(", ")} is not set.`, "Set it: `npx wrangler secret put NAME`.");
  if (!source.enrichment?.check) return unchecked(`There is no harmless call to ${source.label}: not asked.`);
  const answer = await env.ENRICHER.getByName(enricherOf(api)).check({ source: type, settings });
  if (answer.ok) return good(`${source.label} answers, and takes our key.`);
  const found = `${answer.sentence.charAt(0).toUpperCase()}${answer.sentence.slice(1)}.`;
  const key = secretReference(api.secretName)?.name;
  switch (answer.kind) {
    case "denied":
      return wrong(
        found,
        `Put a valid key into ${key ?? "the route's settings"}; src/sources/${type}/README.md says which permissions it needs.`,
      );
    case "passing":
      return doubtful(found, "It may pass: look again.");
    case "other":
      return wrong(found, `See whether \`api\` of the route ${name} is right, and whether the API is up.`);
  }
}

async function destinationCheck(context: AdminContext, config: DestinationConfig): Promise<Found> {
  const { env } = context;
  const adapter = context.destinations.get(config.type);
  if (!adapter) return wrong(`There is no destination of the type ${config.type}.`);
  const subject = {
    route: "test",
    source: "tocsin",
    severity: "info",
    what: `the destination ${config.name}`,
    by: context.author,
  } as const;
  const preview = await previewTest(context, config, adapter, testAlert(subject, context.now(), testNonce()));
  if (preview.problem !== undefined)
    return wrong(`A test message could not be sent: ${preview.problem}.`, "Correct the settings, or set the secret.");
  const { settings } = resolveSecrets(config.settings, env);
  const [called, status] = await Promise.all([
    harmlessCall(adapter, settings, env),
    env.OUTBOX.getByName(outboxName(config.name)).status(),
  ]);
  const trouble = troubleWith(config.name, adapter.label, status);
  if (called === undefined)
    return (
      trouble ??
      unchecked(
        `A test message can be rendered; ${adapter.label} has no harmless call.`,
        `Send a test: \`npx tocsin destinations test ${config.name}\`.`,
      )
    );
  const answer = judged(called.outcome, adapter, called.proves);
  // A harmless call may succeed where messages are refused.
  const found = answer.state === "ok" && trouble ? trouble : answer;
  return { ...found, found: masked(found.found, masksOf(adapter.settings, config.settings, env)) };
}

/** What its outbox met with the last messages: a refusal that is remembered, or no success for more than a moment. */
function troubleWith(name: string, label: string, { disabled, brokenSince, failedReason }: OutboxStatus): Found | undefined {
  const test = `\`npx tocsin destinations test ${name}\``;
  if (disabled)
    return wrong(
      `${label} has refused our messages since ${since(disabled.at)}: ${disabled.reason}.`,
      `Repair the cause, see that it works with ${test}, then \`npx tocsin replay --destination ${name}\`.`,
    );
  if (brokenSince === undefined) return undefined;
  return wrong(
    `${label} has taken no message since ${since(brokenSince)}${failedReason === undefined ? "" : `: ${failedReason}`}.`,
    `It is tried again by itself, and nothing is lost for 72 hours. See its answer: ${test}.`,
  );
}

const since = (at: number): string => utcTime(new Date(at).toISOString()) ?? "";

async function harmlessCall(
  { transport }: Destination,
  settings: unknown,
  bindings: AdminContext["env"],
): Promise<{ outcome: DeliveryOutcome; proves: string } | undefined> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  if (transport.kind === "custom") {
    const { check } = transport;
    const outcome = await check?.call(settings, { bindings, signal, refuses: (address) => mayReach(address, bindings) });
    return check && outcome ? { outcome, proves: check.proves } : undefined;
  }
  return transport.check && { outcome: await ask(transport.check, settings, bindings, signal), proves: transport.check.proves };
}

async function ask(
  check: HttpCheck<unknown>,
  settings: unknown,
  rules: AdminContext["env"],
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  try {
    const { method, url, headers, body } = check.request(settings);
    const refused = mayReach(url, rules);
    if (refused !== undefined) return { kind: "disabled", reason: "misconfigured", detail: refused };
    const response = await fetch(url, { method, headers, body, redirect: "manual", signal });
    const answer: Answer = { status: response.status, headers: response.headers, body: (await readText(response, ANSWER_BYTES)) ?? "" };
    return check.classify(answer, Date.now());
  } catch (error) {
    if (signal.aborted) return { kind: "unknown", reason: "timeout", detail: `no answer within ${LIMIT_MS / 1_000} s` };
    // What fetch throws may hold the address.
    const detail = error instanceof TypeError ? "no connection" : errorText(error);
    return { kind: "unknown", reason: "connection_lost", detail };
  }
}

function judged(outcome: DeliveryOutcome, { type, label }: Destination, proves: string): Found {
  const detail = "detail" in outcome && outcome.detail ? `: ${outcome.detail}` : "";
  switch (outcome.kind) {
    case "delivered":
      return good(`${label} answers: ${proves}.`);
    case "retry":
      return doubtful(`${label} asks to come again (${outcome.reason})${detail}.`, "It may pass: look again.");
    case "disabled":
    case "rejected":
    case "thread_lost":
      return wrong(`${label} refuses us${detail}.`, `src/destinations/${type}/README.md says how to set it up.`);
    case "unknown":
      return wrong(`${label} did not answer${detail}.`, "See whether its address is right, and whether it is up.");
  }
}
