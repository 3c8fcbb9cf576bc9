// Whether a command printed what a page says. What is another one each time (ids, times, sizes, addresses, folders) stands for any of its
// kind; a line of `...` for any lines; `...` in a line for anything; and spaces for any spaces, since columns move.

const KINDS: readonly [RegExp, string][] = [
  // Longer forms before shorter ones that are in them.
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<uuid>"],
  [/\btocsin_[\w-]{43}\b/g, "<token>"],
  [/\b[0-9a-f]{64}\b/g, "<sha256>"],
  [/\b[0-9a-f]{32}\b/g, "<code>"],
  [/\b([a-z0-9][a-z0-9_-]*)\.[0-9a-f]{24}\b/g, "$1.<alert>"],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>"],
  [/\b\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?/g, "<time>"],
  [/\b\d\d:\d\d:\d\d\b/g, "<time>"],
  [/\b127\.0\.0\.1:\d+/g, "<address>"],
  [/(?<=\s|^)[\w./-]*\/?\.tocsin\b/g, ".tocsin"],
  [/\b\d+(\.\d+)? ?(ms|s|m|h|d)( ago)?\b/g, "<duration>"],
  [/\b\d+(\.\d+)? ?(bytes|KiB|MiB|KB|MB)\b/g, "<size>"],
  [/\b\d+\.\d+\.\d+\b/g, "<version>"],
  [/\broot@[\w.-]+|\b[\w.-]+@[\w-]+(?=\s)/g, "<who>"],
  [/[ \t]+/g, " "],
];

/** A text with everything that varies as its kind. */
export const withoutChance = (text: string): string =>
  KINDS.reduce((rest, [pattern, kind]) => rest.replace(pattern, kind), text)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");

/** What is missing in `printed` of what a page expects: its first line that has no counterpart; undefined when all is there, in order. */
export function missingLine(expected: string, printed: string): string | undefined {
  const had = withoutChance(printed).split("\n");
  let at = 0;
  // Before the first line there may be others: what npm says, say.
  let mayPass = true;
  for (const line of withoutChance(expected).split("\n")) {
    if (line === "") continue;
    if (line === "...") {
      mayPass = true;
      continue;
    }
    // A story tells a time where it is another second than that of the line above: between two of them, chance decides.
    const pattern = new RegExp(`^(<time> )?${line.split("...").map(escaped).join(".*")}$`);
    const found = had.findIndex((other, index) => index >= at && pattern.test(other));
    if (found < 0 || (!mayPass && found !== at)) return line;
    at = found + 1;
    mayPass = false;
  }
  return undefined;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
