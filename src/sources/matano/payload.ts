// What Matano publishes whenever an alert is made or gets new rule matches (matanolabs/matano: lib/rust/shared/src/alert_util.rs,
// lib/rust/alert_writer/src/main.rs), read liberally.
import type { Json } from "../../alert.ts";
import { fields, line, lines, number, text } from "../lenient.ts";
import { asLine, asObject, isObject, type JsonObject } from "../read.ts";

const alertFacts = fields({
  id: line(),
  creation_time: line(),
  title: line(),
  severity: line(),
  runbook: text(),
  false_positives: lines(),
  destinations: lines(),
  tables: lines(),
  match_count: number(),
  /** 0 when the alert is made; grows with each later message about it. */
  update_count: number(),
});

/** One published state of an alert. The three contexts are trees of ECS fields whose leaves are lists of values. */
export interface MatanoAlert {
  id: string;
  facts: (typeof alertFacts)["_output"];
  /** Of all matches, as far as the vendor merged them. */
  context: JsonObject;
  /** Of the matches that this message is about. */
  incoming: JsonObject;
  /** What no earlier match had; undefined where the message does not say. */
  diff: JsonObject | undefined;
  /** By Matano destination, what Matano remembers of the alert there; the vendor writes JSON into the texts. */
  destinationInfo: Record<string, Json>;
  /** Of messages on the vendor's internal topic: the one destination that this copy is for. */
  destination?: string;
}

/** Reads a message; undefined when it is not one of Matano's alerts. */
export function readAlert(message: JsonObject): MatanoAlert | undefined {
  // The internal topic of the vendor's own forwarder wraps the same body, once for each destination.
  const wrapped = isObject(message.payload) && isObject(message.payload.updated_alert);
  const body = wrapped ? asObject(message.payload) : message;
  if (!isObject(body.updated_alert)) return undefined;
  const facts = alertFacts.parse(body.updated_alert);
  if (facts.id === undefined) return undefined;
  const alert: MatanoAlert = {
    id: facts.id,
    facts,
    context: asObject(body.updated_alert.context),
    incoming: asObject(body.incoming_rule_matches_context),
    diff: isObject(body.context_diff) ? body.context_diff : undefined,
    // Beside the alert in the vendor's code, inside it in the vendor's description of the feature (matanolabs/matano#116).
    destinationInfo: { ...readInfo(body.updated_alert.destination_to_alert_info), ...readInfo(body.destination_to_alert_info) },
  };
  const destination = wrapped ? asLine(message.destination) : undefined;
  return destination === undefined ? alert : { ...alert, destination };
}

const MOST_INFO = 50;

function readInfo(value: Json | undefined): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(asObject(value))
      .slice(0, MOST_INFO)
      .map(([name, info]) => [name, unwrapped(info)]),
  );
}

function unwrapped(info: Json): Json {
  if (typeof info !== "string") return info;
  try {
    const inner: Json = JSON.parse(info);
    return isObject(inner) ? inner : info;
  } catch {
    return info;
  }
}
