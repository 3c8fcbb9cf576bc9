// A simulated SEKOIA.IO API for the demo, the tests and the benchmark: real paths, real answers, real refusals.
// Node only, on this machine only, without dependencies. What it answers was put there first; it invents nothing.
import { randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { SampleAlert } from "./sekoia-samples.ts";

/** How the server starts. */
export interface SekoiaApiOptions {
  /** 0 or absent: any free port. */
  port?: number;
  /** Alerts that are there from the start. */
  alerts?: readonly SampleAlert[];
  /** Answers 429 to more than so many requests in any second, as the vendor's firewall does at 5; absent: never. */
  requestsPerSecond?: number;
  /** The only API key that is let in; absent: a random one. */
  token?: string;
}

/** One request that came in, for assertions. */
export interface SeenRequest {
  /** Unix ms. */
  at: number;
  method: string;
  /** With the query. */
  path: string;
  /** What it was answered; 0 for one that was left hanging. */
  status: number;
  /** Whether the right API key came with it. */
  authorized: boolean;
  /** Of a request that changes something, its body. */
  body?: unknown;
}

/** What the next requests meet instead of an answer. */
export interface Failure {
  /** Answered instead of the object; 302 needs `location`. Absent: the usual answer, only later. */
  status?: number;
  /** Only requests of this method; absent: any. */
  method?: "GET" | "PATCH" | "POST";
  /** How many requests it is for; absent: all, until `fail()` is called anew. */
  times?: number;
  retryAfterSeconds?: number;
  delayMs?: number;
  /** Answers when this has come true; it may not be rejected. */
  until?: Promise<unknown>;
  /** Reads the request and never answers. */
  hang?: boolean;
  location?: string;
  /** Sent as it is, with status 200 unless another is set: for answers of the wrong shape. */
  body?: string;
}

/** The running server. */
export interface SekoiaApi {
  url: string;
  token: string;
  put(alert: { uuid: string } & Record<string, unknown>): void;
  putComment(alertUuid: string, comment: { uuid: string } & Record<string, unknown>): void;
  putCase(found: { uuid: string } & Record<string, unknown>): void;
  /** `id` with or without `report--`. */
  putReport(report: { id: string } & Record<string, unknown>): void;
  putContentProposal(proposal: { uuid: string } & Record<string, unknown>): void;
  /** Takes an object away again: it is answered with 404. */
  remove(uuid: string): void;
  requests: SeenRequest[];
  /** Sets what goes wrong from now on; without an argument, nothing. */
  fail(failure?: Failure): void;
  close(): Promise<void>;
}

/** Starts the server on 127.0.0.1. */
export async function startSekoiaApi(options: SekoiaApiOptions = {}): Promise<SekoiaApi> {
  const objects = new Map<string, unknown>();
  const requests: SeenRequest[] = [];
  const token = options.token ?? `demo-${randomUUID()}`;
  const faults: { next?: Failure; left: number } = { left: 0 };

  const put = (path: string, value: unknown): void => void objects.set(path.toLowerCase(), value);
  for (const alert of options.alerts ?? []) put(alertPath(alert.uuid), alert);

  const server = createServer((request, response) => {
    const seen: SeenRequest = {
      at: Date.now(),
      method: request.method ?? "",
      path: request.url ?? "",
      status: 0,
      authorized: isAuthorized(request, token),
    };
    requests.push(seen);
    const failure = takeFailure(faults, seen.method);
    if (failure?.hang) {
      request.resume();
      return;
    }
    const answer = (): void => {
      seen.status = reply(response, failure ?? {}, answerTo(seen, objects, tooMany(requests, seen, options.requestsPerSecond), failure));
    };
    const answerInTime = (): void => {
      if (failure?.until) void failure.until.then(answer);
      else if (failure?.delayMs) setTimeout(answer, failure.delayMs).unref();
      else answer();
    };
    if (seen.method === "GET") {
      request.resume();
      answerInTime();
    } else
      void readJson(request).then((body) => {
        seen.body = body;
        answerInTime();
      });
  });
  // Otherwise idle connections of a caller's pool would keep a test waiting for its end.
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    put: (alert) => put(alertPath(alert.uuid), alert),
    putComment: (alertUuid, comment) => put(`${alertPath(alertUuid)}/comments/${comment.uuid}`, comment),
    putCase: (found) => put(`/v1/sic/cases/${found.uuid}`, found),
    putReport: (report) => put(`/v2/inthreat/reports/${bareId(report.id)}`, { data: report }),
    putContentProposal: (proposal) => put(`/v2/inthreat/content-proposals/${proposal.uuid}`, { data: proposal }),
    remove: (uuid) => {
      for (const path of objects.keys()) if (path.includes(bareId(uuid).toLowerCase())) objects.delete(path);
    },
    requests,
    fail: (failure) => {
      faults.next = failure;
      faults.left = failure?.times ?? Number.POSITIVE_INFINITY;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

const alertPath = (uuid: string): string => `/v1/sic/alerts/${uuid}`;
const bareId = (id: string): string => id.replace(/^report--/, "");

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? "");
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function takeFailure(faults: { next?: Failure; left: number }, method: string): Failure | undefined {
  if (faults.left <= 0 || (faults.next?.method ?? method) !== method) return undefined;
  faults.left -= 1;
  return faults.next;
}

function tooMany(requests: SeenRequest[], now: SeenRequest, perSecond: number | undefined): boolean {
  if (perSecond === undefined) return false;
  const earlier = requests.at(-1 - perSecond);
  return earlier !== undefined && earlier.at > now.at - 1_000;
}

/** In the order of a real gateway: the firewall, the key, the method, the object. Error texts are the simulation's own. */
function answerTo(request: SeenRequest, objects: Map<string, unknown>, limited: boolean, failure: Failure | undefined): Reply {
  if (limited) return { ...problem(429, "Too many requests"), headers: { "retry-after": "1" } };
  if (!request.authorized) return problem(401, "The API key is missing or not valid");
  // The same API is served below `/api` on the hosts of the console.
  const path = new URL(request.path, "http://localhost").pathname
    .replace(/^\/api\//, "/")
    .replace("/report--", "/")
    .toLowerCase();
  // What is to go wrong changes nothing.
  if (request.method !== "GET")
    return failure?.status === undefined ? change(request, path, objects) : problem(failure.status, "Not taken");
  if (path === "/v1/me") return { status: 200, body: { type: "application", name: "demo key" } };
  if (path === "/v1/sic/alerts") {
    const alerts = [...objects].filter(([one]) => /^\/v1\/sic\/alerts\/[^/]+$/.test(one)).map(([, alert]) => alert);
    return { status: 200, body: { items: alerts.slice(0, 1), total: alerts.length, has_more: false } };
  }
  const found = objects.get(path);
  return found === undefined ? problem(404, "Not found") : { status: 200, body: found };
}

/** The built-in actions, and the status that each leads to (SEKOIA-IO/documentation: _shared_content/automate/actions.md). */
const ACTIONS: Readonly<Record<string, { uuid: string; name: string }>> = {
  "937bdabf-6a08-434b-b6d3-d7447e4e452a": { uuid: "8f206505-af6d-433e-93f4-775d46dc7d0f", name: "Acknowledged" },
  "c39a0a95-aa2c-4d0d-8d2e-d3decf426eea": { uuid: "1f2f88d5-ff5b-48bf-bbbc-00c2fff82d9f", name: "Ongoing" },
  "ade85d7b-7507-4026-bfc6-cc006d10ddac": { uuid: "4f68da89-38e0-4703-a6ab-652f02bdf24e", name: "Rejected" },
  "1390be4e-ced8-4dd6-9bed-573471b235ab": { uuid: "1738b1c1-767d-489e-bada-19176621a007", name: "Closed" },
};

/** `PATCH .../workflow` and `POST .../comments` of an alert; nothing else can be changed. */
function change({ method, body }: SeenRequest, path: string, objects: Map<string, unknown>): Reply {
  const [, alertAt = "", what = ""] = /^(\/v1\/sic\/alerts\/[^/]+)\/(workflow|comments)$/.exec(path) ?? [];
  const alert = objects.get(alertAt);
  const { action_uuid: action, comment, content, author } = Object(body);
  if (what === "" || method !== (what === "workflow" ? "PATCH" : "POST")) return problem(405, "Method not allowed");
  if (alert === undefined) return problem(404, "Not found");
  const said = what === "workflow" ? comment : content;
  if (typeof author === "string" && author.length > 32) return problem(400, "The author is too long");
  if (what === "comments" && (typeof said !== "string" || said === "")) return problem(400, "A comment needs content");
  if (what === "workflow") {
    const status = typeof action === "string" ? ACTIONS[action] : undefined;
    if (!status) return problem(400, "There is no such action");
    objects.set(alertAt, { ...Object(alert), status: { ...status, description: "" } });
  }
  const made = { uuid: randomUUID(), content: said, author: author ?? "an API key", created_by_type: "apikey" };
  if (typeof said === "string") objects.set(`${alertAt}/comments/${made.uuid}`, made);
  return { status: 200, body: what === "workflow" ? {} : made };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const problem = (status: number, message: string): Reply => ({ status, body: { code: `E${status}`, message } });

/** Sends the answer, or what was asked to go wrong in its place, and says which status that was. */
function reply(response: ServerResponse, failure: Failure, usual: Reply): number {
  const fails = failure.status !== undefined || failure.body !== undefined;
  const { status, body, headers = {} } = fails ? problem(failure.status ?? 200, "Simulated failure") : usual;
  response.writeHead(status, {
    ...headers,
    "content-type": "application/json",
    ...(failure.retryAfterSeconds === undefined ? {} : { "retry-after": String(failure.retryAfterSeconds) }),
    ...(failure.location === undefined ? {} : { location: failure.location }),
  });
  response.end(failure.body ?? JSON.stringify(body));
  return status;
}
