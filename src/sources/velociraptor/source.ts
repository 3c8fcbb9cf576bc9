// Velociraptor: rows of its event queues, posted by the artifact that we ship. See README.md in this folder.
import { defineSource } from "../source.ts";
import { enrichment } from "./api.ts";
import { parse } from "./parse.ts";
import { settingsSchema } from "./settings.ts";

/** The adapter of Velociraptor. Nothing in a row proves the sender: that is for the route's `auth`. */
export default defineSource({
  type: "velociraptor",
  label: "Velociraptor",
  settings: settingsSchema,
  example: {
    org: "root",
    severity: "high",
    api: "https://velociraptor.example.org",
    username: "tocsin",
    password: "secret:VELOCIRAPTOR_PASSWORD",
  },
  proof: () => "path",
  parse,
  enrichment,
});
