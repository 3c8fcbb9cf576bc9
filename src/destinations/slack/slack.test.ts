import type { KnownBlock } from "@slack/types";
import { describe, expect, test } from "vitest";
import { sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { answer, describeDestination, strings } from "../../../test/support/describe-destination.ts";
import slack from "./destination.ts";
import type { SlackMessage } from "./render.ts";

const url = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX";
const parsed = (body: string): SlackMessage => JSON.parse(body);
const blocksOf = ({ blocks = [], attachments = [] }: SlackMessage): KnownBlock[] => [
  ...blocks,
  ...attachments.flatMap((one) => one.blocks),
];

// Every piece of text with the kind of object that it stands in.
function texts(value: unknown): { type: string; text: string }[] {
  if (!value || typeof value !== "object") return [];
  if ("type" in value && "text" in value && typeof value.text === "string") return [{ type: String(value.type), text: value.text }];
  return Object.values(value).flatMap(texts);
}

describeDestination(slack, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings: { url },
  secrets: [url, "XXXXXXXXXXXXXXXXXXXXXXXX"],
  shown: (body) =>
    strings(JSON.parse(body)).join("\n").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("%7C", "|").replaceAll("&amp;", "&"),
  withinLimits(body) {
    const message = parsed(body);
    const blocks = blocksOf(message);
    expect(message.text.length).toBeGreaterThan(0);
    expect(message.text.length).toBeLessThanOrEqual(4_000);
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(texts(blocks).reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(13_000);
    for (const { text } of texts(blocks)) expect(text.length).toBeGreaterThan(0);
    for (const block of blocks) {
      if (block.type === "header") expect(block.text.text.length).toBeLessThanOrEqual(150);
      if (block.type === "section") {
        expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3_000);
        expect(block.fields?.length ?? 1).toBeLessThanOrEqual(10);
        for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2_000);
      }
      if (block.type === "context") expect(block.elements.length).toBeLessThanOrEqual(10);
    }
  },
  inert(body) {
    const message = parsed(body);
    const marked = [message.text, ...texts(blocksOf(message)).flatMap(({ type, text }) => (type === "mrkdwn" ? [text] : []))];
    for (const text of marked) {
      // What is left between angle brackets is ours: a date, or a link with one of our labels.
      for (const [, inside = ""] of text.matchAll(/<([^>]*)>/g))
        expect(inside).toMatch(/^(!date\^\d+\^[^|]*\|[^|]*|https?:[^|]*\|Open( in \w+)?)$/);
      expect((text.match(/`/g) ?? []).length % 2 === 0 || text === message.text).toBe(true);
    }
  },
});

describe("slack: the message", () => {
  const render = (view: Parameters<typeof slack.render>[0]) => parsed(slack.render(view, { url }));

  test("tells a phone severity, title and host, and shows the colour", () => {
    const message = render(sampleViews()["alert-created"]);
    expect(message.text).toBe("[HIGH] Encoded PowerShell launched by Office - ws-0142");
    expect(message.attachments?.[0]?.color).toBe("#E65100");
    expect(message).toMatchObject({ unfurl_links: false, unfurl_media: false });
  });

  test("mentions whom the configuration says, and nobody else", () => {
    const alert = sampleAlert({ title: "<!channel> look" });
    const body = slack.render({ kind: "alert", alert, links: {}, ping: "<!subteam^S012345>" }, { url });
    expect(parsed(body).blocks?.[0]).toEqual({ type: "section", text: { type: "mrkdwn", text: "<!subteam^S012345>" } });
    expect(parsed(body).text).toBe("[HIGH] &lt;!channel&gt; look - ws-0142");
  });

  test("escapes what an address could break out with", () => {
    const alert = sampleAlert({ url: "https://siem.example.com/a?b=1&c=<x>|y" });
    expect(slack.render({ kind: "alert", alert, links: {} }, { url })).toContain(
      "<https://siem.example.com/a?b=1&amp;c=%3Cx%3E%7Cy|Open in console>",
    );
  });
});

describe("slack: what an answer means", () => {
  const classify = (status: number, body: string) =>
    slack.transport.kind === "http" ? slack.transport.classify(answer(status, {}, body), { action: "post", at: 0 }) : undefined;

  test.each([
    [200, "ok", { kind: "delivered" }],
    [200, "", { kind: "disabled", reason: "misconfigured" }],
    [200, "<html>sign in</html>", { kind: "disabled", reason: "misconfigured" }],
    [200, "no_service", { kind: "disabled", reason: "revoked" }],
    [200, '{"ok":false,"error":"invalid_blocks"}', { kind: "rejected", reason: "invalid_payload" }],
    [400, "invalid_payload", { kind: "rejected", reason: "invalid_payload" }],
    [400, "no_text", { kind: "rejected", reason: "invalid_payload" }],
    [400, "msg_blocks_too_long", { kind: "rejected", reason: "too_large" }],
    [400, "user_not_found", { kind: "disabled", reason: "misconfigured" }],
    [403, "action_prohibited", { kind: "disabled", reason: "forbidden" }],
    [403, "invalid_token", { kind: "disabled", reason: "forbidden" }],
    [403, "posting_to_general_channel_denied", { kind: "disabled", reason: "forbidden" }],
    [404, "no_service", { kind: "disabled", reason: "revoked" }],
    [404, "no_team", { kind: "disabled", reason: "revoked" }],
    [404, "channel_not_found", { kind: "disabled", reason: "not_found" }],
    [410, "channel_is_archived", { kind: "disabled", reason: "not_found" }],
    [429, '{"retry_after":1,"ok":false,"error":"rate_limited"}', { kind: "retry", reason: "rate_limited", afterMs: 1_000 }],
    [500, "rollup_error", { kind: "retry", reason: "server_error" }],
  ])("%i %s", (status, body, outcome) => expect(classify(status, body)).toMatchObject(outcome));
});

describe("slack: settings", () => {
  const problem = (address: string) => slack.settings.safeParse({ url: address }).error?.issues[0]?.message;

  test.each([
    "secret:SOC_SLACK_URL",
    "secret:CHATS.soc",
    url,
    "https://hooks.slack-gov.com/services/T0/B0/x",
    "http://127.0.0.1:9000/any/path",
  ])("takes %s", (address) => expect(problem(address)).toBeUndefined());
  test.each([
    ["https://hooks.slack.com/workflows/T0/A0/1/x", /Workflow Builder.*incoming webhook/],
    ["https://hooks.slack.com/triggers/T0/1/x", /Workflow Builder/],
    ["https://example.slack.com/archives/C012345", /no incoming webhook/],
    ["https://discord.com/api/webhooks/1/x", /type = "discord"/],
    ["hooks.slack.com/services/T0/B0/x", /has to begin with https/],
    ["https://hooks.slack.com/services/T0/B0/x\n", /space or line break/],
  ])("refuses %s with what to do", (address, sentence) => expect(problem(address)).toMatch(sentence));
});
