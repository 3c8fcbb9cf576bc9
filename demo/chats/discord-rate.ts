// Discord's rate limits: the bucket that its headers tell, and the one per channel that they do not.
// Facts: discord/discord-api-docs topics/rate-limits; the numbers were observed (issues 367, 1454, 6753) and are not promised by Discord.
import { waitWords } from "./faults.ts";
import { stableId } from "./json.ts";
import { WindowLimit } from "./rate.ts";
import type { Reply } from "./types.ts";

/** A 429 with the headers of its bucket: `retry_after` is a float, `Retry-After` whole seconds. */
export function discordRateLimited(afterSeconds: number, headers: Record<string, string>): Reply {
  const wait = Number(afterSeconds.toFixed(3));
  return {
    status: 429,
    headers: { "content-type": "application/json", ...headers, "retry-after": String(Math.ceil(wait)), "x-ratelimit-scope": "user" },
    body: JSON.stringify({ message: "You are being rate limited.", retry_after: wait, global: false }),
    words: waitWords(429, wait),
  };
}

/** The limits of one webhook. Not enforced: the headers always tell of a fresh bucket, which is then true. */
export class DiscordRate {
  readonly #enforced: boolean;
  readonly #webhook: string;
  readonly #routes = { post: new WindowLimit(5, 2000), edit: new WindowLimit(5, 2000) };
  readonly #channel = new WindowLimit(30, 60_000);

  constructor(webhook: string, enforced: boolean) {
    this.#webhook = webhook;
    this.#enforced = enforced;
  }

  /** Counts one request; a reply when it is over a limit. */
  take(route: "post" | "edit", now: number): Reply | undefined {
    if (!this.#enforced) return undefined;
    const bucket = this.#routes[route];
    const visible = bucket.state(now);
    if (visible.remaining <= 0) return discordRateLimited(visible.resetInMs / 1000, this.headers(route, now));
    const hidden = this.#channel.state(now);
    if (route === "post" && hidden.remaining <= 0) return discordRateLimited(hidden.resetInMs / 1000, this.headers(route, now));
    bucket.take(now);
    if (route === "post") this.#channel.take(now);
    return undefined;
  }

  /** The headers that Discord puts on every answer. */
  headers(route: "post" | "edit", now: number): Record<string, string> {
    const bucket = this.#routes[route];
    const { remaining, resetInMs } = this.#enforced ? bucket.state(now) : { remaining: bucket.limit - 1, resetInMs: 2000 };
    return {
      "x-ratelimit-limit": String(bucket.limit),
      "x-ratelimit-remaining": String(Math.max(0, remaining)),
      "x-ratelimit-reset": ((now + resetInMs) / 1000).toFixed(3),
      "x-ratelimit-reset-after": (resetInMs / 1000).toFixed(3),
      "x-ratelimit-bucket": stableId(32, route, this.#webhook).toLowerCase(),
    };
  }
}
