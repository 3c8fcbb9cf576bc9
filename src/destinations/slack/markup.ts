// Slack's mrkdwn, made inert. https://docs.slack.dev/messaging/formatting-message-text
import { codePoints } from "../../lib/text.ts";
import type { Link } from "../card.ts";

/** Text without control sequences: Slack asks for exactly these three entities. What has no escape (`*`, `_`, `~`, the backtick) still formats. */
export const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A code span: nothing inside is markup but the backtick that ends it. Empty for an empty text. */
export const code = (text: string): string => (codePoints(text) === 0 ? "" : `\`${escaped(text.replaceAll("`", "'"))}\``);

/** A label in bold. One that a template made may hold marks, names or addresses, which would format or become links: it is code. */
export const label = (text: string): string => (/^[\p{L}\p{N}][\p{L}\p{N} &'()-]*$/u.test(text) ? `*${escaped(text)}*` : code(text));

/** A link with one of our labels. A bar would end the address; whatever else could is percent-encoded in an address in its normal form. */
export const linkText = ({ label, url }: Link): string => `<${escaped(url.replaceAll("|", "%7C"))}|${label}>`;
