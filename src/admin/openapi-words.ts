// What the API's description says besides its endpoints: words, headers, the form of a problem.
import type { Endpoint } from "./endpoint.ts";

/** About the API as a whole, in Markdown. */
export const DESCRIPTION = `What Tocsin's dashboard and command line do, for programs.

Lists answer \`{ items, next }\`, newest first; \`next\` is the \`cursor\` of the next page, or null. A page does not change
under writes: nothing is told twice or left out. What fails is a problem document (RFC 9457). Every change is in the audit log.

Each operation's security names the role that it needs: \`read\`, \`operate\` or \`configure\`; each may do what those before it may.`;

/** What addresses begin with, and what is there. One that is not listed is a tag by its own name. */
const TAGS: Record<string, [name: string, description: string]> = {
  alerts: ["Alerts", "Search, stories, our own status"],
  audit: ["Audit", "Who changed what"],
  backup: ["Backup", "Every row out and back in"],
  books: ["Operation", "Books, log, health, repair"],
  config: ["Configuration", "Routes, destinations and enrichers as a file, with revisions"],
  deliveries: ["Deliveries", "Messages, and sending dead ones again"],
  destinations: ["Destinations", "Where messages go"],
  enrichers: ["Enrichers", "Who is asked about indicators"],
  inbox: ["Inbox", "Living messages that Tocsin itself shows"],
  routes: ["Routes", "Where alerts come from"],
  silences: ["Silences", "What is hidden for a while"],
  tokens: ["Tokens", "Who may come in"],
};
/** Addresses that belong to another's tag. */
const ALIKE: Record<string, string> = {
  backtest: "config",
  doctor: "books",
  erase: "alerts",
  explain: "alerts",
  health: "books",
  log: "books",
  "openapi.json": "books",
  projection: "books",
  series: "books",
  settings: "books",
  usage: "books",
  restore: "backup",
};

/** The tag of an endpoint, by what its address begins with. */
export function tagOf({ path }: Endpoint): [name: string, description: string] {
  const first = path.split("/")[1] ?? "";
  const known = ALIKE[first] ?? first;
  return TAGS[known] ?? [known, known];
}

/** The tags that are in use. */
export const tagsOf = (endpoints: readonly Endpoint[]): object[] =>
  [...new Map(endpoints.map(tagOf))].map(([name, description]) => ({ name, description }));

/** A reference to a part of the description. */
export const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

const header = (description: string, example: string) => ({ description, schema: { type: "string", examples: [example] } });
/** Headers by their names in the description. */
export const HEADERS = {
  Authenticate: header("How to prove who asks", 'Bearer realm="tocsin"'),
  ETag: header("Differs as soon as the document does", '"5d41402abc4b2a76"'),
  RateLimit: header("Calls that are left now, and in how many seconds all of them are there again", '"default";r=199;t=1'),
  RateLimitPolicy: header("Calls at once, and in how many seconds as many are there again", '"default";q=200;w=4'),
  RetryAfter: { description: "Seconds to wait", schema: { type: "integer", examples: [5] } },
};

/** The form of a problem document. */
export const PROBLEM = {
  type: "object",
  description: "Why not (RFC 9457)",
  properties: {
    type: { type: "string", const: "about:blank" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "A sentence for people; it repeats no value that was sent" },
    where: { type: "string", description: "The parameter or the member of the body that is wrong" },
    errors: {
      type: "array",
      description: "All that is wrong with a configuration file, each with its place",
      items: {
        type: "object",
        properties: { key: { type: "string" }, line: { type: "integer" }, column: { type: "integer" }, message: { type: "string" } },
        required: ["key", "line", "column", "message"],
        additionalProperties: false,
      },
    },
  },
  required: ["type", "title", "status", "detail"],
  additionalProperties: false,
  examples: [{ type: "about:blank", title: "Bad request", status: 400, detail: "limit: must be a number from 1 to 200", where: "limit" }],
};
