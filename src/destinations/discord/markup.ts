// Discord's markdown, made inert. https://support.discord.com/hc/en-us/articles/210298617
import { utf16 } from "../../lib/text.ts";

/** Text that shows as it is: no formatting, link, mention, timestamp or heading comes of it. */
export const escaped = (text: string): string =>
  text
    .replace(/[\\*_~`|<]/g, "\\$&")
    // A masked link shows one address and opens another.
    .replaceAll("](", "\\](")
    // Bare addresses would become links.
    .replace(/:\/\//g, "\\:\\/\\/")
    .replace(/@(?=everyone|here)/gi, "\\@")
    // Headings, quotes and lists begin a line only.
    .replace(/^([#>+-]|\d+\.)/gm, (mark) => `${mark.slice(0, -1)}\\${mark.slice(-1)}`);

/** How long a text is at most once escaped; counts each character that may need it, so that lengths add up. */
export const escapedLength = (text: string): number => utf16(text) + utf16(text.replace(/[^\\*_~`|<\]:/@#>+\-.]/g, ""));

/** A code span. Nothing inside is markup but the backtick. */
export const code = (text: string): string => `\`${text.replaceAll("`", "'")}\``;

/** A code block that its content cannot end. */
export const codeBlock = (text: string): string => `\`\`\`\n${text.replaceAll("`", "'")}\n\`\`\``;

/** A link of ours; parentheses would end the address. */
export const link = (label: string, url: string): string => `[${label}](${url.replaceAll("(", "%28").replaceAll(")", "%29")})`;
