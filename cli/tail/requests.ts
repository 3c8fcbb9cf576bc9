// Requests as they come, each told once.
import type * as z from "zod";
import { logPage } from "../../src/admin/answers/overview.ts";
import type { Lister } from "../frame/api.ts";

export type Request = z.output<typeof logPage>["items"][number];

/** A request is logged when it was stored, which may be a little after its time; and ledgers do not write in step. */
const OVERLAP_MS = 15_000;
/** What one question fetches at the most; what is older than that is passed over, and said so. */
const MOST = 1_000;

/** Where in the log somebody is. */
export class Requests {
  readonly #query: { route?: string[]; outcome?: string[] };
  readonly #since: number;
  #newest: number;
  #told = new Map<string, number>();

  /** `since`: Unix ms; only what came then or later is told. */
  constructor(query: { route?: string[]; outcome?: string[] }, since: number) {
    this.#query = query;
    this.#since = since;
    this.#newest = since;
  }

  /** What is new, oldest first; `missed`: more came than could be read. */
  async next(api: Lister, signal?: AbortSignal): Promise<{ items: Request[]; missed: boolean }> {
    const from = Math.max(this.#since, this.#newest - OVERLAP_MS);
    const { items, more } = await api.list("/log", logPage, { ...this.#query, from: new Date(from).toISOString() }, MOST, signal);
    const fresh = items.filter(({ id }) => !this.#told.has(id));
    for (const { id, at } of fresh) this.#told.set(id, Date.parse(at));
    this.#newest = Math.max(this.#newest, ...fresh.map(({ at }) => Date.parse(at)));
    for (const [id, at] of this.#told) if (at < this.#newest - OVERLAP_MS) this.#told.delete(id);
    return { items: fresh.reverse(), missed: more && fresh.length === items.length };
  }
}
