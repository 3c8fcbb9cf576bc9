// Whom a Discord message notifies: decided by the content and `allowed_mentions` together.
// Facts: discord/discord-api-docs resources/message, "Allowed Mentions Object"; an edit without the object is read with the default again.
import { isObject, type JsonObject, listOf, textOf } from "./json.ts";
import type { Ping } from "./types.ts";

/**
 * The pings of a body. Embeds never notify, so only `content` is read. Without `allowed_mentions` a webhook mentions users only; with it,
 * just what is listed. Mentions inside code count too: a test should fail rather than rely on how clients treat them.
 */
export function discordPings(content: string, allowed: JsonObject[string] | undefined): Ping[] {
  const listed = isObject(allowed);
  const parse = listed ? listOf(allowed.parse) : ["users"];
  const permits = (kind: "users" | "roles", id: string): boolean =>
    parse.includes(kind) || (listed && listOf(allowed[kind]).some((one) => textOf(one) === id));
  const pings: Ping[] = [];
  const add = (ping: Omit<Ping, "where">): void => {
    pings.push({ ...ping, where: "content" });
  };
  if (parse.includes("everyone")) {
    if (content.includes("@everyone")) add({ kind: "everyone" });
    if (content.includes("@here")) add({ kind: "here" });
  }
  for (const [, id = ""] of content.matchAll(/<@&(\d+)>/g)) if (permits("roles", id)) add({ kind: "role", target: id });
  for (const [, id = ""] of content.matchAll(/<@!?(\d+)>/g)) if (permits("users", id)) add({ kind: "user", target: id });
  return pings;
}
