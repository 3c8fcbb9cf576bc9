// How fast a long backlog goes once the chat answers again: the pace must not fall with what waits.
import { load } from "../lib/client.ts";
import type { Benchmark, Figure } from "../lib/figure.ts";
import { type Rig, startRig } from "../lib/rig.ts";

/** More than an outbox keeps in memory. */
const ALERTS = 3_000;
const SLOW_MS = 500;
const LOOK_MS = 5_000;

/** The benchmark of a backlog; left out of a quick run. */
export const backlog: Benchmark = {
  name: "backlog",
  title: "A backlog, after the chat was slow",
  run: ({ quick }) => (quick ? Promise.resolve([]) : drain()),
};

async function drain(): Promise<Figure[]> {
  const rig = await startRig();
  try {
    const shots = Array.from({ length: ALERTS }, (_, number) => rig.shot(number));
    rig.channel.delay(SLOW_MS);
    await load({ port: rig.relay.port, connections: 64, next: () => shots.shift() });
    await handedOver(rig);
    const waiting = ALERTS - rig.channel.totals.messages;
    rig.channel.delay(0);
    const [from, startedAt] = [rig.channel.totals.messages, performance.now()];
    while (rig.channel.totals.messages < ALERTS && performance.now() < startedAt + LOOK_MS) await sleep(20);
    const perSecond = ((rig.channel.totals.messages - from) * 1_000) / (performance.now() - startedAt);
    return [
      { name: "alerts that wait", value: waiting, unit: "alerts" },
      { name: `delivered in the first ${LOOK_MS / 1_000} s`, value: perSecond, unit: "alerts/s" },
    ];
  } finally {
    await rig.stop();
  }
}

/** Everything waits in the outbox, nothing in the ledger. */
async function handedOver(rig: Rig): Promise<void> {
  for (;;) {
    const { routes } = await rig.books();
    if (routes.every(({ processing, accepted }) => processing === 0 && accepted === ALERTS)) return;
    await sleep(500);
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
