// A real Prometheus and its promtool: the metrics are as they should be, are scraped with a token from a file, and the alert rules and the
// dashboard ask for nothing that is not there.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createdFlattened, incident } from "../../demo/sekoia-samples.ts";
import { describeReal, REAL } from "../support/real.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { type RunningProgram, startProgram } from "./program.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const OPS = join(import.meta.dirname, "../../ops");
const RULES = join(OPS, "prometheus-rules.yml");
/** The variable that stands for the data source. */
const DATASOURCE = ["$", "{datasource}"].join("");

interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: { type: string; uid: string };
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig?: { defaults: { unit: string } };
  targets?: { expr: string }[];
}
const dashboard: { uid: string; panels: Panel[]; templating: { list: { name: string; type: string; query: unknown }[] } } = JSON.parse(
  readFileSync(join(OPS, "grafana-dashboard.json"), "utf8"),
);
const charts = dashboard.panels.filter(({ type }) => type !== "row");
const queries = charts.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

describe("the dashboard", () => {
  test("has panels with an id, a unit, words and a data source that can be chosen", () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { title, description, fieldConfig, datasource, targets } of charts) {
      expect(description?.length, title).toBeGreaterThan(10);
      expect(fieldConfig?.defaults.unit, title).toBeTruthy();
      expect(datasource, title).toEqual({ type: "prometheus", uid: DATASOURCE });
      expect(targets?.length, title).toBeGreaterThan(0);
    }
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(["datasource", "instance", "route", "destination"]);
  });

  test("lies on a grid of 24 columns, and no panel on another", () => {
    const taken = new Map<string, string>();
    for (const { title, gridPos } of dashboard.panels) {
      const { x, y, w, h } = gridPos;
      expect(x + w, title).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column += 1) {
        for (let line = y; line < y + h; line += 1) {
          expect(taken.get(`${column} ${line}`), title).toBeUndefined();
          taken.set(`${column} ${line}`, title);
        }
      }
    }
  });
});

