// Generic: any system that posts JSON, by a mapping in the configuration. See README.md in this folder.
import { defineSource } from "../source.ts";
import { handshake } from "./handshake.ts";
import { parse, remarks } from "./parse.ts";
import { authenticateBody } from "./secret.ts";
import { settingsSchema } from "./settings.ts";

/** The adapter for everything that has none of its own. */
export default defineSource({
  type: "generic",
  label: "Generic",
  settings: settingsSchema,
  example: {
    body_secret: { at: "token", value: "secret:SENDER_TOKEN" },
    mapping: {
      id: "event.id",
      key: "event.incident.id",
      title: ["event.title", "= 'Alert of ' + entry.event.host"],
      severity: { from: "event.score", at_least: { low: 10, medium: 50, high: 75, critical: 90 } },
      status: { from: "event.state", table: { raised: "new", over: "resolved" } },
      assets: [{ name: "event.host", ip: "event.ip", type: "host" }],
      observables: [{ value: "event.indicators.*.value" }],
      url: "event.link",
      time: "event.at",
    },
  },
  proof: ({ body_secret: secret }) => (secret === undefined ? "path" : "secret in the body"),
  handshake,
  authenticateBody,
  parse,
  remarks,
});
