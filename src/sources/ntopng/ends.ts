// Who an ntopng alert is about: the two ends of a flow, or the one thing that is watched, as assets and observables.
import type { Asset, Observable } from "../../alert.ts";
import { distinctObservables } from "../distinct.ts";
import { indicatorType, isIp, isPrivateIp } from "../indicator.ts";
import { compact } from "../read.ts";
import { entityName } from "./names.ts";
import type { NtopngAlert } from "./payload.ts";

/** One host of an alert. */
export interface End {
  role: "client" | "server" | "host";
  ip: string;
  port?: string;
  name?: string;
  os?: string;
  country?: string;
  blacklisted: boolean;
  local: boolean;
  attacker: boolean;
  victim: boolean;
}

/** The hosts that an alert names: both ends of a flow, the host of a host alert, else none. */
export function endsOf(alert: NtopngAlert): End[] {
  const { cli_ip: client, srv_ip: server } = alert;
  const ends: (End | undefined)[] = [
    client === undefined
      ? undefined
      : end("client", client, alert.cli_name, {
          port: alert.cli_port,
          os: alert.cli_os,
          country: alert.cli_country_name,
          blacklisted: alert.cli_blacklisted === true,
          local: isLocal(alert.cli_localhost, client),
          attacker: alert.is_cli_attacker === true,
          victim: alert.is_cli_victim === true,
        }),
    server === undefined
      ? undefined
      : end("server", server, alert.srv_name, {
          port: alert.srv_port,
          os: alert.srv_os,
          country: alert.srv_country_name,
          blacklisted: alert.srv_blacklisted === true,
          local: isLocal(alert.srv_localhost, server),
          attacker: alert.is_srv_attacker === true,
          victim: alert.is_srv_victim === true,
        }),
  ];
  const found = ends.filter((each) => each !== undefined);
  return found.length > 0 ? found : hostOf(alert);
}

/** Where ntopng does not say (it knew nothing of the host, or is old), private addresses count as local. */
const isLocal = (told: boolean | undefined, ip: string): boolean => told ?? isPrivateIp(ip);

function hostOf(alert: NtopngAlert): End[] {
  if (entityName(alert) !== "host") return [];
  // With a VLAN, the entity is `address@vlan`.
  const ip = alert.ip ?? alert.entity_val?.split("@")[0];
  if (ip === undefined) return [];
  const { country_name: country, is_attacker: attacker, is_victim: victim } = alert;
  return [end("host", ip, alert.name, { country, blacklisted: false, local: true, attacker: attacker === true, victim: victim === true })];
}

/** The host that a reader wants to know more of: the local one, of two the one that is attacked, else the one that attacks. */
export function hostInQuestion(ends: readonly End[]): End | undefined {
  const weight = ({ local, victim, attacker }: End): number => (local ? 4 : 0) + (victim ? 2 : 0) + (attacker ? 1 : 0);
  return ends.toSorted((left, right) => weight(right) - weight(left))[0];
}

const end = (role: End["role"], ip: string, name: string | undefined, rest: Omit<End, "role" | "ip" | "name">): End =>
  compact<End>({ role, ip, name: name === ip ? undefined : name, ...rest });

/** What is attacked or watched: local hosts and victims; for other alerts the interface, device, network or user itself. */
export function assetsOf(alert: NtopngAlert, ends: End[]): Asset[] {
  if (ends.length > 0) return ends.filter((each) => each.local || each.victim).map(hostAsset);
  const name = alert.name ?? alert.device_name ?? alert.entity_val ?? alert.ip;
  return name === undefined ? [] : [compact<Asset>({ name, ip: address(alert.ip), type: entityName(alert), id: alert.entity_val })];
}

function hostAsset(host: End): Asset {
  return compact<Asset>({ name: host.name ?? host.ip, ip: address(host.ip), type: "host" });
}

/** Addresses and names of the hosts, named by their part in it, and what else could be looked up. */
export function observablesOf(alert: NtopngAlert, ends: End[]): Observable[] {
  const found = ends.flatMap((each): Observable[] => {
    const name = each.attacker ? "attacker" : each.victim ? "victim" : each.role;
    const ip: Observable = { name, type: indicatorType(each.ip), value: each.ip };
    return each.name === undefined ? [ip] : [ip, { name, type: each.local ? "host" : indicatorType(each.name), value: each.name }];
  });
  const { dns_last_query: query, ja4_client_hash: ja4, info } = alert;
  const { http, dns, tls } = alert.detail.proto;
  const asked = query ?? dns.last_query;
  if (asked !== undefined) found.push({ name: "dns query", type: "domain", value: asked });
  found.push(...told("server name", tls.client_requested_server_name ?? http.server_name, ["domain", "ip"]));
  found.push(...told("url", http.last_url, ["url"]));
  // Depending on the protocol, `info` is a server name, a query, a URL or a file name; only the first three can be looked up.
  found.push(...told("info", info, ["domain", "url", "ip"]));
  if (ja4 !== undefined) found.push({ name: "client fingerprint", type: "ja4", value: ja4 });
  if (entityName(alert) === "mac" && alert.entity_val !== undefined) found.push({ name: "mac", type: "mac", value: alert.entity_val });
  return distinctObservables(found);
}

/** An indicator that the alert tells, where its form is one of those expected: the same field may hold something else. */
function told(name: string, value: string | undefined, types: string[]): Observable[] {
  const type = value === undefined ? "" : indicatorType(value);
  return value !== undefined && types.includes(type) ? [{ name, type, value }] : [];
}

const address = (text: string | undefined): string | undefined => (text !== undefined && isIp(text) ? text : undefined);
