// An entry of a list that no adapter understands is still shown: losing it would be worse than showing it raw.
import type { Json, SourceEvent } from "../alert.ts";
import { stableJson } from "../lib/json.ts";
import { claimId, sha256 } from "../lib/keys.ts";

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
