// Findings of GuardDuty that come straight from it (`GuardDuty Finding`), without Security Hub between.
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html
import type * as z from "zod";
import type { AlertPatch, Asset, Json, Observable } from "../../alert.ts";
import { distinctAssets, distinctObservables } from "../distinct.ts";
import { asInstant } from "../instant.ts";
import { entries, fields, flag, line, number, raw, text } from "../lenient.ts";
import { asLine, asList, asObject, compact, type JsonObject } from "../read.ts";
import type { Finding, FindingContext } from "./finding.ts";
import { threatLink } from "./links.ts";
import { assetOf, indicatorsIn, nameTag, type Resource } from "./resources.ts";
import { threatSeverity } from "./severity.ts";
import { threatStatus } from "./status.ts";

const findingSchema = fields({
  accountId: line(),
  region: line(),
  partition: line(),
  id: line(),
  arn: line(),
  type: line(),
  title: line(),
  description: text(),
  severity: number(),
  confidence: number(),
  createdAt: raw(),
  updatedAt: raw(),
  service: fields({
    detectorId: line(),
    eventFirstSeen: raw(),
    eventLastSeen: raw(),
    archived: flag(),
    count: number(),
    resourceRole: line(),
    featureName: line(),
    action: fields({ actionType: line() }),
    additionalInfo: fields({ threatListName: line(), threatName: line(), sample: flag() }),
  }),
  resource: fields({
    resourceType: line(),
    accessKeyDetails: fields({ accessKeyId: line(), userName: line(), userType: line() }),
    instanceDetails: fields({
      instanceId: line(),
      tags: raw(),
      networkInterfaces: entries({ privateIpAddress: line(), publicIp: line() }),
    }),
    s3BucketDetails: entries({ arn: line(), name: line() }),
    eksClusterDetails: fields({ arn: line(), name: line() }),
    ecsClusterDetails: fields({ arn: line(), name: line() }),
    lambdaDetails: fields({ functionArn: line(), functionName: line() }),
    rdsDbInstanceDetails: fields({ dbInstanceArn: line(), dbInstanceIdentifier: line() }),
  }),
});
type Facts = z.output<typeof findingSchema>;

/** Reads a finding; undefined when it is not in this format. */
export function readThreat(detail: JsonObject, context: FindingContext): Finding | undefined {
  const facts = findingSchema.parse(detail);
  const id = facts.arn ?? facts.id;
  if (id === undefined || facts.type === undefined) return undefined;
  const { service } = facts;
  const updated = asInstant(facts.updatedAt);
  return {
    id,
    updated,
    created: asInstant(facts.createdAt),
    claim: [updated?.ms ?? asLine(facts.updatedAt), service.count, facts.severity, service.archived],
    patch: findingPatch(facts, detail, context),
  };
}

function findingPatch(facts: Facts, detail: JsonObject, context: FindingContext): AlertPatch {
  const { service } = facts;
  const region = context.regionOf(facts.region);
  return compact<AlertPatch>({
    title: facts.title ?? facts.type,
    summary: facts.description,
    ...threatSeverity(facts.severity, context.severityMap),
    ...threatStatus(service.archived),
    // `ThreatPurpose:ResourceType/ThreatFamily`: what the attacker is after.
    category: asLine(facts.type?.split(":")[0]),
    type: facts.type,
    rule: facts.type === undefined ? undefined : { name: facts.type },
    tenant: facts.accountId ?? context.event.account,
    assets: assets(facts),
    observables: observables(facts, detail),
    total: service.count !== undefined && Number.isSafeInteger(service.count) && service.count >= 1 ? service.count : undefined,
    first_seen: (asInstant(service.eventFirstSeen) ?? asInstant(facts.createdAt))?.iso,
    last_seen: (asInstant(service.eventLastSeen) ?? asInstant(facts.updatedAt))?.iso,
    url: facts.id === undefined ? undefined : threatLink(facts.id, { console: context.console, partition: facts.partition, region }),
    data: compact({
      product: "GuardDuty",
      action_type: service.action.actionType,
      api: asLine(asObject(asObject(asObject(detail.service).action).awsApiCallAction).api),
      role: service.resourceRole,
      threat: service.additionalInfo.threatName,
      threat_list: service.additionalInfo.threatListName,
      region,
      feature: service.featureName,
      detector: service.detectorId,
      confidence: facts.confidence,
      sample: service.additionalInfo.sample || undefined,
    }) as Record<string, Json>,
  });
}

function assets({ resource }: Facts): Asset[] {
  const { instanceDetails: instance, accessKeyDetails: key } = resource;
  const found: (Resource & { there: string | undefined })[] = [
    {
      there: instance.instanceId,
      type: "Instance",
      name: nameTag(instance.tags) ?? instance.instanceId,
      id: instance.instanceId,
      ip: instance.networkInterfaces[0]?.privateIpAddress,
    },
    ...resource.s3BucketDetails.map(({ arn, name }) => ({ there: name ?? arn, type: "S3Bucket", name, id: arn })),
    ...[resource.eksClusterDetails, resource.ecsClusterDetails].map(({ arn, name }) => ({
      there: name ?? arn,
      type: "Cluster",
      name,
      id: arn,
    })),
    {
      there: resource.lambdaDetails.functionName,
      type: "Lambda",
      name: resource.lambdaDetails.functionName,
      id: resource.lambdaDetails.functionArn,
    },
    {
      there: resource.rdsDbInstanceDetails.dbInstanceIdentifier,
      type: "RDSDBInstance",
      name: resource.rdsDbInstanceDetails.dbInstanceIdentifier,
      id: resource.rdsDbInstanceDetails.dbInstanceArn,
    },
    { there: key.userName, type: "user", name: key.userName, id: key.accessKeyId },
  ];
  return distinctAssets(found.filter(({ there }) => there !== undefined).flatMap(({ there: _, ...each }) => assetOf(each) ?? []));
}

function observables({ resource }: Facts, detail: JsonObject): Observable[] {
  const { userName: user } = resource.accessKeyDetails;
  const own = resource.instanceDetails.networkInterfaces.flatMap(({ privateIpAddress, publicIp }) => [privateIpAddress, publicIp]);
  return distinctObservables([
    ...indicatorsIn(asObject(detail.service).action),
    ...own.flatMap((value): Observable[] => (value === undefined ? [] : [{ name: "instance ip", type: "ip", value }])),
    ...(user === undefined ? [] : [{ name: "user", type: "user", value: user }]),
    ...asList(asObject(asObject(detail.service).evidence).threatIntelligenceDetails).flatMap((member): Observable[] => {
      const hash = asLine(asObject(member).threatFileSha256);
      return hash === undefined ? [] : [{ name: "file", type: "hash", value: hash }];
    }),
  ]);
}
