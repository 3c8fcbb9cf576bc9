// What changed, in words. Names of keys only: an id or a plain secret is a credential.
import type { Changes, TableChanges } from "../src/store/config-changes.ts";

/** One line for each row that came, went or changed. */
export function summaryLines(changes: Changes): string[] {
  return [
    ...tableLines("route", changes.routes),
    ...tableLines("destination", changes.destinations),
    ...tableLines("enricher", changes.enrichers),
    ...tableLines("relay", changes.relay),
  ];
}

function tableLines(kind: string, { added, removed, changed }: TableChanges): string[] {
  return [
    ...added.map((name) => `  + ${kind} ${name}`),
    ...changed.map(({ name, keys }) => `  ~ ${kind} ${name}${kind === "relay" ? "" : `: ${keys.map(keyInWords).join(", ")}`}`),
    ...removed.map((name) => `  - ${kind} ${name}`),
  ];
}

const keyInWords = (key: string): string => (key === "id" ? "id (the old address no longer works)" : key);
