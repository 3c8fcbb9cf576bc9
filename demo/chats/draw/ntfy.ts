// An ntfy message as HTML: a notification on a phone, with its priority, its buttons and its tags.
import { type JsonObject, listOf, objectOf, textOf } from "../json.ts";
import { ntfyTags } from "../ntfy.ts";
import { escapeHtml, linkTo } from "./markup.ts";

const MARKS: Record<number, string> = { 1: "⌄⌄ min", 2: "⌄ low", 4: "⌃ high", 5: "⌃⌃ max" };

/** One notification. Text is text: the message has no markup, and addresses in it are drawn as the app links them. */
export function drawNtfy(body: JsonObject): string {
  const priority = typeof body.priority === "number" && body.priority > 0 ? body.priority : 3;
  const { emojis, words } = ntfyTags(body);
  const title = escapeHtml(`${emojis === "" ? "" : `${emojis} `}${textOf(body.title)}`);
  const attachment = objectOf(body.attachment);
  const buttons = listOf(body.actions).map((action) =>
    linkTo(objectOf(action).url, escapeHtml(textOf(objectOf(action).label)), "nt-button"),
  );
  return (
    `<div class="nt-card p${priority}"><div class="nt-app"><span class="nt-icon" aria-hidden="true">▸_</span> ntfy` +
    `${MARKS[priority] ? ` <span class="nt-priority">${MARKS[priority]}</span>` : ""}</div>` +
    `<div class="nt-title">${linkTo(body.click, title)}</div><div class="nt-text">${withLinks(textOf(body.message))}</div>` +
    (attachment.name ? `<div class="nt-file">📎 ${escapeHtml(textOf(attachment.name))}, ${Number(attachment.size)} bytes</div>` : "") +
    (buttons.length > 0 ? `<div class="nt-buttons">${buttons.join("")}</div>` : "") +
    (words.length > 0 ? `<div class="nt-tags">Tags: ${words.map(escapeHtml).join(", ")}</div>` : "") +
    "</div>"
  );
}

const withLinks = (text: string): string =>
  text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) => (index % 2 === 1 ? linkTo(part, escapeHtml(part)) : escapeHtml(part).replaceAll("\n", "<br>")))
    .join("");
