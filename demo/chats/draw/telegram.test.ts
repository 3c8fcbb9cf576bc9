// How a Telegram message is drawn: its entities, what Telegram links by itself, and nothing of it as HTML.
import { describe, expect, it } from "vitest";
import { drawTelegram, styledText } from "./telegram.ts";

const HOSTILE = `"><img src=x onerror=alert(1)><a href='javascript:alert(1)'></script>`;
const at = (type: string, offset: number, length: number, url?: string) => ({ type, offset, length, ...(url ? { url } : {}) });

describe("entities", () => {
  it.each([
    ["a💩b", [at("bold", 1, 2)], "a<b>💩</b>b"],
    ["one\ntwo", [at("italic", 0, 3)], "<i>one</i><br>two"],
    ["a b c", [at("bold", 0, 5), at("italic", 2, 1)], "<b>a <i>b</i> c</b>"],
    ["code: x", [at("code", 6, 1)], "code: <code>x</code>"],
    ["sh\nls\nend", [at("pre", 3, 2)], "sh<br><pre>ls</pre>end"],
    ["@soc_lead", [at("mention", 0, 9)], '<span class="mention">@soc_lead</span>'],
    ["/start", [at("bot_command", 0, 6)], '<span class="tg-found">/start</span>'],
    ["abcd", [at("bold", 0, 3), at("italic", 2, 2)], "<b>abc</b>d"],
    ["abc", [at("bold", 1, 9)], "abc"],
  ])("%j", (text, entities, html) => expect(styledText(text, entities)).toBe(html));

  it("link only to the web", () => {
    expect(styledText("Open", [at("text_link", 0, 4, "javascript:alert(1)")])).toBe("Open");
    expect(styledText("evil.com", [at("url", 0, 8)])).toContain('href="http://evil.com"');
  });
});

describe("a message", () => {
  it("has its buttons below it, and stays text whatever it holds", () => {
    const html = drawTelegram({
      text: HOSTILE,
      entities: [{ type: "code", offset: 0, length: 5 }],
      reply_markup: { inline_keyboard: [[{ text: HOSTILE, url: "https://siem.example.com" }], [{ text: "x", url: HOSTILE }]] },
    });
    expect(html).toContain('href="https://siem.example.com"');
    expect(html).not.toMatch(/<img|<a href='|<script|javascript:alert\(1\)"/);
    expect(html.replace(/<\/?(?:div|span|code|a|b|i|pre|br)\b[^<>]*>/g, "")).not.toMatch(/[<>]/);
  });
});
