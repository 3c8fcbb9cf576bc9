// Splunk: the webhook alert action of its saved searches. See README.md in this folder.
import * as z from "zod";
import { defineSource } from "../source.ts";
import { parse } from "./parse.ts";

/** The adapter of Splunk. Its own webhook sends no header of yours and signs nothing: the route's path is the secret. */
export default defineSource({
  type: "splunk",
  label: "Splunk",
  settings: z.strictObject({}),
  example: {},
  proof: () => "path",
  parse,
});
