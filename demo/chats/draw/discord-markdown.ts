// Discord's markdown as HTML, backslash escapes included.
// Facts: support.discord.com "Markdown Text 101", discord/discord-api-docs reference, "Message Formatting".
import { escapeHtml, linkTo, mention, Stash } from "./markup.ts";

const TOKEN = new RegExp(
  [
    String.raw`\\([^A-Za-z0-9\s])`,
    "```(?:[\\w+-]+\\n)?([\\s\\S]*?)```",
    "(`+)([\\s\\S]*?[^`])\\3(?!`)",
    String.raw`\[([^\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?(?:\s+"[^"\n]*")?\)`,
    String.raw`<?(https?:\/\/[^\s<>]+)>?`,
    String.raw`<(@[!&]?\d+|#\d+|t:-?\d+(?::\w)?|\/[\w -]+:\d+)>`,
    "(@everyone|@here)",
  ].join("|"),
  "g",
);

/** Message content, an embed's description or a field's value. */
export function discordMarkdown(text: string): string {
  const stash = new Stash();
  const tokens = Stash.clean(text).replace(TOKEN, (...found: (string | undefined)[]) => {
    const [, escaped, fence, , code, label, target, bare, control, wide] = found;
    if (escaped !== undefined) return stash.put(escapeHtml(escaped));
    if (fence !== undefined) return stash.put(`<pre>${escapeHtml(fence.replace(/^\n|\n$/g, ""))}</pre>`);
    if (code !== undefined) return stash.put(`<code>${escapeHtml(code.replace(/^ (.*) $/s, "$1"))}</code>`);
    if (target !== undefined) return stash.put(linkTo(target, styled(escapeHtml(label ?? ""))));
    if (bare !== undefined) return stash.put(linkTo(bare, escapeHtml(bare)));
    return stash.put(wide === undefined ? drawControl(control ?? "") : mention(wide));
  });
  const html = tokens.split("\n").map(drawLine).join("<br>");
  return stash.restore(html).replace(/(<\/pre>|<\/div>)<br>/g, "$1");
}

function drawLine(line: string): string {
  const [, mark, rest = ""] = /^(#{1,3}|-#|>|[-*]|\d+\.) (.*)$/.exec(line) ?? [];
  const html = styled(escapeHtml(mark === undefined ? line : rest));
  if (mark === undefined) return html;
  if (mark === "-#") return `<small>${html}</small>`;
  if (mark === ">") return `<span class="quote">${html}</span>`;
  if (mark.startsWith("#")) return `<div class="dc-h${mark.length}">${html}</div>`;
  return `<span class="item">${mark === "-" || mark === "*" ? "•" : mark} ${html}</span>`;
}

const styled = (html: string): string =>
  html
    .replace(/\|\|([^|]+)\|\|/g, '<span class="spoiler">$1</span>')
    .replace(/\*\*(?=\S)(.+?)\*\*/g, "<b>$1</b>")
    .replace(/__(?=\S)(.+?)__/g, "<u>$1</u>")
    .replace(/\*(?=[^\s*])([^*]+?)\*/g, "<i>$1</i>")
    .replace(/(?<!\w)_(?=[^\s_])([^_]+?)_(?!\w)/g, "<i>$1</i>")
    .replace(/~~(?=\S)(.+?)~~/g, "<s>$1</s>");

function drawControl(control: string): string {
  const [, seconds] = /^t:(-?\d+)/.exec(control) ?? [];
  if (seconds === undefined) return mention(control);
  const at = new Date(Number(seconds) * 1000);
  return `<span class="mention">${Number.isNaN(at.getTime()) ? "Invalid Date" : at.toISOString().slice(0, 16).replace("T", " ")}</span>`;
}
