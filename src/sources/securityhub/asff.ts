// Findings in the AWS Security Finding Format, as Security Hub CSPM sends them.
// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
import type * as z from "zod";
import type { AlertPatch, Asset, Json, Observable } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { sha256 } from "../../lib/keys.ts";
import { attacksOf } from "../attack.ts";
import { distinctAssets, distinctObservables } from "../distinct.ts";
import { indicatorType } from "../indicator.ts";
import { asInstant } from "../instant.ts";
import { entries, fields, flag, line, lines, number, raw, text } from "../lenient.ts";
import { asLine, asList, asNumber, asObject, compact, type JsonObject } from "../read.ts";
import type { Finding, FindingContext } from "./finding.ts";
import { findingLink, givenLink, partitionOf } from "./links.ts";
import { assetOf, indicatorsIn, nameTag } from "./resources.ts";
import { findingSeverity } from "./severity.ts";
import { findingStatus } from "./status.ts";

const findingSchema = fields({
  Id: line(),
  ProductArn: line(),
  ProductName: line(),
  CompanyName: line(),
  GeneratorId: line(),
  AwsAccountId: line(),
  AwsAccountName: line(),
  Region: line(),
  Types: lines(),
  Title: line(),
  Description: text(),
  CreatedAt: raw(),
  UpdatedAt: raw(),
  FirstObservedAt: raw(),
  LastObservedAt: raw(),
  Severity: fields({ Label: line(), Normalized: number(), Original: line() }),
  FindingProviderFields: fields({ Severity: fields({ Label: line() }), Types: lines() }),
  Workflow: fields({ Status: line() }),
  WorkflowState: line(),
  RecordState: line(),
  VerificationState: line(),
  Compliance: fields({
    Status: line(),
    SecurityControlId: line(),
    RelatedRequirements: lines(),
    AssociatedStandards: entries({ StandardsId: line() }),
  }),
  Remediation: fields({ Recommendation: fields({ Text: text(), Url: line() }) }),
  SourceUrl: line(),
  Note: fields({ Text: text(), UpdatedBy: line(), UpdatedAt: raw() }),
  Confidence: number(),
  Criticality: number(),
  Sample: flag(),
  Vulnerabilities: entries({ Id: line() }),
  ThreatIntelIndicators: entries({ Type: line(), Value: line() }),
  Malware: entries({ Name: line(), Path: line() }),
  Process: fields({ Name: line(), Path: line() }),
  Network: fields({ SourceIpV4: line(), SourceIpV6: line(), DestinationIpV4: line(), DestinationIpV6: line(), DestinationDomain: line() }),
});
type Facts = z.output<typeof findingSchema>;

/** Reads a finding; undefined when it is not in this format. */
export function readFinding(entry: JsonObject, context: FindingContext): Finding | undefined {
  const facts = findingSchema.parse(entry);
  const { Id: id, ProductArn: product } = facts;
  // Another format may have an `Id` too; nothing but this one has any of these beside it.
  if (id === undefined || (product === undefined && facts.GeneratorId === undefined && entry.SchemaVersion === undefined)) return undefined;
  const updated = asInstant(facts.UpdatedAt);
  return {
    id,
    product,
    updated,
    created: asInstant(facts.CreatedAt),
    claim: [facts.UpdatedAt === undefined ? undefined : (updated?.ms ?? asLine(facts.UpdatedAt)), facts.RecordState, edits(entry, facts)],
    patch: findingPatch(facts, entry, context),
  };
}

/**
 * What an analyst or a rule of the hub may change while `UpdatedAt` stays as it is
 * (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html), and the result of a check.
 */
function edits(entry: JsonObject, facts: Facts): string {
  const { Severity, Workflow, Note, Types, VerificationState, UserDefinedFields, Confidence, Criticality } = entry;
  const changed = { Severity, Workflow, Note, Types, VerificationState, UserDefinedFields, Confidence, Criticality };
  return sha256(stableJson([changed, facts.Compliance.Status ?? null])).slice(0, 16);
}

function findingPatch(facts: Facts, entry: JsonObject, context: FindingContext): AlertPatch {
  const { Compliance: compliance, Remediation: remediation } = facts;
  const region = context.regionOf(facts.Region);
  const types = facts.Types ?? facts.FindingProviderFields.Types;
  const advice = remediation.Recommendation;
  return compact<AlertPatch>({
    title: facts.Title,
    summary: facts.Description,
    ...findingSeverity(facts.Severity.Label ?? facts.FindingProviderFields.Severity.Label, facts.Severity.Normalized, context.severityMap),
    ...findingStatus(facts.Workflow.Status ?? facts.WorkflowState, facts.RecordState, compliance.Status),
    category: asLine(types?.[0]?.split("/")[0]),
    type: types?.[0],
    rule: ruleOf(facts),
    tenant: facts.AwsAccountId ?? context.event.account,
    assets: assets(entry),
    observables: observables(facts, entry),
    attacks: tactics(types),
    tags: types,
    total: countOf(entry),
    first_seen: (asInstant(facts.FirstObservedAt) ?? asInstant(facts.CreatedAt))?.iso,
    last_seen: (asInstant(facts.LastObservedAt) ?? asInstant(facts.UpdatedAt))?.iso,
    url:
      givenLink(facts.SourceUrl) ??
      findingLink(facts.Id ?? "", { console: context.console, partition: partitionOf(facts.ProductArn), region }),
    data: compact({
      product: facts.ProductName ?? productOf(facts.ProductArn),
      remediation: advice.Text,
      remediation_url: givenLink(advice.Url),
      compliance: compliance.Status,
      control: compliance.SecurityControlId,
      region,
      account: facts.AwsAccountName,
      standards: standards(facts),
      requirements: compliance.RelatedRequirements,
      // Together, because the status says it in one word already.
      lifecycle: compact({
        workflow: facts.Workflow.Status ?? facts.WorkflowState,
        record: facts.RecordState,
        verification: facts.VerificationState,
      }),
      confidence: facts.Confidence,
      criticality: facts.Criticality,
      original_severity: facts.Severity.Original,
      sample: facts.Sample || undefined,
      user_fields: userFields(entry),
      comment: note(facts),
    }) as Record<string, Json>,
  });
}

