// A card as one ntfy message: a title, plain text, buttons. Topic and the id of the notification join in the request.
// https://docs.ntfy.sh/publish/#publish-as-json
import { shorten, utf8Bytes } from "../../lib/text.ts";
import { type Card, cardOf, type Line, type Link, notification } from "../card.ts";
import type { View } from "../destination.ts";
import { barest, fitted } from "../fit.ts";
import type { Tone } from "../tones.ts";
import * as limits from "./limits.ts";

/** The body of a message, as `render` leaves it. */
export interface NtfyMessage {
  title: string;
  message: string;
  /** 5 pops up, 4 and 3 make a sound, 2 and 1 do not: https://docs.ntfy.sh/publish/#message-priority */
  priority: 1 | 2 | 3 | 4 | 5;
  tags: string[];
  click?: string;
  actions?: { action: "view"; label: string; url: string }[];
}

/** Neither sound nor vibration. */
export const QUIET = 2;

const PRIORITIES: Record<Tone, NtfyMessage["priority"]> = { critical: 5, high: 4, medium: 3, low: 2, info: 1, resolved: QUIET };

// Names of emojis, which are shown before the title: https://docs.ntfy.sh/emojis/
const EMOJIS: Record<Tone, string> = {
  critical: "red_circle",
  high: "orange_circle",
  medium: "yellow_circle",
  low: "large_blue_circle",
  info: "white_circle",
  resolved: "white_check_mark",
};

/** The message of a view, within ntfy's limits. */
export const render = (view: View): string => fitted(cardOf(view), (card) => JSON.stringify(layout(view, card)), fits);

/** The plain form: title, link and id. */
export function plain(view: View): string {
  const card = barest(cardOf(view));
  const [link] = card.links;
  const message = [link ? link.url : "", idLine(card)].filter((line) => line !== "").join("\n");
  return JSON.stringify({
    title: titleOf(card),
    message: message || "Tocsin",
    priority: priorityOf(view, card),
    tags: tagsOf(card),
  } satisfies NtfyMessage);
}

function fits(body: string): boolean {
  const { message } = JSON.parse(body) as NtfyMessage;
  return utf8Bytes(message) <= limits.MAX_MESSAGE_BYTES && utf8Bytes(body) <= limits.MAX_BODY_BYTES;
}

function layout(view: View, card: Card): NtfyMessage {
  const paragraphs = [
    card.changes.map(inert).join("\n"),
    card.notes.map((note) => `ℹ️ ${inert(note)}`).join("\n"),
    inert(card.summary),
    card.facts.map(({ label, values, more }) => `${label}: ${inert(values.join(", "))}${more > 0 ? ` +${more} more` : ""}`).join("\n"),
    card.lines.map(lineText).join("\n"),
    card.newest.length > 0 ? ["Latest:", ...card.newest.map(lineText)].join("\n") : "",
    card.more > 0 ? `+${card.more} more` : "",
    card.evidence ? `${card.evidence.label}:\n${inert(card.evidence.text)}` : "",
    idLine(card),
  ];
  const message: NtfyMessage = {
    title: titleOf(card),
    // An empty message is shown as "triggered".
    message: paragraphs.filter((text) => text !== "").join("\n\n") || "Tocsin",
    priority: priorityOf(view, card),
    tags: tagsOf(card),
  };
  const [first] = card.links;
  if (first) message.click = first.url;
  if (card.links.length > 0) message.actions = mostUseful(card.links).map(({ label, url }) => ({ action: "view", label, url }));
  return message;
}

// Of more than a phone shows: where to look, then what to do.
const mostUseful = ([first, ...others]: Link[]): Link[] =>
  [...(first ? [first] : []), ...others.filter(({ act }) => act), ...others.filter(({ act }) => !act)].slice(0, limits.MAX_ACTIONS);

// The tag is the mark already.
const titleOf = (card: Card): string => shorten(inert(notification(card)), limits.MAX_TITLE_BYTES, utf8Bytes);

const idLine = (card: Card): string => [card.id, card.shortened ? "shortened" : ""].filter((part) => part !== "").join(" · ");

const tagsOf = ({ tone, source }: Card): string[] => [EMOJIS[tone], tone, ...(/^[a-z][a-z0-9-]{0,40}$/.test(source) ? [source] : [])];

// A follow-up that nobody has to notice makes no sound.
function priorityOf(view: View, { tone }: Card): NtfyMessage["priority"] {
  const priority = PRIORITIES[tone];
  const quiet = view.kind === "moved" || (view.kind === "update" && !view.notify);
  return quiet && priority > QUIET ? QUIET : priority;
}

const lineText = ({ mark, word, title, place }: Line): string => `${mark} ${word} ${inert(title)}${place ? ` · ${inert(place)}` : ""}`;

/** Addresses in a message become links; one from an alert stays text. */
const inert = (text: string): string => text.replace(/\bhttp(s?):\/\//gi, "hxxp$1://").replace(/\bmailto:/gi, "mailto ");
