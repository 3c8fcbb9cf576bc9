// What differs between two configurations, key by key, in values that may be shown: a secret is its name or stars, the id of a
// route is never told.
import { own } from "../lib/own.ts";
import { documentOf } from "./document.ts";
import { differingKeys, type KeyChange, type Side, type Sided } from "./key-changes.ts";
import { plainSecretsIn, replacePlaced, STARS } from "./plain-secrets.ts";
import type { Registries } from "./route.ts";
import type { TableRows } from "./rows.ts";
import { isTable } from "./table.ts";

export type { KeyChange } from "./key-changes.ts";

/** What may differ, in the order in which it is told. */
export const CHANGE_KINDS = ["relay", "list", "destination", "enricher", "route", "inhibition"] as const;
type NamedKind = Exclude<(typeof CHANGE_KINDS)[number], "relay">;
const NAMED_KINDS = CHANGE_KINDS.filter((kind) => kind !== "relay");

/** A route, destination, enricher, list or inhibition that differs, or the relay's own settings. An added one has all its keys, a removed one none. */
export interface Change {
  kind: (typeof CHANGE_KINDS)[number];
  /** `relay` for the relay's own settings. */
  name: string;
  change: "added" | "removed" | "changed";
  keys: KeyChange[];
}

interface Sections extends Record<NamedKind, Map<string, Sided>> {
  relay: Sided;
  isUnreadable(kind: string, name: string): boolean;
}

/** The difference between two configurations, in the order of the export; sorted by name within a kind. */
export function changesBetween(before: TableRows, after: TableRows, registries: Registries): Change[] {
  const [old, fresh] = [sectionsOf(before, registries), sectionsOf(after, registries)];
  const relay = differingKeys(old.relay, fresh.relay);
  return [
    ...(relay.length > 0 ? [{ kind: "relay" as const, name: "relay", change: "changed" as const, keys: relay }] : []),
    ...NAMED_KINDS.flatMap((kind) => changesOf(kind, old, fresh)),
  ];
}

function changesOf(kind: NamedKind, old: Sections, fresh: Sections): Change[] {
  const names = [...new Set([...old[kind].keys(), ...fresh[kind].keys()])].sort();
  return names.flatMap((name): Change[] => {
    const [before, after] = [old[kind].get(name), fresh[kind].get(name)];
    if (after === undefined) return [{ kind, name, change: "removed", keys: [] }];
    const differing = kind === "list" ? differingItems : differingKeys;
    if (before === undefined) return [{ kind, name, change: "added", keys: differing(NOTHING, after) }];
    const keys = [...differing(before, after), ...unreadableKeys(kind, name, old, fresh)];
    return keys.length === 0 ? [] : [{ kind, name, change: "changed", keys }];
  });
}

const NOTHING: Sided = { real: {}, shown: {} };

/** Of a row that is no table, what it should say is all new; that it says something else has to be told. */
const unreadableKeys = (kind: string, name: string, old: Sections, fresh: Sections): KeyChange[] =>
  old.isUnreadable(kind, name) || fresh.isUnreadable(kind, name) ? [{ key: "settings", note: "the row in the database is no table" }] : [];

function sectionsOf(rows: TableRows, registries: Registries): Sections {
  const { document, unreadable } = documentOf(rows);
  const stars = plainSecretsIn(document, registries).map((one) => ({ ...one, shown: STARS }));
  const shown = replacePlaced(document, stars);
  const section = (name: "destinations" | "enrichers" | "routes"): Map<string, Sided> =>
    new Map(Object.entries(document[name]).map(([key, real]): [string, Sided] => [key, sided(real, at(at(shown, name), key))]));
  return {
    relay: sided(document.relay, at(shown, "relay")),
    list: new Map(Object.entries(document.lists).map(([name, items]) => [name, { real: { items }, shown: { items } }])),
    inhibition: new Map(document.inhibit.map((table) => [String(table.name), { real: table, shown: table }])),
    destination: section("destinations"),
    enricher: section("enrichers"),
    route: section("routes"),
    isUnreadable: (kind, name) => unreadable.some((one) => one.kind === kind && one.name === name),
  };
}

/** Of a list, what comes and what goes: it may have thousands of members. */
function differingItems(before: Sided, after: Sided): KeyChange[] {
  const [old, fresh] = [itemsOf(before), itemsOf(after)];
  const [had, has] = [new Set(old), new Set(fresh)];
  const [gone, come] = [old.filter((item) => !has.has(item)), fresh.filter((item) => !had.has(item))];
  const isTurned = gone.length + come.length === 0 && JSON.stringify(old) !== JSON.stringify(fresh);
  return [
    ...(gone.length > 0 ? [{ key: "items", before: gone }] : []),
    ...(come.length > 0 || (before === NOTHING && fresh.length === 0) ? [{ key: "items", after: come }] : []),
    ...(isTurned ? [{ key: "items", note: "in another order, or some twice" }] : []),
  ];
}

const itemsOf = ({ real: { items } }: Sided): unknown[] => (Array.isArray(items) ? items : []);

const sided = (real: unknown, shown: unknown): Sided => ({ real: asTable(real), shown: asTable(shown) });
const asTable = (value: unknown): Side => (isTable(value) ? value : {});
const at = (value: unknown, key: string): unknown => (isTable(value) ? own(value, key) : undefined);
