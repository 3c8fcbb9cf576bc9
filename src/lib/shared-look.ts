// What several may look at within a moment, made once. Values are shared, never promises: one request must not wait for another's
// calls, which end with it. Who comes while a value is being made waits a moment for it, with a timer of their own.

const WAIT_MS = 20;
/** A maker who takes longer is not waited for. */
const PATIENCE_MS = 5_000;

interface Kept {
  /** What it was made for: with another one it is no answer. */
  of: object;
  at: number;
  value: unknown;
}

/** Keeps the last value of each name for a moment. */
export class SharedLook {
  readonly #maxAgeMs: number;
  readonly #kept = new Map<string, Kept>();
  /** Since when a value is being made. */
  readonly #making = new Map<string, number>();

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs;
  }

  /** The value of a name, as far as it is young enough and was made for the same thing; else made now, for others too. */
  async get<Value>(name: string, of: object, make: () => Promise<Value>): Promise<Value> {
    const begun = this.#making.get(name);
    while (begun !== undefined && this.#making.get(name) === begun && Date.now() - begun < PATIENCE_MS) await sleep(WAIT_MS);
    const kept = this.#kept.get(name);
    if (kept && kept.of === of && Date.now() - kept.at < this.#maxAgeMs) return kept.value as Value;
    return this.renew(name, of, make);
  }

  /** Makes the value, whatever others have: for who has just changed something. */
  async renew<Value>(name: string, of: object, make: () => Promise<Value>): Promise<Value> {
    const at = Date.now();
    this.#making.set(name, at);
    try {
      const value = await make();
      this.#kept.set(name, { of, at: Date.now(), value });
      return value;
    } finally {
      if (this.#making.get(name) === at) this.#making.delete(name);
    }
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
