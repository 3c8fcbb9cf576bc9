// How the relay is, for whoever watches over it.
import { type Endpoint, endpoint } from "../endpoint.ts";
import { readHealth } from "../queries/health.ts";

/** The endpoint of health. */
export const healthEndpoints: Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/health",
    operation: "getHealth",
    summary: "What is wrong with the relay itself and what to do about it, as of the last sweep",
    handle: ({ context }) => readHealth(context),
  }),
];
