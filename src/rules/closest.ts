// "Did you mean": the known word nearest to one that is not known.
import { distance } from "fastest-levenshtein";

/** The option that `word` was probably meant to be, or undefined when none is near. */
export function closest(word: string, options: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  const allowed = Math.min(Math.max(1, Math.floor(lower.length / 3)), lower.length - 1);
  let best: { option: string; away: number } | undefined;
  for (const option of options) {
    const away = edits(lower, option.toLowerCase());
    if (away <= allowed && (best === undefined || away < best.away)) best = { option, away };
  }
  return best?.option;
}

/** The edit distance, with two swapped neighbours as one edit: `sco` is one from `soc`. */
function edits(word: string, option: string): number {
  for (let index = 0; index + 1 < word.length && word.length === option.length; index++) {
    const swapped = `${word.slice(0, index)}${word.charAt(index + 1)}${word.charAt(index)}${word.slice(index + 2)}`;
    if (swapped === option) return Math.min(1, distance(word, option));
  }
  return distance(word, option);
}
