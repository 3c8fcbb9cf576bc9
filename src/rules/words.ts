// What cannot be read, in words: the parser's errors, the habits of other languages, and how macros are written.
import type { ParseError } from "@marcbachmann/cel-js";

/** Words for messages: what is read, one variable to show a form with, and all of them. */
export interface Naming {
  what: "condition" | "expression";
  example: string;
  words: string;
}

/** The macros on lists, with how many arguments each takes; `has()` stands alone. */
export const MACROS: ReadonlyMap<string, readonly number[]> = new Map([
  ["exists", [2]],
  ["all", [2]],
  ["exists_one", [2]],
  ["filter", [2]],
  ["map", [2, 3]],
]);

/** How a macro is written, or undefined for what is none. */
export function macroForm(name: string, { example }: Naming): string | undefined {
  if (name === "has") return `has() is called as has(${example}.field)`;
  if (!MACROS.has(name)) return undefined;
  return `${name}() is called as ${example}.assets.${name}(one, ${name === "map" ? "one.name" : 'one.name == "db"'})`;
}

/** What people write by habit from other languages, by the text where the parser gave up. */
const HABITS: [RegExp, string][] = [
  [/^(>=|<=|==|!=|&&|\|\||[<>+*/%?.-])\s*$/, "something is missing after it"],
  [/^and\b/i, "write &&"],
  [/^or\b/i, "write ||"],
  [/^not\b/i, "write !"],
  [/^=>/, "write >="],
  [/^=<|^<==/, "write <="],
  [/^={3}|^=(?![=~])/, "write =="],
  [/^&(?!&)/, "write &&"],
  [/^\|(?!\|)/, "write ||"],
  [/^~|^=~/, 'write .matches("...")'],
  [/^<>/, "write !="],
  [/^\{/, "no messages are built here"],
];
/** What the parser calls some mistakes, and how we do. */
const MISTAKES: Readonly<Record<string, string>> = {
  limit_exceeded: "it is nested too deeply, or a list in it is too long",
  unterminated_string: "the text that begins here has no end",
  unterminated_triple_quoted_string: "the text that begins here has no end",
  newline_in_string: 'a text of several lines stands in """',
};
const PLAIN = new Set(["unexpected_character", "unexpected_token", "expected_token"]);

/** A parser's error in words, with the offset where it is. */
export function syntaxMistake(naming: Naming, text: string, error: ParseError): { message: string; offset: number } {
  const cannot = `the ${naming.what} cannot be read`;
  const offset = error.range?.start ?? 0;
  const macro = /^\w+(?=\()/.exec(error.summary)?.[0] ?? "";
  if (error.code === "invalid_macro_argument") return { message: macroForm(macro, naming) ?? `${cannot}: ${error.summary}`, offset };
  const known = MISTAKES[error.code];
  if (known !== undefined) return { message: `${cannot}: ${known}`, offset };
  if (!PLAIN.has(error.code)) return { message: `${cannot}: ${error.summary.charAt(0).toLowerCase()}${error.summary.slice(1)}`, offset };
  const from = gaveUpAt(text, offset);
  const rest = text.slice(from).trim();
  if (rest === "") return { message: `the ${naming.what} ends too early`, offset };
  const habit = HABITS.find(([pattern]) => pattern.test(rest))?.[1];
  const shown = rest.length > 24 ? `${rest.slice(0, 24)}...` : rest;
  return { message: `${cannot} from ${JSON.stringify(shown)} on${habit ? `; ${habit}` : ""}`, offset: from };
}

/** Where it begins to be wrong: at the operator that nothing follows, the first sign of `<>`, or the `not` that was taken for a name. */
function gaveUpAt(text: string, offset: number): number {
  const before = text.slice(0, offset);
  if (text.slice(offset).trim() === "") return /(?:>=|<=|==|!=|&&|\|\||[<>+*/%?.-])\s*$/.exec(before)?.index ?? offset;
  const begun = /[<>=&|]/.test(text.charAt(offset)) ? /[<>=&|]+$/ : /\bnot\s+$/i;
  return begun.exec(before)?.index ?? offset;
}
