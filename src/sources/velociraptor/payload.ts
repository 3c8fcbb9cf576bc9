// What Velociraptor's queues hold, read liberally, and what our own artifact adds (artifacts/Tocsin.Relay.yaml).
// Shapes: Velocidex/velociraptor, services/alerts.go, flows/client_flow_runner.go, flows/proto/artifact_collector.proto,
// api/proto/hunts.proto, api/proto/clients.proto. Protobuf objects write 64-bit integers as texts and leave out unset fields.
import type * as z from "zod";
import type { Json } from "../../alert.ts";
import { fields, line, lines, number, raw, text } from "../lenient.ts";
import { asObject, isObject, type JsonObject } from "../read.ts";

/** A client as `client_info()` and the GUI's `GetClient` tell it. */
export const clientSchema = fields({
  client_id: line(),
  os_info: fields({ system: line(), hostname: line(), fqdn: line(), release: line() }),
  labels: lines(),
  last_ip: line(),
});
export type ClientFacts = z.output<typeof clientSchema>;

/** A collection as `System.Flow.Completion`, `flows()` and the GUI's `GetFlowDetails` tell it. Times in µs, the duration in ns. */
export const flowSchema = fields({
  session_id: line(),
  client_id: line(),
  request: fields({ creator: line(), artifacts: lines() }),
  create_time: raw(),
  start_time: raw(),
  active_time: raw(),
  execution_duration: number(),
  state: line(),
  status: text(),
  artifacts_with_results: lines(),
  total_collected_rows: number(),
  total_uploaded_files: number(),
});
export type FlowFacts = z.output<typeof flowSchema>;

/** A hunt as `System.Hunt.Creation` tells it. Times in µs. */
export const huntSchema = fields({
  hunt_id: line(),
  creator: line(),
  hunt_description: text(),
  create_time: raw(),
  expires: raw(),
  start_request: fields({ artifacts: lines() }),
  artifacts: lines(),
  state: line(),
  tags: lines(),
});

/** What our artifact adds to each row as `_tocsin`; rows that others post have none of it. */
export const aboutSchema = fields({
  version: number(),
  queue: line(),
  org: line(),
  client: clientSchema,
  flow: fields({ creator: line(), artifacts: lines(), create_time: raw() }),
  link: line(),
});
export type About = z.output<typeof aboutSchema>;

const rowSchema = fields({
  _tocsin: aboutSchema,
  _ts: raw(),
  Queue: line(),
  client_id: line(),
  ClientId: line(),
  flow_id: line(),
  FlowId: line(),
  name: line(),
  timestamp: raw(),
  Timestamp: raw(),
  artifact: line(),
  artifact_type: line(),
  Flow: flowSchema,
  Hunt: huntSchema,
});
export type RowFacts = z.output<typeof rowSchema>;

/** What a row is; `event` is a row of a client event artifact, `client` one with a client's id and nothing that says why. */
export type Kind = "alert" | "flow" | "hunt" | "enrollment" | "interrogation" | "conflict" | "client" | "event";

/** One row, understood. */
export interface Row {
  kind: Kind;
  /** The queue that it stood in, where somebody told us. */
  queue?: string;
  facts: RowFacts;
  /** Free-form members: `event_data` of an alert, the columns of a client event. */
  columns: JsonObject;
  /** The row as it stood in its queue. */
  entry: JsonObject;
}

const QUEUES: ReadonlyMap<string, Kind> = new Map([
  ["Server.Internal.Alerts", "alert"],
  ["System.Flow.Completion", "flow"],
  ["System.Hunt.Creation", "hunt"],
  ["Server.Internal.Enrollment", "enrollment"],
  ["Server.Internal.Interrogation", "interrogation"],
  ["Server.Internal.ClientConflict", "conflict"],
]);

const CLIENT_ID = /^(?:C\.[\w-]{1,64}|server)$/i;
/** Members that say nothing of what happened: whose row it is, when it was written, where it stood. */
const FRAME = new Set(["ClientId", "client_id", "Timestamp", "Queue", "_ts", "_Source", "_tocsin"]);

/** Whether a text is the id of a client, or the word that stands for the server itself. */
export const isClientId = (value: string | undefined): boolean => value !== undefined && CLIENT_ID.test(value);

/** Reads one row; undefined when it is none of Velociraptor's. */
export function readRow(entry: Json): Row | undefined {
  if (!isObject(entry)) return undefined;
  const facts = rowSchema.parse(entry);
  const queue = facts._tocsin.queue ?? facts.Queue;
  const kind = (queue === undefined ? undefined : kindOfQueue(queue, facts)) ?? kindOfShape(entry, facts);
  if (kind === undefined) return undefined;
  return { kind, ...(queue === undefined ? {} : { queue }), facts, columns: columnsOf(kind, entry), entry };
}

/** A queue that nobody knows by name is a client event artifact's, if the row names a client. */
const kindOfQueue = (queue: string, facts: RowFacts): Kind | undefined => QUEUES.get(queue) ?? (namesClient(facts) ? "event" : undefined);

function kindOfShape(entry: JsonObject, facts: RowFacts): Kind | undefined {
  if (isObject(entry.Flow)) return "flow";
  if (isObject(entry.Hunt)) return "hunt";
  const named = typeof entry.name === "string";
  if (named && (isObject(entry.event_data) || (entry.timestamp !== undefined && namesClient(facts)))) return "alert";
  if (!namesClient(facts)) return undefined;
  if (facts.FlowId !== undefined && entry.VFSPath === undefined) return "flow";
  return Object.keys(entry).every((name) => FRAME.has(name)) ? "client" : "event";
}

const namesClient = (facts: RowFacts): boolean => isClientId(facts.client_id) || isClientId(facts.ClientId);

function columnsOf(kind: Kind, entry: JsonObject): JsonObject {
  if (kind === "alert") return asObject(entry.event_data);
  return kind === "event" ? Object.fromEntries(Object.entries(entry).filter(([name]) => !FRAME.has(name))) : {};
}
