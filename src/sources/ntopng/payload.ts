// What ntopng's webhook really sends, read liberally: alerts made by C++ and by Lua, with newest and oldest field names.
// Shapes: ntop/ntopng, scripts/lua/modules/notifications/endpoints/webhook.lua, src/Flow.cpp, src/Host.cpp, alerts_api.lua.
import type * as z from "zod";
import type { Json } from "../../alert.ts";
import { fields, flag, line, number } from "../lenient.ts";
import { asObject, isObject, type JsonObject } from "../read.ts";

const alertSchema = fields({
  ifid: line(),
  action: line(),
  alert_id: number(),
  alert_category: line(),
  score: number(),
  severity: number(),
  /** The oldest format's severity, of another scale. */
  alert_severity: number(),
  entity_id: line(),
  entity_val: line(),
  host_pool_id: number(),
  pool_id: number(),
  subtype: line(),
  granularity: number(),
  acknowledged: flag(),
  is_flow_alert: flag(),
  /** A later report on the same flow. */
  replace_alert: flag(),
  tstamp: number(),
  tstamp_end: number(),
  first_seen: number(),
  vlan_id: line(),
  name: line(),
  device_name: line(),
  ip: line(),
  country_name: line(),
  is_attacker: flag(),
  is_victim: flag(),
  cli_ip: line(),
  cli_port: line(),
  cli_name: line(),
  cli_os: line(),
  cli_country_name: line(),
  cli_localhost: flag(),
  cli_blacklisted: flag(),
  cli_host_pool_id: number(),
  is_cli_attacker: flag(),
  is_cli_victim: flag(),
  srv_ip: line(),
  srv_port: line(),
  srv_name: line(),
  srv_os: line(),
  srv_country_name: line(),
  srv_localhost: flag(),
  srv_blacklisted: flag(),
  srv_host_pool_id: number(),
  is_srv_attacker: flag(),
  is_srv_victim: flag(),
  proto: line(),
  "proto.ndpi": line(),
  cli2srv_bytes: number(),
  srv2cli_bytes: number(),
  community_id: line(),
  ja4_client_hash: line(),
  dns_last_query: line(),
  info: line(),
});

const detailSchema = fields({
  alert_generation: fields({ script_key: line() }),
  value: number(),
  threshold: number(),
  blacklist: line(),
  /** What the protocol told (src/Flow.cpp, getProtocolJSONInfo). */
  proto: fields({
    http: fields({ server_name: line(), last_url: line() }),
    dns: fields({ last_query: line() }),
    tls: fields({ client_requested_server_name: line() }),
  }),
});

/** One alert of a request, with old field names translated and `json` decoded. */
export type NtopngAlert = z.output<typeof alertSchema> & {
  detail: z.output<typeof detailSchema>;
  /** The format until about 2021: its numbers are not those of today's tables. */
  legacy: boolean;
};

/**
 * The oldest format's names (until about 2021) and what they are called today (doc/src/plugins/alert_endpoints.rst; those of flows are
 * the columns of its table, ntop/ntopng issue 1562).
 */
const RENAMED: readonly (readonly [string, string])[] = [
  ["alert_tstamp", "tstamp"],
  ["alert_tstamp_end", "tstamp_end"],
  ["alert_type", "alert_id"],
  ["alert_subtype", "subtype"],
  ["alert_entity", "entity_id"],
  ["alert_entity_val", "entity_val"],
  ["alert_granularity", "granularity"],
  ["alert_json", "json"],
  ["cli_addr", "cli_ip"],
  ["srv_addr", "srv_ip"],
  ["first_switched", "first_seen"],
];

/** Reads one member of `alerts`; undefined when it is no object or does not say which alert it is. */
export function readAlert(entry: Json): NtopngAlert | undefined {
  if (!isObject(entry)) return undefined;
  const current = translate(entry);
  const alert = alertSchema.parse(current);
  if (alert.alert_id === undefined) return undefined;
  return { ...alert, detail: detailSchema.parse(decode(current.json)), legacy: entry.alert_id === undefined };
}

function translate(entry: JsonObject): JsonObject {
  const renamed: JsonObject = { ...entry };
  for (const [before, now] of RENAMED) renamed[now] = renamed[now] ?? entry[before] ?? null;
  return renamed;
}

/** `json` is a text in older versions and an object in newer ones; an empty Lua table arrives as `[]`. */
function decode(value: Json | undefined): JsonObject {
  if (typeof value !== "string") return asObject(value);
  try {
    return asObject(JSON.parse(value));
  } catch {
    return {};
  }
}

/** A copy of a value without any member named like the shared secret, at any depth. */
export function withoutSecret(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutSecret);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (key === "sharedsecret" ? [] : [[key, withoutSecret(member)]])),
  );
}
