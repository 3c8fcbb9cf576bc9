// Wazuh: its alerts, posted by the integration script in integration/. See README.md in this folder.
import { defineSource } from "../source.ts";
import { parse } from "./parse.ts";
import { settingsSchema } from "./settings.ts";

/** The adapter of Wazuh. Nothing in the body proves the sender: the script sends the header that the route's `auth` asks for. */
export default defineSource({
  type: "wazuh",
  label: "Wazuh",
  settings: settingsSchema,
  example: {},
  proof: () => "path",
  parse,
});
