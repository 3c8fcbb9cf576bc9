// Text: whatever posts a message to a chat today may post it to us instead. See README.md in this folder.
import { defineSource } from "../source.ts";
import { parse } from "./parse.ts";
import { settingsSchema } from "./settings.ts";

/** The adapter of chat messages. What posts them can rarely do more than that: the route's path is the secret. */
export default defineSource({
  type: "text",
  label: "Chat message",
  settings: settingsSchema,
  example: {},
  proof: () => "path",
  parse,
});
