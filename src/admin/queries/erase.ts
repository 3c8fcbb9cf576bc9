// Erasing alerts wherever they stand: outboxes first, then D1, correlators, the ledger last, so that a call that fails half-way finds them again.
import { Buffer } from "node:buffer";
import type { Mention } from "../../alert-content.ts";
import type { FoundAlert } from "../../ledger/interface.ts";
import { parseAlertId, parseCorrelatorName, parseLedgerName, parseOutboxName } from "../../lib/names.ts";
import { eraseProjected, findProjected, type RowPosition } from "../../store/erase.ts";
import type { Relay } from "../context.ts";
import { objectNames } from "./objects.ts";

/** What is to be erased. */
export type EraseSubject = { alert: string } | { observable: Mention };

/** Where a search goes on: in which ledger, or in the projection, and after what. */
export type ErasePosition = [object: string, ...after: string[]];

/** What a page of it came to, or would. */
export interface Erasure {
  dry_run: boolean;
  alerts: number;
  events: number;
  cancelled: number;
  verdicts: number;
  /** Alerts with something under way, which are still there. */
  waiting: number;
  shown: { destination: string; count: number }[];
  more: boolean;
  next: string | null;
}

/** Alerts of one page, and how long one call goes on looking for them. */
const PAGE = 100;
const LONGEST_MS = 8_000;
/** How often, and how long, what has something under way is waited for. */
const TRIES = 6;
const PAUSE_MS = 400;
const PROJECTION = "d1";

/** Where an alert was found; `ledger` is absent where only the projection knows it. */
interface Target extends Pick<FoundAlert, "id" | "events" | "asked"> {
  ledger?: { name: string; hash: string; stamp: string; isOpen: boolean };
}

/** What was done so far. */
export type Total = Pick<Erasure, "alerts" | "events" | "cancelled" | "verdicts" | "waiting">;

/** Nothing yet. */
export const noTotal = (): Total => ({ alerts: 0, events: 0, cancelled: 0, verdicts: 0, waiting: 0 });

/**
 * Erases a page of what the subject names, or counts it. Undefined: there is no such alert. When it throws, `total` says what was done
 * until then.
 */
export async function erase(
  relay: Relay,
  subject: EraseSubject,
  { dryRun, position, total = noTotal() }: { dryRun: boolean; position?: ErasePosition; total?: Total },
): Promise<Erasure | undefined> {
  const names = await objectNames(relay);
  const work = new EraseWork(relay, names, dryRun, total);
  if ("alert" in subject) {
    const targets = await work.locate(subject.alert);
    await work.take(targets);
    return work.total.alerts + work.total.waiting === 0 ? undefined : work.done(null);
  }
  const next = await work.search(subject.observable, position ?? [names.ledgers[0] ?? PROJECTION, ""]);
  if (next === null) await work.forgetValue(subject.observable.value);
  return work.done(next);
}

class EraseWork {
  readonly #relay: Relay;
  readonly #names: Awaited<ReturnType<typeof objectNames>>;
  readonly #dryRun: boolean;
  readonly #shown = new Map<string, number>();
  readonly total: Total;

  constructor(relay: Relay, names: Awaited<ReturnType<typeof objectNames>>, dryRun: boolean, total: Total) {
    this.#relay = relay;
    this.total = total;
    this.#names = names;
    this.#dryRun = dryRun;
  }

