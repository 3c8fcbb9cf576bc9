// Deliveries as they change: each attempt that failed, and how each of them ended.
import { deliveryPage } from "../../src/admin/answers/deliveries.ts";
import type { Lister } from "../frame/api.ts";
import type { Delivery } from "../views/attempts.ts";

/** Lists are in the order in which deliveries were made, not settled: this far back one is looked for that was never seen waiting. */
const OVERLAP_MS = 30_000;
const MOST = 1_000;
/** Old ones that are looked up by themselves, in one turn. */
const MOST_SINGLE = 20;

/** Where somebody is among the deliveries. */
export class Deliveries {
  readonly #destination: string[] | undefined;
  readonly #since: number;
  #newest: number;
  /** Those that wait, with how many attempts were told; and those that were told as settled, with their time. */
  readonly #waiting = new Map<string, { attempts: number; record: Delivery }>();
  readonly #told = new Map<string, number>();
  #isFirst = true;

  /** `since`: Unix ms; only what is made or changes then or later is told. */
  constructor(destination: string[] | undefined, since: number) {
    this.#destination = destination;
    this.#since = since;
    this.#newest = since;
  }

  /** What changed, oldest first. */
  async next(api: Lister, signal?: AbortSignal): Promise<{ items: Delivery[]; missed: boolean }> {
    const destination = this.#destination;
    const pending = await api.list("/deliveries", deliveryPage, { destination, state: "pending" }, MOST, signal);
    const from = new Date(Math.max(this.#since, this.#newest - OVERLAP_MS)).toISOString();
    const settled = await api.list(
      "/deliveries",
      deliveryPage,
      { destination, state: ["delivered", "merged", "dead"], from },
      MOST,
      signal,
    );
    const gone = await this.#gone(api, pending.items, settled.items, signal);
    const ended = [...settled.items, ...gone].filter((one) => !this.#told.has(one.id) || this.#waiting.has(one.id));
    const tried = pending.items.filter((one) => this.#isTried(one));
    this.#remember(pending.items, ended);
    return {
      items: [...tried, ...ended].sort((left, right) => Date.parse(left.updated_at) - Date.parse(right.updated_at)),
      missed: settled.more && ended.length >= MOST,
    };
  }

  /** Those that waited and do not any more, and are too old for the list of those that were settled. */
  async #gone(api: Lister, pending: readonly Delivery[], settled: readonly Delivery[], signal?: AbortSignal): Promise<Delivery[]> {
    const seen = new Set([...pending, ...settled].map(({ id }) => id));
    const missing = [...this.#waiting.values()].filter(({ record }) => !seen.has(record.id)).slice(0, MOST_SINGLE);
    const found: Delivery[] = [];
    for (const { record } of missing) {
      const { created_at: at, destination } = record;
      const { items } = await api.list("/deliveries", deliveryPage, { destination, from: at, to: at }, MOST, signal);
      const now = items.find(({ id }) => id === record.id);
      if (now === undefined) this.#waiting.delete(record.id);
      else if (now.state !== "pending") found.push(now);
    }
    return found;
  }

  /** An attempt that failed since; not what had failed before anybody watched. */
  #isTried({ id, attempts, log, created_at: at }: Delivery): boolean {
    const before = this.#waiting.get(id)?.attempts ?? (this.#isFirst && Date.parse(at) < this.#since ? attempts : 0);
    // In flight counts as an attempt; only the log has its outcome.
    return Math.min(attempts, log.length) > before;
  }

  #remember(pending: readonly Delivery[], ended: readonly Delivery[]): void {
    for (const record of pending) {
      this.#waiting.set(record.id, { attempts: Math.min(record.attempts, record.log.length), record });
      this.#told.delete(record.id);
    }
    for (const { id, created_at: at } of ended) {
      this.#waiting.delete(id);
      this.#told.set(id, Date.parse(at));
      this.#newest = Math.max(this.#newest, Date.parse(at));
    }
    for (const [id, at] of this.#told) if (at < this.#newest - OVERLAP_MS) this.#told.delete(id);
    this.#isFirst = false;
  }
}
