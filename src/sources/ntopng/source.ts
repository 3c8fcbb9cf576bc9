// ntopng: its webhook endpoint, which tells all that there is to tell. See README.md in this folder.
import { defineSource } from "../source.ts";
import { authenticateBody, parse } from "./parse.ts";
import { settingsSchema } from "./settings.ts";

/** The adapter of ntopng. */
export default defineSource({
  type: "ntopng",
  label: "ntopng",
  settings: settingsSchema,
  example: { shared_secret: "secret:NTOPNG_SHARED_SECRET" },
  proof: ({ shared_secret: secret }) => (secret === undefined ? "path" : "secret in the body"),
  authenticateBody,
  parse,
});
