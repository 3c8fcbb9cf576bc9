import { describe, expect, test } from "vitest";
import { sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { answer, describeDestination } from "../../../test/support/describe-destination.ts";
import { expectInert, expectTaken, shownText } from "../../../test/support/slack-message.ts";
import slack from "./destination.ts";
import type { SlackMessage } from "./layout.ts";

const url = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX";
const parsed = (body: string): SlackMessage => JSON.parse(body);

describeDestination(slack, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings: { url },
  secrets: [url, "XXXXXXXXXXXXXXXXXXXXXXXX"],
  shown: shownText,
  withinLimits: expectTaken,
  inert: expectInert,
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
    [400, "missing_text_or_fallback_or_attachments", { kind: "rejected", reason: "invalid_payload" }],
    [400, "invalid_blocks", { kind: "rejected", reason: "invalid_payload", detail: "invalid_blocks" }],
    [400, "invalid_blocks_format", { kind: "rejected", reason: "invalid_payload" }],
    [400, "invalid_attachments", { kind: "rejected", reason: "invalid_payload" }],
    [400, "too_many_attachments", { kind: "rejected", reason: "invalid_payload" }],
    [400, "msg_too_long", { kind: "rejected", reason: "too_large" }],
    [400, "msg_blocks_too_long", { kind: "rejected", reason: "too_large" }],
    [400, "user_not_found", { kind: "disabled", reason: "misconfigured" }],
    [403, "action_prohibited", { kind: "disabled", reason: "forbidden" }],
    [403, "invalid_token", { kind: "disabled", reason: "forbidden" }],
    [403, "posting_to_general_channel_denied", { kind: "disabled", reason: "forbidden" }],
    [404, "no_service", { kind: "disabled", reason: "revoked" }],
    [404, "no_service_id", { kind: "disabled", reason: "revoked" }],
    [404, "no_active_hooks", { kind: "disabled", reason: "revoked" }],
    [404, "no_team", { kind: "disabled", reason: "revoked" }],
    [403, "team_disabled", { kind: "disabled", reason: "revoked" }],
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
    ["https://slack.com/shortcuts/Ft0/x", /Workflow Builder/],
    ["https://slack.com/api/chat.postMessage", /type = "slack-bot" with token and channel/],
    ["https://example.slack.com/archives/C012345", /no incoming webhook/],
    ["https://discord.com/api/webhooks/1/x", /type = "discord"/],
    ["hooks.slack.com/services/T0/B0/x", /has to begin with https/],
    ["https://hooks.slack.com/services/T0/B0/x\n", /space or line break/],
  ])("refuses %s with what to do", (address, sentence) => expect(problem(address)).toMatch(sentence));
});
