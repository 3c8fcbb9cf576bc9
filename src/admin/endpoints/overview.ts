// What the relay as a whole says: books, log, routes, destinations, inbox.
import { log } from "../../lib/log.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { flag } from "../params.ts";
import { readBooks } from "../queries/books.ts";
import { destinationItems } from "../queries/destinations.ts";
import { enricherItems } from "../queries/enrichers.ts";
import { inboxSearch, listInbox } from "../queries/inbox.ts";
import { logSearch, readLog } from "../queries/log.ts";
import { readObjects } from "../queries/objects.ts";
import { rebuildProjection } from "../queries/projection.ts";
import { routeItems } from "../queries/routes.ts";

/** The endpoints of lists and books. */
export const overviewEndpoints: Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/books",
    summary: "The books of all routes and destinations, and whether they balance",
    handle: async ({ context }) => (await readBooks(context)).books,
  }),
  endpoint({
    method: "GET",
    path: "/log",
    summary: "Requests to known routes, newest first",
    query: logSearch,
    handle: ({ context, query }) => readLog(context, query),
  }),
  endpoint({
    method: "GET",
    path: "/routes",
    summary: "Routes, with how they are doing; secrets as their names",
    query: { reveal: flag("Adds each route's id, which is a credential; this is logged") },
    handle: async ({ context, query }) => {
      if (query.reveal) log("warn", "admin.routes_revealed", { by: context.author });
      return { items: routeItems(context, await readObjects(context), query.reveal), next: null };
    },
  }),
  endpoint({
    method: "GET",
    path: "/destinations",
    summary: "Destinations, with how they are doing; secrets as their names",
    handle: async ({ context }) => ({ items: destinationItems(context, await readObjects(context)), next: null }),
  }),
  endpoint({
    method: "GET",
    path: "/enrichers",
    summary: "Enrichers, with the routes that name them; secrets as their names",
    handle: async ({ context }) => ({ items: enricherItems(context), next: null }),
  }),
  endpoint({
    method: "POST",
    path: "/projection",
    summary: "Writes the projection in D1 again, from the objects: what to do when its rows were lost",
    handle: async ({ context }) => {
      log("warn", "admin.projection_rebuilt", { by: context.author });
      return rebuildProjection(context);
    },
  }),
  endpoint({
    method: "GET",
    path: "/inbox",
    summary: "Living messages of inbox destinations",
    query: inboxSearch,
    handle: ({ context, query }) => listInbox(context.env.DB, query),
  }),
];
