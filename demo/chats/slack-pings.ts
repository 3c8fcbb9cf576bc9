// Whom a Slack message would notify.
// Facts: docs.slack.dev "Formatting message text" (control sequences), rich_text elements of slackapi/node-slack-sdk packages/types.
import type { Json } from "../../src/alert.ts";
import { isObject, type JsonObject, textOf } from "./json.ts";
import type { Ping } from "./types.ts";

const CONTROL = /<(?:!(channel|here|everyone)(?:\|[^>]*)?|@([UW]\w+)(?:\|[^>]*)?|!subteam\^(\w+)(?:\|[^>]*)?)>/g;
const LINKED_NAME = /@(channel|here|everyone)\b/g;

/**
 * Whom the message would notify. Every mrkdwn text counts, also inside code spans and also the top-level text beside blocks: where Slack's
 * own behaviour is not documented, the test must fail rather than a person be woken.
 */
export function slackPings(body: JsonObject): Ping[] {
  const pings: Ping[] = [];
  const names = body.link_names === true || body.link_names === 1 || body.parse === "full";
  const scan = (text: string, where: string): void => {
    for (const [, wide, user, group] of text.matchAll(CONTROL)) {
      if (wide) pings.push({ kind: wide as "channel" | "here" | "everyone", where });
      if (user) pings.push({ kind: "user", target: user, where });
      if (group) pings.push({ kind: "group", target: group, where });
    }
    if (names) for (const [, wide] of text.matchAll(LINKED_NAME)) pings.push({ kind: wide as "channel" | "here" | "everyone", where });
  };
  walk(body, "", scan, pings);
  return pings;
}

/** Strings under these names are drawn literally or not drawn; everything else is read as mrkdwn. */
const LITERAL = new Set(["type", "color", "block_id", "action_id", "value", "url", "image_url", "alt_text", "style", "ts"]);

function walk(value: Json, where: string, scan: (text: string, where: string) => void, pings: Ping[]): void {
  if (typeof value === "string") scan(value, where);
  if (Array.isArray(value)) for (const [index, member] of value.entries()) walk(member, `${where}[${index}]`, scan, pings);
  if (!isObject(value)) return;
  if (value.type === "plain_text" || (value.type === "text" && where.includes("elements"))) return;
  if (value.type === "broadcast") pings.push({ kind: textOf(value.range) as "channel" | "here" | "everyone", where });
  if (value.type === "user") pings.push({ kind: "user", target: textOf(value.user_id), where });
  if (value.type === "usergroup") pings.push({ kind: "group", target: textOf(value.usergroup_id), where });
  for (const [name, member] of Object.entries(value)) if (!LITERAL.has(name)) walk(member, where ? `${where}.${name}` : name, scan, pings);
}
