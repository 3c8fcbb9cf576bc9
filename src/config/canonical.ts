// One form for all values that say the same, so that they can be compared as text.
import { isTable } from "./table.ts";

/** JSON with sorted keys, so that their order in the file makes no difference; it does for the fields of a template, which are shown. */
export const canonicalJson = (value: unknown): string => JSON.stringify(canonical(value));

/** A copy of a value with sorted keys, but for the fields of a template. `key`: where it stands. */
export function canonical(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((member) => canonical(member));
  if (!isTable(value)) return value;
  const entries = Object.entries(value);
  const inOrder = key === "fields" ? entries : entries.sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(inOrder.map(([name, member]) => [name, canonical(member, name)]));
}
