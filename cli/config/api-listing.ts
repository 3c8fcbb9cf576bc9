// The listing as the admin API tells it.
import { revisionPage } from "../../src/admin/answers/config.ts";
import { destinationPage, enricherPage, routePage } from "../../src/admin/answers/overview.ts";
import type { Api } from "../frame/api.ts";
import { type Listing, namedIn } from "./listing.ts";

/** The routes, destinations and enrichers that are configured. */
export async function listingFrom(api: Api, reveal: boolean): Promise<Listing> {
  const [routes, destinations, enrichers, revisions] = await Promise.all([
    api.get("/routes", routePage, { query: { reveal: reveal || undefined } }),
    api.get("/destinations", destinationPage),
    api.get("/enrichers", enricherPage),
    api.get("/config/revisions", revisionPage, { query: { limit: 1 } }),
  ]);
  const [last] = revisions.items;
  return {
    revision: last?.revision ?? 0,
    applied_at: last?.applied_at,
    // The API tells of broken relay settings on the dashboard alone.
    relay: { broken: [] },
    routes: routes.items
      .filter(({ state }) => state !== "removed")
      .map(({ name, source = "", state, rules, problem, former, id }) => ({
        name,
        source,
        enabled: state !== "disabled",
        rules: rules.length,
        destinations: namedIn(rules),
        ...(problem === undefined ? {} : { broken: problem }),
        ...(former === undefined ? {} : { former: former.map(({ until }) => until) }),
        ...(reveal && id !== undefined ? { hook: `${api.url}/hooks/${id}` } : {}),
      })),
    destinations: destinations.items
      .filter(({ state }) => state !== "removed")
      .map(({ name, type = "", state, problem }) => ({ name, type, ...(state === "broken" ? { broken: problem } : {}) })),
    enrichers: enrichers.items.map(({ name, type = "", problem }) => ({
      name,
      type,
      ...(problem === undefined ? {} : { broken: problem }),
    })),
  };
}
