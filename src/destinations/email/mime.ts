// A letter as the bytes of a mail: header fields, folded and encoded, and the body in quoted-printable, so that every line
// is short ASCII whatever it says. RFC 5322 (format), RFC 2045 (body), RFC 2047 (names and subjects).
import { type Letter, references } from "./letter.ts";
import type { Mailbox } from "./mailbox.ts";

/** Where header lines are folded: https://www.rfc-editor.org/rfc/rfc5322#section-2.1.1 */
const FOLD_AT = 78;
/** An encoded word, whole: https://www.rfc-editor.org/rfc/rfc2047#section-2 */
const MAX_ENCODED_WORD = 75;
/** A line of quoted-printable, with the sign that it goes on. */
const MAX_QUOTED_LINE = 76;

const encoder = new TextEncoder();

/** The whole mail with CRLF line ends. `at` is its date, Unix ms. Pure: the same letter and date give the same text. */
export function messageOf(letter: Letter, at: number): string {
  const ids = references(letter);
  const fields: [name: string, value: string][] = [
    ["Date", new Date(at).toUTCString().replace("GMT", "+0000")],
    ["From", people([letter.from])],
    ["To", people(letter.to)],
    ...(letter.cc.length > 0 ? [["Cc", people(letter.cc)] satisfies [string, string]] : []),
    ["Subject", unstructured(letter.subject, "Subject: ".length)],
    ["Message-ID", letter.messageId],
    ...(ids.length > 0
      ? ([
          ["In-Reply-To", ids.at(-1) ?? ""],
          ["References", ids.join("\r\n ")],
        ] satisfies [string, string][])
      : []),
    ...Object.entries(letter.headers),
    ["MIME-Version", "1.0"],
  ];
  const header = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return header + bodyOf(letter);
}

function bodyOf({ text, html, messageId }: Letter): string {
  if (html === undefined) return part("plain", text);
  // "=_" cannot stand in quoted-printable, so no text can hold the boundary.
  const boundary = `=_${messageId.replace(/[^\w.]/g, "_").slice(0, 60)}`;
  return (
    `Content-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n` +
    `--${boundary}\r\n${part("plain", text)}--${boundary}\r\n${part("html", html)}--${boundary}--\r\n`
  );
}

const part = (type: "plain" | "html", text: string): string =>
  `Content-Type: text/${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${quotedPrintable(text)}\r\n`;

/** Text as quoted-printable; its line ends become CRLF. */
export function quotedPrintable(text: string): string {
  return text
    .toWellFormed()
    .split(/\r\n|\r|\n/)
    .map(quotedLine)
    .join("\r\n");
}

function quotedLine(line: string): string {
  const bytes = encoder.encode(line);
  let made = "";
  let room = MAX_QUOTED_LINE - 1;
  bytes.forEach((byte, index) => {
    const blank = byte === 0x20 || byte === 0x09;
    // A blank at the end of a line is lost on the way.
    const literal = (byte > 0x20 && byte < 0x7f && byte !== 0x3d) || (blank && index < bytes.length - 1);
    const next = literal ? String.fromCharCode(byte) : hex(byte);
    if (next.length > room) {
      made += "=\r\n";
      room = MAX_QUOTED_LINE - 1;
    }
    made += next;
    room -= next.length;
  });
  return made;
}

const hex = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;

// One mailbox a line, so that no line gets long.
const people = (some: Mailbox[]): string => some.map(person).join(",\r\n ");

function person({ name, address }: Mailbox): string {
  if (name === undefined) return address;
  const clean = oneLine(name);
  if (!isAscii(clean) || clean.includes("=?")) return `${encodedWords(clean, "Resent-From: ".length)}\r\n <${address}>`;
  const phrase = /^[\w!#$%&'*+/=?^`{|}~ -]+$/.test(clean) ? clean : `"${clean.replace(/[\\"]/g, "\\$&")}"`;
  return `${phrase} <${address}>`;
}

/** Text of a header field: as it is where it can be, else as encoded words. `used` is what stands in its first line already. */
export function unstructured(text: string, used: number): string {
  const clean = oneLine(text);
  return isAscii(clean) && !clean.includes("=?") ? folded(clean, used) : encodedWords(clean, used);
}

// A line break here would begin a header field of somebody else's choice.
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

function folded(text: string, used: number): string {
  let line = used;
  return text
    .split(" ")
    .map((word, index) => {
      const fits = line + word.length + 1 <= FOLD_AT;
      line = fits ? line + word.length + 1 : word.length + 1;
      // A line of blanks alone ends the header for some programs: an empty word stays on its line.
      return index === 0 ? word : fits || word === "" ? ` ${word}` : `\r\n ${word}`;
    })
    .join("");
}

function encodedWords(text: string, used: number): string {
  const words: string[] = [];
  let chunk = "";
  const lengthOf = (some: string): number => 12 + Math.ceil(encoder.encode(some).length / 3) * 4;
  // A character is never cut in two.
  for (const character of text.toWellFormed()) {
    const most = words.length === 0 ? Math.min(MAX_ENCODED_WORD, FOLD_AT - used) : MAX_ENCODED_WORD;
    if (chunk !== "" && lengthOf(chunk + character) > most) {
      words.push(chunk);
      chunk = "";
    }
    chunk += character;
  }
  return [...words, chunk].map((word) => `=?utf-8?B?${base64(word)}?=`).join("\r\n ");
}

/** The UTF-8 bytes of a text in base64. */
export const base64 = (text: string): string => btoa(String.fromCharCode(...encoder.encode(text)));
