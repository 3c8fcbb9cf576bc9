// Findings in OCSF, as the new Security Hub sends them (`Findings Imported V2`).
// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-cwe-event-formats.html, https://schema.ocsf.io/
import type * as z from "zod";
import type { AlertPatch, Asset, Json, Observable } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { sha256 } from "../../lib/keys.ts";
import { attacksOf, techniqueIn } from "../attack.ts";
import { distinctAssets, distinctObservables } from "../distinct.ts";
import { indicatorType } from "../indicator.ts";
import { asInstant, type Instant } from "../instant.ts";
import { entries, fields, line, lines, number, raw, text } from "../lenient.ts";
import { asLine, asList, asObject, compact, isObject, type JsonObject } from "../read.ts";
import type { Finding, FindingContext } from "./finding.ts";
import { givenLink, partitionOf, threatLink } from "./links.ts";
import { assetOf, indicatorsIn, nameTag } from "./resources.ts";
import { ocsfSeverity } from "./severity.ts";
import { ocsfStatus } from "./status.ts";

const named = fields({ uid: line(), name: line() });

const findingSchema = fields({
  activity_id: line(),
  activity_name: line(),
  class_name: line(),
  severity: line(),
  severity_id: number(),
  status: line(),
  status_id: number(),
  count: number(),
  comment: text(),
  confidence: line(),
  confidence_score: number(),
  message: text(),
  metadata: fields({ uid: line(), product: fields({ name: line(), uid: line() }) }),
  cloud: fields({ account: fields({ uid: line(), name: line() }), region: line() }),
  finding_info: fields({
    uid: line(),
    uid_alt: line(),
    title: line(),
    desc: text(),
    types: lines(),
    src_url: line(),
    analytic: fields({ uid: line(), name: line() }),
    attacks: entries({ tactic: named, technique: named, sub_technique: named, tactics: entries({ uid: line(), name: line() }) }),
    created_time: raw(),
    created_time_dt: raw(),
    modified_time: raw(),
    modified_time_dt: raw(),
    first_seen_time: raw(),
    first_seen_time_dt: raw(),
    last_seen_time: raw(),
    last_seen_time_dt: raw(),
  }),
  compliance: fields({ control: line(), status: line(), standards: lines(), requirements: lines() }),
  remediation: fields({ desc: text(), references: lines() }),
  vulnerabilities: entries({ cve: fields({ uid: line() }) }),
  observables: entries({ name: line(), type: line(), value: line() }),
});
type Facts = z.output<typeof findingSchema>;

/** Reads a finding; undefined when it is not in this format. */
export function readOcsf(entry: JsonObject, context: FindingContext): Finding | undefined {
  if (!isObject(entry.finding_info) || (entry.class_uid === undefined && entry.metadata === undefined)) return undefined;
  const facts = findingSchema.parse(entry);
  const { finding_info: info, metadata } = facts;
  // The provider's id is the one that its other formats have too.
  const id = info.uid ?? metadata.uid;
  if (id === undefined) return undefined;
  const updated = time(info.modified_time, info.modified_time_dt) ?? asInstant(entry.time) ?? asInstant(entry.time_dt);
  const edits = [
    facts.status ?? null,
    facts.status_id ?? null,
    facts.severity_id ?? null,
    facts.comment ?? null,
    facts.compliance.status ?? null,
  ];
  return {
    id,
    product: metadata.product.uid,
    updated,
    created: time(info.created_time, info.created_time_dt),
    claim: [updated?.ms, facts.activity_id ?? facts.activity_name, facts.count, sha256(stableJson(edits)).slice(0, 16)],
    patch: findingPatch(facts, entry, context, updated),
  };
}

/** Each time is sent twice, in ms and as text; the text is there only with the profile `datetime`. */
const time = (ms: unknown, iso: unknown): Instant | undefined => asInstant(ms) ?? asInstant(iso);

