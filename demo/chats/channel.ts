// One simulated channel: what it received, what it shows, what is scripted to go wrong. Knows no vendor.
import { type Chaos, type Failure, FaultScript, type Hang } from "./faults.ts";
import { Refusals } from "./refusals.ts";
import type { ChatKind, ChatMessage, RequestRecord } from "./types.ts";

/** Something happened in a channel. A request is reported when its answer is decided, or when none will come. */
export type ChannelEvent = { kind: "message" | "edit" | "remove"; message: ChatMessage } | { kind: "request"; request: RequestRecord };

type Predicate = (visible: readonly ChatMessage[], channel: Channel) => boolean;
interface Waiter {
  predicate: Predicate;
  resolve(visible: readonly ChatMessage[]): void;
  reject(error: unknown): void;
}

const isVisible = ({ hidden, removedAt }: ChatMessage): boolean => hidden === undefined && removedAt === undefined;

/** A channel as tests, the demo and the benchmark see it. */
export class Channel {
  readonly kind: ChatKind;
  readonly name: string;
  /** The address to post to, secret parts included. */
  readonly url: string;
  /** What a destination that posts here is told in its configuration, besides `type`: address, token, channel ... */
  readonly destination: Readonly<Record<string, string>>;
  /** Every request in order of arrival; the last `keep` of them where that is set. */
  readonly requests: RequestRecord[] = [];
  /** Every message in order of first arrival, hidden ones included; the last `keep` of them where that is set. */
  readonly messages: ChatMessage[] = [];
  readonly faults = new FaultScript();
  readonly refusals = new Refusals();
  /** Totals since the start; `keep` does not lower them. */
  readonly totals = { requests: 0, messages: 0, edits: 0, copies: 0, removed: 0, refused: 0 };
  revoked = false;
  readonly #keep: number;
  readonly #byId = new Map<string, ChatMessage>();
  readonly #replies = new Map<string, ChatMessage[]>();
  readonly #statuses = new Map<number, number>();
  readonly #listeners = new Set<(event: ChannelEvent) => void>();
  readonly #waiters = new Set<Waiter>();
  #wakeUp: NodeJS.Immediate | undefined;

  constructor(
    identity: { kind: ChatKind; name: string; url: string; destination?: Record<string, string> },
    keep = Number.POSITIVE_INFINITY,
  ) {
    this.kind = identity.kind;
    this.name = identity.name;
    this.url = identity.url;
    this.destination = identity.destination ?? { url: identity.url };
    this.#keep = keep;
  }

  /** The next requests are answered like this; scripts run in the order they are added. */
  fail(failure: Failure): void {
    this.faults.add({ kind: "fail", failure }, failure.times ?? 1);
  }
  /** The next requests get no answer for a while. */
  hang({ ms, times = 1, shown = false }: Hang): void {
    this.faults.add({ kind: "hang", ms, shown }, times);
  }
  /** The next messages are taken, and the connection is cut instead of an answer: the caller cannot know. */
  dropAnswer({ times = 1 }: { times?: number } = {}): void {
    this.faults.add({ kind: "drop" }, times);
  }
  /** From now on, what is taken at once is answered this much later; 0 ends it. */
  delay(ms: number): void {
    this.faults.delayMs = ms;
  }
  /** Random faults by a seed, whenever no script entry is left. */
  chaos(chaos: Chaos): void {
    this.faults.chaos(chaos);
  }
  /** Ends every fault, and brings back a revoked address. */
  calm(): void {
    this.faults.clear();
    this.revoked = false;
  }
  /** The address is deleted at the vendor: from now on it answers as the vendor does then. */
  revoke(): void {
    this.revoked = true;
  }

