// One column of the wall: its head with the counts, the strip of refusals, and its messages, newest first.
import type { Channel } from "../channel.ts";
import { isObject, textOf } from "../json.ts";
import type { ChatKind, ChatMessage } from "../types.ts";
import { drawDiscord } from "./discord.ts";
import { clock, escapeHtml } from "./markup.ts";
import { drawSlack } from "./slack.ts";
import { drawTeams } from "./teams.ts";
import { drawWebhook } from "./webhook.ts";

/** How many messages a column shows. */
export const SHOWN = 50;
const STRIP = 3;

const LOOKS: Record<ChatKind, { label: string; letter: string; sender: string; mark: string }> = {
  slack: { label: "Slack", letter: "S", sender: "Tocsin", mark: "#" },
  discord: { label: "Discord", letter: "D", sender: "Tocsin", mark: "#" },
  teams: { label: "Teams", letter: "T", sender: "Workflows", mark: "" },
  webhook: { label: "Webhook", letter: "W", sender: "", mark: "/" },
};

/** Where the column of a channel stands: kinds side by side in a fixed order. */
export const orderOf = (channel: Channel): number => Object.keys(LOOKS).indexOf(channel.kind);

/** The whole column. */
export function drawColumn(channel: Channel, id: string): string {
  const messages = channel.visible().slice(-SHOWN).reverse();
  return (
    `<section class="column ${channel.kind}" id="${id}" data-order="${orderOf(channel)}">` +
    `<header class="head">${drawHead(channel)}</header><div class="strip">${drawStrip(channel)}</div>` +
    `<div class="feed" tabindex="0" aria-label="Messages">${messages.map((message) => drawMessage(channel, message, id)).join("")}</div></section>`
  );
}

/** Its entry in the row of links that a phone shows. */
export const drawTab = (channel: Channel, id: string): string =>
  `<a href="#${id}" data-order="${orderOf(channel)}" class="${channel.kind}"><i></i>${LOOKS[channel.kind].label} <small>${escapeHtml(channel.name)}</small></a>`;

/** Name and counts. */
export function drawHead(channel: Channel): string {
  const { label, mark } = LOOKS[channel.kind];
  const hidden = channel.messages.length - channel.visible().length;
  const statuses = Object.entries(channel.counts());
  const refused = statuses.reduce((sum, [status, count]) => sum + (Number(status) >= 300 ? count : 0), 0);
  const unanswered = channel.counts()[0] ?? 0;
  const counts = [
    `<b>${channel.totals.messages - hidden}</b> shown`,
    channel.totals.edits > 0 ? `<b>${channel.totals.edits}</b> edited` : "",
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

/** One message as the chat would draw it. */
export function drawMessage(channel: Channel, message: ChatMessage, columnId: string): string {
  const body = isObject(message.body) ? message.body : {};
  const { sender, letter } = LOOKS[channel.kind];
  const name = channel.kind === "discord" && textOf(body.username) ? textOf(body.username) : sender;
  const notes = [
    message.retries > 0 ? `<span class="note">after ${message.retries === 1 ? "a retry" : `${message.retries} retries`}</span>` : "",
    message.pings.length > 0 ? `<span class="note ping">notified ${escapeHtml(pingWords(message))}</span>` : "",
    message.editedAt !== undefined && channel.kind !== "webhook" ? `<span class="note">edited ${clock(message.editedAt)}</span>` : "",
    message.thread ? `<span class="note">in thread ${escapeHtml(message.thread.name ?? message.thread.id)}</span>` : "",
  ].join("");
  const who = name
    ? `<span class="avatar" aria-hidden="true">${channel.kind === "teams" ? letter : escapeHtml(name.slice(0, 1))}</span>`
    : "";
  const title = name ? `<b class="sender">${escapeHtml(name)}</b><span class="app">APP</span>` : "";
  return (
    `<article class="message" id="${columnId}-${escapeHtml(message.id.replace(/[^\w-]/g, "_"))}">${who}<div class="inside">` +
    `<div class="who">${title}${clock(message.at)}${notes}</div>${drawInside(channel.kind, message)}</div></article>`
  );
}

const pingWords = ({ pings }: ChatMessage): string =>
  [...new Set(pings.map(({ kind, target }) => (target === undefined ? `@${kind}` : `${kind} ${target}`)))].join(", ");

function drawInside(kind: ChatKind, message: ChatMessage): string {
  // In light mode there is no parsed body; the wall then shows what was sent.
  if (!isObject(message.body)) return `<pre>${escapeHtml(message.raw.slice(0, 2000))}</pre>`;
  switch (kind) {
    case "slack":
      return drawSlack(message.body);
    case "discord":
      return drawDiscord(message.body, message.editedAt !== undefined);
    case "teams":
      return drawTeams(message.body);
    case "webhook":
      return drawWebhook(message);
  }
}
