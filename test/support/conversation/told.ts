// A conversation as a page to read: what was sent, and what stood on the wall at the end of each chapter.
import PostalMime from "postal-mime";
import type { RequestRecord } from "../../../demo/chats/types.ts";
import { masked, maskedAddress, maskedHeaders, masksOf } from "../../../src/admin/mask-settings.ts";
import type { Conversation, Told } from "./conversation.ts";
import type { Seen } from "./places.ts";

/** Headers that say nothing about us. */
const DULL = /^(host|connection|content-length|accept.*|sec-.*|transfer-encoding)$/;

/** The page, in Markdown. */
export async function pageOf(conversation: Conversation): Promise<string> {
  const { place, chapters } = conversation;
  const parts = [
    `# ${place.adapter.label}${/ \(.*\)$/.exec(place.name)?.[0] ?? ""}: one alert, from its first sign to its reopening`,
    "Each chapter: what happened, what was sent, and what stands on the wall afterwards. Read it as the person on call would.",
    "`UPDATE_GOLDEN=1 npm test -- test/support/conversation` writes it anew.",
  ];
  let before: Seen[] = [];
  for (const [index, told] of chapters.entries()) {
    parts.push(...(await chapterOf(index + 1, told, before, conversation)));
    before = told.seen;
  }
  return `${parts.join("\n\n")}\n`;
}

async function chapterOf(number: number, told: Told, before: Seen[], conversation: Conversation): Promise<string[]> {
  const { chapter, attempts, requests, seen } = told;
  const sent = await Promise.all(requests.map((request) => sentOf(request, conversation)));
  const bodies =
    requests.length > 0
      ? sent
      : attempts.map(({ message }) => `**${timeOf(chapter.at)}** ${message.action}\n\n${fenced(pretty(message.body))}`);
  return [
    `## ${number}. ${timeOf(chapter.at)} ${chapter.name}`,
    ...(bodies.length > 0 ? bodies : ["Nothing is sent."]),
    `On the wall:\n\n${fenced(wallOf(seen, before), "text")}`,
  ];
}

async function sentOf(request: RequestRecord, { place }: Conversation): Promise<string> {
  const { at, method, path, headers, bodyText, status } = request;
  if (place.channel?.kind === "email") return `**${timeOf(at)}** a mail, answered ${status}\n\n${fenced(await mailOf(bodyText), "text")}`;
  const masks = masksOf(place.adapter.settings, place.config.settings, {});
  const origin = new URL(place.channel?.url ?? "http://127.0.0.1").origin;
  const address = maskedAddress(`${origin}${path}`, masks).replace(origin, "");
  const telling = Object.entries(maskedHeaders(headers, masks))
    .filter(([name, value]) => !DULL.test(name) && !(name === "user-agent" && value === "node"))
    .map(([name, value]) => `${name}: ${value}`);
  const body = masked(bodyText, masks);
  return `**${timeOf(at)}** \`${method} ${address}\`, answered ${status}\n\n${[...telling].map((line) => `    ${line}`).join("\n")}\n\n${fenced(pretty(body), "json")}`;
}

/** Its header and its plain text: the HTML says the same, and is looked at on the wall. */
async function mailOf(raw: string): Promise<string> {
  const mail = await PostalMime.parse(raw);
  const shown = ["from", "to", "subject", "date", "message-id", "in-reply-to", "references", "importance", "auto-submitted"];
  const header = mail.headers
    .filter(({ key }) => shown.includes(key))
    .map(({ originalKey, key, value }) => `${originalKey || key}: ${value}`);
  return `${header.join("\n")}\n\n${(mail.text ?? "").trim()}`;
}

/** What stands there; a message that is as it was before is named by its first lines only. */
function wallOf(seen: Seen[], before: Seen[]): string {
  const texts = seen.map(({ id, text }) => {
    const same = before.find((other) => other.id === id)?.text === text;
    return same ? `${text.split("\n").slice(0, 2).join(" | ")} | (as before)` : text;
  });
  return texts.join("\n\n");
}

const timeOf = (at: number): string => new Date(at).toISOString().slice(11, 19);
const fenced = (text: string, language = "json"): string => `\`\`\`\`${language}\n${text}\n\`\`\`\``;

function pretty(text: string): string {
  try {
    return laidOut(JSON.parse(text), "");
  } catch {
    return text;
  }
}

const WIDTH = 120;

/** JSON with each value on one line that fits there. */
function laidOut(value: unknown, indent: string): string {
  const short = JSON.stringify(value);
  if (short.length + indent.length <= WIDTH || typeof value !== "object" || value === null) return short;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) return `[\n${value.map((member) => deeper + laidOut(member, deeper)).join(",\n")}\n${indent}]`;
  const members = Object.entries(value).map(([name, member]) => `${deeper}${JSON.stringify(name)}: ${laidOut(member, deeper)}`);
  return `{\n${members.join(",\n")}\n${indent}}`;
}
