import { describe, expect, test } from "vitest";
import { mattermostPings, mattermostProblem, mattermostRewritten } from "../../../demo/chats/mattermost-form.ts";
import { HOSTILE, hostileAlert, sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { answer, describeDestination, strings } from "../../../test/support/describe-destination.ts";
import type { View } from "../destination.ts";
import mattermost from "./destination.ts";
import type { MattermostMessage } from "./render.ts";

const id = "3fc1mnpgw3fg9jyz5a6rkp8xyo";
const url = `https://chat.example.com/hooks/${id}`;
const parsed = (body: string): MattermostMessage => JSON.parse(body);
const http = mattermost.transport.kind === "http" ? mattermost.transport : undefined;
const render = (view: View) => parsed(mattermost.render(view, { url }));

const unescaped = (text: string): string =>
  text
    .replace(/\\([^\p{L}\p{N}\s])/gu, "$1")
    .replaceAll("%28", "(")
    .replaceAll("%29", ")");

// The texts that are read as Markdown.
const marked = ({ text, attachments = [] }: MattermostMessage): string[] => [
  text,
  ...attachments.flatMap((one) => [one.text ?? "", ...(one.fields ?? []).flatMap(({ title, value }) => [title, value])]),
];

describeDestination(mattermost, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings: { url },
  secrets: [url, id],
  shown: (body) =>
    strings(JSON.parse(body))
      .map((text) => `${text}\n${unescaped(text)}`)
      .join("\n"),
  withinLimits: (body) => expect(mattermostProblem(JSON.parse(body))).toBeUndefined(),
  inert(body) {
    const message = parsed(body);
    // What the server would rewrite: nothing.
    expect(mattermostRewritten(JSON.parse(body))).toEqual(JSON.parse(body));
    expect(mattermostPings(JSON.parse(body))).toEqual([]);
    for (const text of marked(message)) {
      const outside = text
        // From left to right, as Markdown is read: an escaped backtick begins no code.
        .replace(/\\[^\p{L}\p{N}\s]|```\n[^`]*\n```|`[^`]*`/gu, "·")
        .replace(/\[(?:Open(?: in \w+)?|Acknowledge|Silence)\]\(https?:[^\s()]+\)/g, "");
      expect(outside).not.toMatch(/[<`~|#]|@\w|:\/\/|\]\(|:[a-z][\w+-]*:|^(>|[+-]\s|\d+\.\s)/m);
      expect(outside.replace(/\*\*/g, "")).not.toContain("*");
    }
  },
});

describe("mattermost: the message", () => {
  test("tells a phone severity, title and host, and the search the id", () => {
    const { text, attachments } = render(sampleViews()["alert-created"]);
    expect(text).toBe("🟠 **[HIGH] Encoded PowerShell launched by Office** - ws-0142 `sekoia-prod.5d41402abc4b2a76`");
    expect(attachments?.[0]).toMatchObject({ color: "#E65100", fallback: "[HIGH] Encoded PowerShell launched by Office - ws-0142" });
  });

  test("mentions whom the configuration says, and nobody else", () => {
    const alert = sampleAlert({ title: "@all look", summary: "ask @jdoe or <!channel>" });
    const body = JSON.parse(mattermost.render({ kind: "alert", alert, links: {}, ping: "@channel @oncall" }, { url }));
    expect(mattermostPings(body).map(({ kind, target }) => target ?? kind)).toEqual(["channel", "oncall"]);
  });

  test("takes a ping in Slack's form as well, which the server rewrites", () => {
    const body = JSON.parse(mattermost.render({ kind: "alert", alert: sampleAlert(), links: {}, ping: "<!here>" }, { url }));
    expect(mattermostPings(mattermostRewritten(body)).map(({ kind }) => kind)).toEqual(["here"]);
  });

  test.each(HOSTILE)("mentions nobody where the chat kept %j", (text) => {
    const body = JSON.parse(mattermost.render({ kind: "alert", alert: hostileAlert(text), links: {} }, { url }));
    expect(mattermostPings(mattermostRewritten(body))).toEqual([]);
  });

  test("keeps a command as it was, unless the server would make a link of it", () => {
    const evidence = (command: string) => {
      const alert = sampleAlert({ data: { command_line: command } });
      return render({ kind: "alert", alert, links: {} }).attachments?.[0]?.text;
    };
    expect(evidence("sort < in.txt > out.txt")).toContain("sort < in.txt > out.txt");
    expect(evidence("cat <in.txt | tee out.txt >log")).toContain("cat ‹in.txt | tee out.txt >log");
  });

  test("marks a critical alert as urgent, and is silent where nobody has to be woken", () => {
    const of = (view: View) => {
      const { priority, silent } = render(view);
      return [priority?.priority, silent];
    };
    const views = sampleViews();
    const alert = (severity: "critical" | "high" | "low", more = {}) => ({
      kind: "alert" as const,
      alert: sampleAlert({ severity }),
      links: {},
      ...more,
    });
    expect(of(alert("critical"))).toEqual(["urgent", undefined]);
    expect(of(alert("high"))).toEqual([undefined, undefined]);
    expect(of(alert("low"))).toEqual([undefined, true]);
    expect(of(alert("low", { ping: "@here" }))).toEqual([undefined, undefined]);
    expect(of({ ...views["update-rise"], notify: true } as View)).toEqual(["urgent", undefined]);
    expect(of(views["update-rise"])).toEqual([undefined, true]);
    expect(of(views["update-resolved"])).toEqual([undefined, true]);
    expect(of(views["test-alert"])).toEqual([undefined, undefined]);
    expect(of(views.digest)).toEqual([undefined, undefined]);
  });

  test("leaves the newer fields out of the plain form", () => {
    const body = JSON.parse(mattermost.plain({ kind: "alert", alert: sampleAlert({ severity: "critical" }), links: {} }, { url }));
    expect(Object.keys(body)).toEqual(["text"]);
  });
});

describe("mattermost: what an answer means", () => {
  const classify = (status: number, body: string, headers = {}) => http?.classify(answer(status, headers, body), { action: "post", at: 0 });
  const error = (name: string) => JSON.stringify({ id: name, message: "words", detailed_error: "", request_id: "x", status_code: 0 });

  test.each([
    [200, "ok", { kind: "delivered" }],
    [200, "<!doctype html><title>Sign in</title>", { kind: "disabled", reason: "misconfigured" }],
    [400, error("web.incoming_webhook.invalid.app_error"), { kind: "retry", reason: "server_error" }],
    [400, error("web.incoming_webhook.text.app_error"), { kind: "rejected", reason: "invalid_payload" }],
    [400, error("model.incoming_hook.parse_data.app_error"), { kind: "rejected", reason: "invalid_payload" }],
    [400, error("web.incoming_webhook.split_props_length.app_error"), { kind: "rejected", reason: "too_large" }],
    [400, error("web.incoming_webhook.user.app_error"), { kind: "disabled", reason: "forbidden" }],
    [
      403,
      error("web.incoming_webhook.user.app_error"),
      { kind: "disabled", reason: "forbidden", detail: expect.stringMatching(/make a new one/) },
    ],
    [403, error("web.incoming_webhook.channel_locked.app_error"), { kind: "disabled", reason: "forbidden" }],
    [403, error("web.incoming_webhook.permissions.app_error"), { kind: "disabled", reason: "forbidden" }],
    [404, error("web.incoming_webhook.channel.app_error"), { kind: "disabled", reason: "not_found" }],
    [404, error("app.channel.get.existing.app_error"), { kind: "disabled", reason: "not_found" }],
    [404, "404 page not found", { kind: "disabled", reason: "not_found" }],
    [500, error("web.incoming_webhook.channel.app_error"), { kind: "retry", reason: "server_error" }],
    [500, error("api.post.create_webhook_post.creating.app_error"), { kind: "retry", reason: "server_error" }],
    [
      501,
      error("web.incoming_webhook.disabled.app_error"),
      { kind: "disabled", reason: "forbidden", detail: expect.stringMatching(/switched off/) },
    ],
    [501, "Not Implemented", { kind: "retry", reason: "server_error" }],
    [429, "limit exceeded", { kind: "retry", reason: "rate_limited" }],
  ])("%i %s", (status, body, outcome) => expect(classify(status, body)).toMatchObject(outcome));

  test("waits as long as the limit's header says", () =>
    expect(classify(429, "limit exceeded", { "retry-after": "3" })).toEqual({ kind: "retry", reason: "rate_limited", afterMs: 3_000 }));
});

describe("mattermost: settings", () => {
  const problem = (address: string) => mattermost.settings.safeParse({ url: address }).error?.issues[0]?.message;

  test.each([
    "secret:SOC_MATTERMOST_URL",
    url,
    `https://intra.example.com/chat/hooks/${id}`,
    `${url}/`,
    `http://127.0.0.1:8065/hooks/${id}`,
  ])("takes %s", (address) => expect(problem(address)).toBeUndefined());
  test.each([
    ["https://chat.example.com/soc/channels/alerts", /no incoming webhook.*Integrations/],
    ["https://chat.example.com/api/v4/posts", /no incoming webhook/],
    [`https://chat.example.com/hooks/commands/${id}`, /slash command/],
    ["https://hooks.slack.com/services/T0/B0/x", /type = "slack"/],
    ["chat.example.com/hooks/x", /has to begin with https/],
  ])("refuses %s with what to do", (address, sentence) => expect(problem(address)).toMatch(sentence));

  test("the address goes out without a slash at its end", async () => {
    const request = await http?.request({ id: "1", key: "1", attempt: 1, action: "post", body: "{}", at: 0 }, { url: `${url}/` });
    expect(request?.url).toBe(url);
  });
});
