// A Mattermost post as HTML: its text, the mark of an urgent one, and attachments with their coloured bar.
// Facts: docs.mattermost.com end-user-guide "Format messages"; a title with a link is plain, other texts are Markdown.
import type { Json } from "../../../src/alert.ts";
import { type JsonObject, listOf, objectOf, textOf } from "../json.ts";
import { escapeHtml, linkTo, mention, Stash } from "./markup.ts";

/** The inside of one post. */
export function drawMattermost(body: JsonObject): string {
  const priority = textOf(objectOf(body.priority).priority);
  const flag = priority === "urgent" || priority === "important" ? `<span class="mm-flag ${priority}">${priority}</span>` : "";
  const text = textOf(body.text);
  return (
    (flag && `<div class="mm-flags">${flag}</div>`) +
    (text ? `<div class="mm-text">${mattermostMarkdown(text)}</div>` : "") +
    listOf(body.attachments).map(drawAttachment).join("")
  );
}

function drawAttachment(value: Json): string {
  const attachment = objectOf(value);
  const color = /^#[0-9a-f]{6}$/i.test(textOf(attachment.color)) ? textOf(attachment.color) : "#cccccc";
  const title = textOf(attachment.title);
  const shown = attachment.title_link === undefined ? mattermostMarkdown(title) : linkTo(attachment.title_link, escapeHtml(title));
  const fields = listOf(attachment.fields).map(objectOf);
  const cells = fields.map(
    (field) =>
      `<div${field.short === true ? "" : ' class="long"'}><b>${escapeHtml(textOf(field.title))}</b><div>${mattermostMarkdown(textOf(field.value))}</div></div>`,
  );
  const text = textOf(attachment.text);
  const footer = textOf(attachment.footer);
  return (
    (textOf(attachment.pretext) && `<div class="mm-text">${mattermostMarkdown(textOf(attachment.pretext))}</div>`) +
    `<div class="mm-att" style="border-left-color:${color}">` +
    (title && `<div class="mm-title">${shown}</div>`) +
    (text && `<div class="mm-text">${mattermostMarkdown(text)}</div>`) +
    (cells.length > 0 ? `<div class="mm-fields">${cells.join("")}</div>` : "") +
    (footer && `<div class="mm-footer">${escapeHtml(footer)}</div>`) +
    "</div>"
  );
}

const TOKEN = new RegExp(
  [
    String.raw`^\`\`\`[^\n]*\n([\s\S]*?)\n\`\`\`$`,
    "(`+)([\\s\\S]*?[^`])\\2(?!`)",
    String.raw`\\([\\\`*{}\[\]()#+\-.!_>~|])`,
    String.raw`\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)`,
    String.raw`(https?:\/\/[^\s<>()]+)`,
    String.raw`(?<![\w@])@([a-z0-9][\w.\-]*)`,
  ].join("|"),
  "gim",
);

/** Post texts, attachment texts and field values. */
export function mattermostMarkdown(text: string): string {
  const stash = new Stash();
  const tokens = Stash.clean(text).replace(TOKEN, (...found: (string | undefined)[]) => {
    const [whole = "", fence, , code, escaped, label, target, bare, name] = found;
    if (fence !== undefined) return stash.put(`<pre>${escapeHtml(fence)}</pre>`);
    if (code !== undefined) return stash.put(`<code>${escapeHtml(code.trim())}</code>`);
    if (escaped !== undefined) return stash.put(escapeHtml(escaped));
    if (target !== undefined) return stash.put(linkTo(target, styled(escapeHtml(label ?? ""))));
    if (bare !== undefined) return stash.put(linkTo(bare, escapeHtml(bare)));
    return stash.put(name === undefined ? escapeHtml(whole) : mention(`@${name}`));
  });
  const html = tokens.split("\n").map(drawLine).join("<br>");
  return stash
    .restore(html)
    .replace(/(<br>)*(<pre>)/g, "$2")
    .replace(/(<\/pre>|<\/div>)(<br>)+/g, "$1");
}

function drawLine(line: string): string {
  const [, mark, rest = ""] = /^(#{1,6}|>|[-*+]|\d+\.) (.*)$/.exec(line) ?? [];
  const html = styled(escapeHtml(mark === undefined ? line : rest));
  if (mark === undefined) return html;
  if (mark.startsWith("#")) return `<div class="mm-h">${html}</div>`;
  return mark === ">" ? `<span class="quote">${html}</span>` : `<span class="item">${/\d/.test(mark) ? mark : "•"} ${html}</span>`;
}

const styled = (html: string): string =>
  html
    .replace(/(\*\*|__)(?=\S)(.+?)\1/g, "<b>$2</b>")
    .replace(/(?<![\w*])([*_])(?=[^\s*_])([^*_]+?)\1(?![\w*])/g, "<i>$2</i>")
    .replace(/~~(?=\S)(.+?)~~/g, "<s>$1</s>");
