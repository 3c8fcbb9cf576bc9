// Who an ntopng alert is about: the two ends of a flow, or the one thing that is watched, as assets and observables.
import type { Asset, Observable } from "../../alert.ts";
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
          local: isLocal(alert.cli_localhost, client),
          attacker: alert.is_cli_attacker === true,
          victim: alert.is_cli_victim === true,
        }),
    server === undefined
      ? undefined
      : end("server", server, alert.srv_name, {
          port: alert.srv_port,
          os: alert.srv_os,
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
  return [end("host", ip, alert.name, { local: true, attacker: alert.is_attacker === true, victim: alert.is_victim === true })];
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
  if (query !== undefined) found.push({ name: "dns query", type: "domain", value: query });
  // Depending on the protocol, `info` is a server name, a query, a URL or a file name; only the first three can be looked up.
  if (info !== undefined && ["domain", "url", "ip"].includes(indicatorType(info))) {
    found.push({ name: "info", type: indicatorType(info), value: info });
  }
  if (ja4 !== undefined) found.push({ name: "client fingerprint", type: "ja4", value: ja4 });
  if (entityName(alert) === "mac" && alert.entity_val !== undefined) found.push({ name: "mac", type: "mac", value: alert.entity_val });
  return distinct(found);
}

function distinct(observables: Observable[]): Observable[] {
  const first = new Map<string, Observable>();
  for (const each of observables) {
    const key = `${each.type}\n${each.value}`;
    if (!first.has(key)) first.set(key, each);
  }
  return [...first.values()];
}

const address = (text: string | undefined): string | undefined => (text !== undefined && isIp(text) ? text : undefined);
