// Prometheus Alertmanager: its webhook, version 4. See README.md in this folder.
import * as z from "zod";
import { defineSource } from "../source.ts";
import { parse } from "./parse.ts";

/** The adapter of Alertmanager. It signs nothing: the path is the secret, and the route's `auth` may ask for a password or a token. */
export default defineSource({
  type: "alertmanager",
  label: "Prometheus Alertmanager",
  settings: z.strictObject({}),
  example: {},
  proof: () => "path",
  parse,
});
