import { AdaptiveCard, SerializationContext, Versions } from "adaptivecards";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { teamsProblem } from "../../../demo/chats/teams-form.ts";
import { cardPings } from "../../../demo/chats/teams-pings.ts";
import { sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { anyView } from "../../../test/support/any-view.ts";
import { answer, describeDestination, strings } from "../../../test/support/describe-destination.ts";
import teams from "./destination.ts";

const signature = "SIG_PLACEHOLDER";
const url = `https://hash.01.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/0/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${signature}`;
const http = teams.transport.kind === "http" ? teams.transport : undefined;

// The texts in which Teams reads Markdown.
function marked(value: unknown): string[] {
  if (!value || typeof value !== "object") return [];
  if ("type" in value && value.type === "TextBlock" && "text" in value) return [String(value.text)];
  if ("title" in value && "value" in value) return [String(value.title), String(value.value)];
  return Object.values(value).flatMap(marked);
}

/** What Microsoft's own library for Adaptive Cards has to say against a card. */
function complaints(card: unknown): string[] {
  const context = new SerializationContext(Versions.v1_5);
  const parsed = new AdaptiveCard();
  parsed.parse(card, context);
  const events = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
  return [...events, ...parsed.validateProperties().validationEvents.map(({ message }) => message)];
}

describe("teams: the card, as Microsoft's own library reads it", () => {
  test("has nothing wrong in it, whatever the alert", () => {
    expect(complaints({ type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", text: "x", weight: "Heavy" }] })).toHaveLength(1);
    fc.assert(
      fc.property(anyView, (view) => {
        for (const body of [teams.render(view, { url }), teams.plain(view, { url })])
          expect(complaints(JSON.parse(body).attachments[0].content)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describeDestination(teams, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings: { url },
  secrets: [url, signature],
  shown: (body) =>
    strings(JSON.parse(body))
      .map((text) => `${text}\n${text.replace(/\\([^\p{L}\p{N}\s])/gu, "$1")}`)
      .join("\n"),
  withinLimits(body) {
    // Teams repacks the card, which makes it bigger: its own limit is not enough.
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
    expect(teamsProblem(JSON.parse(body))).toBeUndefined();
    expect(JSON.parse(body).attachments[0].content).toMatchObject({ version: "1.4", fallbackText: expect.stringMatching(/./) });
  },
  inert(body) {
    expect(JSON.parse(body).attachments[0].content.msteams).toEqual({ width: "Full" });
    for (const text of marked(JSON.parse(body))) {
      const active = text.replace(/\\[^\p{L}\p{N}\s]/gu, "").replace(/^\p{Emoji}\S* \[[A-Z? ]+\]/u, "");
      expect(active).not.toMatch(/[<>*_`~[\]]|^([#+-]|\d+\.)\s/);
    }
  },
});

describe("teams: the message", () => {
  const created = sampleViews()["alert-created"];

  test("is the bare card where the flow wants that", () => {
    expect(JSON.parse(teams.render(created, { url, shape: "card" }))).toMatchObject({ type: "AdaptiveCard", version: "1.4" });
    expect(JSON.parse(teams.plain(created, { url, shape: "card" }))).toMatchObject({ type: "AdaptiveCard" });
    expect(teamsProblem(JSON.parse(teams.render(created, { url, shape: "card" })), "card")).toBeUndefined();
  });

  test("mentions whom the configuration says, and nobody else", () => {
    const alert = sampleAlert({ title: "<at>SOC</at>" });
    const body = teams.render({ kind: "alert", alert, links: {}, ping: "SOC lead <soc.lead@example.com>" }, { url });
    expect(JSON.parse(body).attachments[0].content.msteams.entities).toEqual([
      { type: "mention", text: "<at>SOC lead</at>", mentioned: { id: "soc.lead@example.com", name: "SOC lead" } },
    ]);
    expect(body).not.toContain('<at>SOC</at>","wrap');
  });

  test("mentions several, and shows other words as they are", () => {
    const ping = "SOC lead <soc.lead@example.com>, On call <a1b2c3d4-0000-4000-8000-000000000000>, *please*";
    const { content } = JSON.parse(teams.render({ kind: "alert", alert: sampleAlert(), links: {}, ping }, { url })).attachments[0];
    expect(content.body[1].text).toBe("<at>SOC lead</at>, <at>On call</at>, \\*please\\*");
    expect(cardPings(content).map(({ target }) => target)).toEqual(["soc.lead@example.com", "a1b2c3d4-0000-4000-8000-000000000000"]);
  });

  test("a follow-up names the alert, and a digest its counts and the latest", () => {
    const views = sampleViews();
    const texts = (view: keyof typeof views) => marked(JSON.parse(teams.render(views[view], { url })));
    expect(texts("update-rise").slice(0, 2)).toEqual([
      "🔴 [CRITICAL] Update: Encoded PowerShell launched by Office",
      "Severity high to critical, +3 events, new host db-2",
    ]);
    expect(texts("digest")).toEqual(expect.arrayContaining(["Latest", "Sources", "sekoia 30, ntopng 7", "+33 more"]));
    expect(texts("notice")[0]).toBe("🟠 [TOCSIN] The destination soc does not answer");
    expect(texts("moved")[1]).toMatch(/newer message/);
  });

  test("degrades rather than being refused by size", () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ name: "ip", type: "ip", value: `${"é".repeat(90)}${index}` }));
    const body = teams.render(
      { kind: "alert", alert: sampleAlert({ observables: many, summary: "😀".repeat(3_000) }), links: {} },
      { url },
    );
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
  });
});

describe("teams: what an answer means", () => {
  const classify = (status: number, body = "", headers = {}) => http?.classify(answer(status, headers, body), { action: "post", at: 0 });

  test.each([
    [202, { kind: "delivered" }],
    [200, { kind: "delivered" }],
    [400, { kind: "rejected", reason: "invalid_payload" }],
    [401, { kind: "disabled", reason: "forbidden", detail: expect.stringMatching(/flow is off or deleted/) }],
    [404, { kind: "disabled", reason: "not_found" }],
    [429, { kind: "retry", reason: "rate_limited" }],
    [413, { kind: "rejected", reason: "too_large" }],
    [502, { kind: "retry", reason: "server_error" }],
  ])("%i", (status, outcome) => expect(classify(status)).toMatchObject(outcome));

  test.each([
    [400, "WorkflowTriggerIsNotEnabled", { kind: "disabled", reason: "revoked", detail: expect.stringMatching(/off or deleted/) }],
    [400, "MissingApiVersionParameter", { kind: "disabled", reason: "misconfigured", detail: expect.stringMatching(/copy it again/) }],
    [401, "DirectApiAuthorizationRequired", { kind: "disabled", reason: "misconfigured" }],
    [404, "WorkflowNotFound", { kind: "disabled", reason: "not_found" }],
    [400, "InvalidRequestContent", { kind: "rejected", reason: "invalid_payload" }],
    [500, "WorkflowNotFound", { kind: "retry", reason: "server_error" }],
  ])("%i %s", (status, code, outcome) =>
    expect(classify(status, JSON.stringify({ error: { code, message: "words" } }))).toMatchObject(outcome),
  );

  test("says that an answer proves only acceptance", () => expect(teams.proves).toBe("accepted"));
});

describe("teams: settings", () => {
  const problem = (address: string) => teams.settings.safeParse({ url: address }).error?.issues[0]?.message;

  test.each([
    "secret:SOC_TEAMS_URL",
    url,
    "https://prod-01.westeurope.logic.azure.com:443/workflows/0/triggers/manual/paths/invoke?sig=x",
    "http://127.0.0.1:9000/flow",
    "https://prod-01.usgovtexas.logic.azure.us/workflows/0/triggers/manual/paths/invoke?sig=x",
    url.replace("/direct/", "/direct/cu/4/"),
  ])("takes %s", (address) => expect(problem(address)).toBeUndefined());
  test.each([
    ["https://example.webhook.office.com/webhookb2/0@0/IncomingWebhook/0/0", /retired.*Workflows/],
    ["https://outlook.office.com/webhook/0@0/IncomingWebhook/0/0", /retired/],
    ["https://teams.microsoft.com/l/channel/0", /address of a channel/],
    ["https://prod-01.westeurope.logic.azure.com/workflows/0/triggers/manual/paths/invoke", /has to have sig=/],
    ["https://prod-01.westeurope.logic.azure.com/workflows/0?sig=x", /ends in .*paths\/invoke/],
    ["https://make.powerautomate.com/environments/x/flows/y/details", /page of a flow.*copy the HTTP address/],
    ["https://hooks.slack.com/services/T0/B0/x", /type = "slack"/],
  ])("refuses %s with what to do", (address, sentence) => expect(problem(address)).toMatch(sentence));

  test("the address goes out byte for byte", async () => {
    const request = await http?.request({ id: "1", key: "1", attempt: 1, action: "post", body: "{}", at: 0 }, { url });
    expect(request?.url).toBe(url);
  });
});
