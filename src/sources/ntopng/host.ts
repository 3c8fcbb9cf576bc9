// What ntopng knows of one host (src/Host.cpp, Host::lua), as facts, as a line for people, and as a patch of ours.
import type * as z from "zod";
import type { AlertPatch, Json, Observable } from "../../alert.ts";
import { isIp } from "../indicator.ts";
import { asInstant } from "../instant.ts";
import { fields, flag, line, number } from "../lenient.ts";
import { asLine, asObject, compact } from "../read.ts";

/** The answer's object. Keys bear dots; the score is a number, or an object with a `total`. */
export const hostSchema = fields({
  ip: line(),
  name: line(),
  names: fields({ resolved: line(), dhcp: line(), mdns: line(), netbios: line(), tls: line(), http: line() }),
  mac: line(),
  vlan: line(),
  os: number(),
  os_detail: line(),
  country: line(),
  asn: number(),
  asname: line(),
  localhost: flag(),
  is_blacklisted: flag(),
  "score.total": number(),
  num_alerts: number(),
  active_alerted_flows: number(),
  "seen.first": number(),
});
export type HostFacts = z.output<typeof hostSchema>;

/** Operating systems by number (include/ntop_typedefs.h, OSType). */
const SYSTEMS = ["", "Linux", "Windows", "macOS", "iOS", "Android", "HP LaserJet", "Apple AirPort"] as const;

/** What the host adds to an alert. Only members of its own, so that what the webhook told stands as it is. */
export function hostPatch(facts: HostFacts, score: unknown): AlertPatch {
  const name = nameOf(facts);
  const told = compact({
    ip: facts.ip,
    name,
    mac: macOf(facts),
    os: facts.os_detail ?? (SYSTEMS[facts.os ?? 0] || undefined),
    country: facts.country,
    as: facts.asn === undefined || facts.asn === 0 ? undefined : `AS${facts.asn}${facts.asname === undefined ? "" : ` ${facts.asname}`}`,
    blacklisted: facts.is_blacklisted === true ? true : undefined,
    score: facts["score.total"] ?? scoreOf(score),
    alerts: facts.num_alerts,
    alerted_flows: facts.active_alerted_flows,
    first_seen: asInstant(facts["seen.first"])?.iso,
  });
  const observables = [
    name === undefined ? undefined : { name: "host name", type: "host", value: name },
    told.mac === undefined ? undefined : { name: "mac", type: "mac", value: told.mac },
  ].filter((one): one is Observable => one !== undefined);
  return {
    ...(observables.length > 0 ? { add: { observables } } : {}),
    data: { host: sentence(told), host_facts: told as Record<string, Json> },
  };
}

interface Told {
  ip?: string;
  name?: string;
  mac?: string;
  os?: string;
  country?: string;
  as?: string;
  blacklisted?: boolean;
  score?: number;
  alerts?: number;
  alerted_flows?: number;
  first_seen?: string;
}

/** One line for people: who it is, then how it is doing. */
function sentence(told: Told): string {
  const { alerts, alerted_flows: flows } = told;
  const parts = [
    told.name ?? told.ip,
    told.mac,
    told.os,
    told.country,
    told.as,
    told.blacklisted ? "blacklisted" : undefined,
    told.score === undefined ? undefined : `score ${told.score}`,
    alerts === undefined || alerts === 0 ? undefined : `${alerts} alert${alerts === 1 ? "" : "s"} engaged`,
    flows === undefined || flows === 0 ? undefined : `${flows} alerted flow${flows === 1 ? "" : "s"}`,
    told.first_seen === undefined ? undefined : `first seen ${told.first_seen.slice(0, 10)}`,
  ];
  return parts.filter((part) => part !== undefined).join(", ") || "known";
}

/** The name that ntopng shows, else one that it learnt from the host's own traffic; an address is none. */
const nameOf = ({ name, names }: HostFacts): string | undefined =>
  [name, names.dhcp, names.resolved, names.mdns, names.netbios, names.tls, names.http].find((one) => one !== undefined && !isIp(one));

const macOf = ({ mac }: HostFacts): string | undefined =>
  mac !== undefined && /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(mac) && !/^[0:]+$/.test(mac) ? mac.toLowerCase() : undefined;

const scoreOf = (score: unknown): number | undefined => {
  const text = asLine(score) ?? asLine(asObject(score).total);
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
};
