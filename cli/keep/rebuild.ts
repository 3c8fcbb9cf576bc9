// The projection, made again from the objects: one after the other, page by page.
import { projectedObjects, projectedPage } from "../../src/admin/answers/backup.ts";
import type { Api } from "../frame/api.ts";
import type { Meter } from "./meter.ts";
import { patient } from "./patient.ts";

/** What was written. */
export interface Rebuilt {
  objects: number;
  alerts: number;
  deliveries: number;
}

/** Has objects write their rows again; all that the relay knows of, unless they are named. */
export async function rebuild(api: Api, meter: Meter, named: readonly string[] = []): Promise<Rebuilt> {
  const objects = named.length > 0 ? named : (await api.get("/projection", projectedObjects)).objects;
  const rebuilt: Rebuilt = { objects: objects.length, alerts: 0, deliveries: 0 };
  for (const [index, object] of objects.entries()) {
    let cursor: string | null = null;
    do {
      const { alerts, deliveries } = rebuilt;
      meter.say(`${index + 1} of ${objects.length}: ${object} (${alerts} alerts, ${deliveries} deliveries so far)`);
      const page = await patient(() => api.post("/projection", projectedPage, { body: cursor === null ? { object } : { object, cursor } }));
      rebuilt[object.startsWith("ledger:") ? "alerts" : "deliveries"] += page.written;
      cursor = page.next;
    } while (cursor !== null);
  }
  meter.end();
  return rebuilt;
}
