// Revisions, a row each.
import type { RevisionItem } from "../config/store.ts";
import { faint, good, type Paint } from "../frame/paint.ts";
import { moment } from "../frame/times.ts";

const ORIGINS: Record<RevisionItem["origin"], string> = { file: "a file", edit: "an edit", rollback: "a rollback" };

/** REVISION, APPLIED, AS, BY. */
export const revisionRows = (items: readonly RevisionItem[]): Paint[][] =>
  items.map(({ revision, applied_at: at, origin, author, current }) => [
    current ? good(String(revision)) : String(revision),
    moment(at),
    current ? [ORIGINS[origin], good(" (in effect)")] : ORIGINS[origin],
    author ?? faint("unknown"),
  ]);
