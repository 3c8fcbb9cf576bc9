// A correlator's core in memory, and observations for it.
import fc from "fast-check";
import type { Severity, Status } from "../../src/alert.ts";
import { CorrelatorCore } from "../../src/correlator/core.ts";
import type { Effect, GateSettings, MemberFacts, Observation, Raised, Verdict } from "../../src/correlator/interface.ts";
import { MemoryStore } from "../../src/correlator/memory-store.ts";

/** A Saturday, 14:00 UTC. */
export const START = Date.parse("2026-11-21T14:00:00.000Z");
export const SECOND = 1_000;
export const MINUTE = 60_000;

/** What a test says of an observation; the rest is filled in. `at`: ms after `START`. */
export interface Said {
  event: string;
  at: number;
  keys?: string[];
  alert?: string;
  version?: number;
  title?: string;
  severity?: Severity;
  status?: Status;
  assets?: string[];
  by?: string;
  more?: Partial<MemberFacts>;
}

/** An observation of a gate. */
export function seen(settings: GateSettings, said: Said): Observation {
  const { event, at, keys = ["db-1"], alert = `a-${event}`, version = 1, by = "rule" } = said;
  const { title = "Failed login", severity = "medium", status = "new", assets = [], more } = said;
  return { event, by, settings, keys, alert: { id: alert, version, title, severity, status, assets, ...more }, at: START + at };
}

/** A core over rows in memory, with everything that it ever told. Times in ms after `START`. */
export class CoreWorld {
  readonly store = new MemoryStore();
  readonly effects: Effect[] = [];
  readonly core: CorrelatorCore;

  constructor(mostKeys?: number) {
    this.core = new CorrelatorCore(this.store, "prod", mostKeys);
  }

  /** The last word about each alert of ours, and of each that waits. */
  get last(): Map<string, Raised | Verdict> {
    return new Map(this.effects.map((effect) => [subjectOf(effect), effect.kind === "raise" ? effect.raised : effect.verdict]));
  }

  get raised(): Raised[] {
    return this.effects.flatMap((effect) => (effect.kind === "raise" ? effect.raised : []));
  }

  /** Verdicts in short: `a1 fired`. */
  get verdicts(): string[] {
    return this.effects.flatMap((effect) => (effect.kind === "verdict" ? `${effect.verdict.alert} ${effect.verdict.verdict}` : []));
  }

  /** Observations that come at a time; by default when the last of them happened. Answers what they made. */
  observe(observations: Observation[], now = Math.max(...observations.map(({ at }) => at)) - START): Effect[] {
    return this.#note(this.core.observe(observations, START + now));
  }

  turn(now: number): Effect[] {
    return this.#note(this.core.turn(START + now, 10_000));
  }

  /** Does what comes due until then, each at its time. */
  runUntil(now: number): void {
    for (let due = this.store.nextDue(); due !== undefined && due <= START + now; due = this.store.nextDue()) this.turn(due - START);
  }

  /** The rows, without what depends on how often something was told and when. */
  get rows(): string[] {
    return [...this.store.rows.values()].map(({ place, json }) => JSON.stringify([place, settledState(JSON.parse(json))])).sort();
  }

  #note(effects: Effect[]): Effect[] {
    this.effects.push(...effects);
    return effects;
  }
}

const subjectOf = (effect: Effect): string =>
  effect.kind === "raise" ? effect.raised.key : [effect.verdict.by, effect.verdict.alert, effect.verdict.event ?? ""].join(" ");

const TRANSIENT = new Set(["order", "told", "heardAt", "answers"]);

function settledState(state: unknown): unknown {
  if (Array.isArray(state)) return state.map(settledState);
  if (typeof state !== "object" || state === null) return state;
  const entries = Object.entries(state).filter(([name]) => !TRANSIENT.has(name));
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, value]) => [name, settledState(value)]));
}

/** Property runs; `PROPERTY_SEED` draws those of a failure again. */
export const RUNS = { numRuns: 300, ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}) };

/** Orders in which things with a time may arrive: each at most `lateMs` late, some twice. */
export function arrivals<Item extends { at: number }>(
  items: readonly Item[],
  lateMs: number,
): fc.Arbitrary<{ item: Item; arrives: number }[]> {
  const one = (item: Item) =>
    fc
      .record({ late: fc.integer({ min: 0, max: lateMs }), again: fc.option(fc.integer({ min: 0, max: 3 * lateMs })) })
      .map(({ late, again }) => {
        const first = { item, arrives: item.at + late };
        return again === null ? [first] : [first, { item, arrives: first.arrives + again }];
      });
  return fc.tuple(...items.map(one)).map((lists) => lists.flat().sort((left, right) => left.arrives - right.arrives));
}
