// The drawings: markup of each chat, and that nothing in a message becomes HTML, a script or a foreign style.
import { describe, expect, it } from "vitest";
import { drawDiscord } from "./discord.ts";
import { discordMarkdown } from "./discord-markdown.ts";
import { mrkdwn } from "./mrkdwn.ts";
import { drawSlack } from "./slack.ts";
import { drawTeams } from "./teams.ts";
import { drawWebhook } from "./webhook.ts";

const HOSTILE = `"><img src=x onerror=alert(1)><a href='javascript:alert(1)'>\uE0000\uE001</script>`;

describe("mrkdwn", () => {
  const CASES: [string, string][] = [
    ["*bold* _it_ ~no~", "<b>bold</b> <i>it</i> <s>no</s>"],
    ["snake_case_name 2*3*4", "snake_case_name 2*3*4"],
    ["`*code*`", "<code>*code*</code>"],
    ["&amp;lt; &lt;", "&#38;lt; &#60;"],
    ["<!here>", '<span class="mention">@here</span>'],
    ["<!date^1642172467^{date}|then>", "then"],
    ["<javascript:alert(1)|x>", "x"],
    ["a\nb", "a<br>b"],
  ];
  it.each(CASES)("%s", (text, html) => {
    expect(mrkdwn(text)).toBe(html);
  });
  it("links only to the web", () => {
    expect(mrkdwn("<https://e.example.com/?a=1&amp;b=2|go *on*>")).toContain('href="https://e.example.com/?a=1&#38;b=2"');
  });
});

describe("Discord's markdown", () => {
  const CASES: [string, string][] = [
    ["**b** *i* __u__ ~~s~~", "<b>b</b> <i>i</i> <u>u</u> <s>s</s>"],
    ["\\*not\\* \\[x\\](y)", "*not* [x](y)"],
    ["``a`b``", "<code>a`b</code>"],
    ["```sh\nls\n```", "<pre>ls</pre>"],
    ["||x||", '<span class="spoiler">x</span>'],
    ["<@1>", '<span class="mention">@1</span>'],
    ["# big", '<div class="dc-h1">big</div>'],
  ];
  it.each(CASES)("%s", (text, html) => {
    expect(discordMarkdown(text)).toBe(html);
  });
});

describe("hostile text", () => {
  const parts: [string, string][] = [
    [
      "slack",
      drawSlack({ text: HOSTILE, attachments: [{ color: "red;background:url(x)", title: HOSTILE, title_link: HOSTILE, text: HOSTILE }] }),
    ],
    [
      "slack blocks",
      drawSlack({
        blocks: [
          { type: "header", text: { type: "plain_text", text: HOSTILE } },
          { type: "section", text: { type: "mrkdwn", text: HOSTILE }, fields: [{ type: "mrkdwn", text: `*${HOSTILE}*` }] },
          { type: "actions", elements: [{ type: "button", url: "javascript:alert(1)", style: HOSTILE, text: { text: HOSTILE } }] },
          { type: "rich_text", elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: HOSTILE }] }] },
        ],
      }),
    ],
    [
      "discord",
      drawDiscord(
        {
          content: HOSTILE,
          embeds: [
            {
              title: HOSTILE,
              url: HOSTILE,
              description: HOSTILE,
              color: 1,
              fields: [{ name: HOSTILE, value: HOSTILE }],
              footer: { text: HOSTILE },
            },
          ],
        },
        true,
      ),
    ],
    [
      "teams",
      drawTeams({
        body: [
          { type: "Container", style: HOSTILE, items: [{ type: "TextBlock", text: HOSTILE, size: HOSTILE }] },
          { type: "FactSet", facts: [{ title: HOSTILE, value: HOSTILE }] },
          { type: "RichTextBlock", inlines: [HOSTILE, { type: "TextRun", text: HOSTILE }] },
        ],
        actions: [{ type: "Action.OpenUrl", title: HOSTILE, url: "javascript:alert(1)" }],
      }),
    ],
    [
      "webhook",
      drawWebhook({
        id: HOSTILE,
        at: 0,
        body: { type: HOSTILE, [HOSTILE]: HOSTILE },
        raw: "",
        history: [],
        pings: [],
        retries: 0,
        copies: 1,
      }),
    ],
  ];
  it.each(parts)("stays text in %s", (_, html) => {
    expect(html).toContain("onerror");
    expect(html).not.toMatch(/<img|<script|<\/script|href="javascript|href='|url\(x\)/);
    expect(html.replace(/ (class|href|rel|target|style)="[^"<>]*"/g, "")).not.toMatch(/<[a-z]+ /);
  });
});

describe("an Adaptive Card", () => {
  it("draws Markdown in text blocks and facts, and none in runs", () => {
    const html = drawTeams({
      body: [
        { type: "TextBlock", text: "**a** [b](https://e.example.com) \\*c\\*\n\n- d" },
        { type: "RichTextBlock", inlines: [{ type: "TextRun", text: "**e**" }] },
      ],
    });
    expect(html).toContain("<b>a</b>");
    expect(html).toContain('href="https://e.example.com"');
    expect(html).toContain("*c*");
    expect(html).toContain("• d");
    expect(html).toContain("**e**");
  });
});
