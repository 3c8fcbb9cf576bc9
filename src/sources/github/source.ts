// GitHub: the webhooks of its security alerts. See README.md in this folder.
import { defineSource } from "../source.ts";
import { parse } from "./parse.ts";
import { settingsSchema, signature } from "./settings.ts";

/** The adapter of GitHub. Event and delivery id stand in headers that nothing signs, so only the body is read. */
export default defineSource({
  type: "github",
  label: "GitHub",
  settings: settingsSchema,
  example: { webhook_secret: "secret:GITHUB_WEBHOOK_SECRET" },
  proof: () => "signature",
  signature,
  parse,
});
