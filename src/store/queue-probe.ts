// Whether the queue brings messages to the consumer: a probe is sent, and whoever consumes it notes that it came.
import type { QueueProbe } from "../lib/queue-probe.ts";
import { readUpkeep, writeUpkeep } from "./upkeep.ts";

const KEY = "queue_probe";
const LOOK_MS = 100;

/** The consumer's part: notes that it came. `now` in Unix ms. */
export const answerProbe = (db: D1Database, { probe }: QueueProbe, now: number): Promise<void> => writeUpkeep(db, KEY, { probe }, now);

/** Sends one and waits for it; how long it took in ms, or undefined when it did not come in time. */
export async function probeQueue(queue: Pick<Queue<QueueProbe>, "send">, db: D1Database, patienceMs: number): Promise<number | undefined> {
  const probe = crypto.randomUUID();
  const began = Date.now();
  await queue.send({ probe });
  while (Date.now() - began < patienceMs) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    if ((await readUpkeep<QueueProbe>(db, KEY))?.probe === probe) return Date.now() - began;
  }
  return undefined;
}
