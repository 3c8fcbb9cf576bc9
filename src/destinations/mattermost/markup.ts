// Mattermost's Markdown, made inert. Two readers see a text before people do, and neither minds a backslash: one looks for
// mentions in all but code, the other rewrites Slack's forms (`<!channel>`, `<url|text>`, `<@id>`) wherever they stand, code included
// (server/channels/app/webhook.go and mention_parser_standard.go of mattermost/mattermost).

/** Text that shows as it is: it mentions nobody, links to nothing and formats nothing. */
export const escaped = (text: string): string =>
  withoutBrackets(text)
    // A bare address becomes a link; in this form analysts read and write it.
    .replaceAll("://", "[:]//")
    .replace(/\bwww\./gi, (found) => `${found.slice(0, -1)}[.]`)
    // `:fire:` becomes a picture, and a colon has no escape there.
    .replace(/:(?=[a-z][\w+-]*:)/gi, "∶")
    .replace(/[\\`*_~|#[\]]/g, "\\$&")
    .replace(/^([>+-]|\d+\.)/gm, (mark) => `${mark.slice(0, -1)}\\${mark.slice(-1)}`)
    // An escaped one mentions all the same, one in code does not.
    .replace(/@(?=\w)/g, "`@`");

/** A name in a place that newer servers read as Markdown and older ones do not: what would be markup is left out. Never empty. */
export const bareLabel = (text: string): string =>
  withoutBrackets(text)
    .replace(/[\\`*_~|#[\]@]|:\/\//g, "")
    .replace(/^([>+\s-]|\d+\.)+/, "")
    .trim() || "Detail";

/** Plain text, in which only Slack's forms could do harm; a bracket has no escape that all servers know. */
export const withoutBrackets = (text: string): string => text.replaceAll("<", "‹");

/** A code span. Nothing in it mentions, links or formats, but the backtick ends it. */
export const code = (text: string): string => `\`${text.replaceAll("`", "'")}\``;

/** A code block that its content cannot end. */
export const codeBlock = (text: string): string => `\`\`\`\n${text.replaceAll("`", "'")}\n\`\`\``;

/** A link of ours; parentheses and backslashes would end or change the address. */
export const link = (label: string, url: string): string =>
  `[${label}](${url.replaceAll("(", "%28").replaceAll(")", "%29").replaceAll("\\", "%5C")})`;

/**
 * A whole text, laid out, in which no angle bracket begins one of Slack's forms. Needed for code, where brackets stay as they are
 * otherwise: a command with `<` and `|` would come out as a link. Each bracket with a bar behind it goes, as a bracket between the two
 * is gone as well by then. Changes no length.
 */
export const withoutSlackForms = (text: string): string => text.replace(/<(?=[!@]|[^|]*\|)/g, "‹");
