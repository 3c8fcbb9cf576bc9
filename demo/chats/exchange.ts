// One request from its arrival to its answer: body, record, scripted fault, the vendor's rules, the answer or its absence.
import type { IncomingMessage, ServerResponse } from "node:http";
import { failureReply } from "./faults.ts";
import type { Room } from "./server.ts";
import type { Incoming, Reply, RequestRecord, World } from "./types.ts";

/** Far above every chat's own limit; a bound on what one request may hold in memory. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  path: string;
  pathname: string;
}

/** Runs one exchange. Rejects only when the caller broke off while sending. */
export async function exchange(room: Room, call: Call, world: World): Promise<void> {
  const { channel, rules } = room;
  const bodyText = await read(call.request);
  const incoming = incomingOf(call, bodyText, world);
  const record: RequestRecord = {
    at: incoming.at,
    method: incoming.method,
    path: call.path,
    headers: world.light ? {} : incoming.headers,
    bodyText,
    status: 0,
  };
  channel.arrived(record);
  if (channel.revoked) return answer(room, call, record, rules.gone(), world);
  const fault = channel.faults.next();
  if (fault) record.fault = fault.kind;
  switch (fault?.kind) {
    case "fail":
      await pause(channel.faults.delayMs, call.response);
      return answer(room, call, record, { ...failureReply(fault.failure, rules, world.now()), refused: true }, world);
    case "drop":
      take(room, incoming, world);
      note(room, record, "no answer: the connection was cut", world);
      channel.ended(record, 0);
      call.response.destroy();
      return;
    case "hang": {
      const early = fault.shown ? take(room, incoming, world) : undefined;
      await pause(fault.ms, call.response);
      const reply = early ?? (call.response.destroyed ? undefined : take(room, incoming, world));
      return answer(room, call, record, reply, world);
    }
    case undefined: {
      const reply = take(room, incoming, world);
      if (channel.faults.delayMs > 0) await pause(channel.faults.delayMs, call.response);
      return answer(room, call, record, reply, world);
    }
  }
}

/** Lets the vendor's rules have the message, and links it to earlier requests that failed with the same one. */
function take({ channel, rules }: Room, incoming: Incoming, world: World): Reply {
  const before = channel.totals.messages;
  const reply = rules.take(incoming);
  if (world.light || isRefusal(reply)) return reply;
  const retries = channel.refusals.taken(keyOf(incoming.path, incoming.headers, incoming.bodyText), incoming.at);
  const newest = channel.messages.at(-1);
  if (retries > 0 && newest && channel.totals.messages > before) newest.retries = retries;
  return reply;
}

function answer(room: Room, { response }: Call, record: RequestRecord, reply: Reply | undefined, world: World): void {
  if (!reply || response.destroyed) {
    note(room, record, "no answer: the caller gave up waiting", world);
    room.channel.ended(record, 0);
    return;
  }
  record.status = reply.status;
  if (isRefusal(reply)) room.channel.totals.refused += 1;
  if (isRefusal(reply) || reply.words?.startsWith("accepted,")) note(room, record, reply.words ?? "refused", world, isRefusal(reply));
  const length = reply.status === 204 ? {} : { "content-length": String(Buffer.byteLength(reply.body)) };
  response.writeHead(reply.status, { ...reply.headers, ...length }).end(reply.body);
  room.channel.ended(record, reply.status);
}

const isRefusal = ({ status, refused }: Reply): boolean => status >= 300 || refused === true;

function note({ channel }: Room, record: RequestRecord, words: string, world: World, mayComeAgain = true): void {
  if (world.light) return;
  // What was taken and not shown will not be sent again: nothing to wait for.
  const key = mayComeAgain ? keyOf(record.path, record.headers, record.bodyText) : undefined;
  channel.refusals.add({ at: record.at, status: record.status, words }, key);
}

/** The same message, sent again: its id where it has one, else the same body to the same path. */
const keyOf = (path: string, headers: Record<string, string>, bodyText: string): string => headers["webhook-id"] ?? `${path}\n${bodyText}`;

function incomingOf({ request, path, pathname }: Call, bodyText: string, world: World): Incoming {
  const headers = request.headers as Record<string, string>;
  const query = new URLSearchParams(pathname.length < path.length ? path.slice(pathname.length + 1) : "");
  return { method: request.method ?? "GET", path, pathname, query, headers, bodyText, at: world.now() };
}

function read(request: IncomingMessage): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) reject(new Error("body too large"));
    else chunks.push(chunk);
  });
  request.on("end", () => resolve((chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString("utf8")));
  request.on("error", reject);
  request.on("aborted", () => reject(new Error("aborted")));
  return promise;
}

/** Ends after the time, or as soon as the caller has left. */
function pause(ms: number, response: ServerResponse): Promise<void> {
  if (ms <= 0 || response.destroyed) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  response.once("close", () => {
    clearTimeout(timer);
    resolve();
  });
  return promise;
}
