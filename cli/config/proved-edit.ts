// An edit of a configuration's text is made by a hand that leaves everything else as it is, and taken only if it says what it is meant to.
import { patch } from "@decimalturn/toml-patch";
import { canonicalJson } from "../../src/config/canonical.ts";
import { parseConfigText } from "../../src/config/toml.ts";
import { Failure } from "../frame/errors.ts";

/** The edit, if it says what `change` makes of the document; else the same by a library that knows every way to write a table; else nothing. */
export function proved(text: string, change: (document: Record<string, unknown>) => void, edit: () => string): string {
  const before = parseConfigText(text);
  if (!before.ok) throw new Failure(`The configuration's text cannot be read: ${before.reason.message}.`);
  const meant = structuredClone(before.value.document);
  change(meant);
  const says = (edited: string): boolean => {
    const after = parseConfigText(edited);
    return after.ok && canonicalJson(after.value.document) === canonicalJson(meant);
  };
  for (const attempt of [edit, () => patch(text, meant)]) {
    const edited = attempted(attempt);
    if (edited !== undefined && says(edited)) return edited;
  }
  throw new Failure("The configuration's text could not be edited without losing its form.", {
    hint: "Write it to a file with `npx tocsin export -o FILE`, edit that, and apply it.",
  });
}

function attempted(edit: () => string): string | undefined {
  try {
    return edit();
  } catch {
    return undefined;
  }
}
