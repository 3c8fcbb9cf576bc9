// Elastic Security and other Kibana rules: what their Webhook connector posts, by the template in README.md of this folder.
import * as z from "zod";
import { defineSource } from "../source.ts";
import { parse } from "./parse.ts";

/** The adapter of Kibana's rules. The connector signs nothing, but it can send a header or a password: the route's `auth`. */
export default defineSource({
  type: "elastic",
  label: "Elastic",
  settings: z.strictObject({}),
  example: {},
  proof: () => "path",
  parse,
});
