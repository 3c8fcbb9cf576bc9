// The lists of the configuration as conditions use them: a text is looked up, not looked for, and so is an address in a list of networks.
import { type NetworkTable, networkTable, parseNetwork } from "../lib/network.ts";

/** Texts by the name of their list. */
export type Lists = Readonly<Record<string, readonly string[]>>;

/** A list is as long-lived as the configuration that it came with. */
const sets = new WeakMap<readonly unknown[], ReadonlySet<unknown>>();
const tables = new WeakMap<readonly unknown[], NetworkTable>();
/** Below this it is quicker to look through a list than to prepare it. */
const FEW = 8;

/** Whether a text is a member. Lists of the configuration are prepared once; one that a condition writes out is read as it is. */
export function isMember(value: unknown, list: readonly unknown[]): boolean {
  if (list.length < FEW) return list.includes(value);
  let set = sets.get(list);
  if (set === undefined) {
    set = new Set(list);
    sets.set(list, set);
  }
  return set.has(value);
}

/** Networks that conditions write out, and few that alerts bring along. */
const networks = new Map<string, NetworkTable>();
const MOST_NETWORKS = 200;

/** Whether an address lies in a network; throws for what is none. */
export function isInNetwork(address: string, text: string): boolean {
  let table = networks.get(text);
  if (table === undefined) {
    const network = parseNetwork(text);
    if (network === undefined) throw new Error(`inCidr(): ${JSON.stringify(text.slice(0, 50))} is no network`);
    table = networkTable([network]);
    if (networks.size >= MOST_NETWORKS) networks.clear();
    networks.set(text, table);
  }
  return table.holds(address);
}

/** Whether an address lies in one of the networks of a list. What is no network holds nothing. */
export function isInNetworks(address: string, list: readonly unknown[]): boolean {
  let table = tables.get(list);
  if (table === undefined) {
    table = networkTable(list.flatMap((one) => (typeof one === "string" ? (parseNetwork(one) ?? []) : [])));
    tables.set(list, table);
  }
  return table.holds(address);
}
