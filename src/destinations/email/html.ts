// The HTML form of a mail. Mail programs keep little of a page: tables and inline styles carry the layout, the style sheet
// only adds what dark mode needs. Nothing is loaded from anywhere, and every link is ours or the console's.
import type { Card, Line, Link } from "../card.ts";
import type { Evidence, Fact } from "../facts.ts";
import type { Tone } from "../tones.ts";
import { TONES } from "../tones.ts";
import { defanged } from "./defang.ts";
import { smallPrint } from "./text.ts";

const SANS = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace";

// Dark mode: programs that know it follow the sheet; the others darken the light form by themselves.
const SHEET =
  ":root{color-scheme:light dark;supported-color-schemes:light dark}" +
  "@media (prefers-color-scheme:dark){" +
  // The side that shows the severity keeps its colour.
  ".page{background:#0f1115!important}.card{background:#1a1d23!important;border-left-color:#2e333b!important;border-right-color:#2e333b!important;border-bottom-color:#2e333b!important}" +
  ".ink{color:#e8eaed!important}.soft{color:#9aa3af!important}.rule{border-color:#2e333b!important}" +
  ".box{background:#24282f!important;border-top-color:#343a43!important;border-right-color:#343a43!important;border-bottom-color:#343a43!important;color:#e8eaed!important}.link{color:#7cb7ff!important}}";

/** The page of a card. */
export function htmlOf(card: Card): string {
  const { color } = TONES[card.tone];
  const inside = [
    card.ping ? `<p class="ink" style="${PARAGRAPH};font-weight:600">${escaped(card.ping)}</p>` : "",
    head(card),
    card.changes.length > 0 ? changes(card.changes, color) : "",
    ...card.notes.map((note) => `<p class="soft" style="${PARAGRAPH};color:#5f6875">ℹ️ ${still(note)}</p>`),
    card.summary === "" ? "" : `<p class="ink" style="${PARAGRAPH}">${still(card.summary)}</p>`,
    card.facts.length > 0 ? facts(card.facts) : "",
    card.evidence ? evidence(card.evidence) : "",
    rows(card.lines),
    card.newest.length > 0 ? `<p class="soft" style="${LABEL}">Latest</p>${rows(card.newest)}` : "",
    card.more > 0 ? `<p class="soft" style="${PARAGRAPH};color:#5f6875">+${card.more} more</p>` : "",
    card.links.length > 0 ? `<p style="margin:18px 0 4px">${card.links.map(button).join(" ")}</p>` : "",
  ];
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">' +
    '<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">' +
    `<title>${escaped(card.word === "" ? "Tocsin" : card.word)}</title><style>${SHEET}</style></head>` +
    `<body class="page" style="margin:0;padding:0;background:#eef0f3">${preview(card)}` +
    '<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#eef0f3"><tr>' +
    '<td align="center" style="padding:16px 8px">' +
    '<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" ' +
    `style="max-width:620px;background:#ffffff;border:1px solid #dde1e7;border-top:5px solid ${color};border-radius:8px">` +
    `<tr><td style="padding:18px 20px 20px;font:15px/1.5 ${SANS};color:#1c2026;text-align:left">${inside.join("")}</td></tr></table>` +
    `<p class="soft" style="max-width:620px;margin:10px auto 0;font:12px/1.5 ${SANS};color:#6a7380">${escaped(smallPrint(card))}</p>` +
    "</td></tr></table></body></html>"
  );
}

const PARAGRAPH = "margin:12px 0 0";
const LABEL = "margin:16px 0 4px;font-size:13px;font-weight:600;color:#5f6875";

