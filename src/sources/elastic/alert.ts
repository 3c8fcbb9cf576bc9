// One alert of Kibana as a patch of ours.
import type { AlertPatch, Attack, DetectionRule, Json } from "../../alert.ts";
import { techniqueIn } from "../attack.ts";
import { fieldName, findings, type NamedFields } from "../field-names.ts";
import { asInstant } from "../instant.ts";
import { pageLink } from "../link.ts";
import { asLine, asList, asNumber, asObject, compact } from "../read.ts";
import type { ParseContext } from "../source.ts";
import { type Fields, lineOf, textOf, valuesOf } from "./payload.ts";
import { severityOf } from "./severity.ts";
import { statusOf } from "./status.ts";

/** The rule's name under the names that Kibana and the recommended templates have for it. */
export const kibanasRuleName = (fields: Fields): string | undefined =>
  lineOf(fields, "kibana.alert.rule.name", "rule.name", "context.rule.name", "signal.rule.name");

/** The rule's name, wherever a template puts it. */
export const ruleName = (fields: Fields): string | undefined =>
  kibanasRuleName(fields) ?? lineOf(fields, "rule_name", "ruleName", "alertName");

/** Everything that the fields tell; `over`: the condition is. */
export function alertPatch(fields: Fields, over: boolean, context: ParseContext<unknown>): AlertPatch {
  const name = ruleName(fields);
  const space = lineOf(fields, "kibana.space_ids", "rule.spaceId");
  const summary = textOf(fields, "kibana.alert.reason", "reason", "context.reason", "context.message", "message");
  return compact<AlertPatch>({
    title: name ?? "A Kibana alert",
    summary: summary ?? textOf(fields, "context.rule.description", "kibana.alert.rule.description"),
    ...severityOf(fields, context.severityMap),
    ...statusOf(fields, over),
    category: lineOf(fields, "kibana.alert.rule.category", "event.category"),
    type: lineOf(fields, "rule.type", "context.rule.type", "kibana.alert.rule.rule_type_id"),
    rule: rule(fields, name, context),
    tenant: space === "default" ? undefined : space,
    ...findings(namedFields(fields)),
    attacks: attacks(fields),
    tags: valuesOf(fields, "kibana.alert.rule.tags", "rule.tags", "tags").flatMap(commaParts),
    total: total(fields),
    first_seen: asInstant(lineOf(fields, "kibana.alert.start", "kibana.alert.original_time"))?.iso,
    url: page(
      fields,
      context,
      "kibana.alert.url",
      "alert.url",
      "context.alertDetailsUrl",
      "context.results_link",
      "context.viewInAppUrl",
      "context.link",
    ),
    data: data(fields),
  });
}

const page = (fields: Fields, context: ParseContext<unknown>, ...names: string[]): string | undefined =>
  pageLink(textOf(fields, ...names), textOf(fields, "kibanaBaseUrl"), context.console);

function rule(fields: Fields, name: string | undefined, context: ParseContext<unknown>): DetectionRule | undefined {
  const id = lineOf(fields, "kibana.alert.rule.uuid", "rule.id", "context.rule.id");
  return name === undefined ? undefined : compact({ id, name, url: page(fields, context, "rule.url") });
}

/** How many alerts a summary without a list stands for. An alert with an id of its own is one. */
function total(fields: Fields): number | undefined {
  if (lineOf(fields, "kibana.alert.uuid", "alert.uuid", "_id") !== undefined) return undefined;
  const count = asNumber(lineOf(fields, "alerts.all.count", "alerts.new.count", "state.signals_count"));
  return count === undefined || count < 1 ? undefined : Math.floor(count);
}

/** Fields by compared names; Mustache joins the members of a list by commas, which no address, hash or name of a host holds. */
function namedFields(fields: Fields): NamedFields {
  const found = [...fields].filter(([name]) => !/^(?:kibana|signal|rule|context|alert|state)\b/.test(name));
  return new Map(
    found.map(([name, values]) => [
      fieldName(name),
      values.flatMap((value) => (/(?:\.ip|host\.name)$/.test(name) ? commaParts(value) : (asLine(value) ?? []))),
    ]),
  );
}

const commaParts = (value: Json): string[] => (asLine(value) ?? "").split(",").flatMap((part) => asLine(part) ?? []);

/** `threat` as rules keep it: tactics, each with its techniques, each with its sub-techniques. */
function attacks(fields: Fields): Attack[] | undefined {
  const threats = valuesOf(
    fields,
    "kibana.alert.rule.threat",
    "kibana.alert.rule.parameters.threat",
    "context.rule.threat",
    "rule.threat",
    "threat",
  );
  const found = threats.flatMap((threat) => {
    const { tactic, tactic_name: tacticName, technique, techniques } = asObject(threat);
    const name = asLine(asObject(tactic).name) ?? asLine(tacticName) ?? asLine(tactic);
    const listed = asList(technique ?? techniques).flatMap((one) => techniqueParts(one));
    if (listed.length === 0) return name === undefined ? [] : [{ tactic: name }];
    return listed.map((part) => compact<Attack>({ tactic: name, ...part }));
  });
  return found.length > 0 ? found : undefined;
}

/** The sub-techniques, which are more exact, else the technique itself. */
function techniqueParts(value: Json): Attack[] {
  const { id, name, subtechnique } = asObject(value);
  const exact = asList(subtechnique).flatMap(techniqueParts);
  const technique = techniqueIn(asLine(id) ?? "");
  return exact.length > 0 || technique === undefined ? exact : [compact<Attack>({ technique, name: asLine(name) })];
}

/** The fields of the event that an analyst wants to see, besides assets and indicators. */
const SHOWN: readonly (readonly [string, ...string[]])[] = [
  ["command_line", "process.command_line"],
  ["message", "event.original"],
  ["parent_process", "process.parent.name"],
  ["event", "event.action"],
  ["outcome", "event.outcome"],
  ["user_domain", "user.domain"],
  ["os", "host.os.name"],
  ["value", "context.value", "kibana.alert.evaluation.value"],
  ["threshold", "context.threshold", "kibana.alert.evaluation.threshold"],
  ["alert_id", "alert.id", "kibana.alert.instance.id"],
  ["risk_score", "kibana.alert.risk_score", "context.rule.risk_score"],
  ["building_block", "kibana.alert.building_block_type"],
];

function data(fields: Fields): Record<string, Json> {
  return Object.fromEntries(
    SHOWN.flatMap(([key, ...names]) => {
      const text = textOf(fields, ...names);
      return text === undefined ? [] : [[key, text]];
    }),
  );
}
