// One alert and everything that became of it: the ledger's part, the outboxes' part and what only the projection remembers.
import type { Alert } from "../../alert.ts";
import type { DeliveryRecord } from "../../delivery.ts";
import type { AlertStory, AlertWaits, LedgerCalls, StoredEvent, TraceStep } from "../../ledger/interface.ts";
import { ledgerName, parseAlertId, parseLedgerName, shardOf } from "../../lib/names.ts";
import { rememberConditions } from "../../rules/condition.ts";
import { silencedBy } from "../../rules/silence.ts";
import type { Relay } from "../context.ts";
import { objectNames } from "./objects.ts";
import { deliveriesOfStory } from "./story-deliveries.ts";
import { withRevisions } from "./trace-revisions.ts";

/** One step of the trace as the API tells it: the ledger's stages, and the attempts to deliver. */
export interface TraceEntry extends Omit<TraceStep, "stage"> {
  stage: TraceStep["stage"] | "deliver";
}

/** The story of one alert. */
export interface Story {
  alert: Alert;
  events: StoredEvent[];
  deliveries: DeliveryRecord[];
  trace: TraceEntry[];
  /** Redeliveries that dedup recognised. */
  copies: number;
  shownBy: string[];
  /** The rule that says how it is told there, where one does. */
  styledBy: Record<string, string>;
  /** What it still waits for. */
  waits: AlertWaits | null;
  /** The silence that hides news of it now, and until when at the least. */
  silenced: { id: string; until: string; owner: string; comment: string } | null;
}

/** Tells the story of an alert, or undefined when no ledger knows it. */
export async function tellStory(relay: Relay, id: string): Promise<Story | undefined> {
  const found = await findAlert(relay, id);
  if (!found) return undefined;
  const { alert, shownBy, styledBy = {}, copies, waits = null } = found.story;
  const [events, deliveries] = await Promise.all([withRevisions(relay, found.story.events), deliveriesOfStory(relay, found.story)]);
  const trace = traceOf(alert, events, deliveries);
  return { alert, events, deliveries, trace, copies, shownBy, styledBy, waits, silenced: silencedNow(relay, alert) };
}

/** The silence that hides news of an alert now. */
function silencedNow({ loaded: { config }, now }: Relay, alert: Alert): Story["silenced"] {
  const asked = { route: alert.route, alert, change: alert.change, now: now(), lists: config.lists };
  const hidden = silencedBy(config.silences, asked, conditionOf);
  if (!hidden) return null;
  const { id, owner, comment } = hidden.silence;
  return { id, owner, comment, until: new Date(hidden.until).toISOString() };
}

const conditionOf = rememberConditions(200);

/** The ledger that knows an alert, and its story there. */
export async function findAlert(relay: Relay, id: string): Promise<{ ledger: LedgerCalls; hash: string; story: AlertStory } | undefined> {
  const parsed = parseAlertId(id);
  if (!parsed) return undefined;
  const { route, hash } = parsed;
  const { ledgers } = await objectNames(relay);
  const own = ledgers.filter((name) => parseLedgerName(name).route === route);
  // The route may have been removed, and its number of shards with it: then as many as there are objects, the likely one first.
  const shards = relay.loaded.routeByName.get(route)?.shards ?? own.length;
  const likely = ledgerName(route, shardOf(hash, Math.max(1, shards)));
  for (const name of [likely, ...own.filter((other) => other !== likely)].filter((name) => own.includes(name))) {
    const ledger = relay.env.LEDGER.getByName(name);
    const story = await ledger.story(hash);
    if (story) return { ledger, hash, story };
  }
  return undefined;
}

/** All decisions in the order of time: acceptance, the ledger's own trace, and every attempt to deliver. */
export function traceOf(alert: Alert, events: StoredEvent[], deliveries: DeliveryRecord[]): TraceEntry[] {
  const accepted = events.map(
    ({ id, type, received_at }): TraceEntry => ({
      at: received_at,
      stage: "intake",
      decision: "accepted",
      reason: `the ledger of the route ${alert.route} stored it`,
      values: { event: id, route: alert.route, type },
    }),
  );
  const decided = events.flatMap(({ id, trace }) => trace.map((step): TraceEntry => ({ ...step, values: { event: id, ...step.values } })));
  const attempted = deliveries.flatMap(({ id, destination, version, log }) =>
    log.map(
      (attempt, index): TraceEntry => ({
        at: attempt.at,
        stage: "deliver",
        decision: attempt.outcome,
        reason: attempt.answer ? `${destination} answered: ${attempt.answer}` : `attempt ${index + 1} at ${destination}`,
        values: { delivery: id, destination, version, attempt: index + 1, ms: attempt.ms, status: attempt.status ?? null },
      }),
    ),
  );
  // Stable: what has the same time stays in the order in which it was decided.
  return [...accepted, ...decided, ...attempted].sort((left, right) => Date.parse(left.at) - Date.parse(right.at));
}
