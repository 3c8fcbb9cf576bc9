// How much of an alert a condition sees, and what was made ready of it for the conditions that come next.
import { MOST_CHARACTERS, MOST_MEMBERS, MOST_VALUES } from "./limits.ts";

/** One variable, or one field of it, as far as it was looked at. */
export class Seen {
  readonly #name: string;
  readonly #cut: Set<string>;
  readonly #made: WeakMap<object, unknown>;

  /** `name` of a variable, such as `alert`. */
  constructor(name: string, cut = new Set<string>(), made = new WeakMap<object, unknown>()) {
    this.#name = name;
    this.#cut = cut;
    this.#made = made;
  }

  /** The fields of which there is more than is seen: `alert.assets`. */
  get cut(): ReadonlySet<string> {
    return this.#cut;
  }

  /** A field of the variable; what lies below a field is told as that field. */
  field(name: string): Seen {
    return this.#name.includes(".") ? this : new Seen(`${this.#name}.${name}`, this.#cut, this.#made);
  }

  /** A list or a table made ready once: inside an alert they are replaced, never changed. */
  once<Made>(value: object, make: () => Made): Made {
    if (!this.#made.has(value)) this.#made.set(value, make());
    return this.#made.get(value) as Made;
  }

  text(value: string): string {
    return value.length <= MOST_CHARACTERS ? value : this.#rest(value.slice(0, MOST_CHARACTERS));
  }

  members<Member>(list: readonly Member[]): readonly Member[] {
    return list.length <= MOST_MEMBERS ? list : this.#rest(list.slice(0, MOST_MEMBERS));
  }

  /** A value of the source's own. The first `MOST_VALUES` of them are seen; `count` is how many were seen before. */
  isWithin(count: number): boolean {
    return count < MOST_VALUES || this.#rest(false);
  }

  #rest<Part>(part: Part): Part {
    this.#cut.add(this.#name);
    return part;
  }
}

/** All of it, for what is not an alert. */
export class Whole extends Seen {
  override once<Made>(_value: object, make: () => Made): Made {
    return make();
  }
  override text(value: string): string {
    return value;
  }
  override members<Member>(list: readonly Member[]): readonly Member[] {
    return list;
  }
  override isWithin(): boolean {
    return true;
  }
}
