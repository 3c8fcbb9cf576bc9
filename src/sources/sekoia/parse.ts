// A request body as events: one notification, or a list of them.
import type { Json, SourceEvent } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { claimId, sha256 } from "../../lib/keys.ts";
import { fail, ok } from "../../outcome.ts";
import { asInstant } from "../instant.ts";
import { asLine, asObject, compact, isTooDeep } from "../read.ts";
import type { ParseContext, Parsed, ParsedEntry } from "../source.ts";
import { unparsedEvent } from "../unparsed.ts";
import { tell } from "./events.ts";
import { type Notification, notificationSchema } from "./payload.ts";
import type { SekoiaSettings } from "./settings.ts";

/** Reads a body. Only a body that is no notification at all is refused; an entry of a list is never lost. */
export function parse(body: Json, context: ParseContext<SekoiaSettings>): Parsed {
  if (isTooDeep(body)) return fail({ where: "body", expected: "JSON of moderate nesting" });
  if (Array.isArray(body)) return ok(body.length === 0 ? [{ kind: "test" }] : body.map((entry) => listEntry(entry, context)));
  const event = readEvent(body, context);
  return event ? ok([{ kind: "event", event }]) : fail({ where: "type", expected: 'an object with a text "type", such as "alert"' });
}

function listEntry(entry: Json, context: ParseContext<SekoiaSettings>): ParsedEntry {
  return { kind: "event", event: readEvent(entry, context) ?? unparsedEvent("sekoia", "SEKOIA.IO", entry) };
}

function readEvent(body: Json, context: ParseContext<SekoiaSettings>): SourceEvent | undefined {
  const read = notificationSchema.safeParse(body);
  if (!read.success) return undefined;
  const notification = read.data;
  const at = asInstant(notification.metadata.created_at) ?? asInstant(notification.metadata.created);
  const { detail, detailOnlyIfThin, ...told } = tell(notification, at?.iso, context);
  return compact<SourceEvent>({
    claim: claimOf(notification, body),
    identified: notification.metadata.uuid !== undefined || at !== undefined,
    ...told,
    type: notification.action === undefined ? notification.type : `${notification.type}:${notification.action}`,
    order: at?.ms,
    occurred_at: at?.iso,
    detail,
    ...(detailOnlyIfThin ? { detailOnlyIfThin } : {}),
    payload: body,
  });
}

/**
 * `metadata.uuid` where it is sent (the documented form lacks it), else what the event is about and when it was made.
 * The hash keeps two updates of one alert apart that bear the same time.
 */
function claimOf(notification: Notification, body: Json): string {
  const { type, action, metadata } = notification;
  const attributes = asObject(notification.attributes);
  const about = asLine(attributes.uuid)?.toLowerCase();
  if (metadata.uuid !== undefined) return claimId(["sekoia", "uuid", metadata.uuid.toLowerCase(), type, action, about]);
  const madeAt = asLine(metadata.created_at) ?? asLine(metadata.created);
  const rest = madeAt === undefined ? body : attributes;
  return claimId(["sekoia", "body", type, action, about, madeAt, sha256(stableJson(rest))]);
}
