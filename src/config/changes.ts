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

/** A route, destination or enricher that differs, or the relay's own settings. An added one has all its keys, a removed one none. */
export interface Change {
  kind: "relay" | "destination" | "enricher" | "route";
  /** `relay` for the relay's own settings. */
  name: string;
  change: "added" | "removed" | "changed";
  keys: KeyChange[];
}

interface Sections {
  relay: Sided;
  destination: Map<string, Sided>;
  enricher: Map<string, Sided>;
  route: Map<string, Sided>;
  isUnreadable(kind: string, name: string): boolean;
}

/** The difference between two configurations, in the order of the export; sorted by name within a kind. */
export function changesBetween(before: TableRows, after: TableRows, registries: Registries): Change[] {
  const [old, fresh] = [sectionsOf(before, registries), sectionsOf(after, registries)];
  const relay = differingKeys(old.relay, fresh.relay);
  return [
    ...(relay.length > 0 ? [{ kind: "relay" as const, name: "relay", change: "changed" as const, keys: relay }] : []),
    ...(["destination", "enricher", "route"] as const).flatMap((kind) => changesOf(kind, old, fresh)),
  ];
}

function changesOf(kind: "destination" | "enricher" | "route", old: Sections, fresh: Sections): Change[] {
  const names = [...new Set([...old[kind].keys(), ...fresh[kind].keys()])].sort();
  return names.flatMap((name): Change[] => {
    const [before, after] = [old[kind].get(name), fresh[kind].get(name)];
    if (after === undefined) return [{ kind, name, change: "removed", keys: [] }];
    if (before === undefined) return [{ kind, name, change: "added", keys: differingKeys(NOTHING, after) }];
    const keys = [...differingKeys(before, after), ...unreadableKeys(kind, name, old, fresh)];
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
  const section = (name: keyof typeof document): Map<string, Sided> =>
    new Map(Object.entries(document[name]).map(([key, real]): [string, Sided] => [key, sided(real, at(at(shown, name), key))]));
  return {
    relay: sided(document.relay, at(shown, "relay")),
    destination: section("destinations"),
    enricher: section("enrichers"),
    route: section("routes"),
    isUnreadable: (kind, name) => unreadable.some((one) => one.kind === kind && one.name === name),
  };
}

const sided = (real: unknown, shown: unknown): Sided => ({ real: asTable(real), shown: asTable(shown) });
const asTable = (value: unknown): Side => (isTable(value) ? value : {});
const at = (value: unknown, key: string): unknown => (isTable(value) ? own(value, key) : undefined);
