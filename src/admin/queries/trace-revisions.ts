// Traces name the configuration by the number that grows with every row; people know revisions. Which was in effect is told by their times,
// since that number is the time of the change, in Unix ms, or a little more.
import type { TraceStep } from "../../ledger/interface.ts";
import type { Relay } from "../context.ts";

type Traced = { trace: TraceStep[] };

/** The same, with the number of the revision in place of the configuration's; 0 before the first. */
export async function withRevisions<Event extends Traced>({ env }: Pick<Relay, "env">, events: readonly Event[]): Promise<Event[]> {
  const versions = [...new Set(events.flatMap(({ trace }) => trace.flatMap(versionIn)))];
  if (versions.length === 0) return [...events];
  const { results } = await env.DB.prepare(
    `SELECT value AS at, (SELECT revision FROM revisions WHERE applied_at <= value ORDER BY revision DESC LIMIT 1) AS revision
     FROM json_each(?1)`,
  )
    .bind(JSON.stringify(versions.map(timeOf)))
    .all<{ at: string; revision: number | null }>();
  const revisions = new Map(results.map(({ at, revision }) => [at, revision ?? 0]));
  const told = (step: TraceStep): TraceStep => {
    const [version] = versionIn(step);
    return version === undefined ? step : { ...step, values: { ...step.values, revision: revisions.get(timeOf(version)) ?? 0 } };
  };
  return events.map((event) => ({ ...event, trace: event.trace.map(told) }));
}

const versionIn = ({ values }: TraceStep): number[] => (typeof values?.revision === "number" ? [values.revision] : []);

const timeOf = (version: number): string => new Date(version).toISOString();
