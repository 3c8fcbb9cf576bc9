// What an apply would change, in names: for the summary that people read. No values, since they may be credentials.
import type { TableRows } from "./config-rows.ts";

/** Changed rows of one table; `keys` names what differs in a row. */
export interface TableChanges {
  added: string[];
  removed: string[];
  changed: { name: string; keys: string[] }[];
}

/** What differs between two configurations. */
export interface Changes {
  relay: TableChanges;
  routes: TableChanges;
  destinations: TableChanges;
  enrichers: TableChanges;
}

type Row = Record<string, unknown>;

/** The difference between the rows that are there and the rows that are to be. */
export function compareRows(before: TableRows, after: TableRows): Changes {
  return {
    relay: compareTable(before.relay.map(relayRow), after.relay.map(relayRow)),
    routes: compareTable(before.routes.map(flatRow), after.routes.map(flatRow)),
    destinations: compareTable(before.destinations.map(flatRow), after.destinations.map(flatRow)),
    enrichers: compareTable(before.enrichers.map(flatRow), after.enrichers.map(flatRow)),
  };
}

/** Whether two configurations are the same. */
export const isUnchanged = (changes: Changes): boolean =>
  Object.values(changes).every(({ added, removed, changed }: TableChanges) => added.length + removed.length + changed.length === 0);

const relayRow = ({ key, value }: { key: string; value: string }): Row => ({ name: key, value });

/** A row with the members of its settings as keys of their own, so that they can be named. */
function flatRow({ settings, ...row }: { name: string; settings: string }): Row {
  return { ...members(settings), ...row };
}

function members(settings: string): Row {
  try {
    const parsed: unknown = JSON.parse(settings);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : { settings };
  } catch {
    return { settings };
  }
}

function compareTable(before: Row[], after: Row[]): TableChanges {
  const old = new Map(before.map((row) => [String(row.name), row]));
  const fresh = new Map(after.map((row) => [String(row.name), row]));
  return {
    added: [...fresh.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !fresh.has(name)),
    changed: [...fresh].flatMap(([name, row]) => {
      const was = old.get(name);
      const keys = was === undefined ? [] : differingKeys(was, row);
      return keys.length === 0 ? [] : [{ name, keys }];
    }),
  };
}

const differingKeys = (left: Row, right: Row): string[] =>
  [...new Set([...Object.keys(left), ...Object.keys(right)])].filter((key) => text(left[key]) !== text(right[key])).sort();

/** Values as text, whatever the order of their keys; JSON columns are compared by content. */
function text(value: unknown): string {
  return JSON.stringify(parsedColumn(value), (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  );
}

function parsedColumn(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value ?? null;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
