// One row as one event: which alert it is about, what it says, when it happened, and what to ask the GUI for.
import type { AlertPatch, DetailRef, SourceEvent } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { sha256 } from "../../lib/keys.ts";
import { asInstant, type Instant } from "../instant.ts";
import { compact } from "../read.ts";
import type { ParseContext } from "../source.ts";
import { alertPatch, type Subject, tenantOf } from "./alert.ts";
import { clientName, clientPatch } from "./client.ts";
import { flowPatch } from "./collection.ts";
import { huntPatch } from "./hunt.ts";
import { ownLink, pageOf } from "./links.ts";
import { type Overrides, overridesOf } from "./overrides.ts";
import { type FlowFacts, isClientId, type Kind, type Row } from "./payload.ts";
import { rootOrg, type VelociraptorSettings } from "./settings.ts";
import { eventSeverity } from "./severity.ts";

type Context = ParseContext<VelociraptorSettings>;

/** What a row comes to, before the claim and the record are added. */
export type Told = Pick<SourceEvent, "key" | "type" | "patch"> & { at?: Instant; detail?: DetailRef };

/** What the row says. */
export function tell(row: Row, context: Context): Told {
  const said = overridesOf(row.columns);
  const subject = subjectOf(row, said, context);
  const at = timeOf(row);
  switch (row.kind) {
    case "alert":
    case "event":
      return alertEvent(row, said, subject, at, context);
    case "flow":
      return flowEvent(row, subject, at, context);
    case "hunt":
      return huntEvent(row, subject, at, context);
    case "enrollment":
    case "interrogation":
    case "conflict":
    case "client":
      return clientEvent(row, row.kind, subject, at, context);
  }
}

/**
 * Who and what the row is about. The server itself writes which client an alert came from: only an alert of the server's own may
 * name another, or one host could speak for the next.
 */
function subjectOf({ kind, queue, facts }: Row, said: Overrides, { settings }: Context): Subject {
  const about = facts._tocsin;
  const own = { client: facts.client_id ?? facts.ClientId, flow: facts.flow_id ?? facts.FlowId, artifact: facts.artifact };
  const ofClient = kind !== "alert" || (isClientId(own.client) && own.client?.toLowerCase() !== "server");
  const [first, second] = ofClient ? [own, said] : [said, own];
  return compact<Subject>({
    org: about.org ?? settings.org ?? rootOrg,
    client: [first.client, second.client, facts.Flow.client_id].find(isClientId),
    flow: first.flow ?? second.flow ?? facts.Flow.session_id,
    artifact: first.artifact ?? second.artifact ?? (kind === "event" ? queue : undefined),
  });
}

/** The row's own time, else the server's; the zero time of Go means that nobody set it. */
function timeOf({ facts }: Row): Instant | undefined {
  return ownTime(facts) ?? asInstant(facts._ts);
}

/** The time that the row itself bears, as opposed to when the server wrote it. */
export const ownTime = (facts: Row["facts"]): Instant | undefined => asInstant(facts.timestamp) ?? asInstant(facts.Timestamp);

/**
 * Alerts of one name on one client are one alert for a day (UTC): Velociraptor never says that one is over, so without an end
 * next month's would only change a message that nobody looks at any more.
 */
function alertEvent(row: Row, said: Overrides, subject: Subject, at: Instant | undefined, context: Context): Told {
  const name = row.kind === "alert" ? (row.facts.name ?? "") : (subject.artifact ?? "");
  const patch = alertPatch(row, said, subject, context);
  return compact<Told>({
    type: row.kind === "alert" ? "alert" : `event:${subject.artifact ?? "unknown"}`,
    key: `${row.kind}:${subject.client ?? "unknown"}:${sha256(name).slice(0, 32)}:${dayOf(at)}`,
    at,
    patch: withLink(patch, row, pageOf(subject, context.console)),
    detail: clientDetail(row, subject, said.host, context),
  });
}

