// MozDef: its alerts, posted by the alert action in action/, and raw events. See README.md in this folder.
import { defineSource } from "../source.ts";
import { parse } from "./parse.ts";
import { settingsSchema } from "./settings.ts";

/** The adapter of MozDef. Nothing in the body proves the sender: the action sends the header that the route's `auth` asks for. */
export default defineSource({
  type: "mozdef",
  label: "MozDef",
  settings: settingsSchema,
  example: {},
  proof: () => "path",
  parse,
});
