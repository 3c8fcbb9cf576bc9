// Regular expressions of conditions: RE2, which takes time in proportion to the text whatever the pattern is.
import { RE2JS } from "@bufbuild/re2";
import { errorText } from "../lib/log.ts";
import { spendOnPattern } from "./limits.ts";

/** Patterns are part of the configuration, so there are few; one that an alert brings along pushes none out for long. */
const MOST_PATTERNS = 200;
/** A compiled pattern remembers a state for at most each character that it was shown; this bounds what it keeps. */
const CHARACTERS_REMEMBERED = 4_000;

const compiled = new Map<string, { pattern: RE2JS; shown: number }>();

/** Whether a pattern is found anywhere in a text; throws for a pattern that is not right. */
export function matchesPattern(text: string, source: string): boolean {
  if (!spendOnPattern(text, source, !compiled.has(source))) return false;
  const entry = compiled.get(source) ?? compile(source);
  const found = entry.pattern.test(text);
  entry.shown += text.length;
  if (entry.shown > CHARACTERS_REMEMBERED) {
    entry.pattern.reset();
    entry.shown = 0;
  }
  return found;
}

/** What is wrong with a pattern, or undefined. */
export function patternMistake(source: string): string | undefined {
  try {
    RE2JS.compile(source);
    return undefined;
  } catch (thrown) {
    return errorText(thrown).replace(/^error parsing regexp: /, "");
  }
}

function compile(source: string): { pattern: RE2JS; shown: number } {
  const entry = { pattern: RE2JS.compile(source), shown: 0 };
  if (compiled.size >= MOST_PATTERNS) compiled.clear();
  compiled.set(source, entry);
  return entry;
}
