// Events of a test as the relay would have read them.
import type { AlertPatch, SourceEvent } from "../../src/alert.ts";
import type { ParsedEntry } from "../../src/sources/source.ts";
import type { TestEvent } from "./schema.ts";

type Detail = TestEvent["detail"];

let made = 0;

/** An alert that is told in its own fields, at `at` (Unix ms). Each is an event of its own. */
export function entryOf({ key, ...patch }: NonNullable<TestEvent["alert"]>, at: number, detail: Detail): ParsedEntry {
  made += 1;
  const event: SourceEvent = {
    claim: `test:${made}`,
    identified: true,
    key,
    type: "test",
    kind: "updated",
    order: at + made / 1_000_000,
    patch: { ...(patch as AlertPatch), ...(detail as AlertPatch) },
    payload: null,
  };
  return { kind: "event", event };
}

/** Entries with what the source's API would tell besides. */
export const withDetail = (entries: readonly ParsedEntry[], detail: Detail): ParsedEntry[] =>
  detail === undefined
    ? [...entries]
    : entries.map((entry) =>
        entry.kind === "event"
          ? { ...entry, event: { ...entry.event, patch: { ...entry.event.patch, ...(detail as AlertPatch) } } }
          : entry,
      );

/** A value whose texts have the number of the repetition for `{n}`. */
export function numbered<Value>(value: Value, number: number): Value {
  if (typeof value === "string") return value.replaceAll("{n}", String(number)) as Value;
  if (Array.isArray(value)) return value.map((one) => numbered(one, number)) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, numbered(one, number)])) as Value;
}
