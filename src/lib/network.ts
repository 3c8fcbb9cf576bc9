// Addresses and names of the public Internet, told from those that only a local network knows: what may be asked about
// elsewhere without telling how a network looks inside.
import { isLocalName } from "./address.ts";

/** A range of addresses. */
export interface Network {
  version: 4 | 6;
  bits: bigint;
  /** How many of the first bits count. */
  prefix: number;
}

/** `192.0.2.0/24`, `2001:db8::/32`, or one address; undefined for anything else. */
export function parseNetwork(text: string): Network | undefined {
  const [address = "", length, ...more] = text.split("/");
  const found = parseAddress(address);
  if (!found || more.length > 0) return undefined;
  const width = found.version === 4 ? 32 : 128;
  if (length === undefined) return { ...found, prefix: width };
  return /^\d{1,3}$/.test(length) && Number(length) <= width ? { ...found, prefix: Number(length) } : undefined;
}

/** Whether an address lies in one of the ranges. */
export function isWithin(address: string, networks: readonly Network[]): boolean {
  const found = parseAddress(address);
  return found !== undefined && networks.some((network) => holds(network, found));
}

/** Networks, prepared to be asked often. */
export interface NetworkTable {
  /** Whether an address lies in one of them; what is no address lies in none. */
  holds(address: string): boolean;
}

/** Prepares networks: asking takes a look-up for each length of prefix that there is, however many networks have it. */
export function networkTable(networks: readonly Network[]): NetworkTable {
  const byRest = new Map<string, { version: 4 | 6; rest: bigint; heads: Set<bigint> }>();
  for (const { version, bits, prefix } of networks) {
    const name = `${version}/${prefix}`;
    const rest = restOf(version, prefix);
    const group = byRest.get(name) ?? { version, rest, heads: new Set() };
    byRest.set(name, group);
    group.heads.add(bits >> rest);
  }
  const groups = [...byRest.values()];
  return {
    holds(text) {
      const address = parseAddress(text);
      return (
        address !== undefined && groups.some(({ version, rest, heads }) => version === address.version && heads.has(address.bits >> rest))
      );
    },
  };
}

/**
 * Whether a text is an address that belongs to the public Internet. Those of documentation (192.0.2.0/24 and the like) count: they
 * are nobody's, so that asking about one tells nothing.
 */
export function isPublicAddress(text: string): boolean {
  const found = parseAddress(text);
  if (!found) return false;
  if (found.version === 6 && !holds(GLOBAL, found)) return false;
  return !SPECIAL.some((network) => holds(network, found));
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const LAST_LABEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;
// Endings that are kept from the public Internet (RFC 2606, 6761, 6762, 7686, 8375) or that local networks are known to use,
// besides those of `isLocalName`.
const LOCAL_ENDINGS = new Set(["arpa", "test", "invalid", "onion", "alt", "intern", "intra", "priv", "domain", "workgroup", "dom", "ad"]);

/** Whether a text in lower case is a name that the public Internet may know; host names of local networks are not. */
export function isPublicName(text: string): boolean {
  const labels = text.split(".");
  const last = labels.at(-1) ?? "";
  if (text.length > 253 || labels.length < 2 || !LAST_LABEL.test(last) || !labels.every((label) => LABEL.test(label))) return false;
  return !LOCAL_ENDINGS.has(last) && !isLocalName(text);
}

/** Whether a name is one of the others or below it. */
export const isBelow = (name: string, others: readonly string[]): boolean =>
  others.some((other) => name === other || name.endsWith(`.${other}`));

interface Address {
  version: 4 | 6;
  bits: bigint;
}

/** An IPv6 address with an IPv4 address at its end. */
const LONGEST_ADDRESS = 45;

function parseAddress(text: string): Address | undefined {
  if (text.length > LONGEST_ADDRESS) return undefined;
  const four = parseFour(text);
  if (four !== undefined) return { version: 4, bits: four };
  const six = parseSix(text);
  if (six === undefined) return undefined;
  // An IPv4 address in the clothes of IPv6.
  return six >> 32n === 0xffffn ? { version: 4, bits: six & 0xffff_ffffn } : { version: 6, bits: six };
}

function parseFour(text: string): bigint | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined;
  const parts = text.split(".");
  // A leading zero means octal to some and decimal to others.
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith("0")))) return undefined;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function parseSix(text: string): bigint | undefined {
  const [, head = text, tail] = /^(.*:)(\d[\d.]*\.\d+)$/.exec(text) ?? [];
  const four = tail === undefined ? undefined : parseFour(tail);
  if (tail !== undefined && four === undefined) return undefined;
  const whole = four === undefined ? head : `${head}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
  const halves = whole.split("::");
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => "0"), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

function holds({ version, bits, prefix }: Network, address: Address): boolean {
  if (version !== address.version) return false;
  const rest = restOf(version, prefix);
  return bits >> rest === address.bits >> rest;
}

/** How many bits of an address are not its network's. */
const restOf = (version: 4 | 6, prefix: number): bigint => BigInt((version === 4 ? 32 : 128) - prefix);

const networkOf = (text: string): Network => {
  const network = parseNetwork(text);
  if (!network) throw new Error(`${text} is no network`);
  return network;
};

// All that is assigned as global unicast (www.iana.org/assignments/ipv6-address-space).
const GLOBAL = networkOf("2000::/3");
// Not globally reachable, from www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry; and what
// holds an IPv4 address inside (Teredo, 6to4), which may be a private one.
const SPECIAL = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "2001::/32",
  "2001:2::/48",
  "2002::/16",
].map(networkOf);
