// Addresses of mail servers: `smtps://host:465`, or `smtp://host:587`. Port 25 is closed to Workers:
// https://developers.cloudflare.com/workers/runtime-apis/tcp-sockets/#considerations
import type { Endpoint } from "./wire.ts";

const PORTS: Record<string, number> = { "smtps:": 465, "smtp:": 587 };
const FORM = 'must be "smtps://host:465", or "smtp://host:587" for a server with STARTTLS';

/** Host, port and whether TLS comes first; or what is wrong with the address, in words that follow the key's name. */
export function endpointOf(text: string): Endpoint | string {
  const url = URL.parse(text);
  if (!url || /\s/.test(text)) return FORM;
  const ordinary = PORTS[url.protocol];
  if (ordinary === undefined || url.hostname === "") return FORM;
  if (url.username !== "" || url.password !== "") return "has a user name or password in it: set username and password";
  if (!["", "/"].includes(url.pathname) || url.search !== "" || url.hash !== "") return `has something behind the port: it ${FORM}`;
  const port = url.port === "" ? ordinary : Number(url.port);
  if (port === 25) return "names port 25, which Cloudflare does not let Workers call: use port 465 or 587, for submission";
  if (port === 465 && url.protocol === "smtp:") return "names port 465, which speaks TLS from the start: write smtps://";
  if (port === 587 && url.protocol === "smtps:") return "names port 587, which begins without TLS: write smtp://, and STARTTLS encrypts it";
  return { host: hostOf(url), port, tls: url.protocol === "smtps:" };
}

/** What is wrong with an address; undefined when nothing is. */
export function serverProblem(text: string): string | undefined {
  const found = endpointOf(text);
  return typeof found === "string" ? found : undefined;
}

// URL leaves hosts of schemes that it does not know as they are: numbers that stand for an IPv4 address have to become one,
// or they would be judged as names.
const hostOf = ({ host, port }: URL): string => {
  const bare = port === "" ? host : host.slice(0, -port.length - 1);
  return URL.parse(`https://${bare}`)?.hostname ?? bare;
};
