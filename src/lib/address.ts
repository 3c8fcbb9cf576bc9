// Which addresses the Worker may call. A Worker cannot see what a name resolves to, so the rule is about what is written:
// https to a public name, unless the operator lists the host; a local relay may reach its own machine and network.

/** Variables that widen the rule. `LOCAL` is set by `npm start` and `npm run dev`; `ALLOWED_HOSTS` is a comma list of `host` or `host:port`. */
export interface AddressRules {
  LOCAL?: unknown;
  ALLOWED_HOSTS?: unknown;
}

/** Whether a text is an http(s) address that paths can be joined to: without user, query or fragment. */
export function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
}

/** Undefined when the address may be called; else why not, in words that do not repeat the address. */
export function mayReach(address: string, rules: AddressRules): string | undefined {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return "it is not an absolute URL";
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return "only https (and, on a local relay, http) can be called";
  if (url.username !== "" || url.password !== "") return "it holds a user name or password; use a secret and a header instead";
  if (rules.LOCAL === "1" || isListed(url, rules.ALLOWED_HOSTS)) return undefined;
  if (url.protocol !== "https:") return "a deployed relay calls https only";
  if (isIpLiteral(url.hostname)) return "a deployed relay calls names, not IP addresses, unless ALLOWED_HOSTS lists them";
  if (isLocalName(url.hostname)) return "the name is a private one; list it in ALLOWED_HOSTS if that is meant";
  return undefined;
}

function isListed(url: URL, list: unknown): boolean {
  if (typeof list !== "string") return false;
  const hosts = list.split(",").map((host) => host.trim().toLowerCase());
  return hosts.includes(url.hostname.toLowerCase()) || hosts.includes(url.host.toLowerCase());
}

/** The URL parser has already turned every notation of an IPv4 address (octal, hex, one number) into four decimals. */
const isIpLiteral = (hostname: string): boolean => hostname.startsWith("[") || /^\d{1,3}(\.\d{1,3}){3}$/.test(hostname);

/** Whether a host name is one that only a local network knows. */
export function isLocalName(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, "");
  if (!name.includes(".")) return true;
  return /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)$/.test(name);
}
