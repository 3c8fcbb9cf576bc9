// An entry of a list that its adapter does not understand is still shown: losing it would be worse than showing it raw. A list in which
// nothing is understood is another system's, and refused, unless what stands around it shows that it is not.
import type { Json, SourceEvent } from "../alert.ts";
import { stableJson } from "../lib/json.ts";
import { claimId, sha256 } from "../lib/keys.ts";
import { fail, ok } from "../outcome.ts";
import { isTooDeep } from "./read.ts";
import type { Parsed, ParsedEntry } from "./source.ts";

/** The event for an entry that is not understood; `source` is the adapter's type, `label` the vendor's name. */
function unparsedEvent(source: string, label: string, entry: Json): SourceEvent {
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

/** An event that was read, as an entry; undefined where none was. */
export const asEntry = (event: SourceEvent | undefined): ParsedEntry | undefined => event && { kind: "event", event };

/** Who reads entries. */
interface EntryReader {
  /** The adapter's type and the vendor's name. */
  source: string;
  label: string;
  /** One entry, and its place in a list; undefined where it is not understood. */
  read(entry: Json, index: number): ParsedEntry | undefined;
  /** Why an entry of a list is passed over: it belongs to the list's form, and does not show whose the list is. */
  passedOver?(entry: Json): string | undefined;
}

/** Who reads a list, and what to say when nothing in it is theirs. */
export interface ListReader extends EntryReader {
  /** What stands around the list is the vendor's own: then it is kept although nothing in it is understood. */
  ours?: boolean;
  /** The first entry's place and what was expected there, for the 422. */
  refusal: { where: string; expected: string };
}

/** A list of entries: an empty one is a test, and of others each that is not understood becomes an `unparsed` event. */
export function parseList(list: readonly Json[], { source, label, read, passedOver, ours, refusal }: ListReader): Parsed {
  if (list.length === 0) return ok([{ kind: "test" }]);
  const reasons = list.map((entry) => passedOver?.(entry));
  const parsed = list.map((entry, index) => (reasons[index] === undefined ? read(entry, index) : undefined));
  if (!ours && parsed.every((entry) => entry === undefined)) return fail(refusal);
  return ok(
    list.map((entry, index): ParsedEntry => {
      const reason = reasons[index];
      if (reason !== undefined) return { kind: "ignored", reason };
      return parsed[index] ?? { kind: "event", event: unparsedEvent(source, label, entry) };
    }),
  );
}

/** Who reads a body that is one entry or a list of them; `field` is the member that has to be there, if it is one. */
export interface BodyReader extends EntryReader {
  field?: string;
  expected: string;
}

/** A body that is one entry, which is refused when it is not understood, or a list of them. */
export function parseOneOrMany(body: Json, { field, expected, ...reader }: BodyReader): Parsed {
  if (isTooDeep(body)) return fail({ where: "body", expected: "JSON of moderate nesting" });
  if (Array.isArray(body))
    return parseList(body, { ...reader, refusal: { where: field === undefined ? "[0]" : `[0].${field}`, expected } });
  const entry = reader.read(body, 0);
  return entry ? ok([entry]) : fail({ where: field ?? "body", expected });
}
