// The body of a call to chat.postMessage: the layout of the webhook, with the channel. In a thread only what changed is told.
// An edit and a reply are addressed when they are sent (destination.ts): then the message they belong to is known.
import type { View } from "../destination.ts";
import type { SlackMessage } from "../slack/layout.ts";
import { messageOf, plainOf, replyOf } from "../slack/layout.ts";

/** A message of the bot. `reply_broadcast`: an answer that stands in the channel as well as in its thread, so that people notice it. */
export interface BotMessage extends SlackMessage {
  channel: string;
  reply_broadcast?: true;
}

/** The message of a view, within Slack's limits. */
export const render = (view: View, { channel }: { channel: string }): string =>
  JSON.stringify(addressed(inThread(view) ? replyOf(view) : messageOf(view), view, channel));

/** The plain form: one text, no blocks that could be refused. */
export const plain = (view: View, { channel }: { channel: string }): string => JSON.stringify(addressed(plainOf(view), view, channel));

const inThread = (view: View): boolean => view.kind === "update" && view.inThread === true;

const addressed = (message: SlackMessage, view: View, channel: string): BotMessage => ({
  channel,
  ...message,
  ...(view.kind === "update" && view.inThread && view.notify ? { reply_broadcast: true } : {}),
});
