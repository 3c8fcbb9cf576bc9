// A simulated ntopng REST API (v2) for the tests: hosts by interface and address, and its own way of saying no. Node only, on this machine
// only. Who is not signed in, and who asks for a page that does not exist, is redirected to the login form
// (ntop/ntopng: src/HTTPserver.cpp, redirect_to_login; scripts/lua/modules/rest_utils.lua for the return codes).
import { randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the next requests meet instead of an answer. `page`: the login form with status 200, as behind some proxies. */
export type NtopngFault = "none" | "page" | "no host" | "not granted" | "empty" | "hang";

/** One request that came in. */
export interface NtopngRequest {
  path: string;
  /** What it was answered; 0 for one that was left hanging. */
  status: number;
  authorized: boolean;
}

/** The running server. */
export interface NtopngApi {
  url: string;
  token: string;
  /** Makes a host known; `ip` and `ifid` are taken from its members. */
  put(host: { ip: string; ifid: number; vlan?: number } & Record<string, unknown>): void;
  requests: NtopngRequest[];
  fault: NtopngFault;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

const HOST_DATA = "/lua/rest/v2/get/host/data.lua";
const INTERFACES = "/lua/rest/v2/get/ntopng/interfaces.lua";
const LOGIN: Answer = { status: 302, headers: { location: "/lua/login.lua?referer=/" }, body: "" };
const PAGE: Answer = { status: 200, headers: { "content-type": "text/html" }, body: "<!DOCTYPE html><title>Welcome to ntopng</title>" };

/** Starts the server on 127.0.0.1, on any free port. */
export async function startNtopngApi(token = `demo-${randomUUID()}`): Promise<NtopngApi> {
  const hosts = new Map<string, unknown>();
  const api: Omit<NtopngApi, "url" | "close"> = {
    token,
    requests: [],
    fault: "none",
    put: (host) => void hosts.set(`${host.ifid} ${host.ip} ${host.vlan ?? 0}`, host),
  };
  const server = createServer((request, response) => {
    request.resume();
    const authorized = isAuthorized(request, token);
    const seen: NtopngRequest = { path: request.url ?? "", status: 0, authorized };
    api.requests.push(seen);
    if (api.fault === "hang") return;
    const answer = authorized ? answerTo(seen.path, hosts, api.fault) : LOGIN;
    seen.status = answer.status;
    send(response, answer);
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return Object.assign(api, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? "");
  const expected = Buffer.from(`Token ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function answerTo(path: string, hosts: ReadonlyMap<string, unknown>, fault: NtopngFault): Answer {
  const { pathname, searchParams } = new URL(path, "http://localhost");
  if (pathname === INTERFACES && fault === "none") return envelope(200, 0, "OK", [{ ifid: 0, ifname: "eth0", name: "eth0" }]);
  if (pathname !== HOST_DATA && pathname !== INTERFACES) return LOGIN;
  if (fault === "page") return PAGE;
  if (fault === "not granted") return envelope(401, -3, "NOT_GRANTED", []);
  if (fault === "empty") return envelope(200, 0, "OK", []);
  const [ifid, host, vlan] = ["ifid", "host", "vlan"].map((name) => searchParams.get(name));
  if (!ifid) return envelope(400, -2, "INVALID_INTERFACE", []);
  if (!host) return envelope(400, -5, "INVALID_ARGUMENTS", []);
  const found = fault === "no host" ? undefined : hosts.get(`${ifid} ${host} ${vlan || 0}`);
  return found === undefined ? envelope(404, -1, "NOT_FOUND", []) : envelope(200, 0, "OK", found);
}

const envelope = (status: number, rc: number, words: string, rsp: unknown): Answer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ rc, rc_str: words, rc_str_hr: words, rsp }),
});

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers);
  response.end(body);
}
