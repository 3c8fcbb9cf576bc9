// A chat message as a patch of ours: the heading or the first line is the title, the rest is the summary.
import type { AlertPatch, Asset, Json, Observable } from "../../alert.ts";
import { shorten } from "../../lib/text.ts";
import { distinctAssets, distinctObservables } from "../distinct.ts";
import { isIp } from "../indicator.ts";
import { webLink } from "../link.ts";
import { asLine, asText, compact, maxMembers } from "../read.ts";
import type { ParseContext } from "../source.ts";
import type { Message } from "./message.ts";
import { plainLine, plainText } from "./plain.ts";
import type { TextSettings } from "./settings.ts";
import { severityOf } from "./severity.ts";

const MAX_TITLE = 200;

interface Field {
  name: string;
  value: string;
}

/** Everything that one message tells; undefined when nothing is left of it but markup. */
export function messagePatch(message: Message, context: ParseContext<TextSettings>): AlertPatch | undefined {
  const texts = message.paragraphs.map(plainText);
  const parts = texts.map(({ text }) => text).filter((text) => text !== "");
  const given = message.fields.flatMap(({ name, value }): Field[] => {
    const label = asLine(plainLine(name), 100);
    const text = plainText(value).text;
    return label === undefined || text === "" ? [] : [{ name: label, value: text }];
  });
  const headings = message.titles.flatMap((title) => asLine(plainLine(title)) ?? []);
  const lone = headings.length === 0 && parts.length === 1 ? piped(parts[0] ?? "") : undefined;
  const fields = [...given, ...(lone?.fields ?? [])];
  // The line as it was written: links in a title are told by their labels.
  const first = asLine(lone?.title) ?? asLine(message.paragraphs.map(firstLine).find((line) => line !== ""));
  const title = headings[0] ?? first ?? (fields[0] && `${fields[0].name}: ${fields[0].value}`);
  if (title === undefined) return undefined;
  const summary = lone === undefined ? [...headings.slice(1), ...withoutLine(parts, title)].join("\n\n") : "";
  const lines = parts.flatMap((text) => text.split("\n"));
  const assets = assetsOf(fields);
  const observables = observablesOf(fields);
  return compact<AlertPatch>({
    title: asLine(shorten(title, MAX_TITLE)),
    summary: asText(summary),
    ...severityOf(fields, lines, title, message.color, context.severityMap),
    status: "new",
    status_label: "new",
    type: "message",
    assets: assets.length > 0 ? assets : undefined,
    observables: observables.length > 0 ? observables : undefined,
    url: message.links.map(webLink).find((link) => link?.startsWith("https://")),
    data: dataOf(
      message,
      fields,
      texts.flatMap(({ links }) => links),
    ),
  });
}

/** The paragraphs without the first line, where it stands as the title already. */
function withoutLine([first, ...others]: readonly string[], title: string): string[] {
  if (first === undefined) return [];
  const [line = "", ...lines] = first.split("\n");
  if (line.trim() !== title || title.length > MAX_TITLE) return [first, ...others];
  const rest = lines.join("\n").trim();
  return rest === "" ? others : [rest, ...others];
}

const firstLine = (markup: string): string =>
  markup
    .split(/\r\n?|\n/)
    .map(plainLine)
    .find((line) => line !== "") ?? "";

/** `Alert: something | Host: web-1 | Time: ...` on one line, as some tools write all they know: the first part, then fields. */
function piped(text: string): { title: string; fields: Field[] } | undefined {
  const [title = "", ...others] = text.split(" | ");
  const fields = others.flatMap((part): Field[] => {
    const [, name, value] = /^([\p{L}\p{N} _-]{1,40}?):\s*(\S[\s\S]*)$/u.exec(part) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value: value.trim() }];
  });
  if (text.includes("\n") || fields.length < 2 || fields.length !== others.length) return undefined;
  return { title, fields };
}

const HOST = /^(?:host|host ?name|computer(?: ?name)?|machine|endpoint|agent(?: name)?|device|server|instance)$/i;
const USER = /^(?:user|user ?name|account(?: name)?|login)$/i;
const HASH = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i;

const assetsOf = (fields: readonly Field[]): Asset[] =>
  distinctAssets(
    fields.flatMap(({ name, value }): Asset[] => {
      // Some write the host's number in brackets before its name.
      const text = asLine(value.replace(/^\(\d+\)\s*-?\s*/, ""), 253);
      if (!HOST.test(name) || text === undefined || value.includes("\n")) return [];
      return [isIp(text) ? { name: text, ip: text, type: "host" } : { name: text, type: "host" }];
    }),
  );

function observablesOf(fields: readonly Field[]): Observable[] {
  const found = fields.flatMap(({ name, value }): Observable[] => {
    const text = asLine(value);
    if (text === undefined || HOST.test(name)) return [];
    if (isIp(text)) return [{ name, type: "ip", value: text }];
    if (HASH.test(text)) return [{ name, type: "hash", value: text }];
    return USER.test(name) ? [{ name, type: "user", value: text }] : [];
  });
  return distinctObservables(found);
}

/** Names in `data` that are taken. */
const RESERVED = new Set(["comment", "links", "color", "sender", "__proto__"]);

function dataOf(message: Message, fields: readonly Field[], links: readonly string[]): Record<string, Json> {
  const own = fields.slice(0, maxMembers).map(({ name, value }): [string, Json] => [RESERVED.has(name) ? `field ${name}` : name, value]);
  const all = [...new Set([...message.links.flatMap((link) => webLink(link) ?? []), ...links])].slice(0, 20);
  const ours = { links: all.length > 0 ? all : undefined, color: message.color, sender: message.sender };
  return { ...Object.fromEntries(own), ...(compact(ours) as Record<string, Json>) };
}
