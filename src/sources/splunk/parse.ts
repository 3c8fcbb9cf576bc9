// A request of Splunk's webhook as one event: a search was triggered.
import type { Json, SourceEvent } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { claimId, sha256 } from "../../lib/keys.ts";
import { fail, ok } from "../../outcome.ts";
import { asInstant, type Instant } from "../instant.ts";
import { compact, isObject, isTooDeep } from "../read.ts";
import type { ParseContext, Parsed } from "../source.ts";
import { triggerPatch } from "./alert.ts";
import { firstOf, namedFields, rowFields, type Trigger, triggerSchema } from "./payload.ts";

/** Reads a body; what bears neither a search's id nor its result is refused. */
export function parse(body: Json, context: ParseContext<unknown>): Parsed {
  if (isTooDeep(body)) return fail({ where: "body", expected: "JSON of moderate nesting" });
  if (!isObject(body)) return fail({ where: "body", expected: 'an object with "sid", "search_name" and "result"' });
  const trigger = triggerSchema.parse(body);
  if (trigger.sid === undefined) return fail({ where: "sid", expected: "the id of the search that was triggered" });
  if (!("search_name" in body || "results_link" in body)) return fail({ where: "search_name", expected: "the name of the saved search" });
  return ok([{ kind: "event", event: eventOf(trigger, body, context) }]);
}

function eventOf(trigger: Trigger, body: Json, context: ParseContext<unknown>): SourceEvent {
  const fields = namedFields(rowFields(trigger.result));
  const at = happenedAt(trigger);
  // An alert may be triggered for each row, under one search id.
  const id = claimId(["splunk", trigger.sid, sha256(stableJson(trigger.result))]);
  const notable = firstOf(fields, "event_id");
  return compact<SourceEvent>({
    claim: id,
    identified: true,
    key: notable === undefined ? `trigger:${id}` : `notable:${claimId(["splunk", notable])}`,
    type: notable === undefined ? "alert" : "notable",
    kind: "opened",
    order: at?.ms,
    occurred_at: at?.iso,
    patch: triggerPatch(trigger, context),
    payload: body,
  });
}

/** When the search ran, which a scheduled search's id tells (`..._at_1581119940_87`), else the row's own time. */
function happenedAt({ sid = "", result }: Trigger): Instant | undefined {
  return (
    asInstant(/_at_(\d{9,11})(?:[_.]|$)/.exec(sid)?.[1]) ?? asInstant(/^(?:rt_)?(\d{10}\.\d+)/.exec(sid)?.[1]) ?? asInstant(result._time)
  );
}
