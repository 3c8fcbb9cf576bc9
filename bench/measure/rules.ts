// What matching costs: thirty rules over the samples of all sources, and the worst that a condition can meet. Pure work in this thread.
import type { Alert } from "../../src/alert.ts";
import { rememberConditions } from "../../src/rules/condition.ts";
import { matchRules } from "../../src/rules/match.ts";
import { sampleAlert } from "../../test/support/alerts.ts";
import { freshAlerts, sampledSources } from "../../test/support/source-samples.ts";
import { atMost, type Benchmark, type Figure } from "../lib/figure.ts";
import { LARGEST, LISTS, RULES, WORST } from "../lib/realistic-rules.ts";
import { median } from "../lib/stats.ts";

const MOST_MS = 5;
const NOW = Date.UTC(2026, 10, 20, 12);
/** The CPU's clock ticks every few ms: so much is done between two looks at it. */
const BATCH_MS = 60;
const conditionOf = rememberConditions();

/** The benchmark of rules. */
export const rules: Benchmark = {
  name: "rules",
  title: "Matching",
  run: async ({ quick }) => {
    const batches = quick ? 3 : 11;
    const samples = sampledSources().flatMap(freshAlerts);
    const thirty = perAlert(samples, 30, batches);
    const one = perAlert(samples, 1, batches);
    return [
      {
        name: "thirty rules, one alert",
        value: thirty * 1_000,
        unit: "us",
        note: `${samples.length} samples of all sources; CPU time, median of ${batches} batches`,
      },
      { name: "  against the first rule alone", value: thirty / one, unit: "times" },
      { name: "thirty rules, the largest alert", value: perAlert([largest()], 30, batches), unit: "ms" },
      ...Object.entries(WORST).map(([name, text]): Figure => {
        const condition = conditionOf(text);
        if (!condition.ok) throw new Error(`${text}: ${condition.reason.message}`);
        const value = cpuMs(() => {
          // Each time another alert: nothing of it is ready.
          const alert = largest();
          condition.value.matches(alert, alert.change, NOW, LISTS);
        }, batches);
        return { name: `worst: ${name}`, value, unit: "ms", goal: atMost(value, MOST_MS) };
      }),
    ];
  },
};

const largest = (): Alert => sampleAlert({ ...LARGEST });

/** Ms for one alert and so many of the rules. */
function perAlert(alerts: readonly Alert[], count: number, batches: number): number {
  const asked = RULES.slice(0, count);
  const all = cpuMs(() => {
    for (const one of alerts) {
      const alert = { ...one };
      matchRules(asked, { alert, change: alert.change, nowMs: NOW, lists: LISTS }, conditionOf);
    }
  }, batches);
  return all / alerts.length;
}

/** CPU ms of this thread for doing it once: on a machine that does other work, the clock on the wall would tell of that. */
function cpuMs(work: () => void, batches: number): number {
  for (let round = 0; round < 5; round += 1) work();
  return median(
    Array.from({ length: batches }, () => {
      const before = process.threadCpuUsage();
      for (let times = 1; ; times += 1) {
        work();
        const { user, system } = process.threadCpuUsage(before);
        if (user + system >= BATCH_MS * 1_000) return (user + system) / 1_000 / times;
      }
    }),
  );
}
