// One change of a correlator's rows: each row is read once and written once at its end, however many observations met it.
import type { Place, Work } from "./gate.ts";
import type { Effect } from "./interface.ts";
import { placeId, type Store } from "./store.ts";

interface Touched {
  place: Place;
  state: object | undefined;
  due?: number;
  isNew: boolean;
  isChanged: boolean;
}

/** Rows as they are within one change, and what came of it. */
export class Change implements Work {
  readonly route: string;
  readonly now: number;
  readonly effects: Effect[] = [];
  readonly #store: Store;
  readonly #touched = new Map<string, Touched>();

  constructor(store: Store, route: string, now: number) {
    this.#store = store;
    this.route = route;
    this.now = now;
  }

  read<State extends object>(place: Place): State | undefined {
    return this.#at(place).state as State | undefined;
  }

  write(place: Place, state: object, due?: number): void {
    const touched = this.#at(place);
    touched.state = state;
    // Looking earlier than need be does no harm, and a time that stands is not written again.
    if (due !== undefined) touched.due = Math.min(due, touched.due ?? due);
    touched.isChanged = true;
  }

  remove(place: Place): void {
    const touched = this.#at(place);
    touched.state = undefined;
    delete touched.due;
    touched.isChanged = true;
  }

  tell(effect: Effect): void {
    this.effects.push(effect);
  }

  ordinalBefore({ kind, by }: Place): number {
    return this.#store.ordinal(kind, by);
  }

  /** Places that this change has read or written and that are due now. */
  due(): Place[] {
    return [...this.#touched.values()].filter(({ state, due }) => state && due !== undefined && due <= this.now).map(({ place }) => place);
  }

  /** What is due at a place is being done: what is written next says when it is due again. */
  begin(place: Place): boolean {
    const touched = this.#at(place);
    if (touched.due !== undefined) touched.isChanged = true;
    delete touched.due;
    return touched.state !== undefined;
  }

  /** Writes what changed. Answers places that are new. */
  flush(): Place[] {
    const changed = [...this.#touched.values()].filter(({ isChanged }) => isChanged);
    for (const { place, state, due, isNew } of changed) {
      if (state) this.#store.write(place, { state, ...(due === undefined ? {} : { due }) }, this.now);
      else if (!isNew) this.#remove(place);
    }
    return changed.filter(({ state, isNew }) => state && isNew).map(({ place }) => place);
  }

  #at(place: Place): Touched {
    const id = placeId(place);
    const known = this.#touched.get(id);
    if (known) return known;
    const row = this.#store.read(place);
    const touched: Touched = {
      place,
      state: row?.state,
      ...(row?.due === undefined ? {} : { due: row.due }),
      isNew: row === undefined,
      isChanged: false,
    };
    this.#touched.set(id, touched);
    return touched;
  }

  /** A key that is given up begins anew behind the highest number that was used. */
  #remove(place: Place): void {
    const ordinal: unknown = Reflect.get(this.#store.read(place)?.state ?? {}, "ordinal");
    if (typeof ordinal === "number" && ordinal > 0) this.#store.noteOrdinal(place.kind, place.by, ordinal);
    this.#store.remove(place);
  }
}
