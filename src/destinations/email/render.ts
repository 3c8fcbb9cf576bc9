// A card as a mail: subject, a form in HTML and the same in plain text. Who gets it, and which thread it belongs to, is
// added when it is sent (letter.ts).
import { shorten, utf8Bytes } from "../../lib/text.ts";
import type { Card, Line } from "../card.ts";
import { cardOf, notification } from "../card.ts";
import type { View } from "../destination.ts";
import { barest, fitted } from "../fit.ts";
import { defanged } from "./defang.ts";
import { htmlOf } from "./html.ts";
import { MAX_BODY, MAX_HTML, MAX_ROW_LINK, MAX_ROWS, MAX_SUBJECT } from "./limits.ts";
import { textOf } from "./text.ts";

/** What `render` makes, as JSON. Without `html` the mail has its text alone. */
export interface Mail {
  /** One line. */
  subject: string;
  text: string;
  html?: string;
  /** Marked as urgent, as mail programs show it. */
  urgent?: true;
}

/** The mail of a view. */
export function render(view: View): string {
  if (view.kind === "digest") return JSON.stringify(digestMail(view));
  return JSON.stringify(fitted(cardOf(view), mailOf, fits));
}

/** The plain form: text alone, with nothing of the alert but its title, so that no filter finds an indicator in it. */
export function plain(view: View): string {
  const card = barest(cardOf(view));
  return JSON.stringify({ ...envelope(card), text: textOf(card) } satisfies Mail);
}

const mailOf = (card: Card): Mail => ({ ...envelope(card), text: textOf(card), html: htmlOf(card) });

function envelope(card: Card): Pick<Mail, "subject" | "urgent"> {
  const subject = shorten(defanged(notification(card)), MAX_SUBJECT);
  return card.tone === "critical" && card.kind !== "moved" && card.kind !== "test" ? { subject, urgent: true } : { subject };
}

const fits = (mail: Mail): boolean => utf8Bytes(mail.html ?? "") <= MAX_HTML && utf8Bytes(JSON.stringify(mail)) <= MAX_BODY;

// A mail is read at a desk as well: it lists far more alerts than a chat would, as long as they fit.
function digestMail(view: Extract<View, { kind: "digest" }>): Mail {
  const card = cardOf(view);
  const lines = view.alerts.slice(0, MAX_ROWS).map((alert): Line => {
    const { mark, word, title, tail, links } = cardOf({ kind: "alert", alert, links: {} });
    const link = links[0]?.url;
    return {
      mark,
      word,
      title: shorten(title, MAX_SUBJECT),
      place: tail === "" ? undefined : tail,
      link: link && link.length <= MAX_ROW_LINK ? link : undefined,
    };
  });
  const newest = card.newest.filter((line) => !lines.some(({ title, place }) => title === line.title && place === line.place));
  for (let most = lines.length; most > card.lines.length; most = Math.floor(most / 2)) {
    const more = Math.max(0, view.total - most - newest.length);
    const mail = mailOf({ ...card, lines: lines.slice(0, most), newest, more });
    if (fits(mail)) return mail;
  }
  return fitted(card, mailOf, fits);
}
