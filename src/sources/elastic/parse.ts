// A request of Kibana's Webhook connector as events: the alerts of a summary, or the one that the request is about.
import type { Json, SourceEvent } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { claimId, sha256 } from "../../lib/keys.ts";
import { fail, ok } from "../../outcome.ts";
import { asInstant } from "../instant.ts";
import { compact, isObject, isTooDeep, type JsonObject } from "../read.ts";
import type { ParseContext, Parsed, ParsedEntry } from "../source.ts";
import { parseList } from "../unparsed.ts";
import { alertPatch, kibanasRuleName, ruleName } from "./alert.ts";
import { alertList, envelopeOf, type Fields, fieldsOf, type ListedAlert, lineOf, listed } from "./payload.ts";
import { isOver } from "./status.ts";

type Context = ParseContext<unknown>;

/** Reads a body: an object, or a list of alert documents. Refused is what names neither a rule nor an alert of Kibana. */
export function parse(body: Json, context: Context): Parsed {
  if (isTooDeep(body)) return fail({ where: "body", expected: "JSON of moderate nesting" });
  if (Array.isArray(body)) return readList(listed(body), new Map(), context);
  if (!isObject(body)) return fail({ where: "body", expected: "an object with a rule's name, or a list of alerts" });
  const envelope = fieldsOf(envelopeOf(body));
  const list = alertList(body);
  // A list without any document says no more than the notification around it.
  if (list?.some(({ entry }) => isObject(entry))) return readList(list, envelope, context);
  return isKibanas(envelope) ? ok([{ kind: "event", event: readEvent(envelope, body, undefined, context) }]) : fail(REFUSAL);
}

const REFUSAL = { where: "rule.name", expected: "the name of the rule, as in the recommended template" };

/** The alerts of a list. Where nothing around it is Kibana's, each has to show that it is. */
function readList(list: readonly ListedAlert[], envelope: Fields, context: Context): Parsed {
  const ours = isKibanas(envelope);
  const read = (entry: Json, index: number): ParsedEntry | undefined => {
    if (!isObject(entry)) return undefined;
    const own = fieldsOf(entry);
    if (!ours && !isKibanasAlert(own)) return undefined;
    // What an alert says of itself comes before what the notification says of all.
    return { kind: "event", event: readEvent(new Map([...envelope, ...own]), entry, list[index]?.group, context) };
  };
  const entries = list.map(({ entry }) => entry);
  return parseList(entries, { source: "elastic", label: "Elastic", read, refusal: REFUSAL });
}

/** What every template has, ours or not: the rule. */
const isKibanas = (fields: Fields): boolean => ruleName(fields) !== undefined || isKibanasAlert(fields);

/** What Kibana's documents and the recommended templates have. A word such as `alertName` stands in other systems' lists, too. */
const isKibanasAlert = (fields: Fields): boolean =>
  kibanasRuleName(fields) !== undefined || [...fields.keys()].some((name) => name.startsWith("kibana.alert."));

function readEvent(fields: Fields, payload: JsonObject, group: string | undefined, context: Context): SourceEvent {
  const uuid = lineOf(fields, "kibana.alert.uuid", "alert.uuid", "_id", "uuid");
  const rule = lineOf(fields, "kibana.alert.rule.uuid", "rule.id", "context.rule.id") ?? ruleName(fields);
  const instance = lineOf(fields, "alert.id", "kibana.alert.instance.id", "alertInstanceId");
  const notified = asInstant(lineOf(fields, "date"));
  const at = asInstant(lineOf(fields, "kibana.alert.original_time", "@timestamp", "kibana.alert.start")) ?? notified;
  const over = isOver(fields, group);
  const state = over ? "recovered" : lineOf(fields, "alert.actionGroup", "kibana.alert.action_group", "alertActionGroup");
  const own = uuid ?? (instance === undefined ? undefined : claimId(["elastic", "instance", rule, instance]));
  // Without an id of its own, each notification is an alert of its own.
  const body = claimId(["elastic", "body", rule, instance, state, notified?.ms, sha256(stableJson(payload))]);
  return compact<SourceEvent>({
    claim: uuid === undefined ? body : claimId(["elastic", "alert", uuid, state]),
    identified: uuid !== undefined || notified !== undefined,
    key: own === undefined ? `notification:${body}` : `alert:${keyOf(own)}`,
    type: state ?? "alert",
    kind: over ? "resolved" : "opened",
    // By the clock that knows of ends too.
    order: (notified ?? at)?.ms,
    occurred_at: (over ? notified : at)?.iso,
    patch: alertPatch(fields, over, context),
    payload,
  });
}

const keyOf = (id: string): string => (/^\S{1,128}$/.test(id) ? id : `sha256-${sha256(id).slice(0, 32)}`);
