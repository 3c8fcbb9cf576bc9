// Debian's Alertmanager on this machine alone: started with a configuration, given alerts by its API, ended.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { REAL } from "../support/real.ts";
import { startProgram } from "./program.ts";

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
  const [name] = REAL.alertmanager.probe;
  const { url, stop } = await startProgram(name, (folder, host) => {
    const file = join(folder, "alertmanager.yml");
    writeFileSync(file, configuration);
    return [`--config.file=${file}`, `--storage.path=${folder}`, `--web.listen-address=${host}`, "--cluster.listen-address="];
  });
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
    stop,
  };
}

const counter = (metrics: string, name: string): number =>
  Number(new RegExp(`^alertmanager_notification_${name}\\{integration="webhook"\\} (\\d+)`, "m").exec(metrics)?.[1] ?? 0);
