// Discord by webhook. One message per alert, edited as the alert goes on: Discord answers with the message's id. In a forum
// each alert has a thread of its own, and what changed is told there.
import * as z from "zod";
import { address, checkedAddress, hostIs, otherKind } from "../address.ts";
import { jsonMember } from "../answers.ts";
import type { Outgoing } from "../destination.ts";
import { defineDestination } from "../destination.ts";
import { budget, classify } from "./classify.ts";
import { PACE, USER_AGENT } from "./limits.ts";
import { type DiscordMessage, plain, render } from "./render.ts";

const isDiscord = (url: URL): boolean => hostIs(url, "discord.com", "discordapp.com");

function check(url: URL): string | undefined {
  if (/\/(slack|github)\/?$/.test(url.pathname))
    return "leave out /slack or /github at the end: this is for messages in Discord's own form";
  if (!isDiscord(url)) return otherKind(url, "discord");
  if (!/^\/api(\/v\d+)?\/webhooks\/\d+\/[\w-]+\/?$/.test(url.pathname))
    return "this is no webhook of Discord: copy the address in the channel's settings under Integrations, Webhooks";
  return undefined;
}

const snowflake = z.string().regex(/^\d{1,20}$/, "must be the thread's id in quotes, digits only");

const settings = z
  .strictObject({ url: address({ check }), thread_id: snowflake.optional(), forum: z.boolean().optional() })
  .refine(({ thread_id, forum }) => !(thread_id && forum), {
    path: ["forum"],
    message: "forum = true opens a thread for each alert: leave out thread_id, or leave out forum",
  });
type Settings = z.infer<typeof settings>;

/** The destination `discord`. */
export default defineDestination<Settings>({
  type: "discord",
  label: "Discord",
  settings,
  example: { url: "secret:SOC_DISCORD_URL" },
  pace: () => PACE,
  // Five requests in two seconds for one webhook, whatever channel or thread they go to.
  shared: { by: "url", pace: { perSecond: 2.5, burst: 5 } },
  can: ({ forum }) => ({ edit: true, thread: forum === true, idempotencyKey: false, record: false }),
  proves: "shown",
  render,
  plain,
  transport: {
    kind: "http",
    request: (message, own) => ({
      method: message.action === "edit" ? "PATCH" : "POST",
      url: target(message, own),
      headers: { "content-type": "application/json", "user-agent": USER_AGENT },
      body: bodyFor(message),
    }),
    classify,
    budget,
    // https://discord.com/developers/docs/resources/webhook#get-webhook-with-token
    check: {
      proves: "the webhook is there",
      request: ({ url }) => ({ method: "GET", url: versioned(url), headers: { "user-agent": USER_AGENT } }),
      classify: (answer, at) => classify(answer, { action: "post", at }),
    },
  },
});

/** The webhook, by the version of the API that we know. */
function versioned(text: string): string {
  const url = new URL(checkedAddress(text, check));
  url.pathname = url.pathname.replace(/\/$/, "");
  if (isDiscord(url)) url.pathname = url.pathname.replace(/^\/api(\/v\d+)?\//, "/api/v10/");
  return url.href;
}

// Without `wait` Discord answers before it has stored the message, and without its id.
function target({ action, ref }: Outgoing, { url: text, thread_id, forum }: Settings): string {
  const url = new URL(versioned(text));
  const thread = thread_id ?? (forum && action !== "post" ? refMember(ref, "threadId") : undefined);
  if (thread) url.searchParams.set("thread_id", thread);
  if (action === "edit") url.pathname += `/messages/${encodeURIComponent(refMember(ref, "messageId") ?? "")}`;
  else url.searchParams.set("wait", "true");
  return url.href;
}

const refMember = (ref: string | undefined, name: "messageId" | "threadId"): string | undefined => {
  const value = jsonMember(ref ?? "", name);
  return typeof value === "string" ? value : undefined;
};

/**
 * The body as the action wants it. Only a post opens a thread. An edit has no flags, and mentions nobody: the ping stays to be
 * read, but whom it named was told when it was posted.
 */
function bodyFor({ action, body }: Outgoing): string {
  if (action === "post") return body;
  const { thread_name: _, ...reply } = JSON.parse(body) as Partial<DiscordMessage>;
  if (action === "reply") return JSON.stringify(reply);
  const { flags: __, ...edit } = reply;
  return JSON.stringify({ ...edit, allowed_mentions: { parse: [] } });
}
