// An entry of a list that its adapter does not understand is still shown: losing it would be worse than showing it raw. A list in which
// nothing is understood is another system's, and refused, unless what stands around it shows that it is not.
import type { Json, SourceEvent } from "../alert.ts";
import { stableJson } from "../lib/json.ts";
import { claimId, sha256 } from "../lib/keys.ts";
import { fail, ok } from "../outcome.ts";
import type { Parsed, ParsedEntry } from "./source.ts";

/** The event for an entry that is not understood; `source` is the adapter's type, `label` the vendor's name. */
export function unparsedEvent(source: string, label: string, entry: Json): SourceEvent {
  const hash = sha256(stableJson(entry));
  return {
    claim: claimId([source, "unparsed", hash]),
    identified: false,
    key: `unparsed:${hash.slice(0, 32)}`,
    type: "unparsed",
    kind: "opened",
    patch: { title: `${label}: an entry that was not understood`, type: "unparsed" },
    payload: entry,
  };
}

/** Whether nothing of what was read is understood: then the list is another system's. */
export const isAllUnparsed = (entries: readonly ParsedEntry[]): boolean =>
  entries.length > 0 && entries.every((entry) => entry.kind === "event" && entry.event.type === "unparsed");

/** Who reads a list, and what to say when nothing in it is theirs. */
export interface ListReader {
  /** The adapter's type and the vendor's name. */
  source: string;
  label: string;
  /** One entry; undefined where it is not understood. */
  read(entry: Json): ParsedEntry | undefined;
  /** What stands around the list is the vendor's own: then it is kept although nothing in it is understood. */
  ours?: boolean;
  /** The first entry's place and what was expected there, for the 422. */
  refusal: { where: string; expected: string };
}

/** A list of entries: an empty one is a test, and of others each that is not understood becomes an `unparsed` event. */
export function parseList(list: readonly Json[], { source, label, read, ours, refusal }: ListReader): Parsed {
  if (list.length === 0) return ok([{ kind: "test" }]);
  const entries = list.map((entry) => ({ entry, parsed: read(entry) }));
  if (!ours && entries.every(({ parsed }) => parsed === undefined)) return fail(refusal);
  return ok(entries.map(({ entry, parsed }) => parsed ?? { kind: "event", event: unparsedEvent(source, label, entry) }));
}
