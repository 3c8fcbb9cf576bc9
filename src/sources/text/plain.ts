// The markup of chats as plain text: links unpacked, emphasis dropped, mentions disarmed. Nothing here escapes anything; what
// comes out is text, which each destination lays out in its own way.
// Slack: https://docs.slack.dev/messaging/formatting-message-text, Discord: https://docs.discord.com/developers/reference
// (message formatting), Teams: MessageCard's Markdown and HTML subset.

/** Longer texts are cut before anything is matched; the payload keeps them whole. */
const MOST_CHARS = 16_000;
const MOST_ROUNDS = 4;

/** Plain text, and the addresses that it linked to. Lines stay lines. */
export function plainText(markup: string): { text: string; links: string[] } {
  const links: string[] = [];
  let text = markup.slice(0, MOST_CHARS).toWellFormed().replace(/\r\n?/g, "\n");
  text = htmlToText(text, links);
  text = angles(text, links);
  text = markdown(text, links);
  text = emphasis(entities(text));
  // What was hidden in an escape or in another mention comes to light only now.
  return { text: disarmed(text).trim(), links: [...new Set(links)] };
}

/** Plain text on one line, with links as their labels alone. */
export const plainLine = (markup: string): string =>
  plainText(markup.replace(LABELLED, "$1").replace(MARKDOWN_LINK, "$1")).text.replace(/\s+/g, " ");

const LABELLED = /<https?:\/\/[^\s<>|]{1,2000}\|([^<>]{1,500})>/g;
const MARKDOWN_LINK = /\[([^[\]\n]{1,500})\]\(\s*<?https?:\/\/[^\s()<>]{1,2000}>?\s*\)/g;

/** A label and where it leads, both to be read; a label that is the address stands once. */
function linked(label: string, address: string, links: string[]): string {
  links.push(address);
  const shown = label.trim();
  return shown === "" || shown === address || address === `https://${shown}` ? address : `${shown} (${address})`;
}

/** Slack's and Discord's `<...>`: links, mentions, channels, dates, emoji. Anything else in angle brackets is text. */
function angles(text: string, links: string[]): string {
  return text
    .replace(/<((?:https?|mailto):[^\s<>|]{1,2000})(?:\|([^<>]{0,500}))?>/g, (_all, address: string, label = "") =>
      address.startsWith("http") ? linked(label, address, links) : label || address.slice("mailto:".length),
    )
    .replace(/<!date\^[^<>|]{1,300}\|([^<>]{1,200})>/g, "$1")
    .replace(/<#[A-Z0-9]{1,30}(?:\|([^<>]{0,100}))?>/g, (_all, name = "") => (name ? `#${name}` : "a channel"))
    .replace(/<t:(\d{1,12})(?::[tTdDfFR])?>/g, (all, seconds: string) => {
      const ms = Number(seconds) * 1_000;
      return ms < 8.64e15 ? new Date(ms).toISOString() : all;
    })
    .replace(/<a?(:\w{1,64}:)\d{1,24}>/g, "$1");
}

/** `[label](address)`, headings, quotes and fences of Markdown. */
function markdown(text: string, links: string[]): string {
  return text
    .replace(/\[([^[\]\n]{1,500})\]\(\s*<?(https?:\/\/[^\s()<>]{1,2000})>?\s*\)/g, (_all, label: string, address: string) =>
      linked(label, address, links),
    )
    .replace(/^#{1,6}[ \t]+/gm, "")
    .replace(/^(?:&gt;|>)[ \t]?/gm, "")
    .replace(/^```\w{0,20}[ \t]*\n?|```/gm, "");
}

/** Pairs of marks around words; a lone mark, or one inside a word or a path, is text. */
const MARKS: readonly RegExp[] = [
  /\*\*(?=\S)([^\n*]{1,500})\*\*/g,
  /~~(?=\S)([^\n~]{1,500})~~/g,
  /(?<![\w\\/*])\*(?=[^\s*])([^\n*]{0,499}[^\s*])\*(?![\w*])/g,
  /(?<![\w\\/_])_(?=[^\s_])([^\n_]{0,499}[^\s_])_(?![\w_])/g,
  /(?<![\w\\/~])~(?=[^\s~])([^\n~]{0,499}[^\s~])~(?![\w~])/g,
  /`([^`\n]{1,500})`/g,
  /\|\|([^|\n]{1,500})\|\|/g,
];

const emphasis = (text: string): string => MARKS.reduce((plain, mark) => plain.replace(mark, "$1"), text);

/** The tags that Teams and Telegram take, as text; others are text of the sender's. */
function htmlToText(text: string, links: string[]): string {
  return text
    .replace(
      /<a\s[^<>]{0,200}?href\s*=\s*["'](https?:\/\/[^"'\s<>]{1,2000})["'][^<>]{0,200}>([^<>]{0,500})<\/a\s*>/gi,
      (_all, address: string, label: string) => linked(label, address, links),
    )
    .replace(/<(?:br|\/p|\/div|\/li|\/tr|\/h[1-6])\s*\/?>/gi, "\n")
    .replace(
      /<\/?(?:p|div|span|b|i|u|s|em|strong|del|ins|code|pre|ul|ol|li|table|tr|td|th|h[1-6]|at|blockquote)(?:\s[^<>]{0,200})?>/gi,
      "",
    );
}

/** The escapes that Slack asks for, and the two that HTML adds. */
const entities = (text: string): string =>
  text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#0?39;|&apos;/g, "'")
    .replace(/&nbsp;/g, " ")
    .replace(/&amp;/g, "&");

/** No mention survives: what would call somebody in any chat that we know becomes the name it had, or nothing. */
function disarmed(text: string): string {
  let plain = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = plain;
    plain = plain
      .replace(/<!(?:subteam\^[^<>|]{1,100}|channel|here|everyone|group)(?:\|([^<>]{0,100}))?>/gi, (_all, label = "") => name(label))
      .replace(/<@[!&]?[\w-]{1,40}(?:\|([^<>]{0,100}))?>/g, (_all, label = "") => name(label))
      .replace(/<users\/[\w-]{1,40}>/g, "")
      .replace(/(?<![\w.])[@\uFF20]+(?:everyone|here|channel|all)\b/gi, "");
    if (plain === before) break;
    // One inside the other, and no end of it: nobody writes that by chance.
    if (round === MOST_ROUNDS - 1) plain = plain.replace(/<+(?=[!@])/g, "");
  }
  return plain
    .replace(/[ \t]{2,}/g, " ")
    .replace(/[ \t]+$/gm, "")
    .replace(/^ +(?=\S)/gm, "");
}

const name = (label: string): string => label.replace(/^@/, "");
