// Deliveries: the list, and putting a dead one back.
import { log } from "../../lib/log.ts";
import { parseDeliveryId } from "../../lib/names.ts";
import { problem } from "../../lib/problem.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { noSuch } from "../problems.ts";
import { deliverySearch, listDeliveries, replayDelivery } from "../queries/deliveries.ts";

/** The endpoints of deliveries. */
export const deliveryEndpoints: Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/deliveries",
    summary: "Deliveries, newest first",
    query: deliverySearch,
    handle: ({ context, query }) => listDeliveries(context, query),
  }),
  endpoint({
    method: "POST",
    path: "/deliveries/:id/replay",
    summary: "Send a dead delivery again, with the alert's latest version",
    handle: async ({ context, path }) => {
      const { id = "" } = path;
      const destination = parseDeliveryId(id)?.destination;
      const result = destination === undefined ? "unknown" : await replayDelivery(context, { id, destination });
      log("info", "admin.replay", { by: context.author, delivery: id, result });
      switch (result) {
        case "replayed":
          return { replayed: 1 };
        case "not_dead":
          return problem(409, "Only a dead delivery can be replayed.");
        case "unknown":
          return noSuch("delivery");
      }
    },
  }),
];
