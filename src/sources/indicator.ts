// What kind of indicator a text is, told from its form alone.

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const IPV6 = /^(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{0,4}|(?:\d{1,3}\.){3}\d{1,3})(?:%[\w.]{1,32})?$/i;
const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})\.?$/i;
/** Endings of names that only a local network knows: hosts, not domains. */
const LOCAL = /\.(?:lan|local|localdomain|internal|intranet|home|corp|arpa)\.?$/i;

/** Whether a text is an IPv4 or IPv6 address. */
export const isIp = (text: string): boolean => IPV4.test(text) || isIpv6(text);

// Six pairs without a `::` are a MAC address.
const isIpv6 = (text: string): boolean => IPV6.test(text) && (text.includes("::") || text.split(":").length === 8 || text.includes("."));

const PRIVATE = /^(?:10\.|127\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|::1$)/i;

/** Whether an address is one that only a local network knows. */
export const isPrivateIp = (text: string): boolean => isIp(text) && PRIVATE.test(text);

/** The observable type of a text: `ip`, `url`, `email`, `hash`, `domain`, or `host` for every other name. */
export function indicatorType(text: string): string {
  if (isIp(text)) return "ip";
  if (/^https?:\/\//i.test(text)) return "url";
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return "email";
  if (/^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)) return "hash";
  return DOMAIN.test(text) && !LOCAL.test(text) ? "domain" : "host";
}
