// Telegram's limits, as its FAQ names them: one message a second in a chat, 20 a minute in a group, about 30 a second for a whole bot.
// Facts: core.telegram.org/bots/faq "My bot is hitting limits, how do I avoid this?". Edits count as well (grammy.dev/advanced/flood).
import { TokenBucket, WindowLimit } from "./rate.ts";

/** Short bursts above one a second are allowed; how short is not told. */
const PRIVATE = { perSecond: 1, burst: 5 };

/** What one bot has sent to all its chats: shared by the channels that have its token. */
const bots = new WeakMap<object, Map<string, WindowLimit>>();

/** The limits of one chat. `world` is what its bot's other chats have in common with it. */
export class TelegramRate {
  readonly #bot: WindowLimit;
  readonly #chat: WindowLimit | TokenBucket;

  constructor(world: object, token: string, chatId: number) {
    const known = bots.get(world) ?? new Map<string, WindowLimit>();
    bots.set(world, known);
    this.#bot = known.get(token) ?? new WindowLimit(30, 1000);
    known.set(token, this.#bot);
    this.#chat = chatId < 0 ? new WindowLimit(20, 60_000) : new TokenBucket(PRIVATE);
  }

  /** Counts one request; the whole seconds to wait when it is over a limit, else 0. */
  take(now: number): number {
    const bot = this.#bot.state(now);
    if (bot.remaining <= 0) return Math.max(1, Math.ceil(bot.resetInMs / 1000));
    const waitMs = this.#takeChat(now);
    if (waitMs > 0) return Math.max(1, Math.ceil(waitMs / 1000));
    this.#bot.take(now);
    return 0;
  }

  #takeChat(now: number): number {
    if (this.#chat instanceof TokenBucket) return this.#chat.take(now);
    const { remaining, resetInMs } = this.#chat.state(now);
    if (remaining <= 0) return resetInMs;
    this.#chat.take(now);
    return 0;
  }
}
