// A request body as events: one notification, or a list of them.
import type { Json, SourceEvent } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { claimId, sha256 } from "../../lib/keys.ts";
import { asInstant } from "../instant.ts";
import { asLine, asObject, compact, isObject } from "../read.ts";
import type { ParseContext, Parsed } from "../source.ts";
import { asEntry, parseOneOrMany } from "../unparsed.ts";
import { tell } from "./events.ts";
import { type Notification, notificationSchema } from "./payload.ts";
import type { SekoiaSettings } from "./settings.ts";

const EXPECTED = 'an object with a text "type", such as "alert", and "attributes"';

/** Reads a body. What holds no notification at all is refused; a stranger among notifications is never lost. */
export function parse(body: Json, context: ParseContext<SekoiaSettings>): Parsed {
  const read = (entry: Json) => asEntry(readEvent(entry, context));
  return parseOneOrMany(body, { source: "sekoia", label: "SEKOIA.IO", read, field: "type", expected: EXPECTED });
}

function readEvent(body: Json, context: ParseContext<SekoiaSettings>): SourceEvent | undefined {
  const read = notificationSchema.safeParse(body);
  if (!read.success || !isNotification(body, read.data)) return undefined;
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

/** Types that are known by themselves; of others, which the vendor adds now and then, the envelope has to be there. */
const KNOWN: ReadonlySet<string> = new Set(["alert", "alert-comment", "case", "case-comment", "content-proposal", "report"]);

/** Many systems send an object with a `type`; the vendor's says what it is about in `attributes`, and when in `metadata`. */
function isNotification(body: Json, { type }: Notification): boolean {
  const { attributes, metadata } = asObject(body);
  return KNOWN.has(type) || isObject(attributes) || isObject(metadata);
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
