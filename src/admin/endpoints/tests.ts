// Tests of routes and destinations, for real or dry.
import * as z from "zod";
import { SEVERITIES } from "../../alert.ts";
import type { Json } from "../../lib/json.ts";
import { problem } from "../../lib/problem.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { flag } from "../params.ts";
import { noSuch } from "../problems.ts";
import { testDestination, testPayload, testRoute } from "../queries/tests.ts";
import { tryPayload } from "../queries/try-payload.ts";
import { refused } from "./config.ts";

const MOST_BYTES = 2_097_152;

const query = { dry_run: flag("Shows the final bytes; nothing is sent") };
const body = z
  .strictObject({ severity: z.enum(SEVERITIES, { error: `must be one of ${SEVERITIES.join(", ")}` }).optional() })
  .meta({ id: "TestRequest", examples: [{ severity: "high" }] })
  .prefault({});
const routeBody = z
  .strictObject({
    severity: z.enum(SEVERITIES, { error: `must be one of ${SEVERITIES.join(", ")}` }).optional(),
    payload: z
      .unknown()
      .optional()
      .transform((value) => value as Json | undefined)
      .meta({ description: "A body as the source sends it: the alert that it makes is sent, marked as a test" }),
  })
  .meta({ id: "RouteTestRequest", examples: [{ severity: "high" }] })
  .prefault({});

const payload = () =>
  z
    .unknown()
    .transform((value) => value as Json)
    .meta({ description: "A body as the source sends it", examples: [{ title: "Brute force", severity: "high" }] });

/** The endpoints of tests. */
export const testEndpoints: Endpoint[] = [
  endpoint({
    method: "POST",
    path: "/routes/:name/try",
    operation: "tryPayload",
    summary: "What would become of a payload: its alerts, what every rule says, who would be told; nothing is sent",
    role: "read",
    mostBytes: MOST_BYTES,
    body: z
      .strictObject({
        payload: payload(),
        config: z.string().max(1_048_576).optional().meta({ description: "A configuration file, in place of the one in effect" }),
      })
      .meta({ id: "TryRequest", examples: [{ payload: { title: "Brute force", severity: "high" } }] }),
    refusals: [404],
    handle: async ({ context, path: { name = "" }, body }) => {
      const tried = await tryPayload(context, name, body);
      if (tried.ok) return tried.value;
      switch (tried.reason.kind) {
        case "config":
          return refused(tried.reason.reason);
        case "no_route":
          return noSuch("route");
        case "unread":
          return problem(422, tried.reason.sentence, { where: "payload" });
      }
    },
  }),
  endpoint({
    method: "POST",
    path: "/routes/:name/test",
    operation: "testRoute",
    summary: "Plan a marked test alert through the route's rules and send it",
    query,
    mostBytes: MOST_BYTES,
    body: routeBody,
    refusals: [404],
    handle: async ({ context, path, query: { dry_run: dryRun }, body: { severity, payload: sample } }) => {
      const route = context.loaded.routeByName.get(path.name ?? "");
      if (!route) return noSuch("route");
      if (sample === undefined) return testRoute(context, route, { dryRun, severity });
      const tested = await testPayload(context, route, { dryRun, severity, payload: sample });
      return tested.ok ? tested.value : problem(422, tested.reason, { where: "payload" });
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
