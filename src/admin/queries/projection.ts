// The projection, made again from the objects, which are the record. A page at a time, since a request can do only so much.
import type { Env } from "../../env.ts";
import type { Slice } from "../../lib/slice.ts";
import { noteObject } from "../../store/objects.ts";
import type { Relay } from "../context.ts";
import { objectNames } from "./objects.ts";

/** Alerts of a ledger, or slots of an outbox, in one page. */
const PAGE = 200;

/** What of an object's interface the projection needs: it is the same for both kinds that are in it. */
const objectOf = (env: Env, name: string) => (name.startsWith("ledger:") ? env.LEDGER : env.OUTBOX).getByName(name);

/** Names of all objects that the projection is made from: ledgers, then outboxes. */
export async function objectsOf(relay: Relay): Promise<string[]> {
  const { ledgers, outboxes } = await objectNames(relay);
  return [...ledgers, ...outboxes];
}

/** Has one object write a page of its rows again, after the cursor of the page before. */
export async function projectPage({ env }: Relay, object: string, after = "", most = PAGE): Promise<Slice> {
  const slice = await objectOf(env, object).project(after, most);
  // After D1 was lost, nobody but the configuration knows which objects there are.
  if (slice.written > 0) await noteObject(env.DB, object);
  return slice;
}

/** Has every object write all of its rows, one after the other: for as much as one request can do. */
export async function rebuildProjection(relay: Relay): Promise<{ alerts: number; deliveries: number }> {
  const { ledgers, outboxes } = await objectNames(relay);
  const all = async (objects: string[]): Promise<number> => {
    let written = 0;
    for (const object of objects) {
      for (let after: string | null = ""; after !== null; ) {
        const slice: Slice = await projectPage(relay, object, after);
        written += slice.written;
        after = slice.next;
      }
    }
    return written;
  };
  return { alerts: await all(ledgers), deliveries: await all(outboxes) };
}