describeReal("a real Prometheus", [REAL.prometheus], () => {
  const folder = mkdtempSync(join(tmpdir(), "prometheus-test-"));
  let stack: Stack;
  let prometheus: RunningProgram;

  const promtool = (args: string[], input = ""): { status: number | null; said: string } => {
    const { status, stdout, stderr } = spawnSync("promtool", args, { input, encoding: "utf8" });
    return { status, said: `${stdout}${stderr}` };
  };
  const query = async (text: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> => {
    const answer = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(text)}`);
    const { status, data } = (await answer.json()) as { status: string; data: { result: [] } };
    expect(status, text).toBe("success");
    return data.result;
  };
  const value = async (text: string): Promise<number | undefined> => {
    const [found] = await query(text);
    return found && Number(found.value[1]);
  };

  beforeAll(async () => {
    stack = await startStack({
      config: ({ chats }) => ({
        destinations: { soc: { type: "slack", url: chats.slack("soc").url, rate: "100/s" } },
        routes: { prod: { id: ROUTE, source: "sekoia", rules: [{ to: ["soc"] }], silent_after: "2h" } },
      }),
    });
    for (let one = 1; one <= 3; one += 1) await stack.hook(ROUTE, createdFlattened(incident(one, "prometheus")));
    await stack.settled();
    await stack.relay.scheduled();
    // One that may only look is enough.
    const made = await stack.call("/api/tokens", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "prometheus", role: "read" }),
    });
    const { token } = (await made.json()) as { token: string };
    writeFileSync(join(folder, "token"), token, { mode: 0o600 });
    prometheus = await startProgram("prometheus", (data, host) => {
      const file = join(folder, "prometheus.yml");
      writeFileSync(file, configuration(new URL(stack.relay.url).host));
      return [`--config.file=${file}`, `--storage.tsdb.path=${data}`, `--web.listen-address=${host}`];
    });
  });
  afterAll(async () => {
    await prometheus?.stop();
    await stack?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const configuration = (relay: string): string => `
global: { scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 1s }
rule_files: [${RULES}]
scrape_configs:
  - job_name: tocsin
    authorization: { credentials_file: ${join(folder, "token")} }
    static_configs: [{ targets: ["${relay}"] }]
`;

  test("finds nothing wrong with the metrics", async () => {
    const answer = await stack.call("/metrics");
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(promtool(["check", "metrics"], await answer.text())).toEqual({ status: 0, said: "" });
  });

  test("finds nothing wrong with the rules, and they fire when they should", () => {
    expect(promtool(["check", "rules", RULES])).toMatchObject({ status: 0 });
    expect(promtool(["test", "rules", join(OPS, "prometheus-rules.test.yml")])).toMatchObject({ status: 0 });
  });

  test("finds nothing wrong with what the dashboard asks", () => {
    const file = join(folder, "dashboard-rules.json");
    const rules = queries.map((expr, index) => ({ record: `panel_${index}`, expr: expr.replaceAll("$__rate_interval", "5m") }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
    expect(promtool(["check", "rules", file])).toMatchObject({ status: 0 });
  });

  test("rules and dashboard ask for metrics that there are", async () => {
    const metrics = await (await stack.call("/metrics")).text();
    const types = new Map(Array.from(metrics.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name = "", type = ""]) => [name, type]));
    const asked = `${readFileSync(RULES, "utf8")} ${JSON.stringify(dashboard)}`.matchAll(/\btocsin_[a-z0-9_]+/g);
    const names = new Set(Array.from(asked, ([name]) => name));
    expect(names.size).toBeGreaterThan(20);
    for (const name of names) {
      const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, "");
      expect(types.get(family), name).toEqual(family === name ? expect.stringMatching(/counter|gauge/) : "histogram");
    }
  });

  test("scrapes the relay with a token that may only look", async () => {
    const values = async () => ({
      up: await value('up{job="tocsin"}'),
      accepted: await value('tocsin_events_total{route="prod",outcome="accepted"}'),
      measured: await value("tocsin_delivery_seconds_count"),
      delivered: await value('tocsin_delivery_attempts_total{outcome="delivered"}'),
    });
    // One scrape may be too slow for it: then it forgets all until the next.
    await expect.poll(values).toEqual({ up: 1, accepted: 3, measured: 3, delivered: 3 });
    await expect.poll(() => value("histogram_quantile(0.95, tocsin_delivery_seconds_bucket)")).toBeLessThan(60);
    await expect.poll(() => value("time() - tocsin_sweep_last_run_timestamp_seconds")).toBeLessThan(600);
    await expect.poll(async () => (await query("tocsin_build_info"))[0]?.metric.version).toMatch(/^\d+\.\d+\.\d+/);
  });

  test("takes every question of the dashboard, and most have an answer here", async () => {
    const isAnswered = async (text: string): Promise<boolean> => {
      const filled = text.replaceAll("$__rate_interval", "5m").replaceAll(/\$(instance|route|destination)/g, ".*");
      return (await query(filled)).length > 0;
    };
    const answered = async () => (await Promise.all(queries.map(isAnswered))).filter(Boolean).length;
    await expect.poll(answered, { interval: 1_000 }).toBeGreaterThan(queries.length / 2);
  });

  test("loads the rules, and a relay that goes down is about to be told", async () => {
    const loaded = async () => {
      const answer = await fetch(`${prometheus.url}/api/v1/rules`);
      const { data } = (await answer.json()) as { data: { groups: { rules: { name: string; health: string }[] }[] } };
      return data.groups.flatMap(({ rules }) => rules.map(({ health }) => health));
    };
    await expect.poll(async () => new Set(await loaded())).toEqual(new Set(["ok"]));
    await expect.poll(() => query("ALERTS")).toEqual([]);
    await stack.relay.stop();
    await expect.poll(() => value('ALERTS{alertname="TocsinDown",alertstate="pending"}')).toBe(1);
  });
});
