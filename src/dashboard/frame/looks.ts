// What open pages ask for again and again: one look at all objects serves everybody of this isolate for a moment. Who loads a page gets
// what is so now, and leaves it for the others.
import { readBooks } from "../../admin/queries/books.ts";
import { type Reading, readObjects } from "../../admin/queries/objects.ts";
import { SharedLook } from "../../lib/shared-look.ts";
import type { View } from "./view.ts";

type Looker = Pick<View, "context" | "isLive">;

const looks = new SharedLook(2_000);
const slowLooks = new SharedLook(60_000);

/** What `make` answers for this name: what another page was told a moment ago, where the page only keeps itself live. */
export function shared<Value>({ context, isLive }: Looker, name: string, make: () => Promise<Value>): Promise<Value> {
  return isLive ? looks.get(name, context.loaded, make) : looks.renew(name, context.loaded, make);
}

/** The same for what costs many rows and hardly changes: a minute is a moment there. */
export function sharedSlowly<Value>({ context, isLive }: Looker, name: string, make: () => Promise<Value>): Promise<Value> {
  return isLive ? slowLooks.get(name, context.loaded, make) : slowLooks.renew(name, context.loaded, make);
}

/** The books, and the reading of all objects that they were made of. */
export const sharedBooks = (view: Looker): ReturnType<typeof readBooks> => shared(view, "books", () => readBooks(view.context));

/** All objects. */
export const sharedReading = (view: Looker): Promise<Reading> => shared(view, "objects", () => readObjects(view.context));
