// A file with tests of rules: given these events, expect these messages. The same tables in TOML or JSON.
import * as z from "zod";
import { STATUSES } from "../../src/alert.ts";
import { duration, instant, names, severity, text } from "../../src/config/fields.ts";
import { silenceShape } from "../../src/config/silence.ts";
import { TOLD_KINDS } from "../../src/simulate/told.ts";

/** Where no test says otherwise: a Monday at noon, UTC. */
const START = Date.UTC(2026, 0, 5, 12);
const MOST_TIMES = 10_000;

const since = () => duration({ atMost: "400d" });
const named = z.strictObject({ name: text(), ip: text().optional(), type: text().optional(), id: text().optional() });
const members = {
  assets: z.array(named),
  observables: z.array(z.strictObject({ name: text().default(""), type: text(), value: text() })),
  attacks: z.array(z.strictObject({ tactic: text().optional(), technique: text().optional(), name: text().optional() })),
  tags: z.array(text()),
};

/** What a source asserts, in the alert's own fields. */
const patch = {
  title: text(),
  summary: text(),
  severity: severity(),
  status: z.enum(STATUSES),
  category: text(),
  type: text(),
  rule: z.strictObject({ name: text(), id: text().optional() }),
  tenant: text(),
  ...members,
  url: text(),
  total: z.int().min(0),
  data: z.record(z.string(), z.json()),
};
const patchTable = z.strictObject(patch).partial();

const event = z.strictObject({
  after: since().default(0),
  route: text().optional(),
  sample: text().optional(),
  body: z.json().optional(),
  alert: z.strictObject({ key: text().default("alert"), ...patchTable.shape }).optional(),
  detail: patchTable.optional(),
  status: z.enum(STATUSES).optional(),
  comment: text().optional(),
  of: text().optional(),
  times: z.int().min(1).max(MOST_TIMES).default(1),
  every: since().default(0),
});

const expectation = z.strictObject({
  to: text(),
  kind: z.enum(TOLD_KINDS).optional(),
  title: text().optional(),
  severity: severity().optional(),
  status: z.enum(STATUSES).optional(),
  text: text().optional(),
  route: text().optional(),
  at: since().optional(),
  within: since().optional(),
  count: z.int().min(0).optional(),
});

const ENDS = ["unmatched", "silenced", "grouped", "routed"] as const;

const { ceiling, routes, when, recur } = silenceShape();
const silence = z.strictObject({
  when,
  from: since().default(0),
  for: since().default(86_400_000),
  recur,
  ceiling,
  routes,
});

const test = z.strictObject({
  name: text(),
  route: text().optional(),
  at: instant().default(START),
  until: since().optional(),
  silences: z.array(silence).default([]),
  events: z.array(event).min(1),
  expect: z.array(expectation).default([]),
  only: z.boolean().default(false),
  never: names().default([]),
  matches: names().default([]),
  ends: z.union([z.enum(ENDS), z.array(z.enum(ENDS)).min(1)]).optional(),
});

/** The whole file. */
export const testFile = z.strictObject({ config: text().optional(), test: z.array(test).min(1) });

/** Tests as they are run; times in ms. */
export type RuleTest = z.output<typeof test>;
export type TestEvent = z.output<typeof event>;
export type Expectation = z.output<typeof expectation>;
export type SilenceTable = z.output<typeof silence>;
