// Asks again and again for what is new, gently: less often while nothing comes, and on through a restart of the relay.
import { type Api, Problem } from "../frame/api.ts";
import { isEnd } from "../frame/errors.ts";

/** How to follow. */
export interface FollowOptions {
  /** Finds the relay; called again after it was lost, since it may serve elsewhere then. */
  connect(): Promise<Api>;
  /** Tells what is new; whether there was anything. */
  poll(api: Api): Promise<boolean>;
  /** What happens to the connection, for whoever watches. */
  say(text: string): void;
  /** Ends it. */
  until: AbortSignal;
  /** Waits, no longer than `until` lets it. */
  sleep(ms: number): Promise<void>;
}

/** While something comes, while nothing does, and while the relay does not answer. */
const LIVE_MS = 700;
const IDLE_MS = 4_000;
const LOST_MS = 8_000;
const SLOWER = 1.3;

/** Follows until it is ended. What goes wrong at the very first question is thrown. */
export async function follow({ connect, poll, say, until, sleep }: FollowOptions): Promise<void> {
  let api: Api | undefined;
  let wait = LIVE_MS;
  let isLost = false;
  for (let isFirst = true; !until.aborted; isFirst = false) {
    try {
      api ??= await connect();
      const hasNews = await poll(api);
      if (isLost) say("The relay answers again; nothing was passed over.");
      isLost = false;
      wait = hasNews ? LIVE_MS : Math.min(wait * SLOWER, IDLE_MS);
    } catch (error) {
      if (until.aborted) return;
      if (isFirst || !mayPass(error)) throw error;
      if (!isLost) say(`${error.message} Asking again until it does.`);
      isLost = true;
      api = undefined;
      wait = Math.min(wait * 2, LOST_MS);
    }
    await sleep(wait);
  }
}

/** A restart, a lost line, too many questions: not a token that is refused. */
const mayPass = (error: unknown): error is Error =>
  isEnd(error) && !(error instanceof Problem && [400, 401, 403, 404, 422].includes(error.code));
