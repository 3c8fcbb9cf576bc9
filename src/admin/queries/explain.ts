// Why an alert went where it did, gate by gate; and what other rules, or those of now, would do with the same events.
import type { ConfigRefusal } from "../../config/check.ts";
import type { StoredEvent, TraceStep } from "../../ledger/interface.ts";
import { ok, type Result } from "../../outcome.ts";
import { replay } from "../../simulate/replay.ts";
import type { EventEnded } from "../../simulate/simulation.ts";
import type { Explanation } from "../answers/explain.ts";
import type { AdminContext } from "../context.ts";
import { presentState } from "./config.ts";
import { findAlert } from "./story.ts";
import { withRevisions } from "./trace-revisions.ts";
import { rulesOf } from "./what-if.ts";

/** Explains an alert; undefined where no ledger knows it. `text`: a configuration in place of the one in effect. */
export async function explain(
  context: AdminContext,
  id: string,
  text: string | undefined,
): Promise<Result<Explanation | undefined, ConfigRefusal>> {
  const rules = rulesOf(context, text);
  if (!rules.ok) return rules;
  const found = await findAlert(context, id);
  if (!found) return ok(undefined);
  const { alert, shownBy } = found.story;
  const isOurs = alert.key.startsWith("tocsin:");
  // What rules raised themselves would be raised by other events.
  const simulation = replay(isOurs ? [] : [found.story], rules.value, context.sources, context.now());
  const events = await withRevisions(context, found.story.events);
  const ended = new Map((await named(context, simulation.events(), text !== undefined)).map((one) => [one.claim, one]));
  const told = [...new Set(simulation.told.filter((one) => one.alert === id).map(({ destination }) => destination))].sort();
  const explained = events.map((event) => explainEvent(event, ended.get(event.id)));
  const { config } = rules.value;
  return ok({
    alert,
    against: text === undefined ? "present" : "config",
    revision: text === undefined ? (await presentState(context)).revision : null,
    route_known: config.routes.some(({ name, enabled }) => name === alert.route && enabled),
    shown_by: [...shownBy].sort(),
    would_show: isOurs ? null : told,
    differs: explained.some(({ differs }) => differs) || (!isOurs && [...shownBy].sort().join() !== told.join()),
    beyond: beyondOf([...ended.values()].flatMap(({ trace }) => trace)),
    events: explained,
  });
}

/** With the revision that was tried; a text that was sent is none. */
async function named(context: AdminContext, events: EventEnded[], isText: boolean): Promise<EventEnded[]> {
  if (!isText) return withRevisions(context, events);
  return events.map((event) => ({ ...event, trace: event.trace.map(withoutRevision) }));
}

const withoutRevision = ({ values: { revision: _, ...values } = {}, ...step }: TraceStep): TraceStep => ({ ...step, values });

function explainEvent(
  { id, type, kind, received_at, end, trace }: StoredEvent,
  would: EventEnded | undefined,
): Explanation["events"][number] {
  const to = begunIn(trace);
  const then = { id, type, kind, received_at, end, to, trace };
  if (!would) return { ...then, would: null, differs: false };
  const now = { end: would.end, to: begunIn(would.trace), trace: would.trace };
  return { ...then, would: now, differs: now.end !== end || now.to.join() !== to.join() };
}

/** Who began to show the alert by these decisions. */
function begunIn(trace: readonly TraceStep[]): string[] {
  const names = trace.flatMap(({ stage, values }) => {
    const begins = stage === "plan" ? values?.begins : stage === "escalate" ? values?.to : undefined;
    return Array.isArray(begins) ? begins : [];
  });
  return [...new Set(names)].sort();
}

/** Rules and inhibitions that look beyond this alert: here they saw no other one. */
function beyondOf(trace: readonly TraceStep[]): string[] {
  const names = trace.flatMap(({ stage, values }) => {
    const name = values?.rule ?? values?.inhibition;
    return stage === "correlate" && typeof name === "string" ? [name] : [];
  });
  return [...new Set(names)].sort();
}
