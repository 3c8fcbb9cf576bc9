// Links that stand in a payload, or are built from the route's `console`: clean web addresses, or none.

/** What no renderer can be tricked with: nothing that ends an attribute or a markup's link. */
const SAFE = /^https?:\/\/[^\s<>"|\\^`{}]+$/;
/** An address whose scheme was left out: a host name with a dot, then a port, a path, a query or nothing. */
const WITHOUT_SCHEME = /^[a-z0-9](?:[a-z0-9-]*\.)+[a-z]{2,63}(?::\d{1,5})?(?:[/?#]|$)/i;

/** The http(s) address in a text, also where its scheme is missing (then https); undefined for everything else. */
export function webLink(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(WITHOUT_SCHEME.test(text) ? `https://${text}` : text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") return undefined;
  return SAFE.test(url.href) ? url.href : undefined;
}

/** A page of the source's console; `path` begins with `/` and has its parts encoded. Undefined where no console is configured. */
export function consoleLink(console: string | undefined, path: string): string | undefined {
  return console === undefined ? undefined : webLink(`${console.replace(/\/+$/, "")}${path}`);
}

/** A link that stands in a payload: https alone, because whoever wrote the payload chose where it leads. */
export function secureLink(text: string | undefined): string | undefined {
  const link = webLink(text);
  return link?.startsWith("https://") ? link : undefined;
}

/**
 * A page of the source's console that a payload links to. Where the route has a `console`, the page is taken there: the source often
 * knows itself by a name that only its own network has. `base`: the address by which the source knows itself, where it tells.
 */
export function pageLink(text: string | undefined, base: string | undefined, console: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text);
  if (console === undefined || url === null || !/^https?:$/.test(url.protocol)) return secureLink(text);
  const prefix = base === undefined ? null : URL.parse(base);
  const path = url.pathname + url.search + url.hash;
  const from = prefix === null ? "" : prefix.pathname.replace(/\/+$/, "");
  // A page of somebody else, such as a runbook, stays where it is.
  if (prefix !== null && (prefix.host !== url.host || !(path === from || path.startsWith(`${from}/`)))) return secureLink(text);
  return consoleLink(console, path.slice(from.length));
}
