// What is particular to chat messages; what every source does is in the shared suite, with the golden files in fixtures/.
import { describe, expect, test } from "vitest";
import { describeSource, firstEvent, loadFixtures } from "../../../test/support/describe-source.ts";
import { unhurried } from "../../../test/support/patience.ts";
import type { Json, Severity } from "../../alert.ts";
import { fail } from "../../outcome.ts";
import type { ParseContext } from "../source.ts";
import { plainLine, plainText } from "./plain.ts";
import type { TextSettings } from "./settings.ts";
import text from "./source.ts";

const folder = new URL("./fixtures/", import.meta.url);
const fixtures = loadFixtures(folder);
const at = Date.UTC(2026, 7, 1, 10);
const context: ParseContext<TextSettings> = { settings: {}, receivedAt: at };

describeSource(text, { fixtures: folder });

/** The event of a body. */
const eventOf = (body: Json | undefined, overrides: Partial<ParseContext<TextSettings>> = {}) =>
  firstEvent(text.parse(body ?? null, { ...context, ...overrides }));

describe("the body", () => {
  test.each<[Json, string]>([
    [null, "body"],
    ["hello", "body"],
    [[{ text: "hello" }], "body"],
    [{}, "text"],
    [{ text: "" }, "text"],
    [{ text: 7 }, "text"],
    [{ text: " <!channel> " }, "text"],
    [{ content: "", embeds: [] }, "content"],
    [{ attachments: [{ color: "danger" }] }, "attachments"],
    [{ message: "of another kind" }, "text"],
    [{ type: "alert", action: "created", attributes: { uuid: "1", content: "x" } }, "text"],
    [{ version: "0.2", alerts: [] }, "text"],
    [{ version: "4", groupKey: "x", title: "t", message: "m", alerts: [] }, "text"],
    [{ client_id: "C.1", name: "x", event_data: {} }, "text"],
  ])("%j is refused at %s", (body, where) => {
    const parsed = text.parse(body, context);
    // A number is text too, as every source reads it.
    if (JSON.stringify(body) === '{"text":7}') expect(parsed.ok).toBe(true);
    else expect(parsed).toEqual(fail({ where, expected: expect.stringContaining("chat message") }));
  });

  test.each(Object.entries(fixtures))("%s calls nobody", (_name, body) => {
    const told = JSON.stringify(eventOf(body).patch);
    expect(told).not.toMatch(/@(?:everyone|here|channel|all)\b|<[!@#]|<at>|users\/all/i);
  });
});

describe("a message is an alert of its own", () => {
  const body = { text: "Disk full" };

  test("and a retry within the minute is the same event", () => {
    const first = eventOf(body);
    expect(eventOf({ ...body }, { receivedAt: at + 59_000 })).toMatchObject({ claim: first.claim, key: first.key, identified: false });
  });

  test("the same words a minute later are another alert", () => {
    const later = eventOf(body, { receivedAt: at + 60_000 });
    expect(later.key).not.toBe(eventOf(body).key);
  });

  test("other words are another event", () => expect(eventOf({ text: "Disk full." }).claim).not.toBe(eventOf(body).claim));
});

describe("the title", () => {
  test.each<[string, Json, string]>([
    ["is the first line", { text: "\n\n *One*\nTwo" }, "One"],
    ["is the heading before the text", { content: "look", embeds: [{ title: "Heading" }] }, "Heading"],
    ["has links as their labels", { text: "See <https://a.example/x|the case> and [b](https://b.example)" }, "See the case and b"],
    ["is the first part of a line of parts", { text: "Alert: a | Host: web-1 | Rule: 7" }, "Alert: a"],
    ["is the whole line where the parts have no names", { text: "a | b | c" }, "a | b | c"],
    ["is a field where there is nothing else", { attachments: [{ fields: [{ title: "State", value: "down" }] }] }, "State: down"],
    ["is the fallback where there is nothing else", { attachments: [{ fallback: "down" }] }, "down"],
    ["is of a bare Adaptive Card", { type: "AdaptiveCard", body: [{ type: "TextBlock", text: "down" }] }, "down"],
  ])("%s", (_what, body, title) => expect(eventOf(body).patch.title).toBe(title));

  test("is cut, and the summary then has it whole", () => {
    const { title, summary } = eventOf({ text: "word ".repeat(100) }).patch;
    expect(title?.length).toBeLessThanOrEqual(200);
    expect(summary).toHaveLength(499);
  });

  test("does not stand in the summary again", () => {
    expect(eventOf({ text: "One\nTwo" }).patch.summary).toBe("Two");
    expect(eventOf({ text: "One" }).patch).not.toHaveProperty("summary");
  });
});

describe("severity", () => {
  const field = (title: string, value: string): Json => ({ attachments: [{ title: "t", fields: [{ title, value }] }] });

  test.each<[Json, Severity]>([
    [field("Severity", "CRITICAL"), "critical"],
    [field("priority", "low"), "low"],
    [{ text: "Something\n*Severity:* high" }, "high"],
    [{ text: "[MEDIUM] Something" }, "medium"],
    [{ text: "[HIGH] Something\nseverity = High" }, "high"],
  ])("%j is %s", (body, severity) => expect(eventOf(body).patch.severity).toBe(severity));

  test.each<[Json]>([
    [{ attachments: [{ title: "t", color: "danger" }] }],
    [field("Severity", "10")],
    [field("Severity", "P1")],
    [{ text: "[FIRING:1] high load" }],
    [{ text: "critical error" }],
    [{ text: "[LOW] a\nSeverity: high" }],
    [fixtures["mattermost-attachment"] ?? null],
  ])("%j is not guessed", (body) => expect(eventOf(body).patch).not.toHaveProperty("severity"));

  test("follows the route's map: words first, then the colour", () => {
    const severityMap: Record<string, Severity> = { danger: "high", p1: "critical", "#e74c3c": "low" };
    expect(eventOf(field("Severity", "P1"), { severityMap }).patch.severity).toBe("critical");
    expect(eventOf(fixtures["slack-attachment-wazuh"], { severityMap }).patch).toMatchObject({
      severity: "high",
      severity_label: "danger",
    });
    expect(eventOf({ embeds: [{ title: "t", color: 15158332 }] }, { severityMap }).patch.severity).toBe("low");
    expect(eventOf(fixtures["discord-embed"], { severityMap }).patch.severity).toBe("medium");
  });

  test.each(["constructor", "__proto__"])("%s is no word of any map", (word) =>
    expect(eventOf(field("Severity", word), { severityMap: {} }).patch).not.toHaveProperty("severity"),
  );
});

describe("markup", () => {
  test.each([
    ["<https://a.example/x?a=1&amp;b=2|label>", "label (https://a.example/x?a=1&b=2)"],
    ["<https://a.example>", "https://a.example"],
    ["[label](https://a.example/x)", "label (https://a.example/x)"],
    ["<https://a.example|a.example>", "https://a.example"],
    ["<mailto:a@example.org|a@example.org>", "a@example.org"],
    ["<#C0123|general>", "#general"],
    ["<!date^1785579281^{date}|1 August>", "1 August"],
    ["<t:1785579281:R>", "2026-08-01T10:14:41.000Z"],
    ["*bold* _it_ ~gone~ `code` **more** ~~x~~ ||y||", "bold it gone code more x y"],
    ["> quoted\n&gt; too", "quoted\ntoo"],
    ["```\nls -la\n```", "ls -la"],
    ["## Heading", "Heading"],
    ["a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"],
    ["<b>x</b><br>y", "x\ny"],
    ["snake_case_name and C:\\_tmp_\\*.exe, 2*3*4, __init__.py", "snake_case_name and C:\\_tmp_\\*.exe, 2*3*4, __init__.py"],
    ["a@example.org, @bob, @hereford", "a@example.org, @bob, @hereford"],
    ["<script>alert(1)</script> <stdin>", "<script>alert(1)</script> <stdin>"],
    ["<!here|@here> <!subteam^S1|@dba> <@U1|bob> <@123> <@&9> @everyone", "here dba bob"],
    ["<<!channel>!channel>", ""],
    [`${"<".repeat(9)}!channel>${"!channel>".repeat(8)}`, "!channel>!channel>!channel>!channel>!channel>"],
    ["@@@@@@everyone @here a", "a"],
    ["&lt;!channel&gt; &amp;lt;!channel&amp;gt;", "&lt;!channel&gt;"],
  ])("%j is %j", (markup, plain) => expect(plainText(markup).text).toBe(plain));

  test("links are kept apart", () =>
    expect(plainText("<https://a.example|a> <a href='https://b.example/x'>b</a> https://c.example")).toEqual({
      text: "a (https://a.example) b (https://b.example/x) https://c.example",
      links: ["https://b.example/x", "https://a.example"],
    }));

  test("a line has labels alone", () => expect(plainLine("<https://a.example|a>\n[b](https://b.example)")).toBe("a b"));

  test.each(["*", "_a", "`", "[", "<", "<a ", "**a", "<!", "[a](", "~", "<@"])("a megabyte of %j is read at once", (part) => {
    const before = performance.now();
    const body = {
      text: part.repeat(500_000 / part.length),
      attachments: Array.from({ length: 100 }, (_, n) => ({ text: `${n}${part.repeat(2_000)}` })),
    };
    text.parse(body, context);
    expect(performance.now() - before).toBeLessThan(unhurried(2_000));
  });
});
