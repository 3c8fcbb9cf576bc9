// The projection, made again from the objects, which are the record.
import type { Relay } from "../context.ts";
import { objectNames } from "./objects.ts";

/** Asks every ledger and outbox to write its rows again, one after the other. Answers how many alerts and deliveries that were. */
export async function rebuildProjection(relay: Relay): Promise<{ alerts: number; deliveries: number }> {
  const { ledgers, outboxes } = await objectNames(relay);
  let alerts = 0;
  for (const name of ledgers) alerts += await relay.env.LEDGER.getByName(name).project();
  let deliveries = 0;
  for (const name of outboxes) deliveries += await relay.env.OUTBOX.getByName(name).project();
  return { alerts, deliveries };
}
