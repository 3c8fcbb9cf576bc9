// What one evaluation may cost. A Worker's clock stands still while it computes, so that steps are counted, not time: an alert that is
// made to be slow, or a condition that is, ends as a failure, which counts as a match.

/** Of a list or a table of an alert, a condition sees this many members. */
export const MOST_MEMBERS = 1_000;
/** Of a text of an alert, a condition sees this many characters. */
export const MOST_CHARACTERS = 65_536;
/** Of an alert's `data`, and of each other value that only the source knows, a condition sees this many values in all. */
export const MOST_VALUES = 20_000;
/** A step is about what a comparison of two fields costs; this many take some milliseconds. */
export const MOST_STEPS = 60_000;
/** An expression for a value reads a body that is whole, and once. */
export const MOST_STEPS_OF_VALUE = 2_000_000;

let left = MOST_STEPS;

/** Gives the next evaluation its steps. One is done before another begins. */
export function refill(steps: number): void {
  left = steps;
}

/**
 * Counts steps; false where there are none left. Then a function gives whatever costs nothing, since the evaluation has failed whatever comes
 * of it: an error would be caught by each macro around it, member by member, which is dearer than the work.
 */
export function spend(steps: number): boolean {
  left -= steps;
  return left >= 0;
}

/** Why the evaluation has failed, if it ran out of steps. */
export const exhaustion = (): string | undefined =>
  left >= 0 ? undefined : "it takes too many steps; look at fewer members, or at shorter texts";

/** What looking through members costs: each is asked `price` steps, and long texts count more. */
export function spendOn(range: unknown, price: number): boolean {
  if (Array.isArray(range)) return spend(range.length * price) && spend(textOf(range));
  return spend(range instanceof Map ? range.size * price : 0);
}

/** What looking for one text in another costs at worst. */
export const spendOnSearch = (text: string, part: string): boolean => spend((text.length * (part.length + 1)) / 1_024);

/** What matching a pattern costs. One that an alert brings along is compiled as well. */
export const spendOnPattern = (text: string, source: string, isNew: boolean): boolean =>
  spend((text.length >>> 1) + (isNew ? source.length * 10 : 0));

/** What going through a text once costs. */
export const spendOnText = (text: string): boolean => spend(text.length >>> 4);

function textOf(members: readonly unknown[]): number {
  let characters = 0;
  for (const member of members) if (typeof member === "string") characters += member.length;
  return characters >>> 10;
}
