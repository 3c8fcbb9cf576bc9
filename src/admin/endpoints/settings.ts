// How the relay is set up, and what of its platform's limits it uses.
import { type Endpoint, endpoint } from "../endpoint.ts";
import { readSettings } from "../queries/settings.ts";
import { readUsage } from "../queries/usage.ts";

/** Its endpoints. */
export const settingsEndpoints: Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/settings",
    operation: "getSettings",
    summary: "How the relay as a whole is set up: version, retention, names of secrets and whether they are set, who may come in",
    handle: ({ context }) => readSettings(context),
  }),
  endpoint({
    method: "GET",
    path: "/usage",
    operation: "getUsage",
    summary: "What of the daily limits of Cloudflare's free plan was used today, as the relay estimates it",
    handle: ({ context }) => readUsage(context),
  }),
];
