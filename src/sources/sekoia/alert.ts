// An alert of SEKOIA.IO as a patch of ours, the same for a notification's attributes and for the API's answer.
import type { AlertPatch, Asset, Attack, Json, Observable } from "../../alert.ts";
import { indicatorType } from "../indicator.ts";
import { asInstant } from "../instant.ts";
import { asLine, asList, asObject, compact } from "../read.ts";
import type { ParseContext } from "../source.ts";
import type { AlertFacts } from "./payload.ts";
import { consoleBase, type SekoiaSettings } from "./settings.ts";
import { urgencySeverity } from "./severity.ts";
import { statusOf } from "./status.ts";

const TECHNIQUE = /\bT\d{4}(?:\.\d{3})?\b/;

/** Everything that the facts tell, and nothing that they do not. */
export function alertPatch(facts: AlertFacts, context: ParseContext<SekoiaSettings>): AlertPatch {
  const { rule, updated } = facts;
  const urgency =
    updated.dynamic_urgency_value ?? updated.urgency_current_value ?? facts.urgency.current_value ?? facts.urgency_current_value;
  const similar = updated.similar ?? facts.similar;
  const ruleName = rule.name ?? facts.rule_name;
  return compact<AlertPatch>({
    title: updated.title ?? facts.title,
    summary: updated.details ?? facts.details,
    ...urgencySeverity(urgency, facts.urgency.display, context.severityMap),
    ...status(facts),
    category: facts.alert_type.category ?? facts.alert_type_category,
    type: facts.alert_type.value ?? facts.alert_type_value,
    rule: ruleName === undefined ? undefined : compact({ id: rule.uuid ?? facts.rule_uuid, name: ruleName }),
    tenant: facts.community_uuid,
    assets: assets(facts.assets ?? facts.assets_uuids),
    observables: observables(facts),
    attacks: facts.ttps.length > 0 ? facts.ttps.map(attack) : undefined,
    tags: facts.adversaries.length > 0 ? names(facts.adversaries) : undefined,
    // `similar` counts the events after the first.
    total: similar === undefined || similar < 0 ? undefined : Math.floor(similar) + 1,
    first_seen: asInstant(facts.first_seen_at)?.iso,
    last_seen: asInstant(facts.last_seen_at)?.iso,
    url: alertUrl(facts.short_id, context),
    data: data(facts, urgency),
  });
}

/** The alert's page in the console; it is addressed by the short id. */
export function alertUrl(shortId: string | undefined, context: ParseContext<SekoiaSettings>): string | undefined {
  const base = consoleBase(context);
  return base === undefined || shortId === undefined ? undefined : `${base}/operations/alerts/${encodeURIComponent(shortId)}`;
}

function status(facts: AlertFacts): Pick<AlertPatch, "status" | "status_label"> {
  const { updated } = facts;
  const changed = statusOf(updated.status.uuid ?? updated.status_uuid, updated.status_name ?? updated.status.name);
  if (changed.status !== undefined) return changed;
  return statusOf(facts.status.uuid ?? facts.status_uuid, facts.status.name ?? facts.status_name);
}

function data(facts: AlertFacts, urgency: number | undefined): Record<string, Json> | undefined {
  const found: Record<string, Json | undefined> = {
    short_id: facts.short_id,
    urgency,
    criticity: facts.urgency.criticity,
    rule_severity: facts.rule.severity,
    entity: facts.entity.name ?? facts.entity_name,
    kill_chain: facts.kill_chain_short_id,
    detection_type: facts.detection_type,
    adversaries: facts.adversaries.length > 0 ? names(facts.adversaries) : undefined,
    cases: facts.cases.length > 0 ? facts.cases.flatMap((entry) => entry.short_id ?? entry.name ?? []) : undefined,
  };
  const told = compact(found) as Record<string, Json>;
  return Object.keys(told).length > 0 ? told : undefined;
}

const names = (objects: { name?: string; id?: string }[]): string[] => [
  ...new Set(objects.flatMap((object) => object.name ?? object.id ?? [])),
];

/** The API lists assets as bare UUIDs; a short form stands in for the name that it does not tell. */
function assets(value: unknown): Asset[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return asList(value).flatMap((member) => {
    const fields = asObject(member);
    const id = asLine(fields.uuid) ?? asLine(member);
    const name = asLine(fields.name) ?? (id && `asset ${id.slice(0, 8)}`);
    return name ? [compact<Asset>({ name, id, type: asLine(fields.type) })] : [];
  });
}

function observables(facts: AlertFacts): Observable[] | undefined {
  const ends = [
    ["source", facts.source],
    ["target", facts.target],
  ] as const;
  const found = ends.flatMap(([name, value]) => (value === undefined ? [] : [{ name, type: indicatorType(value), value }]));
  return found.length > 0 ? found : undefined;
}

/** A STIX attack pattern; the technique's id is told in the description, the name or not at all. */
function attack(ttp: AlertFacts["ttps"][number]): Attack {
  if (ttp.type === "x-mitre-tactic") return compact({ tactic: ttp.name ?? ttp.id });
  const technique = TECHNIQUE.exec(ttp.description ?? "")?.[0] ?? TECHNIQUE.exec(ttp.name ?? "")?.[0];
  return compact({ technique, name: ttp.name ?? ttp.id });
}
