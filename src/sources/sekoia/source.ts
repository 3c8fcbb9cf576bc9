// SEKOIA.IO: notifications of its rules by webhook, completed by its API. See README.md in this folder.
import { defineSource } from "../source.ts";
import { enrichment } from "./api.ts";
import { parse } from "./parse.ts";
import { settingsSchema } from "./settings.ts";
import { writeBack } from "./write-back.ts";

/** The adapter of SEKOIA.IO. Nothing in the body proves the sender: the route's path is the secret. */
export default defineSource({
  type: "sekoia",
  label: "SEKOIA.IO",
  settings: settingsSchema,
  example: { api: "https://api.sekoia.io", token: "secret:SEKOIA_TOKEN", api_rate: "5/s" },
  proof: () => "path",
  parse,
  enrichment,
  writeBack,
});
