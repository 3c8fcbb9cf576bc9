// Slack's mrkdwn as HTML: bold, italic, strike, code, quotes, links, mentions, dates, and the three entities.
// Facts: docs.slack.dev "Formatting message text".
import { escapeHtml, linkTo, mention, Stash } from "./markup.ts";

const TOKEN = /```([\s\S]+?)```|`([^`\n]+)`|<([^<>\n]+)>|(https?:\/\/[^\s<>|`*]+)/g;

/** The text of an mrkdwn object. */
export function mrkdwn(text: string): string {
  const stash = new Stash();
  const tokens = Stash.clean(text).replace(TOKEN, (_, fence?: string, code?: string, control?: string, bare?: string) => {
    if (fence !== undefined) return stash.put(`<pre>${escapeHtml(decode(fence.replace(/^\n/, "")))}</pre>`);
    if (code !== undefined) return stash.put(`<code>${escapeHtml(decode(code))}</code>`);
    return stash.put(control === undefined ? linkTo(decode(bare ?? ""), escapeHtml(decode(bare ?? ""))) : drawControl(control));
  });
  const lines = tokens.split("\n").map((line) => {
    const quote = /^(?:>|&gt;) ?(.*)$/.exec(line);
    const html = styled(escapeHtml(decode(quote?.[1] ?? line)));
    return quote ? `<span class="quote">${html}</span>` : html;
  });
  return stash.restore(lines.join("<br>").replaceAll("</pre><br>", "</pre>"));
}

/** Exactly these three entities exist. The ampersand comes last, so that an escaped entity stays text. */
const decode = (text: string): string => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

function styled(html: string): string {
  let result = html;
  for (const [mark, tag] of [
    ["\\*", "b"],
    ["_", "i"],
    ["~", "s"],
  ] as const) {
    const pair = new RegExp(`(^|[\\s(\\[{"'.,;:!?\\-–—·>])${mark}(?=[^\\s${mark}])([^${mark}\\n]*[^\\s${mark}])${mark}(?![\\w])`, "gu");
    result = result.replace(pair, `$1<${tag}>$2</${tag}>`);
  }
  return result;
}

/** What stands between angle brackets. */
function drawControl(control: string): string {
  const [target = "", label] = control.split(/\|(.*)/s);
  const date = /^!date\^\d+\^/.test(target);
  if (date) return escapeHtml(decode(label ?? ""));
  const wide = /^!(channel|here|everyone)$/.exec(target)?.[1];
  if (wide) return mention(`@${wide}`);
  if (/^@[UW]\w+$/.test(target) || /^#C\w+$/.test(target)) return mention(label ? `${target[0]}${label}` : target);
  if (target.startsWith("!subteam^")) return mention(label ?? "@group");
  // What is no control sequence stands there as it was written.
  return linkTo(decode(target), escapeHtml(/^\w+:/.test(target) ? decode(label ?? target) : `<${decode(control)}>`));
}
