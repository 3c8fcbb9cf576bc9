// Promise 12: an alarm may be moved earlier, never later, and an object with open work always has one.

/** Remembers when the object's alarm fires, so that arming it costs a row only when it must fire earlier. Times in Unix ms. */
export class Alarm {
  readonly #storage: DurableObjectStorage;
  #armedAt = Number.POSITIVE_INFINITY;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  get armedAt(): number {
    return this.#armedAt;
  }

  /** Reads the alarm that storage has; call in the constructor, under `blockConcurrencyWhile`. */
  async restore(): Promise<void> {
    this.#armedAt = (await this.#storage.getAlarm()) ?? Number.POSITIVE_INFINITY;
  }

  /** The alarm has fired: storage holds none now. */
  fired(): void {
    this.#armedAt = Number.POSITIVE_INFINITY;
  }

  /** A transaction was rolled back, and with it what it had armed: the alarm is again the one of before it. */
  rolledBack(armedAt: number): void {
    this.#armedAt = armedAt;
  }

  /** Makes sure that the alarm fires at `at` or before. */
  armBy(at: number): void {
    if (this.#armedAt <= at) return;
    this.#armedAt = at;
    // Not awaited: the write joins the transaction at hand, and the output gate holds our answers until it is durable.
    void this.#storage.setAlarm(at);
  }
}
