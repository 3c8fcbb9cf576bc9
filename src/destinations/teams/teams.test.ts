import { describe, expect, test } from "vitest";
import { sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
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

describeDestination(teams, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings: { url },
  secrets: [url, signature],
  shown: (body) =>
    strings(JSON.parse(body))
      .map((text) => `${text}\n${text.replace(/\\([^\p{L}\p{N}\s])/gu, "$1")}`)
      .join("\n"),
  withinLimits(body) {
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
    const { type, attachments } = JSON.parse(body);
    expect(type).toBe("message");
    expect(attachments).toHaveLength(1);
    expect(attachments[0].content).toMatchObject({ type: "AdaptiveCard", version: "1.4", fallbackText: expect.stringMatching(/./) });
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
  });

  test("mentions whom the configuration says, and nobody else", () => {
    const alert = sampleAlert({ title: "<at>SOC</at>" });
    const body = teams.render({ kind: "alert", alert, links: {}, ping: "SOC lead <soc.lead@example.com>" }, { url });
    expect(JSON.parse(body).attachments[0].content.msteams.entities).toEqual([
      { type: "mention", text: "<at>SOC lead</at>", mentioned: { id: "soc.lead@example.com", name: "SOC lead" } },
    ]);
    expect(body).not.toContain('<at>SOC</at>","wrap');
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
    [413, { kind: "rejected", reason: "too_large" }],
    [502, { kind: "retry", reason: "server_error" }],
  ])("%i", (status, outcome) => expect(classify(status)).toMatchObject(outcome));

  test("says that an answer proves only acceptance", () => expect(teams.proves).toBe("accepted"));
});

describe("teams: settings", () => {
  const problem = (address: string) => teams.settings.safeParse({ url: address }).error?.issues[0]?.message;

  test.each([
    "secret:SOC_TEAMS_URL",
    url,
    "https://prod-01.westeurope.logic.azure.com:443/workflows/0/triggers/manual/paths/invoke?sig=x",
    "http://127.0.0.1:9000/flow",
  ])("takes %s", (address) => expect(problem(address)).toBeUndefined());
  test.each([
    ["https://example.webhook.office.com/webhookb2/0@0/IncomingWebhook/0/0", /retired.*Workflows/],
    ["https://outlook.office.com/webhook/0@0/IncomingWebhook/0/0", /retired/],
    ["https://teams.microsoft.com/l/channel/0", /address of a channel/],
    ["https://prod-01.westeurope.logic.azure.com/workflows/0/triggers/manual/paths/invoke", /has to have sig=/],
  ])("refuses %s with what to do", (address, sentence) => expect(problem(address)).toMatch(sentence));

  test("the address goes out byte for byte", async () => {
    const request = await http?.request({ id: "1", key: "1", attempt: 1, action: "post", body: "{}", at: 0 }, { url });
    expect(request?.url).toBe(url);
  });
});
