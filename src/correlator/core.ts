// The correlator without its object: observations and the passing of time become changed rows and effects. Nothing here waits or calls anybody.
import { Change } from "./change.ts";
import type { GateLogic, Kind, Place } from "./gate.ts";
import { group } from "./group.ts";
import { inhibit } from "./inhibit.ts";
import type { Effect, Gate, GateSettings, Observation } from "./interface.ts";
import { silent } from "./silent.ts";
import { placeId, type Store } from "./store.ts";
import { threshold } from "./threshold.ts";
import { unless } from "./unless.ts";

const DAY_MS = 86_400_000;
/** An event is recognised for so long beyond the window in which it counts. */
const RECOGNISED_MS = 7 * DAY_MS;
/** Keys of one rule of each kind. */
const MOST_KEYS = 20_000;
/** Of them, how many are given up at a time. */
const GIVEN_UP = 0.05;
/** A row whose gate finds something due again and again is left for the next turn after so many. */
const MOST_PASSES = 8;

const LOGIC: Record<Kind, GateLogic> = {
  threshold,
  group,
  group_alert: group,
  unless,
  inhibit,
  inhibit_alert: inhibit,
  silent,
};

const KIND: Record<Gate, Kind> = {
  threshold: "threshold",
  group: "group",
  unless: "unless",
  unless_answer: "unless",
  inhibit_source: "inhibit",
  inhibit_target: "inhibit",
  silent: "silent",
};

/** Kinds whose rows stand by keys of rules, which hold what a source wrote. */
const KEYED: ReadonlySet<Kind> = new Set<Kind>(["threshold", "group", "unless", "silent"]);

/** The gates over the rows of one route. Each call is to be a transaction of the store. */
export class CorrelatorCore {
  readonly #store: Store;
  readonly #route: string;
  readonly #mostKeys: number;
  /** Keys that were given up in this life, because there were too many. */
  dropped = 0;

  constructor(store: Store, route: string, mostKeys = MOST_KEYS) {
    this.#store = store;
    this.#route = route;
    this.#mostKeys = mostKeys;
  }

  /** Takes observations. An event that a gate of a rule has seen changes nothing there. */
  observe(observations: readonly Observation[], now: number): Effect[] {
    const change = new Change(this.#store, this.#route, now);
    const seen = new Map<string, { marks: string[]; until: number }>();
    for (const observation of observations) {
      const { event, settings } = observation;
      const { marks, until } = seen.get(event) ?? { marks: [...this.#store.seen(event)], until: 0 };
      const mark = markOf(observation);
      if (marks.includes(mark)) continue;
      seen.set(event, { marks: [...marks, mark], until: Math.max(until, now + windowOf(settings) + RECOGNISED_MS) });
      LOGIC[KIND[settings.gate]].observe(change, observation);
    }
    for (const [event, { marks, until }] of seen) this.#store.see(event, marks, until);
    return this.#end(change);
  }

  /** Does what is due, up to `most` rows of it. */
  turn(now: number, most: number): Effect[] {
    const change = new Change(this.#store, this.#route, now);
    for (const place of this.#store.due(now, most)) change.read(place);
    return this.#end(change);
  }

  /** Removes rows that nobody has written to for long. */
  giveUpOld(places: readonly Place[], now: number): Effect[] {
    return this.#end(this.#giveUp(places, now, true));
  }

  /** Removes what rows know of these alerts. Answers in how many they stood. */
  forget(alerts: readonly string[], now: number): { effects: Effect[]; rows: number } {
    const change = new Change(this.#store, this.#route, now);
    const places = this.#store.naming(alerts);
    const ids = new Set(alerts);
    for (const place of places) LOGIC[place.kind].forget(change, place, ids);
    return { effects: this.#end(change), rows: places.length };
  }

  /** Removes rows of whose key this value is a part: what was raised by them is not told again. Answers how many. */
  forgetKeys(value: string, now: number): { effects: Effect[]; rows: number } {
    const change = new Change(this.#store, this.#route, now);
    const isPart = (part: string): boolean => part.toLowerCase() === value.toLowerCase();
    // Rows of alerts go with these; their key is no key of a rule.
    const places = this.#store.withKey(value).filter(({ kind, key }) => KEYED.has(kind) && key.split(/\p{Cc}/u).some(isPart));
    for (const place of places) change.remove(place);
    return { effects: this.#end(change), rows: places.length };
  }

  /** Does what is due among the rows at hand, writes them, and gives keys up where there are too many. */
  #end(change: Change): Effect[] {
    for (let pass = 0; pass < MOST_PASSES; pass += 1) {
      const due = change.due();
      if (due.length === 0) break;
      for (const place of due) if (change.begin(place)) LOGIC[place.kind].turn(change, place);
    }
    const grown = new Map(change.flush().map((place) => [placeId({ ...place, key: "" }), place]));
    return [...change.effects, ...[...grown.values()].flatMap((place) => this.#bound(place, change.now))];
  }

  #bound({ kind, by }: Place, now: number): Effect[] {
    // Keys of an inhibition go with the alerts that stand in them.
    if (kind === "inhibit" || this.#store.count(kind, by) <= this.#mostKeys) return [];
    const places = this.#store.quietest(kind, by, Math.max(1, Math.floor(this.#mostKeys * GIVEN_UP)));
    this.dropped += places.length;
    return this.#end(this.#giveUp(places, now, false));
  }

  #giveUp(places: readonly Place[], now: number, isOld: boolean): Change {
    const change = new Change(this.#store, this.#route, now);
    for (const place of places) {
      LOGIC[place.kind].giveUp(change, place, isOld);
      change.remove(place);
    }
    return change;
  }
}

/** What an event leaves behind at a gate. The state of an alert may come anew with the same event; only a newer version is news. */
function markOf({ by, settings: { gate }, alert }: Observation): string {
  const name = `${gate} ${by}`;
  return gate === "group" || gate === "inhibit_source" ? `${name} ${alert.version} ${alert.status}` : name;
}

function windowOf(settings: GateSettings): number {
  switch (settings.gate) {
    case "threshold":
    case "unless":
      return settings.withinMs;
    case "group":
      return settings.waitMs + settings.intervalMs;
    case "inhibit_target":
      return settings.waitMs;
    case "silent":
      return settings.afterMs;
    case "unless_answer":
    case "inhibit_source":
      return 0;
  }
}
