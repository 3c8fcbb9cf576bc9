// An event of Amazon EventBridge, in which findings come, and its order among the others.
// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
import { asInstant, type Instant } from "../instant.ts";
import { asLine, isObject, type JsonObject } from "../read.ts";

/** One event; `detail` is what it is about. */
export interface HubEvent {
  /** The event's own id; the same when EventBridge delivers it twice. */
  id?: string;
  /** Such as `Security Hub Findings - Imported`. */
  detailType: string;
  /** Such as `aws.securityhub`. */
  source: string;
  account?: string;
  region?: string;
  at?: Instant;
  detail: JsonObject;
  /** Everything but `detail`, for the record. */
  header: JsonObject;
}

/** Reads an event; undefined when it is none. */
export function readEvent(body: JsonObject): HubEvent | undefined {
  const { detail, ...header } = body;
  const [detailType, source] = [asLine(body["detail-type"], 100), asLine(body.source, 100)];
  if (!isObject(detail) || detailType === undefined || source === undefined) return undefined;
  return {
    id: asLine(body.id),
    detailType,
    source,
    account: asLine(body.account),
    region: regionName(body.region),
    at: asInstant(body.time),
    detail,
    header,
  };
}

/** A region's name, such as `eu-central-1`; undefined for anything else, because it becomes part of an address. */
export function regionName(value: unknown): string | undefined {
  const text = asLine(value, 50);
  return text !== undefined && /^[a-z]{2,5}(?:-[a-z]+)+-\d{1,2}$/.test(text) ? text : undefined;
}

const HOUR_MS = 3_600_000;

/**
 * What makes one state of a finding later than another: when the event was made. The finding's own time does not do, because
 * an analyst's change of status leaves it as it is. EventBridge counts whole seconds, so the time at which SNS carried the event
 * decides within one: it is squeezed into the second, which keeps its order however long a delivery took.
 */
export function orderOf(made: Instant | undefined, carried: Instant | undefined): number | undefined {
  if (!made) return carried?.ms;
  const delay = Math.min(Math.max((carried?.ms ?? made.ms) - made.ms, 0), HOUR_MS);
  return made.ms + (delay / HOUR_MS) * 999;
}
