// A request body of MozDef as events: one alert, one raw event, or a list of either.
import type { Json, SourceEvent } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { claimId, sha256 } from "../../lib/keys.ts";
import { asInstant } from "../instant.ts";
import { compact } from "../read.ts";
import type { ParseContext, Parsed } from "../source.ts";
import { asEntry, parseOneOrMany } from "../unparsed.ts";
import { alertPatch, happenedAt } from "./alert.ts";
import { eventPatch } from "./event.ts";
import { documentOf, isBulkAction, type MozdefAlert, type MozdefDocument, type MozdefEvent, readAlert, readEvent } from "./payload.ts";
import type { MozdefSettings } from "./settings.ts";
import { triageStep } from "./status.ts";

type Context = ParseContext<MozdefSettings>;

const EXPECTED = 'an alert (with "summary" and "events", bare or in "_source"), an event (with "category" or "summary"), or a list of them';

/** Reads a body. A body of another shape is refused; an entry of a list that is not understood is never lost. */
export const parse = (body: Json, context: Context): Parsed =>
  parseOneOrMany(body, {
    source: "mozdef",
    label: "MozDef",
    read: (entry) => asEntry(readDocument(entry, context)),
    passedOver: (entry) => (isBulkAction(entry) ? "a bulk action, which says where to put the next entry" : undefined),
    expected: EXPECTED,
  });

function readDocument(entry: Json, context: Context): SourceEvent | undefined {
  const document = documentOf(entry);
  if (document === undefined) return undefined;
  const alert = readAlert(document);
  if (alert !== undefined) return tellAlert(alert, document, entry, context);
  const event = readEvent(document);
  return event && tellEvent(event, document, entry, context);
}

/**
 * An alert is its `_id`, which a second document of the same alert repeats. The claim also holds a hash of the document, so that a
 * status set later counts and a copy does not, whatever a search wrote around it (`_score`, `sort`).
 */
function tellAlert(alert: MozdefAlert, document: MozdefDocument, payload: Json, context: Context): SourceEvent {
  const { id, source } = document;
  const at = asInstant(alert.utctimestamp);
  const subject = id === undefined ? [alert.utctimestamp, alert.classname ?? alert.category, alert.summary] : ["id", id];
  return compact<SourceEvent>({
    claim: claimId(["mozdef", "alert", ...subject, sha256(stableJson(source))]),
    identified: id !== undefined || at !== undefined,
    key: `alert:${id !== undefined && id.length <= maxIdChars ? id : claimId(["mozdef", "alert", ...subject])}`,
    type: "alert",
    kind: "opened",
    order: at && at.ms + triageStep(alert),
    occurred_at: at?.iso,
    patch: alertPatch(alert, document, context),
    payload,
  });
}

/** Each event has a key of its own. One that tells no time is known by its content: sent again later, it is counted there. */
function tellEvent(event: MozdefEvent, document: MozdefDocument, payload: Json, context: Context): SourceEvent {
  const { id, source } = document;
  const at = happenedAt(event);
  const subject = id === undefined ? ["hash", sha256(stableJson(source))] : ["id", id];
  return compact<SourceEvent>({
    claim: claimId(["mozdef", "event", ...subject]),
    identified: id !== undefined || at !== undefined,
    key: `event:${claimId(["mozdef", "event", ...subject])}`,
    type: "event",
    kind: "opened",
    order: at?.ms,
    occurred_at: at?.iso,
    patch: eventPatch(event, context),
    payload,
  });
}

/** Elasticsearch's own limit of an id is 512 bytes; those it makes have 20. */
const maxIdChars = 100;
