// Where a finding stands in Amazon's console.
import { own } from "../../lib/own.ts";
import { secureLink, webLink } from "../link.ts";

/** Each partition's console; all regions of one share it. */
const CONSOLES: Readonly<Record<string, (region: string) => string>> = {
  aws: (region) => `https://${region}.console.aws.amazon.com`,
  "aws-cn": () => "https://console.amazonaws.cn",
  "aws-us-gov": () => "https://console.amazonaws-us-gov.com",
};

/** What a link needs to know. `console`: the route's, in place of Amazon's own. */
export interface Place {
  console?: string;
  partition?: string;
  region?: string;
}

/** The partition of an ARN, such as `aws-cn`. */
export const partitionOf = (arn: string | undefined): string | undefined => /^arn:(aws[a-z-]*):/.exec(arn ?? "")?.[1];

/** The finding in Security Hub, by its id: the console's search, whose filter is encoded twice. */
export const findingLink = (id: string, place: Place): string | undefined =>
  page(place, "securityhub", `findings?search=Id%3D%255Coperator%255C%253AEQUALS%255C%253A${encodeURIComponent(encodeURIComponent(id))}`);

/** The finding in GuardDuty. */
export const threatLink = (id: string, place: Place): string | undefined =>
  page(place, "guardduty", `findings?macros=current&fId=${encodeURIComponent(id)}`);

/** A link that the finding itself gives. */
export const givenLink = (text: string | undefined): string | undefined => secureLink(text);

function page({ console, partition = "aws", region }: Place, service: string, fragment: string): string | undefined {
  if (region === undefined) return undefined;
  const base = console?.replace(/\/+$/, "") ?? own(CONSOLES, partition)?.(region);
  return base === undefined ? undefined : webLink(`${base}/${service}/home?region=${region}#/${fragment}`);
}
