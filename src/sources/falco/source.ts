// Falco: events of its http_output, or of Falcosidekick's webhook. See README.md in this folder.
import { defineSource } from "../source.ts";
import { parse } from "./parse.ts";
import { settingsSchema } from "./settings.ts";

/** The adapter of Falco. Nothing in the body proves the sender. */
export default defineSource({
  type: "falco",
  label: "Falco",
  settings: settingsSchema,
  example: {},
  proof: () => "path",
  parse,
});
