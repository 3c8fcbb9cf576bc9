// Fault scripts: what goes wrong with which request. The only randomness is a seeded generator that is asked once per request,
// so the same script and the same order of requests always give the same faults.
import { STATUS_CODES } from "node:http";
import type { Json } from "../../src/alert.ts";
import type { Reply, Rules } from "./types.ts";

/** An answer other than the chat's own. Without `body` and `retryAfter` it is what the vendor itself says with that status. */
export interface Failure {
  status: number;
  /** How many requests it hits; 1 unless set, `Infinity` for all. */
  times?: number;
  headers?: Record<string, string>;
  body?: string | Json;
  /** The one form in which to say how long to wait; all other hints are left out. */
  retryAfter?: "seconds" | "date" | "body-float";
  afterSeconds?: number;
}

/** No answer for `ms`. The message is taken when the answer comes, and not at all if the caller has left by then; with `shown`, at once. */
export interface Hang {
  ms: number;
  times?: number;
  shown?: boolean;
}

/** Random faults, each with a probability between 0 and 1 per request. */
export interface Chaos {
  seed: number;
  rate: { status500?: number; status429?: number; hang?: number; drop?: number };
  /** How long a random hang lasts; 30 s unless set. */
  hangMs?: number;
  /** The wait that a random 429 asks for; 1 s unless set. */
  afterSeconds?: number;
}

/** What happens to one request instead of the chat's own answer. */
export type Fault = { kind: "fail"; failure: Failure } | { kind: "hang"; ms: number; shown: boolean } | { kind: "drop" };

/** The script of one channel: entries are used up in the order they were added, then chaos rules, if any. */
export class FaultScript {
  delayMs = 0;
  #entries: { fault: Fault; left: number }[] = [];
  #chaos: Chaos | undefined;
  #random: () => number = () => 1;

  add(fault: Fault, times: number): void {
    if (times > 0) this.#entries.push({ fault, left: times });
  }

  chaos(chaos: Chaos | undefined): void {
    this.#chaos = chaos;
    if (chaos) this.#random = seeded(chaos.seed);
  }

  /** Ends all faults and delays. */
  clear(): void {
    this.delayMs = 0;
    this.#entries = [];
    this.#chaos = undefined;
  }

  /** The fault for the request that has just arrived. */
  next(): Fault | undefined {
    const entry = this.#entries[0];
    if (!entry) return this.#chaos ? drawn(this.#chaos, this.#random()) : undefined;
    entry.left -= 1;
    if (entry.left <= 0) this.#entries.shift();
    return entry.fault;
  }
}

function drawn({ rate, hangMs = 30_000, afterSeconds = 1 }: Chaos, dice: number): Fault | undefined {
  let bound = rate.status500 ?? 0;
  if (dice < bound) return { kind: "fail", failure: { status: 500 } };
  bound += rate.status429 ?? 0;
  if (dice < bound) return { kind: "fail", failure: { status: 429, afterSeconds } };
  bound += rate.hang ?? 0;
  if (dice < bound) return { kind: "hang", ms: hangMs, shown: false };
  bound += rate.drop ?? 0;
  return dice < bound ? { kind: "drop" } : undefined;
}

/** A small generator of numbers in [0, 1): mulberry32, enough for tests and the same on every machine. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The answer that a scripted failure gives. */
export function failureReply(failure: Failure, rules: Rules, now: number): Reply {
  const { status, headers, retryAfter } = failure;
  const wait = failure.afterSeconds ?? 1;
  if (failure.body === undefined && !retryAfter) {
    const own = rules.refusal(status, failure.afterSeconds);
    return { ...own, headers: { ...own.headers, ...lowerCased(headers) } };
  }
  const hint: Record<string, string> = {};
  if (retryAfter === "seconds") hint["retry-after"] = String(Math.ceil(wait));
  // An HTTP date has whole seconds only; rounding down would ask for less than was scripted.
  if (retryAfter === "date") hint["retry-after"] = new Date(Math.ceil((now + wait * 1000) / 1000) * 1000).toUTCString();
  const said = failure.body ?? (retryAfter === "body-float" ? { message: "rate limited", retry_after: wait } : "rate limited");
  const json = typeof said !== "string";
  const saidText = json ? JSON.stringify(said) : said;
  return {
    status,
    headers: { "content-type": json ? "application/json" : "text/plain", ...hint, ...lowerCased(headers) },
    body: saidText,
    words: retryAfter ? waitWords(status, wait) : status < 300 ? saidText.slice(0, 120) : STATUS_CODES[status],
  };
}

/** "Too Many Requests, asked to wait 1 s". */
export const waitWords = (status: number, afterSeconds: number): string =>
  `${STATUS_CODES[status] ?? "refused"}, asked to wait ${Number(afterSeconds.toFixed(2))} s`;

const lowerCased = (headers: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
