// One column of the wall: its head with the counts, the strip of refusals, and its messages, newest first.
import type { Channel } from "../channel.ts";
import { isObject, textOf } from "../json.ts";
import type { ChatKind, ChatMessage } from "../types.ts";
import { drawDiscord } from "./discord.ts";
import { drawGoogleChat } from "./googlechat.ts";
import { drawIris } from "./iris.ts";
import { drawMail } from "./mail.ts";
import { clock, escapeHtml } from "./markup.ts";
import { drawMattermost } from "./mattermost.ts";
import { drawNtfy } from "./ntfy.ts";
import { drawPagerduty } from "./pagerduty.ts";
import { drawSlack } from "./slack.ts";
import { drawTeams } from "./teams.ts";
import { drawTelegram } from "./telegram.ts";
import { drawThread } from "./thread.ts";
import { drawWebhook } from "./webhook.ts";

/** How many messages a column shows. */
export const SHOWN = 50;
const STRIP = 3;

// `look`: the kind whose style it wears, where that is another one.
const LOOKS: Record<ChatKind, { label: string; letter: string; sender: string; mark: string; look?: ChatKind }> = {
  slack: { label: "Slack", letter: "S", sender: "Tocsin", mark: "#" },
  "slack-bot": { label: "Slack bot", letter: "S", sender: "Tocsin", mark: "#", look: "slack" },
  discord: { label: "Discord", letter: "D", sender: "Tocsin", mark: "#" },
  telegram: { label: "Telegram", letter: "T", sender: "Tocsin", mark: "" },
  teams: { label: "Teams", letter: "T", sender: "Workflows", mark: "" },
  mattermost: { label: "Mattermost", letter: "M", sender: "Tocsin", mark: "~" },
  googlechat: { label: "Google Chat", letter: "G", sender: "Tocsin", mark: "" },
  webhook: { label: "Webhook", letter: "W", sender: "", mark: "/" },
  pagerduty: { label: "PagerDuty", letter: "P", sender: "", mark: "" },
  iris: { label: "DFIR-IRIS", letter: "I", sender: "", mark: "" },
  ntfy: { label: "ntfy", letter: "n", sender: "", mark: "" },
  email: { label: "E-mail", letter: "@", sender: "Tocsin", mark: "" },
};

/** Where the column of a channel stands: kinds side by side in a fixed order. */
export const orderOf = (channel: Channel): number => Object.keys(LOOKS).indexOf(channel.kind);

/** The whole column. */
export function drawColumn(channel: Channel, id: string): string {
  const messages = channel.messages
    .filter((message) => standsInFeed(channel, message))
    .slice(-SHOWN)
    .reverse();
  return (
    `<section class="column ${LOOKS[channel.kind].look ?? channel.kind}" id="${id}" data-order="${orderOf(channel)}">` +
    `<header class="head">${drawHead(channel)}</header><div class="strip">${drawStrip(channel)}</div>` +
    `<div class="feed" tabindex="0" aria-label="Messages">${messages.map((message) => drawMessage(channel, message, id)).join("")}</div></section>`
  );
}

/** Whether a message has a place of its own in the column: the answers to one stand below it. */
export function standsInFeed(channel: Channel, message: ChatMessage): boolean {
  if (message.hidden !== undefined) return false;
  const head = channel.rootOf(message) === message;
  if (message.removedAt !== undefined) return head && channel.replies(message.id).length > 0;
  return head || message.broadcast === true;
}

/** Its entry in the row of links that a phone shows. */
export const drawTab = (channel: Channel, id: string): string =>
  `<a href="#${id}" data-order="${orderOf(channel)}" class="${LOOKS[channel.kind].look ?? channel.kind}"><i></i>${LOOKS[channel.kind].label} <small>${escapeHtml(channel.name)}</small></a>`;

/** Name and counts. */
export function drawHead(channel: Channel): string {
  const { label, mark } = LOOKS[channel.kind];
  const hidden = channel.messages.filter((message) => message.hidden !== undefined).length;
  const { refused } = channel.totals;
  const unanswered = channel.counts()[0] ?? 0;
  const counts = [
    `<b>${channel.totals.messages - hidden - channel.totals.removed}</b> shown`,
    channel.totals.edits > 0 ? `<b>${channel.totals.edits}</b> edited` : "",
    channel.totals.removed > 0 ? `<b>${channel.totals.removed}</b> deleted` : "",
    channel.totals.copies > 0 ? `<b>${channel.totals.copies}</b> repeated` : "",
    refused > 0 ? `<b>${refused}</b> refused` : "",
    unanswered > 0 ? `<b>${unanswered}</b> unanswered` : "",
    hidden > 0 ? `<b>${hidden}</b> not shown` : "",
  ];
  const line = [label, ...counts].filter((part) => part !== "").join(" · ");
  return (
    `<span class="glyph" aria-hidden="true">${LOOKS[channel.kind].letter}</span>` +
    `<div class="name"><h2 title="${escapeHtml(channel.name)}">${mark}${escapeHtml(channel.name)}</h2><span>${line}</span></div>`
  );
}

