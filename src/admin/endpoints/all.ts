// Every endpoint of the API, by what it is about. The last one describes them all.
import * as z from "zod";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { etagOf, notModified } from "../etag.ts";
import { openApi } from "../openapi.ts";
import { alertEndpoints } from "./alerts.ts";
import { auditEndpoints } from "./audit.ts";
import { backupEndpoints } from "./backup.ts";
import { configEndpoints } from "./config.ts";
import { deliveryEndpoints } from "./deliveries.ts";
import { doctorEndpoints } from "./doctor.ts";
import { eraseEndpoints } from "./erase.ts";
import { healthEndpoints } from "./health.ts";
import { overviewEndpoints } from "./overview.ts";
import { silenceEndpoints } from "./silences.ts";
import { testEndpoints } from "./tests.ts";
import { tokenEndpoints } from "./tokens.ts";

let described: { text: string; etag: string } | undefined;

const description = endpoint({
  method: "GET",
  path: "/openapi.json",
  operation: "describe",
  summary: "This description, OpenAPI 3.1",
  answer: z.looseObject({ openapi: z.string(), info: z.unknown(), paths: z.unknown() }).meta({ id: "Description" }),
  etag: true,
  handle: async ({ headers }) => {
    // The same for as long as this version runs.
    const text = described?.text ?? JSON.stringify(openApi(endpoints));
    described ??= { text, etag: etagOf(text) };
    const { etag } = described;
    const own = { "content-type": "application/json", "cache-control": "private, no-cache", etag };
    return notModified(headers, etag) ?? new Response(text, { headers: own });
  },
});

/** All of them. */
export const endpoints: readonly Endpoint[] = [
  ...alertEndpoints,
  ...auditEndpoints,
  ...backupEndpoints,
  ...configEndpoints,
  ...deliveryEndpoints,
  ...doctorEndpoints,
  ...eraseEndpoints,
  ...healthEndpoints,
  ...overviewEndpoints,
  ...silenceEndpoints,
  ...testEndpoints,
  ...tokenEndpoints,
  description,
];
