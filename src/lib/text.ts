// Text from strangers made safe to lay out: cleaned of what can hide or reorder it, and cut in the unit that the
// receiver counts in. Knows no chat and no markup.

/** Counts a text in the unit of a limit. Must be additive over graphemes. */
export type Unit = (text: string) => number;

/** Code points, as people count characters. */
export const codePoints: Unit = (text) => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};

/** UTF-16 code units, as JavaScript counts, and some chats. */
export const utf16: Unit = (text) => text.length;

const encoder = new TextEncoder();

/** Bytes of UTF-8, as limits on whole bodies count. */
export const utf8Bytes: Unit = (text) => encoder.encode(text).length;

// Bidirectional controls reorder what a reader sees ("gpj.exe"); zero-width and tag characters hide text or split words
// that a search should find. Joiners (U+200C, U+200D) stay: scripts and emoji need them.
const HIDING = /[\p{Bidi_Control}\u{AD}\u{200B}\u{2060}-\u{2064}\u{FEFF}\u{FFF9}-\u{FFFB}\u{E0000}-\u{E007F}]/gu;
const CONTROLS = /\p{Cc}+/gu;
const CONTROLS_BUT_NEWLINE = /(?!\n)\p{Cc}/gu;
const SPACES = /[\s\u2028\u2029]+/gu;

// Nothing shown is ever this long; cutting first keeps the work bounded for a payload of a megabyte.
const MOST_READ = 8_000;

const legible = (text: string): string => (text.length > MOST_READ ? text.slice(0, MOST_READ) : text).toWellFormed().replace(HIDING, "");

// Most texts need nothing done to them, and are shorter than that.
const CLEAN = /^[!-~]+(?: [!-~]+)*$/;

/** One line without control characters, bidirectional overrides or invisible characters; runs of space become one. */
export const oneLine = (text: string): string =>
  text.length <= MOST_READ && CLEAN.test(text) ? text : legible(text).replace(CONTROLS, " ").replace(SPACES, " ").trim();

/** Like `oneLine`, but line breaks stay (at most one empty line in a row). */
export const manyLines = (text: string): string =>
  legible(text)
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replace(/\t/g, "  ")
    .replace(CONTROLS_BUT_NEWLINE, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();

const ELLIPSIS = "…";
/** Made at the first text that needs it: it takes some milliseconds, which each start of the Worker would wait for. */
let graphemes: Intl.Segmenter | undefined;

/**
 * The text, cut to `max` units with an ellipsis when it is longer. Cuts between graphemes; a single grapheme longer than
 * the limit (a pile of combining marks) is cut between code points.
 */
export function shorten(text: string, max: number, unit: Unit = codePoints): string {
  // No unit counts a UTF-16 code unit as less than a half: a long text need not be counted, nor more than its head be cut.
  if (text.length <= max * 2 && unit(text) <= max) return text;
  const room = max - unit(ELLIPSIS);
  if (room < 0) return "";
  const head = text.slice(0, room * 2 + 2).toWellFormed();
  const [first = ""] = graphemesOf(head);
  return `${takeWhileRoom(unit(first) > room ? head : graphemesOf(head), room, unit).trimEnd()}${ELLIPSIS}`;
}

// Finding graphemes is slow, and most texts are ASCII, in which each character is one.
const PLAIN = /^[\n\x20-\x7e]*$/;

function* graphemesOf(text: string): Iterable<string> {
  if (PLAIN.test(text)) {
    yield* text;
    return;
  }
  graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  for (const { segment } of graphemes.segment(text)) yield segment;
}

function takeWhileRoom(parts: Iterable<string>, room: number, unit: Unit): string {
  let kept = "";
  let used = 0;
  for (const part of parts) {
    used += unit(part);
    if (used > room) break;
    kept += part;
  }
  return kept;
}

/** `1 event`, `3 events`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** The first `max` members, and how many there are besides. */
export const firstFew = <Member>(list: readonly Member[], max: number): { shown: Member[]; more: number } => ({
  shown: list.slice(0, max),
  more: Math.max(0, list.length - max),
});

/** The members in their order, each once. */
export const unique = (list: readonly string[]): string[] => [...new Set(list)];

/** A time as people write it, `2026-11-21 14:01:07 UTC`, or undefined when it is none. */
export function utcTime(time: string): string | undefined {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? undefined : `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** An absolute http(s) address in its normal form, or undefined: other schemes and embedded credentials are no links. */
export function webLink(text: string | undefined, maxLength: number): string | undefined {
  if (!text || text.length > maxLength || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  // `https://console.example.com@evil.example/` shows one host and opens another.
  if (url.username !== "" || url.password !== "") return undefined;
  return url.href.length > maxLength ? undefined : url.href;
}
