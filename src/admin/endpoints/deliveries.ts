// Deliveries: the list, and putting dead ones back.
import * as z from "zod";
import { parseDeliveryId } from "../../lib/names.ts";
import { problem } from "../../lib/problem.ts";
import type { Replay } from "../../outbox/interface.ts";
import { audit } from "../audit.ts";
import type { AdminContext } from "../context.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { moment, names, words } from "../params.ts";
import { noSuch } from "../problems.ts";
import { DELIVERY_KINDS, deliverySearch, findDelivery, listDeliveries } from "../queries/deliveries.ts";
import { countDead, replayDead, replayDelivery, replaySome } from "../queries/replay.ts";

/** Which dead deliveries are meant, as members of a body or parameters of an address. */
export const deadSearch = {
  destination: names("Destinations, a comma list"),
  reason: names("Reasons, a comma list"),
  kind: words(DELIVERY_KINDS, "Kinds of messages"),
  from: moment("Not created before this time"),
  to: moment("Not created after this time"),
};

/** As many may be chosen one by one: as many as a page lists. */
const MOST_CHOSEN = 200;

/** Which dead deliveries are put back; without any member, all of them. */
const replayWanted = z
  .strictObject({
    ...deadSearch,
    ids: z
      .array(z.string().min(1).max(500), `must be a list of at most ${MOST_CHOSEN} ids`)
      .min(1)
      .max(MOST_CHOSEN, `must be a list of at most ${MOST_CHOSEN} ids`)
      .optional()
      .meta({ description: "These alone, in place of a filter" }),
  })
  .refine(({ ids, ...filter }) => ids === undefined || Object.values(filter).every((value) => value === undefined), {
    error: "ids: goes with no other member",
    path: ["ids"],
  })
  .meta({ id: "ReplayFilter", examples: [{ destination: "soc", reason: "revoked" }] });
/** The same, parsed. */
export type ReplayWanted = z.output<typeof replayWanted>;

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
    method: "GET",
    path: "/deliveries/dead",
    operation: "countDead",
    summary: "How many deliveries are dead, by destination and reason: those that a replay by the same filter puts back",
    query: deadSearch,
    handle: ({ context, query }) => countDead(context, query),
  }),
  endpoint({
    method: "GET",
    path: "/deliveries/:id",
    operation: "getDelivery",
    summary: "One delivery with its attempts, as long as its outbox remembers it",
    refusals: [404],
    handle: async ({ context, path }) => (await findDelivery(context, path.id ?? "")) ?? noSuch("delivery"),
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
    summary: "Send all dead deliveries again that a filter finds, at most 1000 in one call; or those of these ids",
    body: replayWanted.prefault({}),
    handle: ({ context, body }) => replayMany(context, body),
  }),
];

/** Puts back what is wanted, and remembers who did. */
export async function replayMany(context: AdminContext, { ids, ...filter }: ReplayWanted): Promise<{ replayed: number; more: boolean }> {
  const result = ids ? { replayed: await replaySome(context, ids), more: false } : await replayDead(context, filter);
  const detail = { ...(ids ? { ids } : filter), replayed: result.replayed };
  if (result.replayed > 0) await audit(context, { action: "deliveries.replayed", detail });
  return result;
}

/** Puts one dead delivery back, and remembers who did. */
export async function replayOne(context: AdminContext, id: string): Promise<Replay> {
  const destination = parseDeliveryId(id)?.destination;
  const result = destination === undefined ? "unknown" : await replayDelivery(context, { id, destination });
  if (result === "replayed") await audit(context, { action: "delivery.replayed", target: id });
  return result;
}
