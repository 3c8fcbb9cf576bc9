// Requests per second at the door, as a ratio to the minimal durable worker. All of the relay's work goes on meanwhile: what was
// accepted is enriched, matched and delivered on the same core. Both take turns, so that a machine that drifts decides nothing.
import { join } from "node:path";
import { createdThin, incident } from "../../demo/sekoia-samples.ts";
import { type Relay, startRelay } from "../../scripts/runtime.ts";
import { type LoadResult, load, postBytes, type Shot } from "../lib/client.ts";
import { atLeast, type Benchmark, type Figure } from "../lib/figure.ts";
import { type Rig, startRig } from "../lib/rig.ts";
import { median, spreadOf } from "../lib/stats.ts";

const FLOOR = join(import.meta.dirname, "../floor");
/** More than a second of load can take. */
const MOST_PER_SECOND = 4_000;
const GOALS = new Map([
  [16, 1.0],
  [64, 1.5],
]);

interface Round {
  floor: LoadResult;
  relay: LoadResult;
}

/** The intake benchmark. */
export const intake: Benchmark = {
  name: "intake",
  title: "Intake, SEKOIA webhooks, against the minimal durable worker",
  async run({ quick }) {
    const [floor, rig] = [await startRelay({ directory: FLOOR }), await startRig()];
    try {
      const door = new Door(floor, rig, quick ? 1_000 : 2_500);
      await door.round(16, 300);
      const figures: Figure[] = [];
      for (const connections of GOALS.keys()) {
        const rounds: Round[] = [];
        for (let round = 0; round < (quick ? 1 : 3); round += 1) rounds.push(await door.round(connections));
        figures.push(...figuresOf(connections, rounds));
      }
      figures.push({ name: "complaints in the log", value: rig.complaints.length, unit: "lines", note: rig.complaints[0]?.slice(0, 200) });
      return figures;
    } finally {
      await Promise.all([floor.stop(), rig.stop()]);
    }
  },
};

class Door {
  readonly #floor: Relay;
  readonly #rig: Rig;
  readonly #ms: number;
  #number = 0;

  constructor(floor: Relay, rig: Rig, ms: number) {
    this.#floor = floor;
    this.#rig = rig;
    this.#ms = ms;
  }

  async round(connections: number, ms = this.#ms): Promise<Round> {
    const most = Math.ceil((ms * MOST_PER_SECOND) / 1_000);
    // The same bytes to both but for the path: the floor does not look into them.
    const bytes = postBytes("/", JSON.stringify(createdThin(incident(0))));
    const floor = await this.#fire(this.#floor.port, connections, ms, () => ({ number: 0, bytes }));
    const shots = Array.from({ length: most }, (_, index) => this.#rig.shot(this.#number + index));
    this.#number += most;
    const relay = await this.#fire(this.#rig.relay.port, connections, ms, () => shots.shift());
    await this.#rig.settled(120_000);
    return { floor, relay };
  }

  async #fire(port: number, connections: number, ms: number, next: () => Shot | undefined): Promise<LoadResult> {
    const end = performance.now() + ms;
    const result = await load({ port, connections, next: () => (performance.now() < end ? next() : undefined) });
    const others = Object.keys(result.statuses).filter((status) => status !== "202");
    if (others.length > 0) throw new Error(`answers other than 202: ${JSON.stringify(result.statuses)}`);
    return result;
  }
}

function figuresOf(connections: number, rounds: Round[]): Figure[] {
  const at = `${connections} connections`;
  const ratio = median(rounds.map(({ floor, relay }) => relay.perSecond / floor.perSecond));
  const { p50, p99 } = spreadOf(rounds.flatMap(({ relay }) => relay.latencies));
  return [
    { name: `floor, ${at}`, value: median(rounds.map(({ floor }) => floor.perSecond)), unit: "requests/s" },
    { name: `Tocsin, ${at}`, value: median(rounds.map(({ relay }) => relay.perSecond)), unit: "requests/s" },
    { name: `Tocsin to floor, ${at}`, value: ratio, unit: "ratio", goal: atLeast(ratio, GOALS.get(connections) ?? 1) },
    { name: `answer p50, ${at}`, value: p50, unit: "ms" },
    { name: `answer p99, ${at}`, value: p99, unit: "ms" },
  ];
}
