// Each thing once, in the order in which it was first told, and no more of them than an alert keeps.
import type { Asset, Observable } from "../alert.ts";
import { maxMembers } from "./read.ts";

/** The first of all that have the same key. */
export function distinctBy<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  const first = new Map<string, Item>();
  for (const item of items) if (!first.has(key(item))) first.set(key(item), item);
  return [...first.values()].slice(0, maxMembers);
}

/** Each indicator once, whatever it is called. */
export const distinctObservables = (items: readonly Observable[]): Observable[] =>
  distinctBy(items, ({ type, value }) => `${type}\n${value}`);

/** Each asset once, by its name in any case. */
export const distinctAssets = (items: readonly Asset[]): Asset[] => distinctBy(items, ({ name }) => name.toLowerCase());
