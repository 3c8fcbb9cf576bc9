// An edit of a configuration's text is made by a hand that leaves everything else as it is, and taken only if it says what it is meant to.
import { fail, ok, type Result } from "../outcome.ts";
import { canonicalJson } from "./canonical.ts";
import { parseConfigText } from "./toml.ts";

/** Why an edit was not made. `form`: the text is written in a way in which it would lose its comments; `missing`: there is no such table. */
export type EditRefusal = { kind: "unreadable"; message: string } | { kind: "missing"; what: string } | { kind: "form" };
/** The edited text. */
export type Edited = Result<string, EditRefusal>;
/** Another hand, for ways of writing that ours does not know: a text, and the document that it is to say. */
export type OtherHand = (text: string, meant: Record<string, unknown>) => string;

/** A table that an edit is about is not there. */
export class Missing extends Error {}

/** The edit by the first hand that says what `change` makes of the document. A hand throws where it cannot. */
export function proved(
  text: string,
  change: (document: Record<string, unknown>) => void,
  hands: readonly (OtherHand | undefined)[],
): Edited {
  const before = parseConfigText(text);
  if (!before.ok) return fail({ kind: "unreadable", message: before.reason.message });
  const meant = structuredClone(before.value.document);
  try {
    change(meant);
  } catch (error) {
    if (error instanceof Missing) return fail({ kind: "missing", what: error.message });
    throw error;
  }
  for (const hand of hands) {
    const edited = attempted(() => hand?.(text, meant));
    if (edited !== undefined && says(edited, meant)) return ok(edited);
  }
  return fail({ kind: "form" });
}

function says(edited: string, meant: Record<string, unknown>): boolean {
  const after = parseConfigText(edited);
  return after.ok && canonicalJson(after.value.document) === canonicalJson(meant);
}

function attempted(edit: () => string | undefined): string | undefined {
  try {
    return edit();
  } catch {
    return undefined;
  }
}
