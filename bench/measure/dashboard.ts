// What the dashboard's pages take over a million alerts: whole answers of the relay as somebody waits for them, but for the browser.
import { type Relay, startRelay } from "../../scripts/runtime.ts";
import { GENERIC } from "../../test/support/generic-route.ts";
import { fillAlerts, needle } from "../../test/support/many-alerts.ts";
import { configure } from "../../test/support/stack.ts";
import { atMost, type Benchmark, type Figure } from "../lib/figure.ts";
import { ROUTE } from "../lib/rig.ts";
import { median } from "../lib/stats.ts";

const ADMIN = "bench-admin-token";
/** The first page and a filtered search. */
const MOST_MS = 300;
const DAYS = 30;

/** The benchmark of the dashboard. */
export const dashboard: Benchmark = {
  name: "dashboard",
  title: "Dashboard",
  async run({ quick }) {
    const count = quick ? 100_000 : 1_000_000;
    const relay = await startRelay({ adminToken: ADMIN });
    try {
      await configure(relay, {
        destinations: { box: { type: "inbox" } },
        routes: { cloud: { id: ROUTE, ...GENERIC, rules: [{ to: ["box"] }] } },
      });
      await fillAlerts((await relay.db()) as unknown as D1Database, { count, until: Date.now(), days: DAYS });
      return await pages(relay, count, quick ? 5 : 15);
    } finally {
      await relay.stop();
    }
  },
};

async function pages(relay: Relay, count: number, times: number): Promise<Figure[]> {
  const note = `${count.toLocaleString("en")} alerts over ${DAYS} days; median of ${times} warm requests`;
  const asked: readonly (readonly [name: string, path: string, goal: boolean])[] = [
    ["first page of the alerts", "/alerts", true],
    ["  by severity and status", "/alerts?severity=critical&status=resolved", true],
    ["  by what is rare", "/alerts?route=cloud&severity=critical&status=resolved", true],
    ["  by words that a new one has", `/alerts?q=${needle(count - 100).host}`, true],
    ["  by words that none has", "/alerts?q=nobody-has-this", false],
    ["overview", "/", false],
  ];
  const figures: Figure[] = [];
  for (const [name, path, isPromised] of asked) {
    await timeOf(relay, path);
    const all: number[] = [];
    for (let time = 0; time < times; time += 1) all.push(await timeOf(relay, path));
    const value = median(all);
    figures.push({ name, value, unit: "ms", note, ...(isPromised ? { goal: atMost(value, MOST_MS) } : {}) });
  }
  return figures;
}

/** Ms until the whole page is there. */
async function timeOf(relay: Relay, path: string): Promise<number> {
  const began = performance.now();
  const answer = await fetch(`${relay.url}${path}`, { headers: { authorization: `Bearer ${ADMIN}` }, redirect: "error" });
  await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return performance.now() - began;
}
