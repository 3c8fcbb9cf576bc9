// What the gates' rows need of whoever keeps them: tables in the object (tables.ts), or memory (memory-store.ts).
import type { Kind, Place } from "./gate.ts";

/** A row. `due`: when to look at it again, Unix ms. */
export interface Row {
  state: object;
  due?: number;
}

/** Keeps the rows of one correlator. All calls are synchronous, so that a burst of them is one transaction. */
export interface Store {
  /** The row may be changed in place by whoever writes it afterwards. */
  read(place: Place): Row | undefined;
  write(place: Place, row: Row, now: number): void;
  remove(place: Place): void;
  /** How many rows a rule has of a kind. */
  count(kind: Kind, by: string): number;
  /** Those that were written longest ago. */
  quietest(kind: Kind, by: string, most: number): Place[];
  /** Rows that are due, the longest waiting first. */
  due(now: number, most: number): Place[];
  /** When the next row is due, Unix ms. */
  nextDue(): number | undefined;
  /** Rows in which one of these texts stands. */
  naming(texts: readonly string[]): Place[];
  /** Rows whose key may hold this text, in any case. */
  withKey(text: string): Place[];
  /** What was seen of an event: by which gates of which rules. */
  seen(event: string): readonly string[];
  see(event: string, marks: readonly string[], until: number): void;
  /** The highest ordinal of keys of a rule that were given up. */
  ordinal(kind: Kind, by: string): number;
  noteOrdinal(kind: Kind, by: string, ordinal: number): void;
}

/** A place as one text. */
export const placeId = ({ kind, by, key }: Place): string => [kind, by, key].join("\u001f");
