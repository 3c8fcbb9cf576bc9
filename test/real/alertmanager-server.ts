// Debian's Alertmanager on this machine alone: started with a configuration, given alerts by its API, ended.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REAL } from "../support/real.ts";

/** An alert as clients of Alertmanager post it: without an end, or with one that is over, it fires or is resolved. */
export interface PostedAlert {
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  /** ISO 8601. */
  startsAt?: string;
  endsAt?: string;
  generatorURL?: string;
}

/** A running Alertmanager. */
export interface RealAlertmanager {
  url: string;
  /** Posts alerts to its API v2, as Prometheus does. */
  post(alerts: PostedAlert[]): Promise<void>;
  /** Its own counters of webhook notifications: those tried and those that failed. */
  notifications(): Promise<{ sent: number; failed: number }>;
  stop(): Promise<void>;
}

/** Starts it with a configuration in YAML; resolves when it is ready, rejects with what it said when it ends before. */
export async function startRealAlertmanager(configuration: string): Promise<RealAlertmanager> {
  const folder = mkdtempSync(join(tmpdir(), "alertmanager-"));
  const file = join(folder, "alertmanager.yml");
  writeFileSync(file, configuration);
  const url = `http://127.0.0.1:${await freePort()}`;
  const [program] = REAL.alertmanager.probe;
  const child: ChildProcess = spawn(
    program,
    [`--config.file=${file}`, `--storage.path=${folder}`, `--web.listen-address=${new URL(url).host}`, "--cluster.listen-address="],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const said: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => said.push(text));
  await ready(url, child, said);
  return {
    url,
    post: async (alerts) => {
      const answer = await fetch(`${url}/api/v2/alerts`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(alerts),
      });
      if (!answer.ok) throw new Error(`Alertmanager answers ${answer.status}: ${await answer.text()}`);
    },
    notifications: async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return { sent: counter(metrics, "requests_total"), failed: counter(metrics, "requests_failed_total") };
    },
    stop: async () => {
      const ended = once(child, "exit");
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const counter = (metrics: string, name: string): number =>
  Number(new RegExp(`^alertmanager_notification_${name}\\{integration="webhook"\\} (\\d+)`, "m").exec(metrics)?.[1] ?? 0);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

async function ready(url: string, child: ChildProcess, said: string[]): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
    if (child.exitCode !== null) throw new Error(`Alertmanager ended: ${said.join("")}`);
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (answer?.ok) return;
  }
  child.kill();
  throw new Error(`Alertmanager is not ready: ${said.join("")}`);
}
