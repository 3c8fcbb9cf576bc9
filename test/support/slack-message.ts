// What the tests of both Slack adapters ask of a message: that Slack takes it, and that the alert's text is nothing but text in it.
import { expect } from "vitest";
import type { JsonObject } from "../../demo/chats/json.ts";
import { SLACK_LIMITS, slackProblem } from "../../demo/chats/slack-blocks.ts";
import { slackPings } from "../../demo/chats/slack-pings.ts";
import { strings } from "./describe-destination.ts";

/** The text that a reader sees, links as their addresses, entities undone. */
export const shownText = (body: string): string =>
  strings(JSON.parse(body)).join("\n").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("%7C", "|").replaceAll("&amp;", "&");

/** Fails when Slack would refuse the body, cut its text, or have nothing to show in a notification. */
export function expectTaken(body: string): void {
  const message = JSON.parse(body) as JsonObject;
  expect(slackProblem(message)).toBeUndefined();
  expect(String(message.text).length).toBeGreaterThan(0);
  expect(String(message.text).length).toBeLessThanOrEqual(SLACK_LIMITS.editText);
}

/** Fails when the alert's text could mention, link, format or break out of its place. */
export function expectInert(body: string): void {
  const message = JSON.parse(body) as JsonObject;
  expect(slackPings(message)).toEqual([]);
  expect(message).toMatchObject({ unfurl_links: false, unfurl_media: false });
  for (const text of marked(message)) {
    // What is left between angle brackets is ours: a date, or a link with one of our labels.
    for (const [, inside = ""] of text.matchAll(/<([^>]*)>/g))
      expect(inside).toMatch(/^(!date\^\d+\^[^|]*\|[^|]*|https?:[^|]*\|(Open( in \w+)?|Acknowledge|Silence))$/);
    // Outside of code spans nothing of the alert is left: only our labels in bold, our words, and those links.
    const outside = text.replace(/<[^>]*>/g, "").replace(/`[^`\n]*`/g, "");
    expect(outside).not.toMatch(/[`_~<>]|:\/\//);
    expect(outside.replace(/^\*[^*\n]+\*$/gm, "")).not.toContain("*");
  }
}

/** Every text that Slack reads as markup; the one for notifications is not among them, as blocks stand in its place. */
function marked(message: JsonObject): string[] {
  const found: string[] = message.blocks === undefined ? [String(message.text)] : [];
  const walk = (value: unknown): void => {
    if (!value || typeof value !== "object") return;
    if ("type" in value && value.type === "mrkdwn" && "text" in value) found.push(String(value.text));
    for (const member of Object.values(value)) walk(member);
  };
  walk(message.blocks);
  walk(message.attachments);
  return found;
}
