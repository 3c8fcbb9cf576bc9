// A whole relay for end-to-end and crash tests: the Worker on its runtime, a simulated SEKOIA API, simulated chats.
import { type Chats, type ChatsOptions, startChats } from "../../demo/chats/server.ts";
import { type SekoiaApi, type SekoiaApiOptions, startSekoiaApi } from "../../demo/sekoia-api.ts";
import { type Relay, startRelay } from "../../scripts/runtime.ts";
import type { RouteCounts } from "../../src/ledger/interface.ts";
import type { DestinationCounts } from "../../src/outbox/interface.ts";
import { freePort } from "./free-port.ts";
import { PATIENCE_MS } from "./patience.ts";

/** The books as the API tells them. */
export interface Books {
  balanced: boolean;
  routes: (RouteCounts & { name: string })[];
  destinations: (DestinationCounts & { name: string })[];
}

/** What a test's relay is configured with: the tables of the file. */
export interface StackConfig {
  relay?: Record<string, string>;
  destinations: Record<string, Record<string, unknown>>;
  routes: Record<string, Record<string, unknown>>;
  enrichers?: Record<string, Record<string, unknown>>;
  lists?: Record<string, string[]>;
  inhibit?: { name: string; [key: string]: unknown }[];
}

export interface StackOptions {
  /** Made with the addresses of the simulated servers. */
  config: (at: { chats: Chats; api: SekoiaApi }) => StackConfig;
  secrets?: (at: { chats: Chats; api: SekoiaApi }) => Record<string, string>;
  chats?: ChatsOptions;
  api?: SekoiaApiOptions;
  persistTo?: string;
}

/** A running relay with everything around it. */
export interface Stack {
  relay: Relay;
  chats: Chats;
  api: SekoiaApi;
  /** Posts a body to the route of this id. */
  hook(id: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Calls the admin API; throws unless the answer is 2xx. */
  get<Body>(path: string): Promise<Body>;
  call(path: string, init?: RequestInit): Promise<Response>;
  books(): Promise<Books>;
  /**
   * Resolves when nothing is being processed or delivered any more, and lists are up to date; rejects with the books after
   * `timeoutMs`, twice PATIENCE_MS unless said.
   */
  settled(timeoutMs?: number): Promise<Books>;
  /** Lines of the Worker's log, parsed. */
  lines: Record<string, unknown>[];
  stop(): Promise<void>;
}

const ADMIN = "test-admin-token";

/** Starts everything; the configuration is in effect when it ends. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const [chats, api] = await Promise.all([startChats(options.chats), startSekoiaApi(options.api)]);
  const lines: Record<string, unknown>[] = [];
  const relay = await startRelay({
    // Where it comes back after a kill.
    port: await freePort(),
    adminToken: ADMIN,
    secrets: options.secrets?.({ chats, api }),
    persistTo: options.persistTo,
    onOutput: ({ text }) => {
      if (text.startsWith("{")) lines.push(JSON.parse(text));
      else lines.push({ text });
      if (process.env.DEBUG) process.stderr.write(`${text}\n`);
    },
  });
  await configure(relay, options.config({ chats, api }));
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${relay.url}${path}`, { ...init, headers: { authorization: `Bearer ${ADMIN}`, ...Object(init.headers) } });
  const get = async <Body>(path: string): Promise<Body> => {
    const answer = await call(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Body;
  };
  const books = () => get<Books>("/api/books");
  return {
    relay,
    chats,
    api,
    lines,
    call,
    get,
    books,
    hook: (id, body, headers = {}) =>
      fetch(`${relay.url}/hooks/${id}`, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), headers }),
    settled: (timeoutMs = 2 * PATIENCE_MS) => settled(books, async () => unprojected(await (await call("/metrics")).text()), timeoutMs),
    stop: async () => {
      await relay.stop();
      await Promise.all([chats.close(), api.close()]);
    },
  };
}

/** Writes the tables to D1 as a person would by hand. */
export async function configure(relay: Relay, config: StackConfig): Promise<void> {
  const db = await relay.db();
  const statements = Object.entries(config.destinations).map(([name, { type, ...settings }]) =>
    db
      .prepare(
        "INSERT INTO destinations (name, type, settings) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET type = ?2, settings = ?3",
      )
      .bind(name, type, JSON.stringify(settings)),
  );
  for (const [name, { type = name, ...settings }] of Object.entries(config.enrichers ?? {})) {
    statements.push(
      db
        .prepare(
          "INSERT INTO enrichers (name, type, settings) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET type = ?2, settings = ?3",
        )
        .bind(name, type, JSON.stringify(settings)),
    );
  }
  for (const [name, { id, source, rules, enabled = true, ...settings }] of Object.entries(config.routes)) {
    statements.push(
      db
        .prepare(
          `INSERT INTO routes (name, id, source, enabled, settings, rules) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
           ON CONFLICT (name) DO UPDATE SET id = ?2, source = ?3, enabled = ?4, settings = ?5, rules = ?6`,
        )
        .bind(name, id, source, enabled ? 1 : 0, JSON.stringify(settings), JSON.stringify(rules ?? [])),
    );
  }
  for (const [name, items] of Object.entries(config.lists ?? {}))
    statements.push(db.prepare("INSERT INTO lists (name, items) VALUES (?1, ?2)").bind(name, JSON.stringify(items)));
  for (const { name, ...settings } of config.inhibit ?? [])
    statements.push(db.prepare("INSERT INTO inhibitions (name, settings) VALUES (?1, ?2)").bind(name, JSON.stringify(settings)));
  for (const [key, value] of Object.entries(config.relay ?? {})) {
    statements.push(
      db.prepare("INSERT INTO relay (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2").bind(key, value),
    );
  }
  await db.batch(statements);
}

/** How many alerts the lists are behind by, as the metrics tell; NaN when they do not. */
function unprojected(metrics: string): number {
  const owed = Array.from(metrics.matchAll(/^tocsin_(?:alerts|deliveries)_unprojected\{.*\} (\d+)$/gm), ([, count]) => Number(count));
  return owed.length === 0 ? Number.NaN : owed.reduce((sum, count) => sum + count, 0);
}

async function settled(books: () => Promise<Books>, behind: () => Promise<number>, timeoutMs: number): Promise<Books> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const now = await books().catch(() => undefined);
    const quiet =
      now?.routes.every((route) => route.processing === 0) && now.destinations.every((destination) => destination.pending === 0);
    if (now && quiet && now.balanced && (await behind().catch(() => Number.NaN)) === 0) return now;
    if (process.env.DEBUG) process.stderr.write(`${new Date().toISOString()} ${JSON.stringify(now?.destinations)}\n`);
    if (Date.now() > end) throw new Error(`not settled within ${timeoutMs} ms: ${JSON.stringify(now)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
