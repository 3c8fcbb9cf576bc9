// The functions of CEL's extension for text that the engine lacks or has otherwise, and `format()`.
import { UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { Span, Time } from "./time.ts";

/** Lower case of A to Z only: `Ä` stays. */
export const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Upper case of a to z only. */
export const upperAscii = (text: string): string => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());

/** The character at an index, or nothing at the end; throws beyond it. */
export function charAt(text: string, index: bigint): string {
  if (index < 0n || index > BigInt(text.length)) throw new Error(`charAt(): the index ${index} is not within 0 to ${text.length}`);
  return text.charAt(Number(index));
}

/** Replaces the first `most` occurrences; all of them where it is negative. */
export function replace(text: string, from: string, to: string, most = -1n): string {
  const parts = text.split(from);
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
  return text;
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
