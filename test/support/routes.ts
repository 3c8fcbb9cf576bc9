// Sample routes for tests.
import type { Route } from "../../src/config/model.ts";

const DAY_MS = 86_400_000;

/** An ordinary route of a source without an API; `overrides` replace fields. */
export const sampleRoute = (overrides: Partial<Route> = {}): Route => ({
  name: "prod",
  id: "00000000-0000-4000-8000-000000000000",
  source: "sekoia",
  enabled: true,
  shards: 1,
  rules: [{ name: "all", enabled: true, to: ["soc"], stop: false }],
  maxBodyBytes: 1_048_576,
  defaultSeverity: "high",
  dedupWindowMs: 7 * DAY_MS,
  softDeadlineMs: 1_000,
  retentionMs: 30 * DAY_MS,
  retentionPayloadsMs: 30 * DAY_MS,
  settings: {},
  ...overrides,
});
