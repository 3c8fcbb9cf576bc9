// The two markups of Google Chat, made inert: a little Markdown in `text`, a little HTML in cards.
// https://developers.google.com/workspace/chat/format-messages

/**
 * A stranger's text in `text`, as a code span. There is no escape in that markup: `<users/all>`, `<address|label>` and the stars and
 * underscores work wherever they stand, so it is a span without any angle bracket; and an address in two pieces makes no preview.
 */
export const code = (text: string): string =>
  `\`${text
    .replaceAll("`", "'")
    .replaceAll("<", "‹")
    .replaceAll(">", "›")
    .replaceAll("://", "[:]//")
    .replace(/\bwww\./gi, "www[.]")}\``;

/** A link of ours in `text`; a bar would end the address, all else is percent-encoded in an address in its normal form. */
export const link = (label: string, url: string): string =>
  `<${url.replaceAll("|", "%7C").replaceAll("<", "%3C").replaceAll(">", "%3E")}|${label}>`;

/** A stranger's text in a card. */
export const html = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The same over several lines. */
export const htmlLines = (text: string): string => text.split("\n").map(html).join("<br>");
