// What an alert costs: rows, requests to objects, operations on the queue. Counted in the running relay by wrapping the runtime's own
// classes (counted/): every row that SQLite and D1 say they wrote, index entries included, every alarm, every delete of the retention.
import { join } from "node:path";
import { createdThin, type Incident, updated } from "../../demo/sekoia-samples.ts";
import { bundleWorker } from "../../scripts/bundle.ts";
import { load } from "../lib/client.ts";
import { atMost, type Benchmark, type Figure } from "../lib/figure.ts";
import { hookBytes, type Rig, type RigOptions, SOC, startRig } from "../lib/rig.ts";

type Counts = Record<string, number>;

/** Nothing more is written when nothing was for so long; the projection comes last. */
const QUIET_MS = 80;
/** Longer than the backstop: alarms that were set have fired. */
const ALARMS_MS = 17_000;
const RETENTION_MS = 31 * 24 * 60 * 60_000;
const SETTLE_MS = 60_000;

/** The benchmark of what is billed. */
export const cost: Benchmark = {
  name: "cost",
  title: "What is written and asked for one alert",
  async run({ quick }) {
    const bundle = await bundleWorker(join(import.meta.dirname, "../.."), "bench/counted/worker.ts");
    const many = await severalCases(bundle, quick);
    const one = await wholeLife(bundle, quick ? 10 : 40);
    const three = await wholeLife(bundle, quick ? 10 : 40, threeDestinations);
    const whole = rowsOf(many.alone) + rowsOf(one.removed);
    const further = (rowsOf(three.written) + rowsOf(three.removed) - rowsOf(one.written) - rowsOf(one.removed)) / 2;
    return [
      ...many.figures,
      ...told("new alert, three destinations, one at a time", three.written),
      ...told("retention's deletes of one alert", one.removed),
      {
        name: `rows of a new alert, ${quick ? "without alarms, with" : "alarms and"} retention`,
        value: whole,
        unit: "rows",
        goal: atMost(whole, 20, 14),
      },
      { name: "rows of each further destination, retention included", value: further, unit: "rows", goal: atMost(further, 9) },
    ];
  },
};

const threeDestinations: RigOptions = {
  strictChats: true,
  destinations: (chats) => ({
    soc: SOC,
    war: { type: "discord", url: chats.discord("war").url, rate: "1000/s" },
    ops: { type: "teams", url: chats.teams("ops").url, rate: "1000/s" },
  }),
};

class Meter {
  readonly rig: Rig;
  /** How many there were so far. */
  alerts = 0;

  constructor(rig: Rig) {
    this.rig = rig;
  }

  static async start(bundle: string, options: RigOptions = {}): Promise<Meter> {
    const meter = new Meter(await startRig({ ...options, relay: { bundle } }));
    await meter.newAlerts(3);
    return meter;
  }

  async counts(): Promise<Counts> {
    return (await (await fetch(`${this.rig.relay.url}/bench/counts`)).json()) as Counts;
  }

  /** What `work` costs, for each of `each`. */
  async during(each: number, work: () => Promise<void>): Promise<Counts> {
    const before = await this.counts();
    await work();
    const after = await this.quiet();
    return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, (value - (before[name] ?? 0)) / each]));
  }

  /** One new alert after another, each when the one before is done with. */
  newAlerts(count: number): Promise<Counts> {
    return this.during(count, async () => {
      for (let index = 0; index < count; index += 1) await this.post(createdThin(this.next()));
    });
  }

  next(): Incident {
    this.alerts += 1;
    return this.rig.incident(this.alerts);
  }

  /** Posts, and waits until nothing is written any more. */
  async post(body: unknown): Promise<void> {
    const bytes = [hookBytes(body)];
    await load({ port: this.rig.relay.port, connections: 1, next: () => shotOf(bytes.shift()) });
    await this.quiet();
  }

  async quiet(): Promise<Counts> {
    for (let before = "", since = performance.now(); ; await sleep(10)) {
      const counts = await this.counts();
      const now = JSON.stringify(counts);
      if (now !== before) since = performance.now();
      else if (performance.now() - since > QUIET_MS) return counts;
      before = now;
    }
  }
}

/** `alone`: one new alert with the alarms that it sets, as far as the run had the time for that. */
async function severalCases(bundle: string, quick: boolean): Promise<{ figures: Figure[]; alone: Counts }> {
  const meter = await Meter.start(bundle);
  try {
    const alone = await meter.newAlerts(quick ? 10 : 40);
    const isolated = quick ? undefined : await isolatedAlert(meter);
    const idle = isolated && (await meter.during(1, () => sleep(ALARMS_MS)));
    const loaded = await underLoad(meter, quick ? 300 : 1_500);
    const duplicate = await repeated(meter, quick ? 10 : 40);
    const update = await updates(meter, quick ? 10 : 30);
    const figures = [
      ...told("new alert, one destination, one at a time", alone),
      ...(isolated ? told("new alert that comes alone, with the alarms that it sets", isolated) : []),
      ...(idle ? told("17 s afterwards in which nothing comes", idle, atMost(rowsOf(idle), 0)) : []),
      ...told("new alert, one destination, 64 connections", loaded),
      ...told("a duplicate, one at a time", duplicate, atMost(rowsOf(duplicate), 1)),
      ...told("an update that is shown (severity), one at a time", update),
    ];
    return { figures, alone: isolated ?? alone };
  } finally {
    await meter.rig.stop();
  }
}

