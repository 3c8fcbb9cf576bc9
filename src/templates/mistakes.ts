// What is wrong with a template, in words for the person who wrote it.
import { LiquidError } from "liquidjs";
import { closest } from "../rules/closest.ts";

/** What is wrong with a template's text; `position` counts lines and columns of that text from 1. */
export interface TemplateError {
  message: string;
  position?: { line: number; column: number };
}

/** The words that a template may use. */
export interface Vocabulary {
  tags: readonly string[];
  filters: readonly string[];
}

/** The error that the engine threw, in our words. */
export function mistakeOf(thrown: unknown, { tags, filters }: Vocabulary): TemplateError {
  // A stack that is too deep is no error of Liquid's.
  if (!LiquidError.is(thrown)) return { message: "the template is too complicated" };
  const { token } = thrown;
  const said = (thrown.originalError?.message ?? thrown.message).replace(/, line:\d+, col:\d+$/, "");
  const at = (offset: number) => positionIn(token.input, offset);
  const [, filter] = /^undefined filter: (.*)$/s.exec(said) ?? [];
  if (filter !== undefined)
    return { message: unknown("filter", filter, filters), position: at(token.begin + placeOf(filter, token.getText())) };
  const [, tag] = /^tag "((?!end|els|when).*)" not found$/s.exec(said) ?? [];
  if (tag !== undefined) return { message: unknown("tag", tag, tags), position: at(token.begin) };
  // The reader has taken one character more where it looked for a filter.
  const begin = /^expected ("\|" before filter|filter name)$/.test(said) ? token.begin - 1 : token.begin;
  const rest = token.input.slice(begin);
  const habit = HABITS.find(([pattern]) => pattern.test(rest))?.[1];
  const [pattern, words] = WORDS.find(([one]) => one.test(said)) ?? [/^.*$/s, "the template fails: $&"];
  return {
    message: habit === undefined ? said.replace(pattern, words) : `the template cannot be read from here on; ${habit}`,
    position: at(begin),
  };
}

/** What is said of something that stands between a value and the end of its tag. */
export const NEITHER = "something stands here that is neither a filter nor an end; write | before a filter's name";

/** What people write by habit from other languages, by the text where the engine gave up. */
const HABITS: [RegExp, string][] = [
  [/^&&/, 'write "and"'],
  [/^\|\|/, 'write "or"'],
  [/^!(?!=)/, 'write "unless", or "not" before a value'],
  [/^=(?!=)/, "write =="],
  [/^\?/, "write {% if %} and {% else %}"],
  [/^[+*/-]/, "write a filter: plus, minus, times, divided_by or append"],
];

/** The engine's own words, and ours. */
const WORDS: [RegExp, string][] = [
  [/^output .* not closed$/s, "{{ or a quote in it is not closed; end it with }}"],
  [/^tag ".*" not closed$/s, "{% is not closed; end it with %}"],
  [/^tag {%-?\s*(\w+).* not closed$/s, "{% $1 %} is not closed; end it with {% end$1 %}"],
  [/^tag "((?:end|els)\w+|when)" not found$/, "{% $1 %} stands where nothing that it belongs to is open"],
  [/^illegal tag: {%-?\s*for.*$/s, "a loop needs a name and a list; write {% for asset in alert.assets %}"],
  [/^illegal tag syntax.*$/, "the name of a tag is missing"],
  [/^expected "\|" before filter$/, NEITHER],
  [/^expected filter name$/, "the name of a filter is missing"],
  [/^expected ":" after filter name$/, "write : between a filter's name and what it is given"],
  [/^expected (variable name|"=")$/, "write {% assign name = value %}"],
  [/^invalid value expression.*$/s, "a value is missing"],
  [/^unexpected token .* value expected$/s, "a value is missing"],
  [/^memory alloc limit exceeded$/, "the template does more work than one message may"],
];

/** Line and column of a place in a text. */
export function positionIn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** A word that there is none of, with the one that was probably meant. */
export function unknown(kind: string, word: string, words: readonly string[]): string {
  const near = closest(word, words);
  const instead = INSTEAD.get(word) ?? (near === undefined ? `there are ${words.toSorted().join(", ")}` : `did you mean ${near}?`);
  return `there is no ${kind} ${word}; ${instead}`;
}

const PLAIN = "leave it out: a template makes plain text, which is escaped for each chat";
const ALONE = "a template stands for itself";

/** Words of Liquid that have no place in a message. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ...["escape", "escape_once", "xml_escape", "newline_to_br", "strip_html", "raw"].map((word) => [word, PLAIN] as const),
  ...["include", "render", "layout", "block"].map((word) => [word, ALONE] as const),
  ["capture", 'write {% assign name = value | append: "..." %}'],
]);

/** Where a filter's name stands in the text of a tag or an output. */
function placeOf(filter: string, text: string): number {
  for (let bar = text.indexOf("|"); bar >= 0; bar = text.indexOf("|", bar + 1)) {
    const rest = text.slice(bar + 1);
    const start = bar + 1 + rest.length - rest.trimStart().length;
    if (text.startsWith(filter, start) && !/^[\p{L}\p{N}_-]/u.test(text.slice(start + filter.length))) return start;
  }
  return 0;
}
