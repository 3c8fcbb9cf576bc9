// Deliveries: the list, and putting dead ones back.
import * as z from "zod";
import { parseDeliveryId } from "../../lib/names.ts";
import { problem } from "../../lib/problem.ts";
import type { Replay } from "../../outbox/interface.ts";
import { audit } from "../audit.ts";
import type { AdminContext } from "../context.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { moment, names } from "../params.ts";
import { noSuch } from "../problems.ts";
import { deliverySearch, listDeliveries, replayDead, replayDelivery } from "../queries/deliveries.ts";

/** Which dead deliveries are put back; without any member, all of them. */
const replayFilter = z
  .strictObject({
    destination: names("Destinations, a comma list"),
    reason: names("Reasons, a comma list"),
    from: moment("Not created before this time"),
    to: moment("Not created after this time"),
  })
  .meta({ id: "ReplayFilter", examples: [{ destination: "soc", reason: "revoked" }] });

/** The endpoints of deliveries. */
export const deliveryEndpoints: Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/deliveries",
    operation: "listDeliveries",
    summary: "Deliveries, newest first",
    query: deliverySearch,
    handle: ({ context, query }) => listDeliveries(context, query),
  }),
  endpoint({
    method: "POST",
    path: "/deliveries/:id/replay",
    operation: "replayDelivery",
    summary: "Send a dead delivery again, with the alert's latest version",
    refusals: [404, 409],
    handle: async ({ context, path }) => {
      switch (await replayOne(context, path.id ?? "")) {
        case "replayed":
          return { replayed: 1 };
        case "not_dead":
          return problem(409, "Only a dead delivery can be replayed.");
        case "unknown":
          return noSuch("delivery");
      }
    },
  }),
  endpoint({
    method: "POST",
    path: "/deliveries/replay",
    operation: "replayDeliveries",
    summary: "Send all dead deliveries again that a filter finds, at most 1000 in one call",
    body: replayFilter.prefault({}),
    handle: async ({ context, body }) => {
      const result = await replayDead(context, body);
      if (result.replayed > 0) await audit(context, { action: "deliveries.replayed", detail: { ...body, replayed: result.replayed } });
      return result;
    },
  }),
];

/** Puts one dead delivery back, and remembers who did. */
export async function replayOne(context: AdminContext, id: string): Promise<Replay> {
  const destination = parseDeliveryId(id)?.destination;
  const result = destination === undefined ? "unknown" : await replayDelivery(context, { id, destination });
  if (result === "replayed") await audit(context, { action: "delivery.replayed", target: id });
  return result;
}