function flowEvent(row: Row, subject: Subject, at: Instant | undefined, context: Context): Told {
  const { client, flow } = subject;
  const { client: known } = row.facts._tocsin;
  const facts = completed(row, flow);
  const own = clientPatch(client, known);
  const told = flowPatch(facts, context.severityMap);
  const asked = facts.request.artifacts === undefined && client !== undefined && flow !== undefined && hasApi(context);
  return compact<Told>({
    type: `flow:${told.status_label}`,
    key: `flow:${client ?? "unknown"}:${flow ?? sha256(stableJson(row.entry)).slice(0, 32)}`.slice(0, 300),
    at,
    patch: withLink(
      compact({ ...told, ...own, tenant: tenantOf(subject.org), data: { ...told.data, ...own.data } }),
      row,
      pageOf({ org: subject.org, ...(client ? { client } : {}), ...(flow ? { flow } : {}) }, context.console),
    ),
    detail: asked ? { kind: "flow", id: flow, with: `${client} ${subject.org}` } : clientDetail(row, subject, undefined, context),
  });
}

/** The row's collection, with what our artifact read anew: the row may lack what was asked for, by whom and when. */
function completed({ facts }: Row, flow: string | undefined): FlowFacts {
  const { Flow: told, _tocsin: about } = facts;
  return {
    ...told,
    session_id: flow,
    create_time: asInstant(told.create_time) ? told.create_time : about.flow.create_time,
    request: {
      creator: told.request.creator ?? about.flow.creator,
      artifacts: told.request.artifacts ?? about.flow.artifacts,
    },
  };
}

function huntEvent(row: Row, subject: Subject, at: Instant | undefined, context: Context): Told {
  const { Hunt: hunt } = row.facts;
  const told = huntPatch(hunt, context.severityMap);
  const id = hunt.hunt_id ?? sha256(stableJson(row.entry)).slice(0, 32);
  const link = hunt.hunt_id === undefined ? undefined : pageOf({ org: subject.org, hunt: hunt.hunt_id }, context.console);
  return compact<Told>({
    type: `hunt:${told.status_label}`,
    key: `hunt:${id}`.slice(0, 300),
    at,
    patch: withLink(compact({ ...told, tenant: tenantOf(subject.org) }), row, link),
  });
}

/** What the server says of a client. A row with nothing but an id may be an enrolment or a conflict: it says neither. */
const CLIENT_EVENTS = {
  enrollment: { title: "New client", summary: "A client has enrolled for the first time.", severity: "info" },
  interrogation: { title: "Client interrogated", summary: "The server has read anew what it knows of the client.", severity: "info" },
  conflict: {
    title: "Two clients with one id",
    summary: "The server turned one of them away. A client's state was probably copied with its machine.",
    severity: "low",
  },
  client: { title: "Client enrolled or in conflict", summary: "The row names the client and does not say which.", severity: "low" },
} as const;

function clientEvent(row: Row, kind: keyof typeof CLIENT_EVENTS & Kind, subject: Subject, at: Instant | undefined, context: Context): Told {
  const { client, org } = subject;
  const { title, summary, severity } = CLIENT_EVENTS[kind];
  const own = clientPatch(client, row.facts._tocsin.client);
  const name = clientName(client, row.facts._tocsin.client);
  const patch: AlertPatch = compact({
    title: `${title}${name === undefined ? "" : `: ${name}`}`,
    summary,
    ...eventSeverity(kind, severity, context.severityMap),
    status: "new",
    status_label: "new",
    category: "client",
    type: kind,
    tenant: tenantOf(org),
    ...own,
  });
  // A client enrols once; the others happen again and again.
  const when = kind === "enrollment" ? "" : `:${dayOf(at)}`;
  return compact<Told>({
    type: kind,
    key: `${kind}:${client ?? "unknown"}${when}`,
    at,
    patch: withLink(patch, row, pageOf({ org, ...(client ? { client } : {}) }, context.console)),
    detail: clientDetail(row, subject, undefined, context),
  });
}

/** The route's `console` decides where links lead; without one, the link that our artifact built does. */
function withLink(patch: AlertPatch, row: Row, configured: string | undefined): AlertPatch {
  const url = configured ?? ownLink(row.facts._tocsin.link);
  return url === undefined ? patch : { ...patch, url };
}

/** Asks for the client only where the route has an API and the row does not name the host. */
function clientDetail({ facts }: Row, { client, org }: Subject, host: string | undefined, context: Context): DetailRef | undefined {
  const { os_info: known } = facts._tocsin.client;
  const named = (known.hostname ?? known.fqdn ?? host) !== undefined;
  if (named || !hasApi(context) || client === undefined || client.toLowerCase() === "server") return undefined;
  return { kind: "client", id: client, with: org };
}

const hasApi = ({ settings }: Context): boolean => settings.api !== undefined;
const dayOf = (at: Instant | undefined): string => at?.iso.slice(0, 10) ?? "undated";
