// What a field's name says of its value, for sources whose fields are named by convention: the Common Information Model, the Elastic
// Common Schema, labels of metrics. `source.ip`, `source_ip` and `Source IP` are the same name.
// Conventions: https://docs.splunk.com/Documentation/CIM/latest/User/Overview and https://www.elastic.co/docs/reference/ecs
import type { Asset, Observable } from "../alert.ts";
import { distinctAssets, distinctObservables } from "./distinct.ts";
import { indicatorType, isIp, isPrivateIp } from "./indicator.ts";
import { compact } from "./read.ts";

/** Fields by name, each with all of its values. */
export type NamedFields = ReadonlyMap<string, readonly string[]>;

/** How a name is compared. */
export const fieldName = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9@]+/g, "_")
    .replace(/^_+|_+$/g, "");

/** Either end of a connection: an address, or the name of a host. */
const ENDS = table({
  source: "src src_ip source_ip source_address srcip src_host source_host client_ip client_address attacker_ip remote_ip remote_addr",
  destination: "dest dest_ip dst dst_ip dstip destination_ip destination_address dest_host dest_name target_ip server_ip server_address",
});

/** What is watched or attacked, by the type of asset. */
const ASSETS = table({
  host: "host host_name hostname host_hostname instance node nodename node_name dvc dvc_host machine computer computer_name orig_host",
  pod: "pod pod_name kubernetes_pod_name",
  namespace: "namespace kubernetes_namespace",
  service: "service service_name",
  job: "job",
});

/** Indicators, by type. */
const INDICATORS = table({
  user: "user user_name username src_user src_user_name dest_user account_name user_email",
  process: "process_name process_executable parent_process_name process_parent_name",
  file: "file_path file_name file",
  hash: "file_hash hash md5 sha1 sha256 file_hash_sha256 file_hash_sha1 file_hash_md5 process_hash_sha256 process_hash_sha1 process_hash_md5",
  url: "url url_full url_original http_url",
  domain: "domain dns_question_name query url_domain dest_dns src_dns",
  email: "email recipient sender src_user_email email_address",
  cve: "cve cve_id vulnerability_id",
});

/** Addresses that go with a host's name. */
const HOST_IPS = ["host_ip", "dvc_ip", "src_host_ip", "computer_ip"];

/** What stands for "nothing" in tables of events. */
const NOTHING = /^(?:-|unknown|n\/?a|none|null|undefined|\(none\)|0\.0\.0\.0)?$/i;

function table(lists: Record<string, string>): ReadonlyMap<string, string> {
  return new Map(Object.entries(lists).flatMap(([meaning, names]) => names.split(" ").map((name) => [name, meaning] as const)));
}

/** Whether a field is told as an asset or an indicator, or says nothing, so that it need not be told a second time. */
export function isTold(name: string, value: string): boolean {
  const key = fieldName(name);
  const indicator = INDICATORS.get(key);
  if (!ASSETS.has(key) && !ENDS.has(key) && indicator === undefined) return false;
  return NOTHING.test(value) || indicator === undefined || isOfType(indicator, value);
}

/** The assets and indicators that fields tell of. Public addresses and names of the other side are no assets. */
export function findings(fields: NamedFields): { assets: Asset[]; observables: Observable[] } {
  const hostIp = HOST_IPS.flatMap((name) => fields.get(name) ?? []).find(isIp);
  const watched = told(fields, ASSETS).map(([, type, value]) => assetOf(type, value, hostIp));
  if (hostIp !== undefined && watched.length === 0) watched.push({ name: hostIp, ip: hostIp, type: "host" });
  const ends = told(fields, ENDS);
  const indicators = told(fields, INDICATORS).filter(([, type, value]) => isOfType(type, value));
  const assets = [...watched, ...["destination", "source"].flatMap((end) => endAssets(ends.filter(([, role]) => role === end)))];
  return {
    assets: distinctAssets(bySubject(withoutKnown(assets))),
    observables: distinctObservables([
      ...ends.map(([, name, value]) => ({ name, type: isIp(value) ? "ip" : "host", value })),
      ...indicators.map(([name, type, value]) => ({ name, type, value })),
    ]),
  };
}

/** An address that stands beside a name already is no asset of its own. */
function withoutKnown(assets: Asset[]): Asset[] {
  const known = new Set(assets.flatMap(({ name, ip }) => (ip === undefined || ip === name ? [] : [ip])));
  return assets.filter(({ name }) => !known.has(name));
}

/** Names before bare addresses: the first asset is what stands in a notification, and an address may be that of an exporter. */
function bySubject(assets: Asset[]): Asset[] {
  const rank = ({ type, name, ip }: Asset): number => (type === "host" && name !== ip ? 0 : type === "pod" ? 1 : name === ip ? 2 : 3);
  return assets.toSorted((left, right) => rank(left) - rank(right));
}

/** What the names of one table tell, in its order and not in that of the source. */
function told(fields: NamedFields, names: ReadonlyMap<string, string>): [name: string, meaning: string, value: string][] {
  return [...names].flatMap(([name, meaning]) =>
    (fields.get(name) ?? []).flatMap((value) => (NOTHING.test(value) ? [] : [[name, meaning, value] as [string, string, string]])),
  );
}

/** Names such as `query` are used for much; a value that does not look the part is no indicator. */
const isOfType = (type: string, value: string): boolean => !["url", "domain", "email"].includes(type) || indicatorType(value) === type;

/** One end of a connection as assets: its names, with the address where there is one of each, else the addresses of our own network. */
function endAssets(end: readonly [name: string, meaning: string, value: string][]): Asset[] {
  const values = end.map(([, , value]) => value);
  const names = [...new Set(values.filter((value) => !isIp(value)))];
  const ips = [...new Set(values.filter(isIp))];
  const ip = names.length === 1 && ips.length === 1 ? ips[0] : undefined;
  if (names.length > 0) return names.map((name) => compact<Asset>({ name, ip, type: "host" }));
  return ips.filter(isPrivateIp).map((address) => ({ name: address, ip: address, type: "host" }));
}

function assetOf(type: string, value: string, hostIp: string | undefined): Asset {
  if (type !== "host") return { name: value, type };
  const name = withoutPort(value);
  const address = isIp(name) ? name : hostIp;
  // What is probed may be named by its address.
  return indicatorType(value) === "url" ? { name: value, type: "url" } : compact<Asset>({ name, ip: address, type });
}

/** `web-1:9100` and `[2001:db8::1]:9100` without the port. */
const withoutPort = (value: string): string => /^\[(.+)\](?::\d+)?$/.exec(value)?.[1] ?? /^([^:/\s]+):\d{1,5}$/.exec(value)?.[1] ?? value;