  done(next: ErasePosition | null): Erasure {
    const shown = [...this.#shown].map(([destination, count]) => ({ destination, count })).filter(({ count }) => count > 0);
    return { dry_run: this.#dryRun, ...this.total, shown, more: next !== null, next: next && encodePosition(next) };
  }

  /** One alert, in the ledger that knows it; else where only the projection or an outbox still has something of it. */
  async locate(id: string): Promise<Target[]> {
    const inLedger = await this.#inLedgers(id);
    if (inLedger || !parseAlertId(id)) return inLedger ? [inLedger] : [];
    const { env } = this.#relay;
    const row = await env.DB.prepare("SELECT id FROM alerts WHERE id = ? LIMIT 1").bind(id).first();
    const slots = row ? [] : await Promise.all(this.#names.outboxes.map((name) => env.OUTBOX.getByName(name).erase([id], true)));
    return row || slots.some((one) => one.slots > 0) ? [{ id, events: 0, asked: [] }] : [];
  }

  async #inLedgers(id: string): Promise<Target | undefined> {
    const parsed = parseAlertId(id);
    if (!parsed) return undefined;
    for (const name of this.#names.ledgers.filter((ledger) => parseLedgerName(ledger).route === parsed.route)) {
      const { alerts } = await this.#relay.env.LEDGER.getByName(name).find({ hash: parsed.hash }, "", 1);
      if (alerts[0]) return targetIn(name)(alerts[0]);
    }
    return undefined;
  }

  /** Searches ledger after ledger, then the projection, for what ledgers no longer have. Answers where to go on; null at the end. */
  async search(mention: Mention, from: ErasePosition): Promise<ErasePosition | null> {
    const { env, now } = this.#relay;
    const until = now() + LONGEST_MS;
    let position: ErasePosition | null = from;
    while (position && this.total.alerts + this.total.waiting < PAGE && now() < until) {
      const [object, first = "", second = ""]: ErasePosition = position;
      const room = PAGE - this.total.alerts - this.total.waiting;
      if (object === PROJECTION) {
        const found: { ids: string[]; next: RowPosition | null } = await findProjected(env.DB, mention, [first, second], room);
        await this.take(await this.#unknownToLedgers(found.ids));
        position = found.next && [PROJECTION, ...found.next];
      } else {
        const found = await env.LEDGER.getByName(object).find(mention, first, room);
        await this.take(found.alerts.map(targetIn(object)));
        position = found.next === null ? [this.#after(object), ""] : [object, found.next];
      }
    }
    return position;
  }

  #after(ledger: string): string {
    return this.#names.ledgers[this.#names.ledgers.indexOf(ledger) + 1] ?? PROJECTION;
  }

  /** Those of the projection that no ledger has any more: the others were met there. */
  async #unknownToLedgers(ids: readonly string[]): Promise<Target[]> {
    const located = await Promise.all(ids.map((id) => this.#inLedgers(id)));
    return ids.filter((_, index) => located[index] === undefined).map((id) => ({ id, events: 0, asked: [] }));
  }

  /** Erases alerts, or counts them. */
  async take(targets: readonly Target[]): Promise<void> {
    if (targets.length === 0) return;
    if (this.#dryRun) {
      await this.#fromOutboxes(targets.map(({ id }) => id));
      this.total.alerts += targets.length;
      this.total.events += targets.reduce((sum, { events }) => sum + events, 0);
      return;
    }
    let left = [...targets];
    for (let tries = 1; left.length > 0 && tries <= TRIES; tries += 1) {
      if (tries > 1) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        left = await Promise.all(left.map(async (target) => (target.ledger && (await this.#inLedgers(target.id))) ?? target));
      }
      left = await this.#round(left);
    }
    this.total.waiting += left.length;
  }

  /** One try. Answers those that have something under way. */
  async #round(targets: readonly Target[]): Promise<Target[]> {
    const ready = targets.filter(({ ledger }) => !ledger?.isOpen);
    const { busy, digests } = await this.#fromOutboxes(ready.map(({ id }) => id));
    const free = ready.filter(({ id }) => !busy.has(id));
    const ids = free.map(({ id }) => id);
    if (ids.length > 0) await eraseProjected(this.#relay.env.DB, ids, digests);
    await this.#fromCorrelators(ids);
    const changed = await this.#fromLedgers(free);
    const erased = free.filter((target) => !changed.includes(target));
    const late = await this.#handedOn(erased.map(({ id }) => id));
    const gone = erased.filter(({ id }) => !late.has(id));
    await this.forgetVerdicts(gone.flatMap(({ asked }) => asked));
    this.total.alerts += gone.length;
    // What a ledger has no more is left to be erased from the outboxes alone.
    return targets
      .filter((target) => !gone.includes(target))
      .map((target) => (erased.includes(target) ? { ...target, ledger: undefined } : target));
  }

  /** What an outbox handed to another one while this went on, and what of that stands in D1 by now. Answers alerts that are busy there. */
  async #handedOn(ids: string[]): Promise<Set<string>> {
    const { busy, digests, slots } = await this.#fromOutboxes(ids);
    const free = ids.filter((id) => !busy.has(id));
    if (slots > 0 && free.length > 0) await eraseProjected(this.#relay.env.DB, free, digests);
    return busy;
  }

  async #fromOutboxes(ids: string[]): Promise<{ busy: Set<string>; digests: string[]; slots: number }> {
    const busy = new Set<string>();
    const digests: string[] = [];
    let slots = 0;
    if (ids.length === 0) return { busy, digests, slots };
    const { env, loaded } = this.#relay;
    for (const name of this.#names.outboxes) {
      const erased = await env.OUTBOX.getByName(name).erase(ids, this.#dryRun);
      for (const id of erased.busy) busy.add(id);
      digests.push(...erased.digests);
      slots += erased.slots;
      this.total.cancelled += erased.dead;
      const destination = parseOutboxName(name);
      // An inbox is ours: its rows go with the others.
      const isOurs = loaded.destinationByName.get(destination)?.type === "inbox";
      if (!isOurs) this.#shown.set(destination, (this.#shown.get(destination) ?? 0) + new Set(erased.shown).size);
    }
    return { busy, digests, slots };
  }

  /** Answers those that have changed meanwhile. */
  async #fromLedgers(targets: readonly Target[]): Promise<Target[]> {
    const changed: Target[] = [];
    for (const name of new Set(targets.flatMap(({ ledger }) => ledger?.name ?? []))) {
      const own = targets.filter(({ ledger }) => ledger?.name === name);
      const { events, busy } = await this.#relay.env.LEDGER.getByName(name).erase(own.flatMap(({ ledger }) => ledger ?? []));
      this.total.events += events;
      changed.push(...own.filter(({ ledger }) => ledger && busy.includes(ledger.hash)));
    }
    return changed;
  }

  /** What alerts of our own said of these is told without them. */
  async #fromCorrelators(ids: readonly string[]): Promise<void> {
    for (const name of this.#names.correlators) {
      const own = ids.filter((id) => parseAlertId(id)?.route === parseCorrelatorName(name));
      if (own.length > 0) await this.#relay.env.CORRELATOR.getByName(name).forget(own);
    }
  }

  /** What is kept by a value itself, whichever alerts it was in: verdicts about it, and keys by which rules counted. */
  async forgetValue(value: string): Promise<void> {
    await this.forgetVerdicts([value]);
    if (this.#dryRun) return;
    for (const name of this.#names.correlators) await this.#relay.env.CORRELATOR.getByName(name).forgetKeys(value);
  }

  async forgetVerdicts(values: readonly string[]): Promise<void> {
    const asked = [...new Set(values)];
    if (asked.length === 0 || this.#dryRun) return;
    for (const name of this.#names.enrichers) this.total.verdicts += await this.#relay.env.ENRICHER.getByName(name).erase(asked);
  }
}

const targetIn =
  (name: string) =>
  ({ id, hash, stamp, isOpen, events, asked }: FoundAlert): Target => ({ id, events, asked, ledger: { name, hash, stamp, isOpen } });

const encodePosition = (position: ErasePosition): string => Buffer.from(JSON.stringify(position)).toString("base64url");

/** The position of a cursor, or undefined when we never made it. */
export function decodePosition(text: string): ErasePosition | undefined {
  if (text.length > 1_000) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (!Array.isArray(parsed) || parsed.length < 2 || parsed.length > 3) return undefined;
    const [object, ...after] = parsed.filter((part): part is string => typeof part === "string");
    const isObject = object !== undefined && (object === PROJECTION || /^ledger:[a-z0-9][a-z0-9_-]*:\d{1,3}$/.test(object));
    return isObject && after.length === parsed.length - 1 ? [object, ...after] : undefined;
  } catch {
    return undefined;
  }
}
