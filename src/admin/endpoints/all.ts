// Every endpoint of the API, by what it is about. The last one describes them all.
import { sendAsset } from "../asset.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { alertEndpoints } from "./alerts.ts";
import { auditEndpoints } from "./audit.ts";
import { backupEndpoints } from "./backup.ts";
import { configEndpoints } from "./config.ts";
import { deliveryEndpoints } from "./deliveries.ts";
import { doctorEndpoints } from "./doctor.ts";
import { eraseEndpoints } from "./erase.ts";
import { explainEndpoints } from "./explain.ts";
import { healthEndpoints } from "./health.ts";
import { overviewEndpoints } from "./overview.ts";
import { settingsEndpoints } from "./settings.ts";
import { silenceEndpoints } from "./silences.ts";
import { testEndpoints } from "./tests.ts";
import { tokenEndpoints } from "./tokens.ts";

const description = endpoint({
  method: "GET",
  path: "/openapi.json",
  operation: "describe",
  summary: "This description, OpenAPI 3.1",
  etag: true,
  handle: ({ context, headers }) =>
    sendAsset(context.env, "openapi.json", headers, { "content-type": "application/json", "cache-control": "private, no-cache" }),
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
  ...explainEndpoints,
  ...healthEndpoints,
  ...overviewEndpoints,
  ...settingsEndpoints,
  ...silenceEndpoints,
  ...testEndpoints,
  ...tokenEndpoints,
  description,
];
