// Hosts, users and indicators in the details of MozDef's events. Names of details: docs/source/usage/json_format.rst, and the
// queries of the alerts in mozilla/MozDef alerts/.
import type { Asset, Observable } from "../../alert.ts";
import { isIp } from "../indicator.ts";
import { asLine, asList, compact, type JsonObject } from "../read.ts";
import type { MozdefEvent } from "./payload.ts";

/** By the detail's name: what the indicator is called, and its type. */
const DETAILS: readonly (readonly [detail: string, name: string, type: string])[] = [
  ["sourceipaddress", "source", "ip"],
  ["sourceipv4address", "source", "ip"],
  ["sourceipv6address", "source", "ip"],
  ["srcip", "source", "ip"],
  ["destinationipaddress", "destination", "ip"],
  ["destinationipv4address", "destination", "ip"],
  ["destinationipv6address", "destination", "ip"],
  ["dstip", "destination", "ip"],
  ["seenindicator", "seen indicator", ""],
  ["username", "user", "user"],
  ["originaluser", "original user", "user"],
  ["user", "user", "user"],
  ["email", "user", "email"],
  ["destination", "destination", ""],
  ["sourceuri", "source", "url"],
  ["destinationuri", "destination", "url"],
  ["url", "url", "url"],
  ["md5", "file", "hash"],
  ["sha1", "file", "hash"],
  ["sha256", "file", "hash"],
];

/** What MozDef and its log shippers write where they know nothing. */
const NOTHING = new Set(["", "-", "unknown", "none", "null", "0.0.0.0", "::"]);

/** A detail's text, where it says something. */
export function told(value: unknown): string | undefined {
  const text = asLine(value, 300);
  return text === undefined || NOTHING.has(text.toLowerCase()) ? undefined : text;
}

/** The indicators that details name; `kind` tells the type of a text that may be an address, a name or a link. */
export function observablesIn(details: JsonObject, kind: (text: string) => string): Observable[] {
  return DETAILS.flatMap(([detail, name, type]) =>
    values(details[detail]).flatMap((value): Observable[] => {
      if (type === "ip" && !isIp(value)) return [];
      if (type === "url" && !/^https?:\/\//i.test(value)) return [];
      const is = type === "" ? kind(value) : type;
      // `destination` of a proxy's log is where the request went; a bare word is the name of a service.
      return is === "host" && type === "" ? [] : [{ name, type: is, value }];
    }),
  );
}

const values = (value: unknown): string[] => (Array.isArray(value) ? asList(value) : [value]).flatMap((one) => told(one) ?? []);

/**
 * The host that an event is about: a syslog server passes on what others wrote, and their name is in the details then.
 * `mozdefhostname` is MozDef's own machine.
 */
export function assetsIn({ hostname, details }: Pick<MozdefEvent, "hostname" | "details">): Asset[] {
  const outer = told(hostname);
  const inner = told(details.hostname) ?? outer;
  if (inner === undefined) return [];
  const name = outer?.toLowerCase().startsWith(`${inner.toLowerCase()}.`) ? outer : inner;
  return [compact<Asset>({ name, ip: isIp(name) ? name : undefined, type: "host" })];
}
