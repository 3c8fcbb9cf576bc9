// ntopng: its webhook endpoint, and its REST API for the host behind an alert. See README.md in this folder.
import { defineSource } from "../source.ts";
import { enrichment } from "./api.ts";
import { authenticateBody, parse } from "./parse.ts";
import { settingsSchema } from "./settings.ts";

/** The adapter of ntopng. */
export default defineSource({
  type: "ntopng",
  label: "ntopng",
  settings: settingsSchema,
  example: { shared_secret: "secret:NTOPNG_SHARED_SECRET", api: "https://ntopng.example.org", token: "secret:NTOPNG_TOKEN" },
  proof: ({ shared_secret: secret }) => (secret === undefined ? "path" : "secret in the body"),
  authenticateBody,
  parse,
  enrichment,
});
