// A client of Velociraptor as an asset of ours.
import type { AlertPatch, Asset, Json } from "../../alert.ts";
import { isIp } from "../indicator.ts";
import { compact } from "../read.ts";
import type { ClientFacts } from "./payload.ts";

/** The client's name for people: its host name, else its id; the server is called so. */
export function clientName(id: string | undefined, facts: ClientFacts, host?: string): string | undefined {
  if (id?.toLowerCase() === "server") return "Velociraptor server";
  return facts.os_info.fqdn ?? facts.os_info.hostname ?? host ?? id;
}

/** What is known of the client; `host` is a host name that the row itself tells. */
export function clientPatch(id: string | undefined, facts: ClientFacts, host?: string): AlertPatch {
  const name = clientName(id, facts, host);
  if (name === undefined) return {};
  const labels = facts.labels ?? [];
  const asset = compact<Asset>({ name, ip: addressOf(facts.last_ip), type: facts.os_info.system?.toLowerCase() ?? "host", id });
  const data = compact({ client_id: id, os: facts.os_info.release, labels: labels.length > 0 ? labels : undefined });
  return { assets: [asset], data: data as Record<string, Json>, ...(labels.length > 0 ? { add: { tags: labels } } : {}) };
}

/** `last_ip` is `address:port`, IPv6 in brackets. It is where the server saw the client, which may be a proxy's address. */
function addressOf(text: string | undefined): string | undefined {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(text ?? "") ?? [];
  const address = bracketed ?? plain ?? text;
  return address !== undefined && isIp(address) ? address : undefined;
}
