// The whole relay as its callers meet it: configuration in D1, hooks over HTTP, objects by name.
import { env, exports } from "cloudflare:workers";
import { vi } from "vitest";
import type { EntryResult, LedgerCalls, RouteCounts } from "../../../src/ledger/interface.ts";
import { ledgerName, outboxName } from "../../../src/lib/names.ts";
import type { OutboxCalls } from "../../../src/outbox/interface.ts";
import { expectDestinationBalance, expectRouteBalance } from "./books.ts";
import { clock } from "./clock.ts";

/** Tables as the file would have them, by name. */
export interface Tables {
  routes?: Record<string, { id: string; source: string; enabled?: boolean; rules?: object[]; [setting: string]: unknown }>;
  destinations?: Record<string, { type: string; [setting: string]: unknown }>;
  enrichers?: Record<string, { type: string; [setting: string]: unknown }>;
}

/** Writes rows as a person would by hand, and lets the Worker's copy grow old enough to be read again. */
export async function configure({ routes = {}, destinations = {}, enrichers = {} }: Tables): Promise<void> {
  const destination = env.DB.prepare(
    "INSERT INTO destinations (name, type, settings) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET type = ?2, settings = ?3",
  );
  const enricher = env.DB.prepare(
    "INSERT INTO enrichers (name, type, settings) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET type = ?2, settings = ?3",
  );
  const route = env.DB.prepare(
    `INSERT INTO routes (name, id, source, enabled, settings, rules) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
     ON CONFLICT (name) DO UPDATE SET id = ?2, source = ?3, enabled = ?4, settings = ?5, rules = ?6`,
  );
  await env.DB.batch([
    ...Object.entries(destinations).map(([name, { type, ...settings }]) => destination.bind(name, type, JSON.stringify(settings))),
    ...Object.entries(enrichers).map(([name, { type, ...settings }]) => enricher.bind(name, type, JSON.stringify(settings))),
    ...Object.entries(routes).map(([name, { id, source, enabled = true, rules = [], ...settings }]) =>
      route.bind(name, id, source, enabled ? 1 : 0, JSON.stringify(settings), JSON.stringify(rules)),
    ),
  ]);
  clock.skip(2_001);
}

/** What a hook answers. */
export interface HookAnswer {
  accepted: number;
  duplicate: number;
  test: number;
  ignored: number;
  results: EntryResult[];
}

/** Calls the Worker. */
export const call = (path: string, init?: RequestInit): Promise<Response> =>
  exports.default.fetch(new Request(`http://relay.example${path}`, init));

/** Posts to a hook; a body that is no text is sent as JSON. */
export const hook = (id: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  call(`/hooks/${id}`, { method: "POST", headers, body: isBody(body) ? body : JSON.stringify(body) });

const isBody = (body: unknown): body is string | ReadableStream | Uint8Array<ArrayBuffer> =>
  typeof body === "string" || body instanceof ReadableStream || body instanceof Uint8Array;

export const ledgerStub = (route: string, shard = 0): DurableObjectStub =>
  (env.LEDGER as DurableObjectNamespace).getByName(ledgerName(route, shard));
export const ledgerOf = (route: string, shard = 0): LedgerCalls => ledgerStub(route, shard) as unknown as LedgerCalls;
export const outboxStub = (destination: string): DurableObjectStub =>
  (env.OUTBOX as DurableObjectNamespace).getByName(outboxName(destination));
export const outboxOf = (destination: string): OutboxCalls => outboxStub(destination) as unknown as OutboxCalls;

/** How long an effect may take before a test fails. */
export const WAIT = { timeout: 60_000, interval: 10 };

/** Waits until nothing of this route and these destinations is under way, and answers the route's counts. */
export function settled(route: string, ...destinations: string[]): Promise<RouteCounts> {
  return vi.waitFor(async () => {
    const { counts } = await ledgerOf(route).books();
    expectRouteBalance(counts);
    if (counts.processing > 0) throw new Error(`still processing: ${JSON.stringify(counts)}`);
    for (const destination of destinations) {
      const status = await outboxOf(destination).status();
      expectDestinationBalance(status.counts);
      if (status.counts.pending > 0) throw new Error(`still pending at ${destination}: ${JSON.stringify(status)}`);
    }
    return counts;
  }, WAIT);
}

/** Runs the cron sweep. */
export const sweepNow = (): Promise<unknown> =>
  (exports.default as unknown as Scheduled).scheduled({ cron: "*/5 * * * *", scheduledTime: new Date() });

interface Scheduled {
  scheduled(event: { cron: string; scheduledTime: Date }): Promise<unknown>;
}

/** Makes D1 fail until the returned function is called. */
export function breakD1(): () => void {
  const prototype = Object.getPrototypeOf(env.DB);
  const fail = () => {
    throw new Error("D1 is away");
  };
  const spies = [vi.spyOn(prototype, "prepare").mockImplementation(fail), vi.spyOn(prototype, "batch").mockImplementation(fail)];
  return () => {
    for (const spy of spies) spy.mockRestore();
  };
}
