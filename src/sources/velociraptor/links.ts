// Pages of Velociraptor's GUI (Velocidex/velociraptor: vql/server/links.go). Each part of the fragment is encoded by itself.
import { consoleLink, webLink } from "../link.ts";

/** What a page can be about. */
export interface Place {
  org: string;
  client?: string;
  flow?: string;
  hunt?: string;
  /** An artifact: with a client its events, without one its definition. */
  artifact?: string;
}

/** The page of a hunt, a collection, an artifact's events, a client or an artifact, whichever is known, in this order. */
export function pageOf(place: Place, console: string | undefined): string | undefined {
  const parts = partsOf(place);
  // People copy the address of the page they stand on.
  const base = console?.replace(/\/+$/, "").replace(/\/app\/index\.html$/, "");
  return parts && consoleLink(base, `/app/index.html?org_id=${encode(place.org)}#/${parts.map(encode).join("/")}`);
}

/** A link that our artifact built on the server; only https leaves the payload. */
export const ownLink = (text: string | undefined): string | undefined => {
  const link = webLink(text);
  return link?.startsWith("https://") ? link : undefined;
};

function partsOf({ client, flow, hunt, artifact }: Place): string[] | undefined {
  if (hunt !== undefined) return ["hunts", hunt, "overview"];
  if (client !== undefined && flow !== undefined) return ["collected", client, flow, "overview"];
  if (client !== undefined && artifact !== undefined) return ["events", client, artifact];
  // The server has no host page of its own.
  if (client !== undefined && client !== "server") return ["host", client];
  return artifact === undefined ? undefined : ["artifacts", artifact];
}

const encode = (part: string): string =>
  encodeURIComponent(part.toWellFormed()).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
