// A simulated VirusTotal API v3 for the tests: real paths, real shapes, real refusals. Node only, on this machine only, without
// dependencies. What it knows was put there first; everything else it does not know.
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How the server starts. */
export interface VirusTotalApiOptions {
  /** 0 or absent: any free port. */
  port?: number;
  /** The only API key that is let in; absent: a random one. */
  token?: string;
  /** Answers 429 to more than so many requests in any minute, as the vendor does at 4 for a free key; absent: never. */
  requestsPerMinute?: number;
}

/** How many engines said what. */
export interface EngineCounts {
  malicious: number;
  suspicious: number;
  harmless: number;
  undetected: number;
}

/** One request that came in, for assertions. */
export interface SeenLookup {
  /** Unix ms. */
  at: number;
  /** `ip_addresses/203.0.113.7`. */
  object: string;
  status: number;
}

/** The running server. */
export interface VirusTotalApi {
  url: string;
  token: string;
  /** Makes it know an object such as `ip_addresses/203.0.113.7`. */
  put(object: string, counts: Partial<EngineCounts>, reputation?: number): void;
  requests: SeenLookup[];
  /** What every request from now on meets instead of an answer; without an argument, nothing. */
  fail(failure?: { status: number; retryAfterSeconds?: number }): void;
  /** From now on every answer waits for this; it may not be rejected. */
  hold(until: Promise<unknown>): void;
  close(): Promise<void>;
}

/** Starts the server on 127.0.0.1. */
export async function startVirusTotalApi(options: VirusTotalApiOptions = {}): Promise<VirusTotalApi> {
  const objects = new Map<string, unknown>();
  const requests: SeenLookup[] = [];
  const token = options.token ?? randomBytes(32).toString("hex");
  let failure: { status: number; retryAfterSeconds?: number } | undefined;
  let held: Promise<unknown> = Promise.resolve();

  const server = createServer((request, response) => {
    const object = decodeURIComponent((request.url ?? "").replace(/^\/api\/v3\//, ""));
    const at = Date.now();
    request.resume();
    const limit = options.requestsPerMinute;
    const earlier = limit === undefined ? undefined : requests.at(-limit);
    const tooMany = earlier !== undefined && earlier.at > at - 60_000;
    const status = failure?.status ?? statusOf(request, { token, tooMany, known: objects.has(object) });
    requests.push({ at, object, status });
    if (failure?.retryAfterSeconds !== undefined) response.setHeader("retry-after", String(failure.retryAfterSeconds));
    void held.then(() => reply(response, status, objects.get(object), object));
  });
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    requests,
    put: (object, counts, reputation = 0) => void objects.set(object, reportOf(object, counts, reputation)),
    fail: (next) => {
      failure = next;
    },
    hold: (until) => {
      held = until;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const TYPES: Record<string, string> = { files: "file", domains: "domain", ip_addresses: "ip_address" };

/** A report with what a reader of verdicts needs, in the shape of the real ones. */
export function reportOf(object: string, counts: Partial<EngineCounts>, reputation = 0): { data: Record<string, unknown> } {
  const [collection = "", id = ""] = object.split("/");
  const stats = { malicious: 0, suspicious: 0, harmless: 0, undetected: 0, timeout: 0, ...counts };
  return {
    data: {
      id,
      type: TYPES[collection] ?? "",
      links: { self: `https://www.virustotal.com/api/v3/${object}` },
      attributes: {
        last_analysis_date: 1_795_000_000,
        last_analysis_stats: collection === "files" ? { ...stats, "confirmed-timeout": 0, failure: 1, "type-unsupported": 4 } : stats,
        reputation,
        total_votes: { harmless: 0, malicious: 0 },
      },
    },
  };
}

/** In the order of the real one: the key, the quota, the object. */
function statusOf(request: IncomingMessage, { token, tooMany, known }: { token: string; tooMany: boolean; known: boolean }): number {
  const given = Buffer.from(String(request.headers["x-apikey"] ?? ""));
  const expected = Buffer.from(token);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 401;
  if (tooMany) return 429;
  return known ? 200 : 404;
}

// The codes of https://docs.virustotal.com/reference/errors; the texts are the simulation's own.
const CODES: Record<number, string> = {
  401: "WrongCredentialsError",
  403: "ForbiddenError",
  404: "NotFoundError",
  429: "QuotaExceededError",
  503: "TransientError",
};

function reply(response: ServerResponse, status: number, report: unknown, object: string): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(status === 200 ? report : { error: { code: CODES[status] ?? "Error", message: `about ${object}` } }));
}
