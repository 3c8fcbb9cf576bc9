// A payload through a route's rules, as if its vendor had sent it: which alerts it makes, what every gate says, who would be told and with which
// bytes. Nothing is sent, stored or asked, and the sender is not proved.
import type { Alert } from "../../alert.ts";
import type { ConfigRefusal } from "../../config/check.ts";
import type { Route } from "../../config/model.ts";
import { cardOf } from "../../destinations/card.ts";
import { cardLines } from "../../destinations/words.ts";
import type { TraceStep } from "../../ledger/interface.ts";
import type { Json } from "../../lib/json.ts";
import { fail, ok, type Result } from "../../outcome.ts";
import { withoutRepeats } from "../../simulate/replay.ts";
import { Simulation } from "../../simulate/simulation.ts";
import type { Told } from "../../simulate/told.ts";
import { styleOf } from "../../templates/style.ts";
import type { PayloadTried } from "../answers/try.ts";
import type { AdminContext } from "../context.ts";
import { linksTo, previewView } from "./preview.ts";
import { rulesOf } from "./what-if.ts";

/** What waits is given so long: hours open again within a week. */
const AFTERWARDS_MS = 8 * 24 * 60 * 60_000;
const MOST_PREVIEWS = 20;

/** Why nothing can be tried. `unread`: the source does not take the payload, as its sender would be told. */
export type TryRefusal = { kind: "config"; reason: ConfigRefusal } | { kind: "no_route" } | { kind: "unread"; sentence: string };

/** Tries a payload on a route's rules: those of a text, or those in effect. */
export async function tryPayload(
  context: AdminContext,
  name: string,
  { payload, config: text }: { payload: Json; config?: string },
): Promise<Result<PayloadTried, TryRefusal>> {
  const rules = rulesOf(context, text);
  if (!rules.ok) return fail({ kind: "config", reason: rules.reason });
  const { config, silences } = rules.value;
  const route = config.routes.find((one) => one.name === name);
  if (!route || !context.sources.has(route.source)) return fail({ kind: "no_route" });
  const routes = [withoutRepeats(route)];
  const simulation = new Simulation({ config: { ...config, routes }, silences, sources: context.sources });
  const now = context.now();
  const read = simulation.read(name, payload, now);
  if (!read.ok) return fail({ kind: "unread", sentence: read.reason });
  const ignored = read.value.flatMap((entry) => (entry.kind === "ignored" ? [entry.reason] : []));
  const tests = read.value.filter(({ kind }) => kind === "test").length;
  simulation.accept(name, read.value, now);
  // As it stands now: what waits may change it.
  const alerts = new Map([...simulation.route(name).rows.states.values()].map(({ alert }) => [alert.id, structuredClone(alert)]));
  simulation.until(now + AFTERWARDS_MS);
  const events = simulation
    .events()
    .map(({ id, alert, type, end, trace }) => ({ id, alert, type, end, trace: trace.map(withoutRevision) }));
  return ok({
    route: name,
    source: route.source,
    enabled: route.enabled,
    tests,
    ignored,
    alerts: [...alerts.values()],
    events,
    told: simulation.told.map(toldAnswer),
    messages: await messagesOf(context, route, simulation.told, alerts, events),
  });
}

/** The first alert of a payload, as the source reads it; undefined where it makes none. */
export async function alertOfPayload(context: AdminContext, route: Route, payload: Json): Promise<Result<Alert | undefined, string>> {
  const { config } = context.loaded;
  const simulation = new Simulation({ config: { ...config, routes: [withoutRepeats(route)] }, sources: context.sources });
  const received = simulation.receive(route.name, payload, context.now());
  if (!received.ok) return received;
  return ok([...simulation.route(route.name).rows.states.values()][0]?.alert);
}

/** A revision says nothing of a text that was sent, and it is the present one otherwise. */
const withoutRevision = ({ values: { revision: _, ...values } = {}, ...step }: TraceStep): TraceStep => ({ ...step, values });

const toldAnswer = ({ at, destination, kind, alert, title, severity, status, text }: Told): PayloadTried["told"][number] => ({
  at: new Date(at).toISOString(),
  destination,
  kind,
  alert,
  title,
  severity,
  status,
  ...(text === undefined ? {} : { text }),
});

/** The first message of each alert at each destination, with the rule's template. */
async function messagesOf(
  context: AdminContext,
  { rules }: Route,
  told: readonly Told[],
  alerts: ReadonlyMap<string, Alert>,
  events: readonly { alert: string; trace: TraceStep[] }[],
): Promise<PayloadTried["messages"]> {
  const firsts = told.filter(({ kind, alert }) => kind === "create" && alerts.has(alert)).slice(0, MOST_PREVIEWS);
  return Promise.all(
    firsts.flatMap(({ destination, alert: id }): Promise<PayloadTried["messages"][number]>[] => {
      const config = context.loaded.destinationByName.get(destination);
      const adapter = config && context.destinations.get(config.type);
      const alert = alerts.get(id);
      if (!config || !adapter || !alert) return [];
      const by = events.filter((event) => event.alert === id).flatMap(({ trace }) => trace);
      const rule = rules.find(({ name }) => by.some((step) => chose(step, name, destination)));
      const template = rule?.template ?? config.template;
      const { style } = styleOf({ template, detail: rule?.detail ?? config.detail }, { alert, destination });
      const ping = (rule?.ping ?? config.ping)[alert.severity];
      const view = { kind: "alert", alert, links: linksTo(context, alert), style, ping } as const;
      const says = cardLines(cardOf(view));
      return [previewView(context, config, adapter, view).then((preview) => ({ ...preview, alert: id, says }))];
    }),
  );
}

const chose = ({ decision, values = {} }: TraceStep, rule: string, destination: string): boolean =>
  decision === "matched" && values.rule === rule && Array.isArray(values.to) && values.to.includes(destination);