/** The control of a check, else what its provider calls the detector or rule. */
function ruleOf({ GeneratorId: id, Types: types, Compliance: compliance, Remediation: remediation }: Facts): AlertPatch["rule"] {
  // An ARN names one detector among many of its kind: what it detects stands in the type.
  const generator = id?.startsWith("arn:") ? types?.[0] : id;
  const name = compliance.SecurityControlId ?? generator?.split("/").at(-1);
  return name === undefined || name === "" ? undefined : compact({ id, name, url: givenLink(remediation.Recommendation.Url) });
}

/** The last part of its ARN; products of one's own are all called `default`. */
function productOf(arn: string | undefined): string | undefined {
  const name = arn?.split("/").at(-1);
  return name === "default" ? undefined : name;
}

const standards = ({ Compliance: { AssociatedStandards: list } }: Facts): string[] | undefined =>
  list.length === 0 ? undefined : list.flatMap(({ StandardsId: id }) => id ?? []);

function assets(entry: JsonObject): Asset[] {
  const found = asList(entry.Resources).flatMap((member) => {
    const resource = asObject(member);
    const details = asObject(resource.Details);
    const asset = assetOf({
      id: asLine(resource.Id),
      type: asLine(resource.Type),
      name: asLine(asObject(details.AwsIamAccessKey).PrincipalName) ?? nameTag(resource.Tags),
      ip: asLine(asList(asObject(details.AwsEc2Instance).IpV4Addresses)[0]),
    });
    return asset ?? [];
  });
  return distinctAssets(found);
}

function observables(facts: Facts, entry: JsonObject): Observable[] {
  const { Network: network, Process: process } = facts;
  const one = (name: string, type: string, value: string | undefined): Observable[] => (value === undefined ? [] : [{ name, type, value }]);
  return distinctObservables([
    ...indicatorsIn(entry.Action),
    ...[network.SourceIpV4, network.SourceIpV6].flatMap((value) => one("source ip", "ip", value)),
    ...[network.DestinationIpV4, network.DestinationIpV6].flatMap((value) => one("destination ip", "ip", value)),
    ...one("destination domain", "domain", network.DestinationDomain),
    ...asList(entry.Resources).flatMap((member) => {
      const details = asObject(asObject(member).Details);
      return one("user", "user", asLine(asObject(details.AwsIamAccessKey).PrincipalName) ?? asLine(asObject(details.AwsIamUser).UserName));
    }),
    ...facts.ThreatIntelIndicators.flatMap(({ Type: type, Value: value }) => threatIntel(type, value)),
    ...facts.Malware.flatMap(({ Name: name, Path: path }) => [...one("malware", "malware", name), ...one("malware path", "file", path)]),
    ...one("process", "process", process.Path ?? process.Name),
    ...facts.Vulnerabilities.flatMap(({ Id: id }) => one("vulnerability", "cve", id)),
  ]);
}

function threatIntel(type: string | undefined, value: string | undefined): Observable[] {
  if (value === undefined) return [];
  const kind = /^HASH_/.test(type ?? "") ? "hash" : type === "PROCESS" ? "process" : indicatorType(value);
  return [{ name: "threat intelligence", type: kind, value }];
}

/** Types of the namespace `TTPs` name the tactic: `TTPs/Initial Access/...`. */
function tactics(types: readonly string[] | undefined): AlertPatch["attacks"] {
  const names = (types ?? []).flatMap((type) => /^TTPs\/([^/]+)/.exec(type)?.[1] ?? []);
  return names.length === 0 ? undefined : attacksOf([], names);
}

/** GuardDuty counts how often it saw the same; other providers do not say. */
function countOf(entry: JsonObject): number | undefined {
  const count = asNumber(asObject(entry.ProductFields)["aws/guardduty/service/count"]);
  return count !== undefined && Number.isSafeInteger(count) && count >= 1 ? count : undefined;
}

function userFields(entry: JsonObject): Record<string, string> | undefined {
  const found = Object.entries(asObject(entry.UserDefinedFields))
    .slice(0, 50)
    .flatMap(([name, value]) => {
      const said = asLine(value);
      return said === undefined ? [] : [[name, said] as const];
    });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function note({ Note: { Text: said, UpdatedBy: author, UpdatedAt: at } }: Facts): Json | undefined {
  return said === undefined ? undefined : (compact({ author, text: said, at: asInstant(at)?.iso }) as Json);
}
