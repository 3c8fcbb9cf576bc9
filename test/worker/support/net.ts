// The outside network of a test: hosts that the test answers for. Any other host refuses the connection, and the test fails.
import { afterEach, beforeEach, expect } from "vitest";

/** One call that the Worker made. */
export interface Call {
  method: string;
  url: URL;
  headers: Headers;
  body: string;
  /** `manual` is what keeps credentials from going where a redirect leads. */
  redirect: string;
}

/** What a host answers. A promise that never settles hangs until the caller gives up. */
export type Host = (call: Call) => Response | Promise<Response>;

const hosts = new Map<string, Host>();
const strangers: string[] = [];
const open = new Set<() => void>();

/** The network. Hosts are forgotten after each test. */
export const net = {
  calls: [] as Call[],
  answer(host: string, answer: Host): void {
    hosts.set(host, answer);
  },
  callsTo: (host: string): Call[] => net.calls.filter((call) => call.url.host === host),
};

/** An answer that never comes. */
export const hang = (): Promise<Response> => new Promise(() => undefined);

/** A host that answers only when it is released. The answer is made where it is asked for: objects share no I/O. */
export function held(answer: Host): { host: Host; release: () => void } {
  let released = false;
  const host: Host = async (call) => {
    while (!released) await new Promise((resolve) => setTimeout(resolve, 2));
    return answer(call);
  };
  return {
    host,
    release: () => {
      released = true;
    },
  };
}

/** Installs the network for the tests of this file. */
export function installNet(): void {
  globalThis.fetch = (input, init) => call(new Request(input, init), init?.signal ?? undefined);
  beforeEach(() => {
    hosts.clear();
    net.calls.length = 0;
    strangers.length = 0;
  });
  afterEach(() => {
    for (const end of open) end();
    expect(strangers, "calls to hosts that the test does not answer for").toEqual([]);
  });
}

async function call(request: Request, signal: AbortSignal | undefined): Promise<Response> {
  const url = new URL(request.url);
  const made: Call = { method: request.method, url, headers: request.headers, body: await request.text(), redirect: request.redirect };
  net.calls.push(made);
  const host = hosts.get(url.host);
  if (!host) {
    strangers.push(url.host);
    throw new TypeError("connection refused");
  }
  return Promise.race([host(made), broken(signal)]);
}

/** Rejects when the caller gives up, or when the test ends. */
const broken = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    const end = () => {
      open.delete(end);
      reject(signal?.reason ?? new Error("the test ended"));
    };
    open.add(end);
    signal?.addEventListener("abort", end);
  });
