// Where a simulated Cloudflare runs what was uploaded: the Worker on Miniflare, with the bindings that its upload names.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Log, LogLevel, Miniflare, type MiniflareWorkerConfig } from "miniflare";
import { statementsOf } from "./statements.ts";

/** A binding as wrangler uploads it. */
export interface UploadedBinding {
  name: string;
  type: string;
  id?: string;
  queue_name?: string;
  class_name?: string;
  text?: string;
}

/** What was uploaded. */
export interface Upload {
  name: string;
  main: string;
  code: string;
  compatibilityDate: string;
  compatibilityFlags: string[];
  bindings: UploadedBinding[];
  /** Static assets by their paths. */
  assets: ReadonlyMap<string, Buffer>;
  /** How the platform hands them out. */
  assetsConfig?: Record<string, unknown>;
}

/** One result of a query, as the API tells it. */
export interface QueryResult {
  results: Record<string, unknown>[];
  success: true;
  meta: Record<string, unknown>;
}

/** One machine, with one database and one Worker. */
export class Edge {
  readonly #folder = mkdtempSync(join(tmpdir(), "tocsin-edge-"));
  readonly #port: number;
  readonly #database: string;
  #running: Miniflare | undefined;

  constructor(port: number, database: string) {
    this.#port = port;
    this.#database = database;
  }

  /** Runs an upload from now on; what was stored stays. */
  async run(upload: Upload | undefined, consumers: readonly string[] = []): Promise<void> {
    await this.#running?.dispose();
    const assets = join(this.#folder, "assets");
    rmSync(assets, { recursive: true, force: true });
    mkdirSync(assets);
    for (const [path, content] of upload?.assets ?? []) {
      mkdirSync(dirname(join(assets, path)), { recursive: true });
      writeFileSync(join(assets, path), content);
    }
    this.#running = new Miniflare({
      port: 0,
      host: "127.0.0.1",
      cf: false,
      telemetry: { enabled: false },
      log: new Log(LogLevel.ERROR),
      // The Worker's own lines: what came of it is asked, not read.
      handleStructuredLogs: () => {},
      resourcePersistencePath: join(this.#folder, "v3"),
      workers: [
        {
          config: workerOf(upload ?? placeholder(this.#database), consumers, assets),
          dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: this.#port }] },
        },
      ],
    });
    await this.#running.ready;
  }

  /** Runs statements in one transaction. */
  async query(sql: string): Promise<QueryResult[]> {
    if (!this.#running) await this.run(undefined);
    const db = await (this.#running as Miniflare).getD1Database("DB");
    const statements = statementsOf(sql);
    if (statements.length === 0) return [];
    const answers = await db.batch(statements.map((one) => db.prepare(one)));
    return answers.map(({ results, meta }) => ({ results: results as Record<string, unknown>[], success: true, meta: { ...meta } }));
  }

  /** Fires the cron triggers. */
  async scheduled(): Promise<void> {
    const worker = await this.#running?.getWorker();
    await worker?.scheduled({ cron: "*/5 * * * *", scheduledTime: new Date() });
  }

  async stop(): Promise<void> {
    await this.#running?.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const placeholder = (database: string): Upload => ({
  name: "placeholder",
  main: "index.js",
  code: "export default { fetch: () => new Response('There is nothing here yet', { status: 404 }) };",
  compatibilityDate: "2026-11-02",
  compatibilityFlags: [],
  bindings: [{ name: "DB", type: "d1", id: database }],
  assets: new Map(),
});

function workerOf(upload: Upload, consumers: readonly string[], assets: string): MiniflareWorkerConfig {
  const objects = upload.bindings.filter(({ type }) => type === "durable_object_namespace");
  return {
    name: upload.name,
    compatibilityDate: upload.compatibilityDate,
    compatibilityFlags: upload.compatibilityFlags,
    manifest: { mainModule: upload.main, modules: { [upload.main]: { type: "esm", contents: upload.code } } },
    env: Object.fromEntries(upload.bindings.map((one) => [one.name, bindingOf(one, upload.name, assets)])),
    exports: Object.fromEntries(
      objects.map(({ class_name }) => [class_name ?? "", { type: "durable-object" as const, storage: "sqlite" as const }]),
    ),
    triggers: consumers.map((name) => ({ type: "queue" as const, name, maxBatchTimeout: 0 })),
  };
}

function bindingOf({ type, id = "", queue_name = "", class_name = "", text = "" }: UploadedBinding, worker: string, assets: string) {
  switch (type) {
    case "d1":
      return { type: "d1" as const, id };
    case "assets":
      return { type: "disk" as const, path: assets };
    case "queue":
      return { type: "queue" as const, name: queue_name };
    case "durable_object_namespace":
      return { type: "durable-object" as const, worker, exportName: class_name };
    case "secret_text":
    case "plain_text":
      return { type: "text" as const, value: text };
    default:
      throw new Error(`the simulated Cloudflare knows no binding of the type ${type}`);
  }
}