/** New alerts and nothing else, from the first row to the last delete. */
async function wholeLife(bundle: string, count: number, options: RigOptions = {}): Promise<{ written: Counts; removed: Counts }> {
  const meter = await Meter.start(bundle, options);
  try {
    return { written: await meter.newAlerts(count), removed: await retention(meter) };
  } finally {
    await meter.rig.stop();
  }
}

/** An alarm is set once for all alerts of some seconds; one that comes alone pays it alone. */
function isolatedAlert(meter: Meter): Promise<Counts> {
  return sleep(ALARMS_MS).then(() =>
    meter.during(1, async () => {
      await meter.post(createdThin(meter.next()));
      await sleep(ALARMS_MS);
    }),
  );
}

function underLoad(meter: Meter, count: number): Promise<Counts> {
  const shots = Array.from({ length: count }, () => shotOf(hookBytes(createdThin(meter.next()))));
  return meter.during(count, async () => {
    await load({ port: meter.rig.relay.port, connections: 64, next: () => shots.shift() });
    await until(async () => (await pending(meter.rig)) === 0);
  });
}

async function repeated(meter: Meter, count: number): Promise<Counts> {
  const body = createdThin(meter.next());
  await meter.post(body);
  return meter.during(count, async () => {
    for (let index = 0; index < count; index += 1) await meter.post(body);
  });
}

/** Each raises the severity of an alert that is shown: a follow-up at once. */
async function updates(meter: Meter, count: number): Promise<Counts> {
  const shown: Incident[] = [];
  while (shown.length < count) {
    const one = meter.next();
    if (one.alert.urgency.current_value >= 75) continue;
    await meter.post(createdThin(one));
    shown.push(one);
  }
  return meter.during(count, async () => {
    for (const one of shown) await meter.post(updated(one, { urgency: 95 }));
  });
}

/** Moves the clock past the retention and sweeps until nothing is left to delete; what a sweep notes of itself is not counted. */
async function retention(meter: Meter): Promise<Counts> {
  const sweep = async (): Promise<Counts> => {
    await meter.rig.relay.scheduled();
    return meter.quiet();
  };
  // What it writes when it has nothing to do: the first one still notes what it sees.
  const before = await sweep();
  const own = d1Rows(await sweep()) - d1Rows(before);
  await fetch(`${meter.rig.relay.url}/bench/later?ms=${RETENTION_MS}`);
  const start = await meter.counts();
  let last = start;
  let sweeps = 0;
  for (let idle = 0; idle < 2; sweeps += 1) {
    const now = await sweep();
    idle = deleted(now) === deleted(last) && d1Rows(now) - d1Rows(last) <= own ? idle + 1 : 0;
    last = now;
  }
  last = { ...last, "rows.d1": d1Rows(last) - sweeps * own };
  const rows: Counts = {};
  for (const [name, value] of Object.entries(last)) {
    if (name !== "rows.d1" && !name.endsWith("(deleted)")) continue;
    // `rows.ledger.events (deleted)` counts for `rows.ledger`.
    const total = name.split(".").slice(0, 2).join(".");
    rows[total] = (rows[total] ?? 0) + (value - (start[name] ?? 0)) / meter.alerts;
  }
  return rows;
}

const deleted = (counts: Counts): number =>
  Object.entries(counts).reduce((total, [name, value]) => total + (name.endsWith("(deleted)") ? value : 0), 0);
const d1Rows = (counts: Counts): number => counts["rows.d1"] ?? 0;
const rowsOf = (counts: Counts): number =>
  (counts["rows.ledger"] ?? 0) + (counts["rows.outbox"] ?? 0) + (counts["rows.enricher"] ?? 0) + d1Rows(counts);

/** Calls and alarms, but for those with which the benchmark itself looks on. */
const requestsOf = (counts: Counts): number =>
  Object.entries(counts).reduce((total, [name, value]) => total + (isRequest(name) ? value : 0), 0);
const isRequest = (name: string): boolean => name.startsWith("requests.") && !/\.(?:books|status)$/.test(name);

/** The figures of one case, and what they are made of. */
function told(name: string, counts: Counts, goal?: Figure["goal"]): Figure[] {
  const part = (key: string) => `${key} ${(counts[`rows.${key}`] ?? 0).toFixed(2)}`;
  const details = Object.entries(counts)
    .filter(([key, value]) => value >= 0.005 && (/^rows\.\w+\./.test(key) || isRequest(key)))
    .map(([key, value]) => `${key.replace(/^rows\./, "")} ${value.toFixed(2)}`);
  const figures: Figure[] = [
    { name: `${name}: rows`, value: rowsOf(counts), unit: "rows", goal, note: [part("ledger"), part("outbox"), part("d1")].join(", ") },
  ];
  const requests = requestsOf(counts);
  if (requests === 0) return figures;
  figures.push({ name: "  requests to objects", value: requests, unit: "requests", note: details.join(", ") });
  figures.push({ name: "  queue operations (write, read, delete)", value: (counts["queue.writes"] ?? 0) * 3, unit: "operations" });
  return figures;
}

async function pending(rig: Rig): Promise<number> {
  const { routes, destinations } = await rig.books();
  return routes.reduce((total, { processing }) => total + processing, 0) + destinations.reduce((total, one) => total + one.pending, 0);
}

async function until(reached: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + SETTLE_MS; !(await reached()); await sleep(250)) if (Date.now() > end) throw new Error("not settled");
}

const shotOf = (bytes: Buffer | undefined) => bytes && { bytes, number: 0 };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
