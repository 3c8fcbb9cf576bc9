// Tests: a marked alert to one destination, or through a route's rules to those that they choose.
import { type Alert, type Severity, severityId } from "../../alert.ts";
import type { Route } from "../../config/model.ts";
import type { DeliveryRecord } from "../../delivery.ts";
import type { TraceStep } from "../../ledger/interface.ts";
import type { Json } from "../../lib/json.ts";
import { alertId, outboxName } from "../../lib/names.ts";
import { type DeliveryState, fail, ok, type Result } from "../../outcome.ts";
import { plannerOf } from "../../process/planner.ts";
import { audit } from "../audit.ts";
import type { AdminContext } from "../context.ts";
import { testAlert, testNonce } from "../test-alert.ts";
import { type Preview, previewTest } from "./preview.ts";
import { alertOfPayload } from "./try-payload.ts";

/** What became of a test at one destination, as far as it is known when we answer. */
export interface TestResult {
  destination: string;
  delivery: string | null;
  state: DeliveryState | "not_sent";
  attempts: number;
  reason: string | null;
  log: DeliveryRecord["log"];
}

/** The answer of a test. A dry run has previews, a real one results. */
export interface TestReport {
  dry_run: boolean;
  alert: Alert;
  /** For a route: what its rules decided. */
  trace?: TraceStep[];
  destinations: (Preview | TestResult)[];
}

/** How long the answer waits for the destinations'. */
const PATIENCE_MS = 4_000;
const LOOK_MS = 100;

/** Sends a test to one destination, or shows it. */
export async function testDestination(
  context: AdminContext,
  name: string,
  options: { dryRun: boolean; severity?: Severity },
): Promise<TestReport> {
  const severity = options.severity ?? "info";
  const subject = { route: "test", source: "tocsin", severity, what: `the destination ${name}`, by: context.author };
  const alert = testAlert(subject, context.now(), testNonce());
  if (!options.dryRun) await audit(context, { action: "destination.tested", target: name, detail: { severity } });
  return { dry_run: options.dryRun, alert, destinations: await toEach(context, [name], alert, options.dryRun) };
}

/** Plans a test alert through a route's rules and sends it to the destinations that they choose, or shows it. */
export async function testRoute(
  context: AdminContext,
  route: Route,
  options: { dryRun: boolean; severity?: Severity },
): Promise<TestReport> {
  const severity = options.severity ?? route.defaultSeverity;
  const subject = { route: route.name, source: route.source, severity, what: `the route ${route.name}`, by: context.author };
  return testWith(context, route, testAlert(subject, context.now(), testNonce()), options.dryRun);
}

/** The same with the alert that a payload makes; a refusal is a sentence. */
export async function testPayload(
  context: AdminContext,
  route: Route,
  options: { dryRun: boolean; severity?: Severity; payload: Json },
): Promise<Result<TestReport, string>> {
  const read = await alertOfPayload(context, route, options.payload);
  if (!read.ok) return read;
  if (!read.value) return fail("the source makes no alert of this payload");
  const nonce = testNonce();
  const severity = options.severity ?? read.value.severity;
  const marked = { id: alertId(route.name, nonce), key: `test:${nonce}`, severity, severity_id: severityId(severity) };
  return ok(await testWith(context, route, { ...read.value, ...marked }, options.dryRun));
}

async function testWith(context: AdminContext, route: Route, alert: Alert, dryRun: boolean): Promise<TestReport> {
  const { severity } = alert;
  const { lists, version: revision } = context.loaded.config;
  const { matched, trace } = plannerOf(route, { lists, revision }).plan(alert, [alert.change], { shownBy: [], now: context.now() });
  if (!dryRun) await audit(context, { action: "route.tested", target: route.name, detail: { severity, to: matched } });
  return { dry_run: dryRun, alert, trace, destinations: await toEach(context, matched, alert, dryRun) };
}

async function toEach(context: AdminContext, names: string[], alert: Alert, dryRun: boolean): Promise<(Preview | TestResult)[]> {
  return Promise.all(names.map((name) => toOne(context, name, alert, dryRun)));
}

async function toOne(context: AdminContext, name: string, alert: Alert, dryRun: boolean): Promise<Preview | TestResult> {
  const config = context.loaded.destinationByName.get(name);
  const adapter = config && context.destinations.get(config.type);
  if (!config || !adapter) return notSent(name, "the destination's configuration is broken");
  if (dryRun) return previewTest(context, config, adapter, alert);
  const outbox = context.env.OUTBOX.getByName(outboxName(name));
  const delivery = await outbox.test(alert);
  const look = async (): Promise<DeliveryRecord | undefined> => (await outbox.deliveriesOf(alert.id)).find(({ id }) => id === delivery);
  let record = await look();
  for (let waited = 0; waited < PATIENCE_MS && (!record || record.state === "pending"); waited += LOOK_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    record = await look();
  }
  const { state = "pending", attempts = 0, reason = null, log: attempted = [] } = record ?? {};
  return { destination: name, delivery, state, attempts, reason, log: attempted };
}

const notSent = (destination: string, reason: string): TestResult => ({
  destination,
  delivery: null,
  state: "not_sent",
  attempts: 0,
  reason,
  log: [],
});
