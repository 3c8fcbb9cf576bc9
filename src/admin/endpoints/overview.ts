// What the relay as a whole says: books, log, routes, destinations, inbox.
import { audit } from "../audit.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { flag, moment } from "../params.ts";
import { needsRole, noSuch } from "../problems.ts";
import { readBooks } from "../queries/books.ts";
import { destinationItems } from "../queries/destinations.ts";
import { enricherItems } from "../queries/enrichers.ts";
import { inboxSearch, listInbox } from "../queries/inbox.ts";
import { previewLayouts } from "../queries/layouts.ts";
import { countRefused, logSearch, readLog } from "../queries/log.ts";
import { readObjects } from "../queries/objects.ts";
import { routeItems } from "../queries/routes.ts";
import { readSeries, seriesSearch } from "../queries/series.ts";
import { suffices } from "../role.ts";

/** What `countRefused` looks back on unless it is said. */
const HOUR_MS = 60 * 60_000;

/** The endpoints of lists and books. */
export const overviewEndpoints: Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/books",
    operation: "getBooks",
    summary: "The books of all routes and destinations, and whether they balance",
    handle: async ({ context }) => (await readBooks(context)).books,
  }),
  endpoint({
    method: "GET",
    path: "/series",
    operation: "getSeries",
    summary: "New alerts, deliveries and how long they took over time, for charts",
    query: seriesSearch,
    handle: ({ context, query }) => readSeries(context, query),
  }),
  endpoint({
    method: "GET",
    path: "/log",
    operation: "readLog",
    summary: "Requests to known routes, newest first",
    query: logSearch,
    handle: ({ context, query }) => readLog(context, query),
  }),
  endpoint({
    method: "GET",
    path: "/log/refused",
    operation: "countRefused",
    summary: "Requests that were refused, counted by route and reason",
    query: { from: moment("Since this time; by default of the last hour") },
    handle: async ({ context, query }) => {
      const since = query.from === undefined ? context.now() - HOUR_MS : Date.parse(query.from);
      return { since: new Date(since).toISOString(), items: await countRefused(context, since) };
    },
  }),
  endpoint({
    method: "GET",
    path: "/routes",
    operation: "listRoutes",
    summary: "Routes, with how they are doing; secrets as their names",
    query: { reveal: flag("Adds each route's id, which is a credential: needs the role configure, and is audited") },
    handle: async ({ context, query }) => {
      if (query.reveal) {
        if (!suffices(context.role, "configure")) return needsRole("configure", { name: context.author, role: context.role });
        await audit(context, { action: "routes.revealed" });
      }
      return { items: routeItems(context, await readObjects(context), query.reveal), next: null };
    },
  }),
  endpoint({
    method: "GET",
    path: "/destinations",
    operation: "listDestinations",
    summary: "Destinations, with how they are doing; secrets as their names",
    handle: async ({ context }) => ({ items: destinationItems(context, await readObjects(context)), next: null }),
  }),
  endpoint({
    method: "GET",
    path: "/destinations/:name/preview",
    operation: "previewDestination",
    summary: "Every message that a destination would ever show, on invented alerts: what it says, and the bytes",
    refusals: [404],
    handle: async ({ context, path: { name = "" } }) => (await previewLayouts(context, name)) ?? noSuch("destination"),
  }),
  endpoint({
    method: "GET",
    path: "/enrichers",
    operation: "listEnrichers",
    summary: "Enrichers, with the routes that name them; secrets as their names",
    handle: async ({ context }) => ({ items: enricherItems(context), next: null }),
  }),
  endpoint({
    method: "GET",
    path: "/inbox",
    operation: "listInbox",
    summary: "Living messages of inbox destinations",
    query: inboxSearch,
    handle: ({ context, query }) => listInbox(context.env.DB, query),
  }),
];
