// Which alert came onto the chat's wall when. The door is where a request goes out, the wall where the chat has the message.
import type { Channel } from "../../demo/chats/channel.ts";
import type { Incident } from "../../demo/sekoia-samples.ts";

/** Times from door to wall of the alerts that it was told to expect. */
export class WallClock {
  readonly #numberOf = new Map<string, number>();
  readonly #sentAt = new Map<number, number>();
  readonly #waiting = new Map<number, () => void>();
  readonly #end: () => void;
  /** Ms from door to wall, in the order of arrival. */
  readonly times: number[] = [];
  /** Messages that showed an alert once more. */
  repeats = 0;
  /** When the last one arrived, on the clock of `performance`. */
  lastAt = 0;

  constructor(channel: Channel) {
    this.#end = channel.subscribe((event) => {
      if (event.kind === "message") this.#arrived(event.message.raw);
    });
  }

  expect(number: number, { alert }: Incident): void {
    this.#numberOf.set(alert.short_id, number);
  }

  /** The alert's request goes out now. */
  sent(number: number): void {
    this.#sentAt.set(number, performance.now());
  }

  /** Resolves when the alert is on the wall. */
  onWall(number: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(number, resolve);
    return promise;
  }

  /** Resolves when so many are on the wall; rejects when that takes too long. */
  async all(count: number, timeoutMs: number): Promise<void> {
    for (const end = performance.now() + timeoutMs; this.times.length < count; await new Promise((resolve) => setTimeout(resolve, 5)))
      if (performance.now() > end) throw new Error(`${this.times.length} of ${count} alerts on the wall after ${timeoutMs} ms`);
  }

  stop(): void {
    this.#end();
  }

  #arrived(raw: string): void {
    const number = this.#numberOf.get(/\/alerts\/(AL\w{10})\|/.exec(raw)?.[1] ?? "");
    const sentAt = number === undefined ? undefined : this.#sentAt.get(number);
    if (number === undefined || sentAt === undefined) {
      this.repeats += 1;
      return;
    }
    this.lastAt = performance.now();
    this.times.push(this.lastAt - sentAt);
    this.#sentAt.delete(number);
    this.#waiting.get(number)?.();
    this.#waiting.delete(number);
  }
}
