// What the lines say of alerts: asked once, and again when something came for one.
import { story as storySchema } from "../../src/admin/answers/alerts.ts";
import { type Api, Problem, part } from "../frame/api.ts";
import type { Story } from "../views/story.ts";

type Alert = Story["alert"];

/** Questions of one turn; a storm is told without titles rather than asked about alert by alert. */
const MOST_ASKED = 12;
const REMEMBERED = 2_000;

/** Alerts by their ids. */
export class Alerts {
  readonly #known = new Map<string, Alert>();

  /** Learns of alerts; `anew`: also of those that are known. */
  async learn(api: Api, ids: Iterable<string>, anew: boolean, signal?: AbortSignal): Promise<void> {
    const asked = [...new Set(ids)].filter((id) => anew || !this.#known.has(id)).slice(-MOST_ASKED);
    await Promise.all(
      asked.map(async (id) => {
        const alert = await alertOf(api, id, signal);
        if (alert) this.#known.set(id, alert);
      }),
    );
    for (const id of this.#known.keys()) {
      if (this.#known.size <= REMEMBERED) break;
      this.#known.delete(id);
    }
  }

  get(id: string | null | undefined): Alert | undefined {
    return id ? this.#known.get(id) : undefined;
  }
}

/** A test's alert is not stored, and one may have been erased. */
async function alertOf(api: Api, id: string, signal?: AbortSignal): Promise<Alert | undefined> {
  try {
    return (await api.get(`/alerts/${part(id)}`, storySchema, { signal })).alert;
  } catch (error) {
    if (error instanceof Problem && error.code === 404) return undefined;
    throw error;
  }
}
