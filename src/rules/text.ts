// The functions of CEL's extension for text that the engine lacks or has otherwise, and `format()`.
import { UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { spend, spendOnSearch, spendOnText } from "./limits.ts";
import { Span, Time } from "./time.ts";

/** Longer than this no text can be made: beyond it is memory that is in danger, not time. */
const LONGEST = 4_194_304;

/** The text, if it is not too long. */
export function notTooLong(text: string): string {
  if (text.length > LONGEST) throw new Error(`a text becomes longer than ${LONGEST} characters`);
  return spend(text.length >>> 10) ? text : "";
}

/** Characters of a text, members of a list or a table. */
export function size(of: string | Uint8Array | readonly unknown[] | ReadonlyMap<unknown, unknown>): bigint {
  if (typeof of !== "string") return BigInt(of instanceof Map ? of.size : Object.keys(of).length);
  let characters = 0;
  if (!spendOnText(of)) return 0n;
  for (const _ of of) characters += 1;
  return BigInt(characters);
}

/** Whether a text holds another. */
export const contains = (text: string, part: string): boolean => spendOnSearch(text, part) && text.includes(part);

/** Where a text first holds another from `from` on, or -1; throws where it does not begin within the text. */
export const indexOf = (text: string, part: string, from?: bigint): bigint => place("indexOf", text, part, from);

/** Where a text last holds another up to `from`, or -1; throws where it does not begin within the text. */
export const lastIndexOf = (text: string, part: string, from?: bigint): bigint => place("lastIndexOf", text, part, from);

function place(of: "indexOf" | "lastIndexOf", text: string, part: string, from: bigint | undefined): bigint {
  if (!spendOnSearch(text, part)) return -1n;
  if (from === undefined) return BigInt(text[of](part));
  if (part === "") return from;
  if (from < 0n || from >= BigInt(text.length)) throw new Error(`${of}(): the index ${from} is not within the text`);
  return BigInt(text[of](part, Number(from)));
}

/** The parts of a text between separators; the last one is the rest where there would be more than `most`. */
export function split(text: string, separator: string, most = -1n): string[] {
  if (most === 0n || !spendOnSearch(text, separator) || !spendOnText(text)) return [];
  const parts = text.split(separator);
  if (most < 0n || BigInt(parts.length) <= most) return parts;
  const first = parts.slice(0, Number(most) - 1);
  return [...first, parts.slice(first.length).join(separator)];
}

/** Texts in a row. */
export function join(texts: readonly unknown[], separator = ""): string {
  if (!spend(texts.length)) return "";
  let length = 0;
  for (const text of texts) {
    if (typeof text !== "string") throw new Error("join(): the list holds something else than text");
    length += text.length + separator.length;
  }
  if (length > LONGEST) throw new Error(`join(): the text becomes longer than ${LONGEST} characters`);
  return texts.join(separator);
}

/** Lower case of A to Z only: `Ä` stays. */
export const lowerAscii = (text: string): string => (spendOnText(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : "");

/** Upper case of a to z only. */
export const upperAscii = (text: string): string => (spendOnText(text) ? text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : "");

/** The character at an index, or nothing at the end; throws beyond it. */
export function charAt(text: string, index: bigint): string {
  if (index < 0n || index > BigInt(text.length)) throw new Error(`charAt(): the index ${index} is not within 0 to ${text.length}`);
  return text.charAt(Number(index));
}

/** Replaces the first `most` occurrences; all of them where it is negative. */
export function replace(text: string, from: string, to: string, most = -1n): string {
  if (!spendOnSearch(text, from) || !spendOnText(text)) return "";
  const parts = text.split(from);
  if (text.length + parts.length * to.length > LONGEST) throw new Error(`replace(): the text becomes longer than ${LONGEST} characters`);
  if (most < 0n || most >= BigInt(parts.length)) return parts.join(to);
  const changed = Number(most) + 1;
  return [parts.slice(0, changed).join(to), ...parts.slice(changed)].join(from);
}

/** `"%s: %d of %.1f".format([...])`. Throws where clauses and arguments do not fit. */
export function format(template: string, args: readonly unknown[]): string {
  let used = 0;
  const text = template.replace(/%(?:\.(\d+))?(.)?/gs, (_clause, digits: string | undefined, letter: string | undefined) => {
    if (letter === "%" && digits === undefined) return "%";
    if (used >= args.length) throw new Error("format(): there are fewer arguments than clauses");
    return formatted(letter ?? "", args[used++], digits === undefined ? 6 : Number(digits));
  });
  if (used < args.length) throw new Error("format(): there are more arguments than clauses");
  return spendOnText(text) ? notTooLong(text) : "";
}

function formatted(letter: string, value: unknown, digits: number): string {
  const whole = value instanceof UnsignedInt ? value.value : value;
  const wanted = (kind: string) => new Error(`format(): %${letter} wants ${kind}`);
  switch (letter) {
    case "s":
      return plain(value);
    case "d":
      if (typeof whole === "bigint") return String(whole);
      throw wanted("a whole number");
    case "f":
    case "e":
      if (typeof value !== "number") throw wanted("a decimal number");
      if (!Number.isFinite(value)) return String(value);
      return letter === "e" ? value.toExponential(digits).replace(/([+-])(\d)$/, "$10$2") : fixed(value, digits);
    case "b":
      if (typeof whole === "boolean") return whole ? "1" : "0";
      if (typeof whole === "bigint") return whole.toString(2);
      throw wanted("a whole number, or true or false");
    case "o":
      if (typeof whole === "bigint") return whole.toString(8);
      throw wanted("a whole number");
    case "x":
      return hexadecimal(whole) ?? thrown(wanted("a whole number or text"));
    case "X":
      return (hexadecimal(whole) ?? thrown(wanted("a whole number or text"))).toUpperCase();
    default:
      throw new Error(`format(): %${letter} is not known; there are %s, %d, %f, %e, %x, %X, %o, %b and %%`);
  }
}

/** What `%s` shows. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(", ")}]`;
  if (value instanceof Map) {
    const fields = [...value].map(([key, member]) => `${plain(key)}: ${plain(member)}`);
    return `{${fields.sort().join(", ")}}`;
  }
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value === null || typeof value !== "object" || [UnsignedInt, Time, Span].some((known) => value instanceof known))
    return String(value);
  throw new Error("format(): %s wants a value that has a text");
}

/** Half of the last digit goes to the even neighbour, as CEL has it. */
const fixed = (value: number, digits: number): string =>
  new Intl.NumberFormat("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    roundingMode: "halfEven",
    useGrouping: false,
  }).format(value);

function hexadecimal(value: unknown): string | undefined {
  if (typeof value === "bigint") return value.toString(16);
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return bytes instanceof Uint8Array ? [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("") : undefined;
}

function thrown(error: Error): never {
  throw error;
}
