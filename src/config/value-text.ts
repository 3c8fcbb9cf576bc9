// Values as somebody would write them who edits the file.
import { inlineToml } from "./inline.ts";

/** A value: a text that is full of quotes, as a condition is, or has several lines, stands as it is where it can. */
export function valueToml(value: unknown): string {
  if (typeof value !== "string" || !/["\n\\]/.test(value)) return inlineToml(value);
  if (/^[^'\p{Cc}]*$/u.test(value)) return `'${value}'`;
  if (value.includes("\n") && /^(?:[^\p{Cc}]|\n)*$/u.test(value) && !value.includes("'''") && !value.endsWith("'"))
    return `'''\n${value}'''`;
  return inlineToml(value);
}