function findingPatch(facts: Facts, entry: JsonObject, context: FindingContext, updated: Instant | undefined): AlertPatch {
  const { finding_info: info, metadata, compliance, cloud } = facts;
  const region = context.regionOf(cloud.region);
  const reference = facts.remediation.references?.map(givenLink).find((link) => link !== undefined);
  const status = {
    id: facts.status_id,
    word: facts.status,
    activity: facts.activity_name ?? facts.activity_id,
    compliance: compliance.status,
  };
  return compact<AlertPatch>({
    title: info.title,
    summary: info.desc ?? facts.message,
    ...ocsfSeverity(facts.severity_id, facts.severity, context.severityMap),
    ...ocsfStatus(compact(status)),
    category: facts.class_name,
    type: info.types?.[0],
    rule: ruleOf(facts, reference),
    tenant: cloud.account.uid ?? context.event.account,
    assets: assets(entry),
    observables: observables(facts, entry),
    attacks: attacks(facts),
    tags: info.types,
    total: facts.count !== undefined && Number.isSafeInteger(facts.count) && facts.count >= 1 ? facts.count : undefined,
    first_seen: (time(info.first_seen_time, info.first_seen_time_dt) ?? time(info.created_time, info.created_time_dt))?.iso,
    last_seen: (time(info.last_seen_time, info.last_seen_time_dt) ?? updated)?.iso,
    url: givenLink(info.src_url) ?? threat(facts, { ...context, region }),
    data: compact({
      product: metadata.product.name,
      remediation: facts.remediation.desc,
      remediation_url: reference,
      compliance: compliance.status,
      control: compliance.control,
      region,
      account: cloud.account.name,
      standards: compliance.standards,
      requirements: compliance.requirements,
      confidence: facts.confidence_score ?? facts.confidence,
      comment: facts.comment === undefined ? undefined : { text: facts.comment },
    }) as Record<string, Json>,
  });
}

function threat({ finding_info: info, metadata }: Facts, place: { console?: string; region?: string }): string | undefined {
  const id = /^arn:aws[a-z-]*:guardduty:.*\/finding\/(\w+)$/.exec(info.uid ?? "")?.[1];
  const partition = partitionOf(metadata.product.uid);
  return id === undefined ? undefined : threatLink(id, { console: place.console, region: place.region, partition });
}

function ruleOf({ compliance, finding_info: { analytic } }: Facts, url: string | undefined): AlertPatch["rule"] {
  const name = compliance.control ?? analytic.name;
  return name === undefined ? undefined : compact({ id: analytic.uid, name, url });
}

function assets(entry: JsonObject): Asset[] {
  const found = asList(entry.resources).flatMap((member) => {
    const resource = asObject(member);
    const [uid, other] = [asLine(resource.uid), asLine(resource.uid_alt)];
    const asset = assetOf({
      id: other?.startsWith("arn:") ? other : (uid ?? other),
      type: asLine(resource.type),
      name: asLine(resource.name) ?? nameTag(resource.tags) ?? (uid?.startsWith("arn:") ? undefined : uid),
      ip: asLine(resource.ip),
    });
    return asset ?? [];
  });
  return distinctAssets(found);
}

function observables(facts: Facts, entry: JsonObject): Observable[] {
  const users = asList(entry.resources).flatMap((member) => asLine(asObject(asObject(member).data).user_name) ?? []);
  return distinctObservables([
    ...indicatorsIn(entry.evidences),
    ...facts.observables.flatMap(({ name, type, value }) => observableOf(name ?? "observable", type, value)),
    ...users.map((value): Observable => ({ name: "user", type: "user", value })),
    ...facts.vulnerabilities.flatMap(({ cve }) => (cve.uid === undefined ? [] : [{ name: "vulnerability", type: "cve", value: cve.uid }])),
  ]);
}

/** OCSF names the type in words: `IP Address`, `User Name`, `Process Name`. */
function observableOf(name: string, type: string | undefined, value: string | undefined): Observable[] {
  if (value === undefined) return [];
  const kind = /\b(user|process|file|email|url)\b/i.exec(type ?? "")?.[1]?.toLowerCase();
  return [{ name, type: kind ?? indicatorType(value), value }];
}

function attacks({ finding_info: { attacks: list } }: Facts): AlertPatch["attacks"] {
  if (list.length === 0) return undefined;
  const techniques = list.flatMap(({ technique, sub_technique: sub }) => {
    const id = techniqueIn(sub.uid ?? sub.name ?? technique.uid ?? technique.name ?? "");
    // The new hub writes id and name into the name.
    const name = (sub.name ?? technique.name)?.replace(/^T\d{4}(?:\.\d{3})?\s*-\s*/, "");
    return id === undefined ? [] : [compact({ technique: id, name })];
  });
  const tactics = list.flatMap(({ tactic, tactics: several }) => [tactic, ...several].flatMap((each) => each.name ?? each.uid ?? []));
  return attacksOf(techniques, tactics);
}
