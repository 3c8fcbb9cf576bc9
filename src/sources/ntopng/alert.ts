// One ntopng alert as a patch of ours.
import type { AlertPatch, Json, Severity } from "../../alert.ts";
import { asInstant } from "../instant.ts";
import { compact } from "../read.ts";
import { assetsOf, type End, endsOf, observablesOf } from "./ends.ts";
import { consoleLink } from "./links.ts";
import { categoryName, entityName, familyOf, protocolName, readable, typeName } from "./names.ts";
import type { NtopngAlert } from "./payload.ts";
import { severityOf } from "./severity.ts";

/** Everything that one alert tells. Of the alert itself the API knows no more: what it adds is the host behind it (host.ts). */
export function alertPatch(alert: NtopngAlert, console: string | undefined, map: Record<string, Severity> | undefined): AlertPatch {
  const ends = endsOf(alert);
  const type = typeName(alert);
  return compact<AlertPatch>({
    title: title(alert, ends, type),
    summary: summary(alert, ends),
    ...severityOf(alert, map),
    ...status(alert),
    category: categoryName(alert),
    type,
    rule: { id: `${familyOf(alert)}:${alert.alert_id}`, name: readable(type) },
    assets: assetsOf(alert, ends),
    observables: observablesOf(alert, ends),
    first_seen: asInstant(alert.first_seen ?? alert.tstamp)?.iso,
    last_seen: asInstant(Math.max(alert.tstamp_end ?? 0, alert.tstamp ?? 0))?.iso,
    url: consoleLink(alert, ends, console),
    data: data(alert, ends),
  });
}

function status(alert: NtopngAlert): Pick<AlertPatch, "status" | "status_label"> {
  if (alert.action === "release") return { status: "resolved", status_label: "released" };
  if (alert.acknowledged === true) return { status: "in_progress", status_label: "acknowledged" };
  return { status: "new", status_label: alert.action === "engage" ? "engaged" : "new" };
}

function title(alert: NtopngAlert, ends: End[], type: string): string {
  const [first, second] = ends;
  if (first === undefined) {
    const what = alert.name ?? alert.device_name ?? alert.entity_val ?? alert.ip;
    return what === undefined ? readable(type) : `${readable(type)}: ${what}`;
  }
  if (second === undefined) return `${readable(type)}: ${shortName(first)}`;
  return `${readable(type)}: ${shortName(first)} → ${shortName(second)}${second.port === undefined ? "" : `:${second.port}`}`;
}

const shortName = (end: End): string => end.name ?? end.ip;

function summary(alert: NtopngAlert, ends: End[]): string | undefined {
  const { value, threshold, blacklist } = alert.detail;
  const [client, server] = ends;
  const sentences = [
    client && server ? `${protocol(alert)} from ${fullName(client)} to ${fullName(server)}${traffic(alert)}.` : undefined,
    client && !server ? `Host ${fullName(client)}.` : undefined,
    value === undefined ? undefined : `Value ${value}${threshold === undefined ? "" : `, threshold ${threshold}`}.`,
    blacklist === undefined ? undefined : `Listed in ${blacklist}.`,
  ];
  return sentences.filter((sentence) => sentence !== undefined).join(" ") || undefined;
}

const protocol = (alert: NtopngAlert): string =>
  [protocolName(alert.proto), alert["proto.ndpi"]].filter((part) => part !== undefined).join(" ") || "Traffic";

function fullName(end: End): string {
  const address = end.port === undefined ? end.ip : end.ip.includes(":") ? `[${end.ip}]:${end.port}` : `${end.ip}:${end.port}`;
  const known = [end.name, end.os, end.country, end.blacklisted ? "blacklisted" : undefined].filter((part) => part !== undefined);
  return known.length === 0 ? address : `${address} (${known.join(", ")})`;
}

function traffic(alert: NtopngAlert): string {
  const { cli2srv_bytes: sent, srv2cli_bytes: received } = alert;
  return sent === undefined || received === undefined ? "" : `, ${sent} bytes sent and ${received} received`;
}

// The plain members are what a message shows as details, so the summary's own numbers are one level down.
function data(alert: NtopngAlert, ends: End[]): Record<string, Json> {
  const { value, threshold, blacklist } = alert.detail;
  return object({
    score: alert.score,
    attacker: ends.find((end) => end.attacker)?.ip,
    victim: ends.find((end) => end.victim)?.ip,
    community_id: alert.community_id,
    entity: object({
      type: entityName(alert),
      interface: alert.ifid,
      vlan: alert.vlan_id === "0" ? undefined : alert.vlan_id,
      pools: pools(alert),
    }),
    flow: part({ protocol: alert["proto.ndpi"], bytes_sent: alert.cli2srv_bytes, bytes_received: alert.srv2cli_bytes }),
    check: part({ value, threshold, blacklist }),
  });
}

/** The host pools of whom it is about; 0 is what ntopng calls the default pool. */
function pools({ host_pool_id, pool_id, cli_host_pool_id, srv_host_pool_id }: NtopngAlert): Json | undefined {
  const found = [host_pool_id ?? pool_id, cli_host_pool_id, srv_host_pool_id].filter((id) => id !== undefined);
  return found.length > 0 ? [...new Set(found)] : undefined;
}

const object = (members: Record<string, Json | undefined>): Record<string, Json> => compact(members) as Record<string, Json>;

/** The members that are there as one object, or nothing where there is none. */
function part(members: Record<string, Json | undefined>): Json | undefined {
  const found = object(members);
  return Object.keys(found).length > 0 ? found : undefined;
}
