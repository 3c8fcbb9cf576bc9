// The resources of a finding as assets, and what else in a finding names somebody or something.
import type { Asset, Observable } from "../../alert.ts";
import { indicatorType, isIp } from "../indicator.ts";
import { asLine, asList, asObject, compact, isObject } from "../read.ts";

/** One resource, from whichever format. */
export interface Resource {
  /** An ARN, or the resource's own id. */
  id?: string;
  type?: string;
  name?: string;
  ip?: string;
}

/** The asset of a resource; undefined where nothing names it. */
export function assetOf({ id, type, name, ip }: Resource): Asset | undefined {
  const shown = name ?? (id === undefined ? type : shortName(id, type));
  if (shown === undefined) return undefined;
  return compact<Asset>({ name: shown, ip: ip !== undefined && isIp(ip) ? ip : undefined, type: kindOf(type), id });
}

/** The vendor's own word, but for two that a reader would take for something else. */
function kindOf(type: string | undefined): string | undefined {
  // Not a person's account, but a whole tenancy.
  if (/^(?:AwsAccount|AWS::::Account)$/.test(type ?? "")) return "aws";
  // It is shown by the name of its user.
  return /^(?:AwsIamAccessKey|AWS::IAM::AccessKey)$/.test(type ?? "") ? "user" : type;
}

/** The part of an ARN that people say: `web-1` of `arn:aws:ec2:eu-central-1:123456789012:instance/web-1`. */
export function shortName(id: string, type = ""): string {
  const account = /^AWS::::Account:(\d+)$/.exec(id)?.[1];
  if (account !== undefined) return account;
  if (!id.startsWith("arn:")) return id;
  const resource = id.split(":").slice(5).join(":").replace(/:\*$/, "");
  const service = id.split(":")[2];
  // A key in a bucket is a path, and an image has a repository and a digest: only the whole of it says which.
  if (/s3/i.test(type) || service === "s3") return resource || id;
  if (service === "ecr") return resource.replace(/^repository\//, "") || id;
  return resource.split("/").at(-1)?.split(":").at(-1) || resource || id;
}

/** Names under which the formats keep addresses of the other side, and names that were asked for. */
const REMOTE = /^(?:remoteIpDetails|src_endpoint|source)$/i;
const LOCAL = /^(?:localIpDetails|dst_endpoint|destination)$/i;

/** Every address and name that the description of an action holds, however deep: `Action` of a finding, `evidences` of OCSF. */
export function indicatorsIn(value: unknown, side = "observed"): Observable[] {
  if (Array.isArray(value)) return value.slice(0, 50).flatMap((member) => indicatorsIn(member, side));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const indicator = ofMember(key, asLine(member), side);
    if (indicator) return [indicator];
    return indicatorsIn(member, REMOTE.test(key) ? "remote" : LOCAL.test(key) ? "local" : side);
  });
}

function ofMember(key: string, text: string | undefined, side: string): Observable | undefined {
  if (text === undefined) return undefined;
  if (/^(?:ip|ipAddressV[46])$/i.test(key) && isIp(text)) return { name: `${side} ip`, type: "ip", value: text };
  if (/^(?:domain|hostname)$/i.test(key)) return { name: `${side} name`, type: indicatorType(text), value: text };
  return undefined;
}

/** What `Name` of a resource's tags says: as an object, or as a list of pairs. */
export function nameTag(tags: unknown): string | undefined {
  if (!Array.isArray(tags)) return asLine(asObject(tags).Name);
  return asList(tags).flatMap((member) => {
    const tag = asObject(member);
    return asLine(tag.key ?? tag.Key ?? tag.name) === "Name" ? (asLine(tag.value ?? tag.Value) ?? []) : [];
  })[0];
}
