// The books, asked of the objects.
import { type Books, balance } from "../balance.ts";
import type { Relay } from "../context.ts";
import { type Reading, readObjects } from "./objects.ts";

/** An object that restarts counts what is in transit anew; a moment later it has. */
const TRIES = 3;
const WAIT_MS = 100;

/** Reads all objects and balances the books; reads again before it says that they are off. */
export async function readBooks(relay: Relay): Promise<{ books: Books; reading: Reading }> {
  const { routeByName, destinationByName } = relay.loaded;
  const isConfigured = { route: (name: string) => routeByName.has(name), destination: (name: string) => destinationByName.has(name) };
  for (let tries = 1; ; tries += 1) {
    const reading = await readObjects(relay);
    const books = balance(reading, isConfigured);
    if (books.balanced || tries === TRIES) return { books, reading };
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}
