// Names behind ntopng's numbers. The tables are those of ntop/ntopng: include/ntop_typedefs.h and scripts/lua/modules
// (alert_keys, alert_entities, alert_categories, alert_severities).

import { own } from "../../lib/own.ts";
import type { NtopngAlert } from "./payload.ts";
import tables from "./tables.json" with { type: "json" };

/** The three families in which an `alert_id` is unique. */
export type Family = "flow" | "host" | "other";

/** `host`, `flow`, `interface`...; the oldest format has the word itself in place of the number. */
export function entityName(alert: NtopngAlert): string {
  if (alert.is_flow_alert === true) return "flow";
  const id = alert.entity_id;
  if (id === undefined) return alert.cli_ip !== undefined && alert.srv_ip !== undefined ? "flow" : "other";
  return own(tables.entity, id) ?? (/^[a-z_]{2,30}$/.test(id) ? id : "other");
}

/** Which table an alert's id belongs to. */
export function familyOf(alert: NtopngAlert): Family {
  const entity = entityName(alert);
  return entity === "flow" || entity === "host" ? entity : "other";
}

/**
 * The alert's type as text. Ids were given to other checks over the releases, so the name of the check comes first; the oldest format's
 * are of another table altogether, and its subtype says more.
 */
export function typeName(alert: NtopngAlert): string {
  const id = String(alert.alert_id);
  const named = alert.legacy ? alert.subtype : own(tables[familyOf(alert)], id);
  return alert.detail.alert_generation.script_key ?? named ?? `alert_${id}`;
}

/** The alert's category; alerts that Lua engages have none. */
export const categoryName = (alert: NtopngAlert): string | undefined => own(tables.category, alert.alert_category);

/** The word for a severity id of today's scale. */
export const severityWord = (id: number): string | undefined => own(tables.severity, String(id));

/** Names that are read letter by letter. */
const ACRONYMS = new Set(
  "tls dns ssh smb http sql xss rce url dhcp smtp ntp snmp tcp udp icmp syn rst fin iec iec104 mac ip ips ids alpn sni esni dga asn idn vlan nfq cidr tcp sha1".split(
    " ",
  ),
);

/** A check's name for people: `ndpi_tls_certificate_expired` becomes `TLS certificate expired`. */
export function readable(name: string): string {
  const words = name
    .replace(/^ndpi_/, "")
    .split(/[_\s]+/)
    .filter(Boolean);
  const text = words.map((word) => (ACRONYMS.has(word.toLowerCase()) ? word.toUpperCase() : word)).join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  "1": "ICMP",
  "2": "IGMP",
  "6": "TCP",
  "17": "UDP",
  "47": "GRE",
  "50": "ESP",
  "58": "ICMPv6",
  "132": "SCTP",
};

/** The transport protocol by its IANA number. */
export const protocolName = (number: string | undefined): string | undefined =>
  number === undefined ? undefined : (own(PROTOCOLS, number) ?? `IP protocol ${number}`);
