// Values and keys in the words of the file, on one line.
import { isTable } from "./table.ts";

/** A value as it stands after `=`. What TOML has no word for (null) is told in JSON's. */
export function inlineToml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineToml).join(", ")}]`;
  if (isTable(value)) {
    const members = Object.entries(value).map(([key, member]) => `${keyText(key)} = ${inlineToml(member)}`);
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  return value instanceof Date ? value.toISOString().replace(".000Z", "Z") : quoted(value ?? null);
}

/** A key as it stands before `=`. */
export const keyText = (key: string): string => (/^[\w-]+$/.test(key) ? key : quoted(key));

/** JSON's text is TOML's, but for one character that TOML wants escaped. */
const quoted = (value: unknown): string => JSON.stringify(value).replaceAll("\u007f", "\\u007f");