/** Text of anybody as HTML that is nothing but text, also inside quotes. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const still = (text: string): string => escaped(defanged(text));

// What a list of mails shows after the subject; the mail itself hides it.
function preview(card: Card): string {
  const text = [card.changes.join(". "), card.summary, card.tail].find((part) => part !== "") ?? "";
  return text === ""
    ? ""
    : `<div style="display:none;max-height:0;overflow:hidden;opacity:0;color:transparent;font-size:1px">${still(text)}</div>`;
}

function head(card: Card): string {
  const chip = card.word === "" ? "" : `<p style="margin:0">${card.mark} ${badge(card.tone, card.word)}</p>`;
  const mark = card.word === "" ? `${card.mark} ` : "";
  const prefix = card.prefix === "" ? "" : `<span class="soft" style="color:#5f6875">${escaped(card.prefix)}: </span>`;
  const place =
    card.kind === "update" || card.tail === "" ? "" : `<p class="soft" style="margin:2px 0 0;color:#5f6875">${still(card.tail)}</p>`;
  const style = `margin:${chip === "" ? 0 : 8}px 0 0;font:600 19px/1.3 ${SANS};color:#14171c;overflow-wrap:anywhere`;
  return `${chip}<h1 class="ink" style="${style}">${mark}${prefix}${still(card.title)}</h1>${place}`;
}

// White on the yellow of `medium` could not be read.
const badge = (tone: Tone, word: string): string =>
  `<span style="display:inline-block;padding:2px 9px;border-radius:4px;background:${TONES[tone].color};color:${tone === "medium" ? "#201a00" : "#ffffff"};font:700 12px/1.5 ${SANS};letter-spacing:.04em">${escaped(word)}</span>`;

const changes = (lines: string[], color: string): string =>
  `<div class="box" style="margin:14px 0 0;padding:8px 12px;background:#f4f5f7;border:1px solid #e3e6eb;border-left:4px solid ${color};border-radius:4px;overflow-wrap:anywhere">${lines.map(still).join("<br>")}</div>`;

const facts = (all: Fact[]): string =>
  `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:14px 0 0;border-collapse:collapse">${all.map(fact).join("")}</table>`;

const fact = ({ label, kind, values, more }: Fact): string =>
  `<tr><td class="soft rule" width="96" valign="top" style="padding:6px 12px 6px 0;border-top:1px solid #e6e9ee;color:#5f6875;font-size:13px">${still(label)}</td>` +
  `<td class="ink rule" valign="top" style="padding:6px 0;border-top:1px solid #e6e9ee;overflow-wrap:anywhere;word-break:break-word${kind === "code" ? `;font-family:${MONO};font-size:13px` : ""}">` +
  `${values.map(still).join(", ")}${more > 0 ? ` +${more} more` : ""}</td></tr>`;

const evidence = ({ label, text }: Evidence): string =>
  `<p class="soft" style="${LABEL}">${escaped(label)}</p>` +
  `<pre class="box" style="margin:0;padding:10px 12px;background:#f4f5f7;border:1px solid #e3e6eb;border-radius:4px;font:13px/1.45 ${MONO};white-space:pre-wrap;overflow-wrap:anywhere;word-break:break-word">${still(text)}</pre>`;

const rows = (lines: Line[]): string =>
  lines.length === 0
    ? ""
    : `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:14px 0 0;border-collapse:collapse">${lines.map(row).join("")}</table>`;

// Short on purpose: a digest has up to a hundred of them, and Gmail cuts a long mail.
function row({ mark, word, title, place, link }: Line): string {
  const small = [place ? still(place) : "", link ? `<a class="link" href="${escaped(link)}" style="color:#1a5fb4">Open</a>` : ""];
  const below = small.filter((part) => part !== "").join(" · ");
  return (
    `<tr><td class="ink rule" width="112" valign="top" style="padding:6px 8px 6px 0;border-top:1px solid #e6e9ee;font-size:12px;white-space:nowrap">${mark} ${escaped(word)}</td>` +
    `<td class="ink rule" valign="top" style="padding:6px 0;border-top:1px solid #e6e9ee;overflow-wrap:anywhere">${still(title)}` +
    `${below === "" ? "" : `<br><span class="soft" style="color:#5f6875;font-size:13px">${below}</span>`}</td></tr>`
  );
}

const button = ({ label, url }: Link, index: number): string =>
  index === 0
    ? `<a href="${escaped(url)}" style="display:inline-block;margin:0 8px 8px 0;padding:9px 16px;border-radius:6px;background:#1a5fb4;color:#ffffff;font-weight:600;text-decoration:none">${escaped(label)}</a>`
    : `<a class="link" href="${escaped(url)}" style="display:inline-block;padding:9px 4px;color:#1a5fb4">${escaped(label)}</a>`;
