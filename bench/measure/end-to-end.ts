// From the POST to the chat: alerts per second on the wall, and how long one takes. Enrichment asks the simulated API once for each
// alert, rules are matched, Slack's message is rendered, posted and settled, the projection is written.
import { load } from "../lib/client.ts";
import { atMost, type Benchmark, type Figure } from "../lib/figure.ts";
import { type Rig, startRig } from "../lib/rig.ts";
import { type Spread, spreadOf } from "../lib/stats.ts";
import { WallClock } from "../lib/wall.ts";

const CONNECTIONS = [16, 64];
const WALL_MS = 60_000;

/** The end-to-end benchmark. */
export const endToEnd: Benchmark = {
  name: "e2e",
  title: "End to end with enrichment and Slack",
  async run({ quick }) {
    const rig = await startRig();
    try {
      const alerts = new Alerts(rig);
      await alerts.flood(16, quick ? 100 : 400);
      await rig.settled(WALL_MS);
      const figures = unloaded(await alerts.oneByOne(quick ? 40 : 150));
      for (const connections of CONNECTIONS) figures.push(...(await loaded(alerts, rig, connections, quick ? 300 : 1_500)));
      figures.push({ name: "messages that came twice", value: alerts.repeats, unit: "messages", goal: atMost(alerts.repeats, 0) });
      figures.push({ name: "complaints in the log", value: rig.complaints.length, unit: "lines", note: rig.complaints[0]?.slice(0, 200) });
      return figures;
    } finally {
      await rig.stop();
    }
  },
};

/** Alerts in a row, each with a number of its own. */
class Alerts {
  readonly #rig: Rig;
  #number = 0;
  repeats = 0;

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  /** Posts as fast as the connections allow. */
  async flood(connections: number, count: number): Promise<{ perSecond: number; spread: Spread }> {
    const { shots, wall } = this.#prepare(count);
    const startedAt = performance.now();
    await load({ port: this.#rig.relay.port, connections, next: () => shots.shift(), onSent: ({ number }) => wall.sent(number) });
    await wall.all(count, WALL_MS);
    const perSecond = (count * 1_000) / (wall.lastAt - startedAt);
    return { perSecond, spread: this.#done(wall) };
  }

  /** Keeps so many alerts under way: the next is posted when one is on the wall. */
  async underWay(alerts: number, count: number): Promise<{ perSecond: number; spread: Spread }> {
    const { shots, wall } = this.#prepare(count);
    const startedAt = performance.now();
    const places = new Places(alerts);
    const next = async () => {
      await places.take();
      const shot = shots.shift();
      if (shot) void wall.onWall(shot.number).then(() => places.free());
      else places.free();
      return shot;
    };
    await load({ port: this.#rig.relay.port, connections: alerts, next, onSent: ({ number }) => wall.sent(number) });
    await wall.all(count, WALL_MS);
    const perSecond = (count * 1_000) / (wall.lastAt - startedAt);
    return { perSecond, spread: this.#done(wall) };
  }

  async oneByOne(count: number): Promise<Spread> {
    return (await this.underWay(1, count)).spread;
  }

  #prepare(count: number) {
    const wall = new WallClock(this.#rig.channel);
    const shots = Array.from({ length: count }, () => {
      const number = this.#number++;
      wall.expect(number, this.#rig.incident(number));
      return this.#rig.shot(number);
    });
    return { shots, wall };
  }

  #done(wall: WallClock): Spread {
    wall.stop();
    this.repeats += wall.repeats;
    return spreadOf(wall.times);
  }
}

/** So many may be under way at once. */
class Places {
  #left: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#left = count;
  }

  async take(): Promise<void> {
    if (this.#left > 0) this.#left -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  free(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#left += 1;
  }
}

const unloaded = (spread: Spread): Figure[] => [
  { name: "door to wall p50, one at a time", value: spread.p50, unit: "ms" },
  { name: "door to wall p99, one at a time", value: spread.p99, unit: "ms" },
];

async function loaded(alerts: Alerts, rig: Rig, connections: number, count: number): Promise<Figure[]> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const flood = await alerts.flood(connections, count);
  const client = process.cpuUsage(cpu);
  const share = (client.user + client.system) / 1_000 / (performance.now() - startedAt);
  await rig.settled(WALL_MS);
  const steady = await alerts.underWay(connections, count);
  await rig.settled(WALL_MS);
  return [
    { name: `delivered, posted over ${connections} connections`, value: flood.perSecond, unit: "alerts/s" },
    { name: `  the last of ${count} was on the wall after`, value: flood.spread.max, unit: "ms" },
    { name: `  of one core, load generator with chat and API`, value: share, unit: "ratio" },
    { name: `delivered, ${connections} under way at a time`, value: steady.perSecond, unit: "alerts/s" },
    { name: `  door to wall p50`, value: steady.spread.p50, unit: "ms" },
    { name: `  door to wall p99`, value: steady.spread.p99, unit: "ms" },
  ];
}
