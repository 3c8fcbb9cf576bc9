// Runs the Worker on Miniflare: for `npm start`, the end-to-end and crash tests and the benchmark. The Worker is reached on a
// socket of its own, without the proxies that development tools put in front.
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Log, LogLevel, Miniflare } from "miniflare";
import { bundleWorker } from "./bundle.ts";
import { applyMigrations } from "./migrate.ts";
import { runtimeListeningOn } from "./processes.ts";
import { readWranglerConfig, type WranglerConfig, workerConfig } from "./wrangler-config.ts";

/** A line of the Worker's or the runtime's output. */
export interface OutputLine {
  /** Unix ms. */
  at: number;
  level: "info" | "warn" | "error";
  /** The line; the Worker's own lines are JSON objects. */
  text: string;
}

/** How a relay is started. */
export interface RelayOptions {
  /** 0 or absent: a free one. */
  port?: number;
  /** 127.0.0.1 unless set. */
  host?: string;
  /** The folder for the state, as wrangler's `--persist-to`; absent: a temporary one that goes away at the end. */
  persistTo?: string;
  /** Guards the admin API; absent: there is none, and the admin side answers 401. */
  adminToken?: string;
  /** Worker secrets by name. */
  secrets?: Record<string, string>;
  /** Further text bindings; `LOCAL` is "1" unless set here. */
  vars?: Record<string, string>;
  /** The Worker, when it is already bundled. */
  bundle?: string;
  /** The project's folder; this one unless set. */
  directory?: string;
  /** Called with each line of output; absent: warnings and errors go to the terminal. */
  onOutput?: (line: OutputLine) => void;
  /** Called when the runtime has died, was started again and serves. */
  onRestart?: () => void;
  /** The caller handles SIGINT, SIGTERM and SIGHUP and calls `stop`. */
  ownSignals?: boolean;
  /** Where the runtime's inspector listens, for profiles; absent: nowhere. */
  inspectorPort?: number;
}

/** Database access from Node: the same rows as the Worker sees. Ask for it anew after a restart of the runtime. */
export type Database = Awaited<ReturnType<Miniflare["getD1Database"]>>;

/** A running relay. */
export interface Relay {
  /** `http://127.0.0.1:PORT`, the same after a restart of the runtime. */
  url: string;
  port: number;
  /** The cron times of wrangler.toml; nothing fires them by itself. */
  crons: readonly string[];
  db(): Promise<Database>;
  /** Runs the Worker's `scheduled` once. */
  scheduled(cron?: string): Promise<void>;
  /** The id of the runtime's process (Linux), undefined while there is none. */
  runtimePid(): number | undefined;
  /** Kills the runtime; ends when it has been started again and answers. */
  killRuntime(signal?: NodeJS.Signals): Promise<void>;
  /** How often the runtime was started again. */
  restarts(): number;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, "..");
const RESTART_LIMIT_MS = 60_000;

/** Starts the relay with its migrations applied; it serves when this ends. */
export async function startRelay(options: RelayOptions = {}): Promise<Relay> {
  const root = resolve(options.directory ?? ROOT);
  const wrangler = readWranglerConfig(root);
  const bundle = options.bundle ?? (await bundleWorker(root, wrangler.main));
  const onOutput = options.onOutput ?? toTerminal;
  let restarts = 0;
  const miniflare = withSignals(
    () =>
      new Miniflare({
        port: 0,
        host: "127.0.0.1",
        cf: false,
        telemetry: { enabled: false },
        logRequests: false,
        log: new RuntimeLog(onOutput),
        // The Worker prints lines of one moment together.
        handleStructuredLogs: ({ timestamp, level, message }) => {
          for (const text of message.split("\n")) onOutput({ at: timestamp, level: levelOf(level), text });
        },
        unsafeHandleRuntimeRestart: () => {
          restarts += 1;
          options.onRestart?.();
        },
        ...(options.inspectorPort === undefined ? {} : { inspectorPort: options.inspectorPort }),
        ...(options.persistTo === undefined ? {} : { resourcePersistencePath: join(resolve(options.persistTo), "v3") }),
        workers: [
          {
            config: workerConfig(wrangler, bundle, bindingsOf(options)),
            dev: { unsafeDirectSockets: [{ host: options.host ?? "127.0.0.1", port: options.port ?? 0 }] },
          },
        ],
      }),
    options.ownSignals ?? false,
  );
  try {
    await miniflare.ready;
    await migrate(miniflare, wrangler, root);
    const { origin, port } = await miniflare.unsafeGetDirectURL(wrangler.name);
    return relayOn(miniflare, { url: origin, port: Number(port), crons: wrangler.triggers.crons, restarts: () => restarts });
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

function relayOn(miniflare: Miniflare, known: Pick<Relay, "url" | "port" | "crons" | "restarts">): Relay {
  const runtimePid = () => runtimeListeningOn(known.port);
  return {
    ...known,
    db: () => miniflare.getD1Database("DB"),
    async scheduled(cron = known.crons[0] ?? "") {
      const worker = await miniflare.getWorker();
      await worker.scheduled({ cron, scheduledTime: new Date() });
    },
    runtimePid,
    async killRuntime(signal = "SIGKILL") {
      const [pid, before] = [runtimePid(), known.restarts()];
      if (pid === undefined) throw new Error("there is no runtime to kill");
      process.kill(pid, signal);
      await until(() => known.restarts() > before);
    },
    stop: () => miniflare.dispose(),
  };
}

const bindingsOf = ({ adminToken, secrets, vars }: RelayOptions): Record<string, string> => ({
  LOCAL: "1",
  ...(adminToken === undefined ? {} : { ADMIN_TOKEN: adminToken }),
  ...secrets,
  ...vars,
});

async function migrate(miniflare: Miniflare, wrangler: WranglerConfig, root: string): Promise<void> {
  for (const { binding, migrations_dir: directory } of wrangler.d1_databases)
    await applyMigrations(await miniflare.getD1Database(binding), join(root, directory));
}

/** Miniflare ends the process by itself on a signal, with the status of that signal; an owner of signals does not want that. */
function withSignals(create: () => Miniflare, ownSignals: boolean): Miniflare {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  const miniflare = create();
  if (!ownSignals) return miniflare;
  for (const signal of signals)
    for (const listener of process.listeners(signal)) if (!before.get(signal)?.includes(listener)) process.removeListener(signal, listener);
  return miniflare;
}

async function until(reached: () => boolean): Promise<void> {
  for (const end = Date.now() + RESTART_LIMIT_MS; !reached(); await sleep(10))
    if (Date.now() > end) throw new Error("the runtime was not started again");
}

/** Miniflare's own words. */
class RuntimeLog extends Log {
  readonly #onOutput: (line: OutputLine) => void;

  constructor(onOutput: (line: OutputLine) => void) {
    super(LogLevel.WARN);
    this.#onOutput = onOutput;
  }

  override logWithLevel(level: LogLevel, message: string): void {
    if (level <= LogLevel.WARN) this.#onOutput({ at: Date.now(), level: level === LogLevel.ERROR ? "error" : "warn", text: message });
  }
}

const levelOf = (level: string): OutputLine["level"] => (level === "error" || level === "warn" ? level : "info");

function toTerminal({ level, text }: OutputLine): void {
  if (level !== "info") process.stderr.write(`${text}\n`);
}
