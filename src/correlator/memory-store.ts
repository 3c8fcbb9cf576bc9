// The rows of a correlator in memory: for rules that are tried on recorded events, and for tests.
import type { Kind, Place } from "./gate.ts";
import { placeId, type Row, type Store } from "./store.ts";

/** Keeps rows while it lives. */
export class MemoryStore implements Store {
  /** Row as JSON, by the place's id; those that were written last come last. */
  readonly rows = new Map<string, { place: Place; json: string; due?: number }>();
  readonly events = new Map<string, readonly string[]>();
  readonly #ordinals = new Map<string, number>();

  read(place: Place): Row | undefined {
    const row = this.rows.get(placeId(place));
    return row && { state: JSON.parse(row.json), ...(row.due === undefined ? {} : { due: row.due }) };
  }

  write(place: Place, { state, due }: Row): void {
    this.remove(place);
    this.rows.set(placeId(place), { place, json: JSON.stringify(state), ...(due === undefined ? {} : { due }) });
  }

  remove(place: Place): void {
    this.rows.delete(placeId(place));
  }

  count(kind: Kind, by: string): number {
    return this.#of(kind, by).length;
  }

  quietest(kind: Kind, by: string, most: number): Place[] {
    return this.#of(kind, by).slice(0, most);
  }

  due(now: number, most: number): Place[] {
    return [...this.rows.values()]
      .filter(({ due }) => due !== undefined && due <= now)
      .sort((left, right) => (left.due ?? 0) - (right.due ?? 0))
      .slice(0, most)
      .map(({ place }) => place);
  }

  nextDue(): number | undefined {
    const dues = [...this.rows.values()].flatMap(({ due }) => due ?? []);
    return dues.length === 0 ? undefined : dues.reduce((least, due) => Math.min(least, due));
  }

  naming(texts: readonly string[]): Place[] {
    const names = ({ place, json }: { place: Place; json: string }) => texts.some((text) => place.key === text || json.includes(text));
    return [...this.rows.values()].filter(names).map(({ place }) => place);
  }

  withKey(text: string): Place[] {
    return [...this.rows.values()].map(({ place }) => place).filter(({ key }) => key.toLowerCase().includes(text.toLowerCase()));
  }

  seen(event: string): readonly string[] {
    return this.events.get(event) ?? [];
  }

  see(event: string, marks: readonly string[]): void {
    this.events.set(event, marks);
  }

  ordinal(kind: Kind, by: string): number {
    return this.#ordinals.get(`${kind} ${by}`) ?? 0;
  }

  noteOrdinal(kind: Kind, by: string, ordinal: number): void {
    this.#ordinals.set(`${kind} ${by}`, Math.max(ordinal, this.ordinal(kind, by)));
  }

  #of(kind: Kind, by: string): Place[] {
    return [...this.rows.values()].map(({ place }) => place).filter((place) => place.kind === kind && place.by === by);
  }
}