  /** The messages that a person sees now, oldest first. */
  visible(): ChatMessage[] {
    return this.messages.filter(isVisible);
  }
  /** Those of them that answer no other, or answer one that was forgotten: what stands in the channel itself. */
  roots(): ChatMessage[] {
    return this.messages.filter((message) => isVisible(message) && this.rootOf(message) === message);
  }
  /** The visible answers to a message, oldest first. */
  replies(id: string): ChatMessage[] {
    return (this.#replies.get(id) ?? []).filter(isVisible);
  }
  /** The message at the head of a message's thread; itself when it answers none. A deleted head still holds its thread together. */
  rootOf(message: ChatMessage): ChatMessage {
    const parent = message.replyTo === undefined ? undefined : this.#byId.get(message.replyTo);
    return parent && parent !== message ? this.rootOf(parent) : message;
  }
  /** How many requests ended with each status; 0 stands for no answer. */
  counts(): Record<number, number> {
    return Object.fromEntries(this.#statuses);
  }
  /** The message with this id, unless it was deleted. */
  message(id: string): ChatMessage | undefined {
    const message = this.#byId.get(id);
    return message?.removedAt === undefined ? message : undefined;
  }

  /** Resolves as soon as the predicate holds for what is visible; rejects with what was there when the time is up. */
  waitFor(predicate: Predicate, timeoutMs = 60_000): Promise<readonly ChatMessage[]> {
    const visible = this.visible();
    if (predicate(visible, this)) return Promise.resolve(visible);
    const { promise, resolve, reject } = Promise.withResolvers<readonly ChatMessage[]>();
    const waiter: Waiter = { predicate, resolve, reject };
    this.#waiters.add(waiter);
    const timer = setTimeout(() => {
      const seen = `${this.visible().length} visible, requests by status ${JSON.stringify(this.counts())}`;
      reject(new Error(`${this.kind} channel ${this.name}: not so within ${timeoutMs} ms (${seen})`));
    }, timeoutMs);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    });
  }

  /** Calls the listener for all that happens; the answer ends it. */
  subscribe(listener: (event: ChannelEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A request has arrived. */
  arrived(request: RequestRecord): void {
    this.totals.requests += 1;
    this.requests.push(request);
    if (this.requests.length > this.#keep) this.requests.shift();
  }
  /** A request is over; status 0 when it got no answer. */
  ended(request: RequestRecord, status: number): void {
    request.status = status;
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    this.#tell({ kind: "request", request });
  }
  /** The chat shows (or hides) a new message. */
  post(parts: Pick<ChatMessage, "id" | "at" | "body" | "raw"> & Partial<ChatMessage>): ChatMessage {
    const message: ChatMessage = { history: [], pings: [], retries: 0, copies: 1, ...parts };
    this.totals.messages += 1;
    this.messages.push(message);
    this.#byId.set(message.id, message);
    if (this.messages.length > this.#keep) {
      const oldest = this.messages.shift();
      if (oldest) this.#forget(oldest);
    }
    if (message.replyTo !== undefined) this.#thread(message.replyTo).push(message);
    this.#tell({ kind: "message", message });
    return message;
  }
  /** A message was changed: its former body goes to its history. */
  edit(message: ChatMessage, change: Pick<ChatMessage, "body" | "raw" | "pings"> & { at: number }): void {
    message.history.push({ at: message.editedAt ?? message.at, body: message.body });
    if (message.history.length > this.#keep) message.history.shift();
    message.body = change.body;
    message.raw = change.raw;
    message.editedAt = change.at;
    message.pings.push(...change.pings);
    this.totals.edits += 1;
    this.#tell({ kind: "edit", message });
  }
  /** The same message came once more and was recognised. */
  repeat(message: ChatMessage): void {
    message.copies += 1;
    this.totals.copies += 1;
    this.#tell({ kind: "edit", message });
  }

  /** Somebody deletes a message: nobody sees it any more, and editing it or answering it fails. False when there is none. */
  remove(id: string, at = Date.now()): boolean {
    const message = this.message(id);
    if (!message) return false;
    message.removedAt = at;
    this.totals.removed += 1;
    this.#tell({ kind: "remove", message });
    return true;
  }

  #thread(id: string): ChatMessage[] {
    const replies = this.#replies.get(id) ?? [];
    this.#replies.set(id, replies);
    return replies;
  }
  #forget(message: ChatMessage): void {
    this.#byId.delete(message.id);
    this.#replies.delete(message.id);
    const siblings = message.replyTo === undefined ? undefined : this.#replies.get(message.replyTo);
    if (siblings?.[0] === message) siblings.shift();
  }
  #tell(event: ChannelEvent): void {
    for (const listener of this.#listeners) listener(event);
    // One look per turn of the event loop, however many requests came in it.
    if (this.#waiters.size > 0) this.#wakeUp ??= setImmediate(() => this.#wake());
  }
  #wake(): void {
    this.#wakeUp = undefined;
    const visible = this.visible();
    for (const { predicate, resolve, reject } of this.#waiters) {
      try {
        if (predicate(visible, this)) resolve(visible);
      } catch (error) {
        reject(error);
      }
    }
  }
}
