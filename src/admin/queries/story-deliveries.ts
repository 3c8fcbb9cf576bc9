// The deliveries of one alert: what outboxes remember, which is the newest and mostly all there is, and behind it what only the projection has.
import type { DeliveryRecord } from "../../delivery.ts";
import type { AlertStory } from "../../ledger/interface.ts";
import { outboxName } from "../../lib/names.ts";
import type { Relay } from "../context.ts";
import { byNewest } from "../cursor.ts";
import { objectNames } from "./objects.ts";

/** Deliveries that are read from the projection. */
const MOST_DELIVERIES = 500;
/** Rows that are looked at for them: nothing but their time leads to an alert's deliveries. */
const MOST_ROWS = 20_000;
/** A delivery may begin this long after its decision: its outbox did not answer. */
const MARGIN_MS = 60 * 60_000;

/** Oldest first. */
export async function deliveriesOfStory(relay: Relay, story: AlertStory): Promise<DeliveryRecord[]> {
  const [projected, remembered] = await Promise.all([projectedOf(relay.env.DB, story), rememberedOf(relay, story)]);
  const found = new Map([...projected, ...remembered].map((record) => [record.id, record]));
  return [...found.values()].sort((left, right) => byNewest(placeOf(right), placeOf(left)));
}

const placeOf = ({ created_at: at, id }: DeliveryRecord) => ({ at, id });

/** Asks who shows the alert, then who shows it in their place. */
async function rememberedOf(relay: Relay, { alert, shownBy }: AlertStory): Promise<DeliveryRecord[]> {
  const { outboxes } = await objectNames(relay);
  const ask = async (names: string[]): Promise<DeliveryRecord[]> => {
    // To ask an outbox that there never was would make it.
    const asked = names.map(outboxName).filter((name) => outboxes.includes(name));
    return (await Promise.all(asked.map((name) => relay.env.OUTBOX.getByName(name).deliveriesOf(alert.id)))).flat();
  };
  const first = await ask(shownBy);
  const standIns = new Set([...first.flatMap(({ reason }) => standIn(reason)), ...shownBy.flatMap((name) => failoverOf(relay, name))]);
  return [...first, ...(await ask([...standIns].filter((name) => !shownBy.includes(name))))];
}

const standIn = (reason: string | null): string[] => (reason?.startsWith("failover ") ? [reason.slice("failover ".length)] : []);

const failoverOf = ({ loaded }: Relay, name: string): string[] => {
  const to = loaded.destinationByName.get(name)?.failover?.to;
  return to === undefined ? [] : [to];
};

/** Those that the projection has from around the times at which something was decided. */
async function projectedOf(db: D1Database, { alert, events }: AlertStory): Promise<DeliveryRecord[]> {
  const times = [
    alert.created_at,
    alert.updated_at,
    ...events.flatMap(({ received_at, trace }) => [received_at, ...trace.map(({ at }) => at)]),
  ];
  const { results } = await db
    .prepare(
      `SELECT row.id, row.alert, row.version, row.destination, row.kind, row.state, row.attempts, row.reason, row.created_at, row.updated_at, row.log
       FROM (SELECT created_at, id FROM (
           SELECT near.created_at, near.id, near.alert, near.state FROM json_each(?) AS span
           CROSS JOIN deliveries AS near ON near.created_at BETWEEN span.value ->> 0 AND span.value ->> 1 LIMIT ?)
         WHERE alert = ? AND state <> 'pending' LIMIT ?) AS fits
       CROSS JOIN deliveries AS row ON row.created_at = fits.created_at AND row.id = fits.id`,
    )
    .bind(JSON.stringify(spansOf(times)), MOST_ROWS, alert.id, MOST_DELIVERIES)
    .all<Omit<DeliveryRecord, "log"> & { log: string }>();
  return results.map((row) => ({ ...row, log: JSON.parse(row.log) }));
}

/** From each time on for a while, without overlaps; the latest first. */
export function spansOf(times: readonly string[]): [from: string, to: string][] {
  const spans: [number, number][] = [];
  for (const at of [...new Set(times.map((time) => Date.parse(time)))].sort((left, right) => left - right)) {
    const last = spans.at(-1);
    if (Number.isNaN(at)) continue;
    if (last && at <= last[1]) last[1] = at + MARGIN_MS;
    else spans.push([at, at + MARGIN_MS]);
  }
  return spans.reverse().map(([from, to]) => [new Date(from).toISOString(), new Date(to).toISOString()]);
}
