// What a mail has to keep to so that servers take it, mail programs show it and nothing in it can be opened by accident: the
// rules by which the simulated mail server judges, and our tests.

/** Exchange keeps 255 characters of a subject: https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxprops */
const MAX_SUBJECT = 255;
/** Gmail shows this much of a mail's HTML, in bytes: https://github.com/hteumeuleu/email-bugs/issues/41 */
const MAX_SHOWN = 102_400;
/** https://developers.cloudflare.com/email-service/platform/limits/ */
const MAX_MAIL = 5 * 1024 * 1024;
/** https://www.rfc-editor.org/rfc/rfc5322#section-2.1.1 */
const MAX_LINE = 998;

/** The two forms of a mail and its subject. */
export interface MailForms {
  subject: string;
  text: string;
  html?: string;
}

/** What is wrong with a mail's subject and its two forms; empty when nothing is. */
export function formProblems({ subject, text, html }: MailForms): string[] {
  const bytes = Buffer.byteLength(subject) + Buffer.byteLength(text) + Buffer.byteLength(html ?? "");
  return [
    subject.trim() === "" ? "the subject is empty" : "",
    Array.from(subject).length > MAX_SUBJECT ? `the subject has more than ${MAX_SUBJECT} characters` : "",
    /[\p{Cc}\u2028\u2029]/u.test(subject) ? "the subject has a control character" : "",
    text.trim() === "" ? "there is no plain text" : "",
    /(?!\n)\p{Cc}/u.test(text) ? "the plain text has a control character" : "",
    bytes > MAX_MAIL ? "the mail is too large" : "",
    ...opensByAccident(text.replace(OWN_LINK_LINE, ""), "the plain text"),
    ...(html === undefined ? [] : htmlProblems(html)),
  ].filter((problem) => problem !== "");
}

// A line with an address of ours or the console's: labelled, or below a digest's line.
const OWN_LINK_LINE = /^((?:Open in [A-Za-z]+|Acknowledge|Silence): | {3})https?:\/\/\S+$/gm;

// What mail programs make links of, whatever stands around it.
const LINK_LIKE: [what: string, pattern: RegExp][] = [
  ["an address", /[a-z]:\/\//i],
  ["a web name", /\bwww\.[\p{L}\p{N}]/iu],
  ["a host name", /[\p{L}\p{N}]\.(com|net|org|info|biz|io|dev|app|zip|mov|sh|ru|cn|de|fr|uk|us|eu|top|xyz|example)(?![\p{L}\p{N}_-])/iu],
];

const opensByAccident = (text: string, where: string): string[] =>
  LINK_LIKE.filter(([, pattern]) => pattern.test(text)).map(([what]) => `${where} has ${what} that would become a link`);

// Tags that mail programs keep, and the attributes that each may have.
const ATTRIBUTES: Record<string, string[]> = {
  html: ["lang"],
  head: [],
  meta: ["charset", "name", "content"],
  title: [],
  style: [],
  body: [],
  div: [],
  table: ["role", "width", "cellpadding", "cellspacing"],
  tr: [],
  td: ["width", "align", "valign"],
  p: [],
  h1: [],
  span: [],
  br: [],
  a: ["href"],
  pre: [],
};
const VOID = ["meta", "br"];
const ANYWHERE = ["style", "class"];
const LABEL = /^(Open( in [A-Za-z]+)?|Acknowledge|Silence)$/;

interface Piece {
  tag?: { name: string; closing: boolean; attributes: [name: string, value: string][] };
  text?: string;
}

function piecesOf(html: string): Piece[] {
  return (html.replace(/^<!doctype html>/i, "").match(/<[^>]*>|[^<]+|</g) ?? []).map((token): Piece => {
    const [, slash, name, rest = ""] = /^<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"]*")*)>$/.exec(token) ?? [];
    if (name === undefined) return { text: token };
    const attributes = Array.from(rest.matchAll(/([a-z-]+)="([^"]*)"/g), ([, key = "", value = ""]): [string, string] => [key, value]);
    return { tag: { name, closing: slash === "/", attributes } };
  });
}

/** What is wrong with the HTML of a mail: tags, attributes, nesting, links, size. */
export function htmlProblems(html: string): string[] {
  const problems = new Set<string>();
  const open: string[] = [];
  if (Buffer.byteLength(html) > MAX_SHOWN) problems.add(`Gmail cuts HTML of more than ${MAX_SHOWN} bytes`);
  for (const { tag, text } of piecesOf(html)) {
    const inside = open.at(-1);
    if (text !== undefined) {
      if (inside === "style") continue;
      if (/[<>]/.test(text) || /&(?!(amp|lt|gt|quot|#39|nbsp);)/.test(text)) problems.add("a character is not escaped");
      if (inside === "a") {
        if (!LABEL.test(text)) problems.add("a link has a label of somebody else");
      } else for (const problem of opensByAccident(decoded(text), "the HTML")) problems.add(problem);
      continue;
    }
    if (!tag) continue;
    for (const problem of tagProblems(tag)) problems.add(problem);
    if (tag.closing) {
      if (open.pop() !== tag.name) problems.add(`</${tag.name}> closes nothing`);
    } else if (!VOID.includes(tag.name)) open.push(tag.name);
  }
  if (open.length > 0) problems.add(`<${open.at(-1)}> is not closed`);
  return [...problems];
}

function tagProblems({ name, attributes }: NonNullable<Piece["tag"]>): string[] {
  const known = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined;
  if (!known) return [`<${name}> is not for mail`];
  return attributes.flatMap(([key, value]) => {
    if (![...known, ...ANYWHERE].includes(key)) return [`${key} is not for <${name}>`];
    if (key === "style" && /url\(|expression|@import|position\s*:|\\/i.test(value)) return ["a style loads or places something"];
    if (key === "href" && !/^https?:\/\/[^\s"<>]+$/.test(decoded(value))) return ["a link leads somewhere else than to the web"];
    return [];
  });
}

const decoded = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&nbsp;", " ")
    .replaceAll("&amp;", "&");

/** The inside of a mail's body, safe to put into a page; undefined when the HTML breaks a rule. */
export function bodyMarkup(html: string): string | undefined {
  if (htmlProblems(html).length > 0) return undefined;
  return /<body[^>]*>(.*)<\/body>/s.exec(html)?.[1];
}

/** What is wrong with the bytes of a mail as they came: line ends, line lengths, encoding, header fields. */
export function wireProblems(raw: string): string[] {
  const [header = ""] = raw.split("\r\n\r\n", 1);
  const names = header.split(/\r\n(?![ \t])/).map((field) => field.slice(0, field.indexOf(":")).toLowerCase());
  const once = ["date", "from", "to", "cc", "subject", "message-id", "in-reply-to", "references", "mime-version", "content-type"];
  return [
    /[^\r]\n|\r(?!\n)/.test(raw) ? "a line does not end in CRLF" : "",
    /\P{ASCII}/u.test(raw) ? "a byte is not ASCII" : "",
    raw.split("\r\n").some((line) => line.length > MAX_LINE) ? `a line has more than ${MAX_LINE} bytes` : "",
    names.some((name) => !/^[\x21-\x39\x3b-\x7e]+$/.test(name)) ? "a header field has no name" : "",
    ...once.filter((name) => names.filter((other) => other === name).length > 1).map((name) => `${name} stands there twice`),
    ...["date", "from", "message-id"].filter((name) => !names.includes(name)).map((name) => `${name} is missing`),
    /^message-id: <[^<>@\s]+@[^<>@\s]+>$/im.test(header) ? "" : "the Message-ID is none",
  ].filter((problem) => problem !== "");
}
