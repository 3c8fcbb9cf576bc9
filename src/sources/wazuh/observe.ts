// Hosts, users and indicators in a Wazuh alert.
import type { Asset, Observable } from "../../alert.ts";
import { distinctAssets, distinctObservables } from "../distinct.ts";
import { indicatorType, isIp } from "../indicator.ts";
import { compact } from "../read.ts";
import { member, type WazuhAlert } from "./payload.ts";

/**
 * Where decoders put what is worth looking up: the fixed fields of every decoder, then those of Windows, AWS, Office 365, Google
 * Cloud, Suricata and the VirusTotal module.
 */
const FIELDS: readonly (readonly [path: string, name: string, type: "ip" | "user" | "url" | "hash" | "file" | "process" | "domain"])[] = [
  ["srcip", "source", "ip"],
  ["src_ip", "source", "ip"],
  ["dstip", "destination", "ip"],
  ["dest_ip", "destination", "ip"],
  ["srcuser", "source user", "user"],
  ["dstuser", "user", "user"],
  ["user", "user", "user"],
  ["url", "url", "url"],
  ["win.eventdata.ipAddress", "source", "ip"],
  ["win.eventdata.sourceIp", "source", "ip"],
  ["win.eventdata.destinationIp", "destination", "ip"],
  ["win.eventdata.targetUserName", "user", "user"],
  ["win.eventdata.subjectUserName", "acting user", "user"],
  ["win.eventdata.user", "user", "user"],
  ["win.eventdata.image", "process", "process"],
  ["win.eventdata.parentImage", "parent process", "process"],
  ["win.eventdata.targetFilename", "file", "file"],
  ["win.eventdata.queryName", "dns query", "domain"],
  ["aws.sourceIPAddress", "source", "ip"],
  ["aws.source_ip_address", "source", "ip"],
  ["aws.userIdentity.userName", "user", "user"],
  ["office365.ClientIP", "source", "ip"],
  ["office365.UserId", "user", "user"],
  ["gcp.protoPayload.requestMetadata.callerIp", "source", "ip"],
  ["gcp.protoPayload.authenticationInfo.principalEmail", "user", "user"],
  ["github.actor", "user", "user"],
  ["audit.exe", "process", "process"],
  ["audit.file.name", "file", "file"],
  ["virustotal.source.file", "file", "file"],
  ["virustotal.source.md5", "file", "hash"],
  ["virustotal.source.sha1", "file", "hash"],
  ["dns.rrname", "dns query", "domain"],
  ["tls.sni", "server name", "domain"],
  ["http.hostname", "server name", "domain"],
];

/** Each indicator once. */
export function observablesOf(alert: WazuhAlert): Observable[] {
  const found = FIELDS.flatMap(([path, name, type]): Observable[] => {
    const value = member(alert.data, path);
    if (value === undefined || (type === "ip" && !isIp(value))) return [];
    // `url` of a web log is the path that was asked for.
    if (type === "url" && indicatorType(value) !== "url") return [];
    if (type === "domain" && indicatorType(value) !== "domain") return [];
    return [{ name, type, value }];
  });
  return distinctObservables([...found, ...fromFile(alert)]);
}

function fromFile({ syscheck }: WazuhAlert): Observable[] {
  const { audit } = syscheck;
  const told: readonly (readonly [string, string, string | undefined])[] = [
    ["file", "file", syscheck.path],
    ["new content", "hash", syscheck.sha256_after],
    ["new content", "hash", syscheck.md5_after],
    ["changed by", "user", audit.login_user.name ?? audit.user.name],
    ["changed with", "process", audit.process.name],
  ];
  return told.flatMap(([name, type, value]) => (value === undefined ? [] : [{ name, type, value }]));
}

/** The agent; for a device without one, the device; and the host that a syslog line names, if that is another one. */
export function assetsOf(alert: WazuhAlert): Asset[] {
  const { agent, agentless, predecoder } = alert;
  const own: Asset[] =
    agent.name === undefined ? [] : [compact<Asset>({ name: agent.name, ip: address(agent.ip), type: "host", id: agent.id })];
  const device = agentless.host;
  const logged = predecoder.hostname;
  const others = [device, logged].filter((name) => name !== undefined && !isSameHost(name, agent.name));
  return distinctAssets([...own, ...others.flatMap((name) => (name ? [compact<Asset>({ name, ip: address(name), type: "host" })] : []))]);
}

/** `web-1` and `web-1.example.com` are the same machine. */
function isSameHost(left: string, right: string | undefined): boolean {
  const short = (name: string): string => (isIp(name) ? name : (name.split(".")[0] ?? name)).toLowerCase();
  return right !== undefined && short(left) === short(right);
}

const address = (text: string | undefined): string | undefined => (text !== undefined && isIp(text) ? text : undefined);
