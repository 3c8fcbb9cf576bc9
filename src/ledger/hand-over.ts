// Hands planned messages to the outboxes: one call at a time for each destination, so that order holds and batches form
// by themselves while a call is on its way. A call that fails is made again; the outbox knows a version that it has.
import { errorText, log } from "../lib/log.ts";
import { own } from "../lib/own.ts";
import type { HandedMessage } from "../outbox/interface.ts";
import type { LedgerCore } from "./core.ts";

const MESSAGES_A_CALL = 64;
const RETRY_MS = 1_000;

/** What is planned and not yet confirmed by an outbox. */
export class HandOver {
  readonly #core: LedgerCore;
  /** By destination: the alerts (by hash) that owe it messages, in order. */
  readonly #owed = new Map<string, Set<string>>();
  readonly #running = new Set<string>();
  /** Messages that are counted as handed and not yet confirmed, and the events that ended with them. */
  inTransit = { messages: 0, events: 0 };

  constructor(core: LedgerCore) {
    this.#core = core;
  }

  /** Takes up what these alerts owe. */
  take(hashes: Iterable<string>): void {
    const destinations = new Set<string>();
    for (const hash of hashes) {
      for (const destination of this.#destinations(hash)) {
        const owed = this.#owed.get(destination) ?? new Set();
        owed.add(hash);
        this.#owed.set(destination, owed);
        destinations.add(destination);
      }
    }
    this.#count();
    for (const destination of destinations) void this.#run(destination);
  }

  /** Whether any outbox still has to confirm a message of this alert. */
  owes(hash: string): boolean {
    return this.#destinations(hash).length > 0;
  }

  /** Who is owed something about an alert. */
  #destinations(hash: string): string[] {
    const { handover = [], reminders = [] } = this.#core.tables.state(hash) ?? {};
    return [...handover, ...reminders].flatMap(({ to }) => to);
  }

  async #run(destination: string): Promise<void> {
    if (this.#running.has(destination)) return;
    this.#running.add(destination);
    const owed = this.#owed.get(destination);
    while (owed && owed.size > 0) {
      const hashes = [...owed].slice(0, MESSAGES_A_CALL);
      const messages = hashes.map((hash) => this.#message(hash, destination)).filter((message) => message !== undefined);
      try {
        await this.#core.stages.handOver(destination, messages);
      } catch (error) {
        log("warn", "ledger.hand_over_failed", { route: this.#core.route, destination, error: errorText(error) });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        continue;
      }
      for (const hash of hashes) this.#confirmed(hash, destination, messages);
      this.#count();
    }
    this.#running.delete(destination);
  }

  #message(hash: string, destination: string): HandedMessage | undefined {
    const state = this.#core.tables.state(hash);
    const owed = state?.handover.filter(({ to }) => to.includes(destination)) ?? [];
    const reminders = state?.reminders?.filter(({ to }) => to.includes(destination)) ?? [];
    if (!state || owed.length + reminders.length === 0) return undefined;
    const times = owed.flatMap(({ receivedAt }) => receivedAt ?? []);
    return {
      alert: state.alert,
      versions: owed.map(({ version }) => version),
      rule: own(state.styledBy, destination),
      trace: state.trace,
      receivedAt: times.length === 0 ? undefined : Math.min(...times),
      ...(owed.some(({ digest }) => digest?.includes(destination)) ? { digest: true } : {}),
      ...(reminders.length === 0 ? {} : { reminders: reminders.map(({ id, text, ping, at }) => ({ id, text, ping, at })) }),
    };
  }

  /** Notes in memory that the outbox has these versions; the row follows with its next write, and a repeat does no harm. */
  #confirmed(hash: string, destination: string, messages: HandedMessage[]): void {
    const state = this.#core.tables.state(hash);
    const sent = messages.find((message) => message.alert.id.endsWith(hash));
    if (state) {
      const without = <Owed extends { to: string[] }>(owed: Owed[], isSent: (one: Owed) => boolean): Owed[] => {
        for (const one of owed) if (isSent(one)) one.to = one.to.filter((name) => name !== destination);
        return owed.filter(({ to }) => to.length > 0);
      };
      state.handover = without(state.handover, ({ version }) => sent?.versions.includes(version) === true);
      const reminders = without(state.reminders ?? [], ({ id }) => sent?.reminders?.some((one) => one.id === id) === true);
      if (reminders.length > 0) state.reminders = reminders;
      else delete state.reminders;
      if (this.#destinations(hash).includes(destination)) return;
    }
    this.#owed.get(destination)?.delete(hash);
    this.#core.closeIfDone(hash);
  }

  #count(): void {
    const count = { messages: 0, events: 0 };
    const seen = new Set<string>();
    for (const owed of this.#owed.values()) {
      for (const hash of owed) {
        if (seen.has(hash)) continue;
        seen.add(hash);
        for (const { to, events } of this.#core.tables.state(hash)?.handover ?? []) {
          count.messages += to.length;
          count.events += events;
        }
      }
    }
    this.inTransit = count;
  }
}
