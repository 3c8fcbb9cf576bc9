// The severity that a message tells in so many words. A colour is none: `danger` is what one sender uses for all it sends.
import type { AlertPatch, Severity } from "../../alert.ts";
import { own } from "../../lib/own.ts";

const WORDS: ReadonlyMap<string, Severity> = new Map([
  ["info", "info"],
  ["informational", "info"],
  ["information", "info"],
  ["low", "low"],
  ["medium", "medium"],
  ["moderate", "medium"],
  ["high", "high"],
  ["critical", "critical"],
]);

/** Names of fields, and of lines `Name: value`, that hold a severity. */
const NAMED = /^(?:alert )?(?:severity|priority|level|urgency|criticality|risk)(?: level)?$/i;
/** A word in brackets before the title, as alerting tools write it. */
const TAG = /^\s*[[(]\s*(\p{L}{3,15})\s*[\])]/u;

/**
 * The one word that fields, lines and the title's tag agree on; nothing where there is none or where they differ. `map` is asked
 * first, by the word in lower case, and by the message's colour where there is no word.
 */
export function severityOf(
  fields: readonly { name: string; value: string }[],
  lines: readonly string[],
  title: string,
  color: string | undefined,
  map: Record<string, Severity> = {},
): Pick<AlertPatch, "severity" | "severity_label"> {
  const named = [...fields, ...lines.flatMap(pairOf)].filter(({ name }) => NAMED.test(name)).map(({ value }) => value);
  const tag = TAG.exec(title)?.[1];
  const words = [...named, ...(tag === undefined ? [] : [tag])].map((word) => word.trim());
  const told = words.flatMap((word) => {
    const severity = meaning(word, map);
    return severity === undefined ? [] : [{ severity, severity_label: word }];
  });
  const [first, ...others] = told;
  if (first !== undefined) return others.every(({ severity }) => severity === first.severity) ? first : {};
  const colored = color === undefined ? undefined : own(map, color.toLowerCase());
  return color === undefined || colored === undefined ? {} : { severity: colored, severity_label: color };
}

function meaning(text: string, map: Record<string, Severity>): Severity | undefined {
  const word = text.toLowerCase();
  return own(map, word) ?? WORDS.get(word);
}

const pairOf = (line: string): { name: string; value: string }[] => {
  const [, name, value] = /^\s*([^:=\n]{3,40}?)\s*[:=]\s*(\S[^\n]{0,40})$/.exec(line) ?? [];
  return name === undefined || value === undefined ? [] : [{ name, value }];
};