/** The last requests that were refused, unanswered or not shown, and what became of each. */
export function drawStrip(channel: Channel): string {
  const recent = channel.refusals.list.slice(-STRIP).reverse();
  return recent
    .map(({ at, status, words, takenAfterMs }) => {
      const after = takenAfterMs === undefined ? "" : ` <span class="after">→ delivered after retry, ${seconds(takenAfterMs)} later</span>`;
      const code = status === 0 ? "—" : String(status);
      return `<p class="${takenAfterMs === undefined ? "open" : "done"}">${clock(at)} <b>${code}</b> <span>${escapeHtml(words)}${after}</span></p>`;
    })
    .join("");
}

const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** The id of a message's place on the page. */
export const placeId = (message: ChatMessage, columnId: string): string => `${columnId}-${message.id.replace(/[^\w-]/g, "_")}`;

/** One message as the chat would draw it, with the answers to it. */
export function drawMessage(channel: Channel, message: ChatMessage, columnId: string): string {
  const { sender, avatar } = senderOf(channel, message);
  const head = channel.rootOf(message);
  const thread = head === message ? drawThread(channel, message, (reply) => drawReply(channel, reply)) : "";
  const answers = head === message ? "" : `<p class="answers">replied to a thread: ${escapeHtml(beginningOf(head))}</p>`;
  const who = sender ? `<span class="avatar" aria-hidden="true">${escapeHtml(avatar)}</span>` : "";
  return (
    `<article class="message" id="${escapeHtml(placeId(message, columnId))}" data-at="${message.at}">${who}<div class="inside">` +
    `${answers}${drawSaid(channel, message, sender)}${thread}</div></article>`
  );
}

/** The first words of a message, as chats show them beside a pointer to it. */
function beginningOf({ body, raw }: ChatMessage): string {
  const text = isObject(body) ? textOf(body.text) || textOf(body.content) : raw;
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

const drawReply = (channel: Channel, reply: ChatMessage): string => drawSaid(channel, reply, senderOf(channel, reply).sender);

function senderOf(channel: Channel, message: ChatMessage): { sender: string; avatar: string } {
  const { sender, letter } = LOOKS[channel.kind];
  const named = channel.kind === "discord" && isObject(message.body) ? textOf(message.body.username) : "";
  const name = named || sender;
  return { sender: name, avatar: channel.kind === "teams" ? letter : name.slice(0, 1) };
}

/** Who said it and when, what has happened to it, and what it says. */
function drawSaid(channel: Channel, message: ChatMessage, sender: string): string {
  if (message.removedAt !== undefined) return `<p class="answers">This message was deleted at ${clock(message.removedAt)}.</p>`;
  const notes = [
    message.retries > 0 ? `<span class="note">after ${message.retries === 1 ? "a retry" : `${message.retries} retries`}</span>` : "",
    message.pings.length > 0 ? `<span class="note ping">notified ${escapeHtml(pingWords(message))}</span>` : "",
    message.broadcast ? '<span class="note">also sent to the channel</span>' : "",
    message.editedAt !== undefined && channel.kind !== "webhook" ? `<span class="note">edited ${clock(message.editedAt)}</span>` : "",
    message.silent ? '<span class="note">without a sound</span>' : "",
    message.thread && message.replyTo === undefined
      ? `<span class="note">in thread ${escapeHtml(message.thread.name ?? message.thread.id)}</span>`
      : "",
  ].join("");
  const title = sender ? `<b class="sender">${escapeHtml(sender)}</b><span class="app">APP</span>` : "";
  return `<div class="who">${title}${clock(message.at)}${notes}</div>${drawInside(channel.kind, message)}`;
}

const pingWords = ({ pings }: ChatMessage): string =>
  [...new Set(pings.map(({ kind, target }) => (target === undefined ? `@${kind}` : `${kind} ${target}`)))].join(", ");

function drawInside(kind: ChatKind, message: ChatMessage): string {
  // In light mode there is no parsed body; the wall then shows what was sent.
  if (!isObject(message.body)) return `<pre>${escapeHtml(message.raw.slice(0, 2000))}</pre>`;
  switch (kind) {
    case "slack":
    case "slack-bot":
      return drawSlack(message.body);
    case "discord":
      return drawDiscord(message.body, message.editedAt !== undefined);
    case "telegram":
      return drawTelegram(message.body);
    case "teams":
      return drawTeams(message.body);
    case "mattermost":
      return drawMattermost(message.body);
    case "googlechat":
      return drawGoogleChat(message.body);
    case "webhook":
      return drawWebhook(message);
    case "pagerduty":
      return drawPagerduty(message.body);
    case "iris":
      return drawIris(message.body);
    case "ntfy":
      return drawNtfy(message.body);
    case "email":
      return drawMail(message.body, message.replyTo !== undefined);
  }
}
