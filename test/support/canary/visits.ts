// What the owner of a relay sees, kept for a search: answers of the API, pages, outputs of the command line.
import type { Canaries, CanaryKind } from "./canaries.ts";
import type { CanaryWorld } from "./world.ts";

/** Something to be searched, by where it was found. */
export interface Place {
  where: string;
  text: string;
}

/** An answer of the relay. */
export interface Answer {
  status: number;
  text: string;
  headers: Headers;
}

/** What a call may have. `paths`: the answer is of the configuration, where paths of routes belong. */
export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  token?: string;
  paths?: boolean;
}

/** A walk around one relay. */
export class Visits {
  /** Where nothing may be found. */
  readonly answered: Place[] = [];
  /** Where paths may be found. */
  readonly exported: Place[] = [];

  readonly relay: { url: string };
  readonly admin: string;
  readonly canaries: Canaries;
  readonly world: CanaryWorld;

  constructor(relay: { url: string }, admin: string, canaries: Canaries, world: CanaryWorld) {
    this.relay = relay;
    this.admin = admin;
    this.canaries = canaries;
    this.world = world;
  }

  /** Keeps a text for the search. */
  keep(where: string, text: string, paths = false): void {
    (paths ? this.exported : this.answered).push({ where, text });
  }

  /** Calls the relay as its owner, and keeps the answer. */
  async call(method: string, path: string, { body, headers = {}, token = this.admin, paths }: CallOptions = {}): Promise<Answer> {
    const answer = await fetch(`${this.relay.url}${path}`, {
      method,
      redirect: "manual",
      headers: { authorization: `Bearer ${token}`, ...headers },
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    this.keep(`${method} ${path} ${answer.status}`, `${headersIn(answer)}\n${text}`, paths);
    return { status: answer.status, text, headers: answer.headers };
  }

  /** A call that has to be 200. */
  async get(path: string, options?: CallOptions): Promise<string> {
    return this.#good("GET", path, options);
  }

  /** A call that has to be 200. */
  async post(path: string, body?: unknown): Promise<string> {
    return this.#good("POST", path, { body });
  }

  /** The JSON of a GET. */
  async json<Body>(path: string): Promise<Body> {
    return JSON.parse(await this.get(path)) as Body;
  }

  async #good(method: string, path: string, options?: CallOptions): Promise<string> {
    const { status, text } = await this.call(method, path, options);
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  }
}

/** The headers of an answer as text. A session belongs into the answer that sets it. */
export const headersIn = ({ headers }: Response): string => JSON.stringify([...headers].filter(([name]) => name !== "set-cookie"));

/** Every place where a canary is, in words that say which and where. `step` as in `find`. */
export const sightings = (
  canaries: Canaries,
  places: readonly Place[],
  kinds: readonly CanaryKind[] = ["secret", "path"],
  step = 1,
): string[] =>
  places.flatMap(({ where, text }) =>
    canaries.find(text, step).flatMap(({ canary, kind, around }) => (kinds.includes(kind) ? [`${canary} in ${where}: ${around}`] : [])),
  );
