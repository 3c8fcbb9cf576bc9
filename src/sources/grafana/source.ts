// Grafana Alerting: the webhook of its contact points. See README.md in this folder.
import { defineSource } from "../source.ts";
import { parse } from "./parse.ts";
import { settingsSchema, signature } from "./settings.ts";

/** The adapter of Grafana Alerting. */
export default defineSource({
  type: "grafana",
  label: "Grafana",
  settings: settingsSchema,
  example: { hmac_secret: "secret:GRAFANA_HMAC_SECRET", hmac_timestamp_header: "X-Grafana-Alerting-Timestamp" },
  proof: ({ hmac_secret: key }) => (key === undefined ? "path" : "signature"),
  signature,
  parse,
});
