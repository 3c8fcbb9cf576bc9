// The answers to a message, drawn below it, for every chat that has threads or replies.
import type { Channel } from "../channel.ts";
import type { ChatMessage } from "../types.ts";

/** How many answers a thread shows; the earlier ones are counted. */
const SHOWN_REPLIES = 12;

/** Draws the thread of a message, or nothing when nobody answered it. `draw` draws one answer. */
export function drawThread(channel: Channel, message: ChatMessage, draw: (reply: ChatMessage) => string): string {
  const replies = answersTo(channel, message);
  if (replies.length === 0) return "";
  const shown = replies.slice(-SHOWN_REPLIES);
  const earlier = replies.length - shown.length;
  const words = `${replies.length} ${replies.length === 1 ? "reply" : "replies"}${earlier > 0 ? `, the last ${shown.length} shown` : ""}`;
  return `<div class="thread"><p class="replies">${words}</p>${shown.map((reply) => `<div class="reply">${draw(reply)}</div>`).join("")}</div>`;
}

/** Answers to answers stand in the same thread: phones have no room for more than one step to the right. */
function answersTo(channel: Channel, { id }: ChatMessage): ChatMessage[] {
  return channel
    .replies(id)
    .flatMap((reply) => [reply, ...answersTo(channel, reply)])
    .toSorted((a, b) => a.at - b.at);
}
