// A card as a Google Chat message: one line of text, which notifications and the search show, and below it a card. All that is said
// of one alert has its id as the thread's key, so that what comes later stands below the first message without its name being known.
import { codePoints, utcTime, utf8Bytes } from "../../lib/text.ts";
import type { Card, Line } from "../card.ts";
import { cardOf } from "../card.ts";
import type { View } from "../destination.ts";
import type { Fact } from "../facts.ts";
import { barest, fitted } from "../fit.ts";
import { MAX_BODY_BYTES, MAX_TEXT } from "./limits.ts";
import { code, html, htmlLines, link } from "./markup.ts";

/** The body of `spaces.messages.create`, as far as we use it. */
export interface ChatMessage {
  text: string;
  cardsV2?: { cardId: string; card: { sections: Section[] } }[];
  thread?: { threadKey: string };
}
interface Section {
  header?: string;
  widgets: Widget[];
}
type Widget =
  | { textParagraph: { text: string } }
  | { decoratedText: { text: string; wrapText: true; onClick?: OnClick } }
  | { buttonList: { buttons: { text: string; onClick: OnClick }[] } };
interface OnClick {
  openLink: { url: string };
}

const GREY = "#5F6368";

/** The message of a view, within Google Chat's size. */
export function render(view: View): string {
  const card = cardOf(view);
  // A reply stands below the message that it belongs to: it says what changed, and needs no card for that.
  const lay = view.kind === "update" && view.inThread && !view.delta.detail ? reply : layout;
  return JSON.stringify(fitted(card, (left) => ({ ...lay(left), ...threadOf(view) }), fits));
}

/** The plain form: no card that could be refused. */
export const plain = (view: View): string => JSON.stringify({ ...reply(barest(cardOf(view))), ...threadOf(view) } satisfies ChatMessage);

const threadOf = (view: View): Pick<ChatMessage, "thread"> =>
  view.kind === "alert" || view.kind === "update" || view.kind === "moved" ? { thread: { threadKey: view.alert.id } } : {};

const fits = (message: ChatMessage): boolean =>
  utf8Bytes(JSON.stringify(message)) <= MAX_BODY_BYTES && codePoints(message.text) <= MAX_TEXT;

function reply(card: Card): ChatMessage {
  // The word before it says so already.
  const [first, ...others] = card.changes.map((change) => change.replace(/^Resolved(, |$)/, "")).filter((change) => change !== "");
  const lines = [
    first === undefined ? firstLine(card) : `${pinged(card)}${mark(card)} ${code(first)}`,
    ...others.map(code),
    ...card.notes.map((note) => `ℹ️ ${code(note)}`),
    [
      // Notifications show the change, and the thread the title; but a phone shows no thread.
      first === undefined ? "" : code(card.title),
      ...card.links.map(({ label, url }) => link(label, url)),
      card.id === "" ? "" : code(card.id),
      card.shortened ? "shortened" : "",
    ]
      .filter((part) => part !== "")
      .join(" · "),
  ];
  return { text: lines.filter((line) => line !== "").join("\n") };
}

function layout(card: Card): ChatMessage {
  const sections = [
    section([
      ...untold(card).map((change) => paragraph(`<b>${html(change)}</b>`)),
      ...card.notes.map((note) => paragraph(`ℹ️ ${html(note)}`)),
      ...(card.summary === "" ? [] : [paragraph(html(card.summary))]),
    ]),
    section(card.lines.map(row)),
    section(card.newest.map(row), "Latest"),
    section(card.more > 0 ? [paragraph(`+${card.more} more`)] : []),
    section(card.facts.length > 0 ? [paragraph(card.facts.map(fact).join("<br>"))] : []),
    section(card.evidence ? [paragraph(htmlLines(card.evidence.text))] : [], card.evidence && html(card.evidence.label)),
    section([...buttons(card), ...smallPrint(card)]),
  ].flatMap((one) => one ?? []);
  const text = firstLine(card);
  return sections.length === 0 ? { text } : { text, cardsV2: [{ cardId: "alert", card: { sections } }] };
}

// What the line above does not say already.
const untold = ({ kind, changes, tail }: Card): string[] =>
  kind === "update" ? changes.filter((change) => change !== "Resolved" && !tail.endsWith(change.slice(1))) : changes;

const section = (widgets: Widget[], header?: string): Section | undefined =>
  widgets.length === 0 ? undefined : { ...(header ? { header } : {}), widgets };
const paragraph = (text: string): Widget => ({ textParagraph: { text } });
const opens = (url: string): OnClick => ({ openLink: { url } });

const pinged = ({ ping }: Card): string => (ping ? `${ping} ` : "");

// Mark and word are ours; only what follows is a stranger's.
const mark = ({ mark: sign, word }: Card): string => `${sign}${word === "" ? "" : ` *[${word}]*`}`;

function firstLine(card: Card): string {
  const prefix = card.prefix === "" ? "" : `${card.prefix}: `;
  const tail = card.tail === "" ? "" : ` - ${code(card.tail)}`;
  // A digest's title is ours and holds nothing but counts.
  const title = card.kind === "digest" ? card.title : code(card.title);
  return `${pinged(card)}${mark(card)} ${prefix}${title}${tail}`;
}

function fact({ label, values, more }: Fact): string {
  return `<font color="${GREY}">${html(label)}</font>  ${values.map(html).join(", ")}${more > 0 ? ` +${more} more` : ""}`;
}

// A tap anywhere on the row opens the alert.
function row({ mark: sign, word, title, place, link: url }: Line): Widget {
  const text = `${sign} <b>${word}</b>  ${html(title)}${place ? ` · ${html(place)}` : ""}`;
  return { decoratedText: { text, wrapText: true, ...(url ? { onClick: opens(url) } : {}) } };
}

// A row to look and a row to act.
const buttons = ({ links }: Card): Widget[] =>
  [links.filter(({ act }) => !act), links.filter(({ act }) => act)]
    .filter((row) => row.length > 0)
    .map((row) => ({ buttonList: { buttons: row.map(({ label, url }) => ({ text: label, onClick: opens(url) })) } }));

function smallPrint(card: Card): Widget[] {
  const time = card.time ? (utcTime(card.time) ?? "") : "";
  const parts = [time, card.source, card.id, card.shortened ? "shortened" : ""].filter((part) => part !== "").map(html);
  return parts.length === 0 ? [] : [paragraph(`<font color="${GREY}">${parts.join(" · ")}</font>`)];
}
