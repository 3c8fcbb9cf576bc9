// The books: how many of what, of each route and each destination.
import * as z from "zod";
import { ROUTE_COUNTS } from "../../ledger/interface.ts";
import { DESTINATION_COUNTS } from "../../outbox/interface.ts";
import { count } from "./page.ts";

const counts = <const Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, count()])) as Record<Name, ReturnType<typeof count>>;

const ofRoute = counts(ROUTE_COUNTS);
const ofDestination = counts(DESTINATION_COUNTS);

/** The counts of a route. */
export const routeCounts = z.strictObject(ofRoute).meta({ id: "RouteCounts" });
/** The counts of a destination. */
export const destinationCounts = z.strictObject(ofDestination).meta({ id: "DestinationCounts" });

/** The books, and whether they balance. */
export const books = z
  .strictObject({
    balanced: z.boolean(),
    routes: z.array(z.strictObject({ name: z.string(), ...ofRoute })),
    destinations: z.array(z.strictObject({ name: z.string(), ...ofDestination })),
    off: z
      .array(z.strictObject({ of: z.string(), identity: z.string(), by: z.int() }))
      .optional()
      .meta({ description: "Identities that do not hold, and by how much" }),
    unreachable: z.array(z.string()).optional().meta({ description: "Objects that did not answer" }),
  })
  .meta({ id: "Books" });
