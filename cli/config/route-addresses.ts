// The addresses of routes: where one is, and giving it another.
import type { Run } from "../frame/run.ts";
import { knownAddress } from "../frame/target.ts";
import type { Tables } from "./edits.ts";

/** An earlier id that is still accepted until its time. */
export interface FormerId {
  id: string;
  until: Date;
}

/** The address that a vendor posts to. Without `[relay] url` it is that of the relay that runs here, or has to be put together. */
export async function addressOfRoute(run: Run, document: Tables, id: string): Promise<string> {
  const relay = await run.relay();
  const said: unknown = document.relay?.url;
  const base = typeof said === "string" ? said.replace(/\/+$/, "") : (knownAddress(relay) ?? "https://YOUR-RELAY");
  return `${base}/hooks/${id.toLowerCase()}`;
}

/** The earlier ids of a route's table. */
export function formerIds(table: Record<string, unknown>): FormerId[] {
  const list: readonly unknown[] = Array.isArray(table.former_ids) ? table.former_ids : [];
  return list.map((one) => ({ id: String(Object(one).id).toLowerCase(), until: new Date(Object(one).until) }));
}

/** The keys of a route that gets a fresh id; its old one stays valid for a while. What has had its time goes. Unix ms. */
export function rotated(table: Record<string, unknown>, fresh: string, keepMs: number, now: number): Record<string, unknown> {
  const kept = formerIds(table).filter(({ until }) => until.getTime() > now);
  // To the second: it is read by people.
  const until = new Date(Math.ceil((now + keepMs) / 1_000) * 1_000);
  const former = keepMs > 0 ? [...kept, { id: String(table.id).toLowerCase(), until }] : kept;
  return { id: fresh, former_ids: former.length > 0 ? former : undefined };
}
