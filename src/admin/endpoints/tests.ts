// Tests of routes and destinations, for real or dry.
import * as z from "zod";
import { SEVERITIES } from "../../alert.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { flag } from "../params.ts";
import { noSuch } from "../problems.ts";
import { testDestination, testRoute } from "../queries/tests.ts";

const query = { dry_run: flag("Shows the final bytes; nothing is sent") };
const body = z
  .strictObject({ severity: z.enum(SEVERITIES, { error: `must be one of ${SEVERITIES.join(", ")}` }).optional() })
  .meta({ id: "TestRequest", examples: [{ severity: "high" }] })
  .prefault({});

/** The endpoints of tests. */
export const testEndpoints: Endpoint[] = [
  endpoint({
    method: "POST",
    path: "/routes/:name/test",
    operation: "testRoute",
    summary: "Plan a marked test alert through the route's rules and send it",
    query,
    body,
    refusals: [404],
    handle: async ({ context, path, query: { dry_run: dryRun }, body: { severity } }) => {
      const route = context.loaded.routeByName.get(path.name ?? "");
      return route ? testRoute(context, route, { dryRun, severity }) : noSuch("route");
    },
  }),
  endpoint({
    method: "POST",
    path: "/destinations/:name/test",
    operation: "testDestination",
    summary: "Send a marked test alert to one destination",
    query,
    body,
    refusals: [404],
    handle: async ({ context, path, query: { dry_run: dryRun }, body: { severity } }) => {
      const { name = "" } = path;
      return context.loaded.destinationByName.has(name) ? testDestination(context, name, { dryRun, severity }) : noSuch("destination");
    },
  }),
];
