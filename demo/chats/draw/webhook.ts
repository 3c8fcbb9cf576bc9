// A Standard Webhooks request as HTML: whether its signature was checked, its id, and the JSON.
import type { Json } from "../../../src/alert.ts";
import { isObject, objectOf, textOf } from "../json.ts";
import type { ChatMessage } from "../types.ts";
import { escapeHtml } from "./markup.ts";

/** One received event. */
export function drawWebhook(message: ChatMessage): string {
  const badge = message.verified
    ? '<span class="badge good">✓ signature verified</span>'
    : '<span class="badge">not verified: no secret set</span>';
  const copies = message.copies > 1 ? `<span class="badge">came ${message.copies} times, taken once</span>` : "";
  const type = textOf(objectOf(message.body).type) || "event";
  return (
    `<div class="wh-line"><b>${escapeHtml(type)}</b>${badge}${copies}</div>` +
    `<div class="wh-id">webhook-id ${escapeHtml(message.id)}</div><pre class="wh-json">${drawJson(message.body, "")}</pre>`
  );
}

function drawJson(value: Json, indent: string): string {
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((member) => deeper + drawJson(member, deeper)).join(",\n")}\n${indent}]`;
  }
  if (isObject(value)) {
    const members = Object.entries(value).map(([name, member]) => `${deeper}<i>${quoted(name)}</i>: ${drawJson(member, deeper)}`);
    return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n${indent}}`;
  }
  return typeof value === "string" ? `<b>${quoted(value)}</b>` : `<u>${JSON.stringify(value)}</u>`;
}

const quoted = (text: string): string => escapeHtml(JSON.stringify(text));
