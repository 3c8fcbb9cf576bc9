// A relay in memory: given a configuration and what comes in, it says who is told what, and when. No clock of its own, no network, no storage:
// the same inputs give the same answer.
import type { Config, Route, Silence } from "../config/model.ts";
import type { Observation } from "../correlator/interface.ts";
import { readMasked } from "../intake/masked.ts";
import type { EntryResult, OwnChange, TraceStep } from "../ledger/interface.ts";
import type { Json } from "../lib/json.ts";
import { eventId } from "../lib/names.ts";
import { type EventEnd, fail, ok, type Result } from "../outcome.ts";
import { plannerOf } from "../process/planner.ts";
import type { ParsedEntry, Source } from "../sources/source.ts";
import { type Replayed, SimulatedRoute } from "./route.ts";
import type { Told } from "./told.ts";

/** What a simulation is made of. */
export interface SimulationOptions {
  config: Pick<Config, "version" | "routes" | "lists" | "inhibitions">;
  silences?: readonly Silence[];
  sources: ReadonlyMap<string, Source>;
  /** Behind masks that keep values apart; what stands there does not matter to the rules. */
  maskKey?: string;
}

/** Turns of one moment; a gate that is due again at once, and again, is a bug. */
const MOST_AT_ONCE = 10_000;

/** Times at which one of our alerts changed. */
const MOST_TIMES = 10_000;

/** One event of one alert, and how it ended so far. */
export interface EventEnded {
  id: string;
  /** What recognises it; of a replayed event, what it was replayed as. */
  claim: string;
  route: string;
  alert: string;
  type: string;
  /** Unix ms. */
  at: number;
  end: EventEnd;
  trace: TraceStep[];
}

/** An alert that a rule raised itself. */
export interface RaisedAlert {
  route: string;
  /** Its id. */
  alert: string;
  key: string;
  /** When it was raised and changed, Unix ms. */
  times: number[];
  /** Somebody will be told of it later. */
  waits: boolean;
}

/** Times in Unix ms; inputs come in the order of their times. */
export class Simulation {
  /** Everything that was told, in its order. */
  readonly told: Told[] = [];
  readonly #options: SimulationOptions;
  readonly #routes = new Map<string, SimulatedRoute>();
  #now = Number.NEGATIVE_INFINITY;

  constructor(options: SimulationOptions) {
    this.#options = options;
    const { version: revision, lists, inhibitions, routes } = options.config;
    const around = { revision, lists, inhibitions, silences: options.silences ?? [] };
    for (const route of routes)
      this.#routes.set(route.name, new SimulatedRoute(route.name, plannerOf(route, around), (told) => this.told.push(told)));
  }

  get now(): number {
    return this.#now;
  }

  /** Lets the time go on: what waits for a time up to then happens, each at its own. */
  until(at: number): void {
    for (let atOnce = 0; ; ) {
      let next: { due: number; route: SimulatedRoute } | undefined;
      for (const route of this.#routes.values()) {
        const due = route.nextDue();
        if (due !== undefined && due <= at && (next === undefined || due < next.due)) next = { due, route };
      }
      if (!next) break;
      // What was due before an input came too late for it is done now; the clock never goes back.
      atOnce = next.due > this.#now ? 0 : atOnce + 1;
      if (atOnce > MOST_AT_ONCE) throw new Error(`the route ${next.route.name} does not come to rest`);
      this.#now = Math.max(this.#now, next.due);
      next.route.turn(this.#now);
    }
    this.#now = Math.max(this.#now, at);
  }

  /** Reads a request's body as a route does; a refusal is a sentence, as the sender would get it. */
  read(name: string, body: Json, at: number): Result<ParsedEntry[], string> {
    const { route, source } = this.#find(name);
    if (!source) return fail(`there is no source ${route.source}`);
    const { settings, console, severityMap, mask } = route;
    const context = { settings, console, severityMap, receivedAt: at };
    const copy = structuredClone(body);
    const parsed = mask ? readMasked(source, copy, context, mask, this.#options.maskKey).parsed : source.parse(copy, context);
    if (!parsed.ok) return fail(`422: unexpected content at ${parsed.reason.where}: expected ${parsed.reason.expected}`);
    return ok(parsed.value.length > 0 ? parsed.value : [{ kind: "test" }]);
  }

  /** A request with this body comes to a route. */
  receive(name: string, body: Json, at: number): Result<EntryResult[], string> {
    const entries = this.read(name, body, at);
    return entries.ok ? ok(this.accept(name, entries.value, at)) : entries;
  }

  /** Entries come to a route. */
  accept(name: string, entries: readonly ParsedEntry[], at: number): EntryResult[] {
    this.until(at);
    const { route, simulated } = this.#find(name);
    const { source, defaultSeverity, dedupWindowMs, dedupKey } = route;
    return simulated.accept({
      policy: { source, defaultSeverity, dedupWindowMs, dedupKey },
      entries: entries.map((entry) => (entry.kind === "ignored" ? { kind: "ignored", reason: entry.reason } : entry)),
      receivedAt: this.#now,
      bytes: 0,
    });
  }

  /** Somebody sets an alert's status, or comments; false where there is no such alert. */
  change(name: string, alert: string, own: OwnChange, at: number): boolean {
    this.until(at);
    return this.#find(name).simulated.change(alert, own, this.#now);
  }

  /** Takes an alert as it was stored. */
  replay(name: string, replayed: Replayed, isOwn = false): void {
    this.until(replayed.receivedAt);
    this.#find(name).simulated.replay({ ...replayed, receivedAt: this.#now }, isOwn);
  }

  /** What came, other than alerts of our own, and how it ended so far. */
  events(): EventEnded[] {
    return [...this.#routes.values()].flatMap(({ name: route, rows }) =>
      rows.all.flatMap(({ hash, claim, receivedAt: at, body, end, trace }) =>
        claim.startsWith("own:")
          ? []
          : [{ id: eventId(route, claim, at), claim, route, alert: `${route}.${hash}`, type: body.type, at, end, trace }],
      ),
    );
  }

  /** What gates were told, and when. */
  observed(): { route: string; at: number; observation: Observation }[] {
    return [...this.#routes.values()].flatMap(({ name: route, observed }) => observed.map((one) => ({ route, ...one })));
  }

  /** Alerts that rules raised themselves. */
  raised(): RaisedAlert[] {
    return [...this.#routes.values()].flatMap(({ name: route, rows }) =>
      [...rows.states].flatMap(([hash, { alert, raisedBy, held }]) => {
        const times = rows.tables.events(hash, MOST_TIMES).map(({ receivedAt }) => receivedAt);
        return raisedBy ? [{ route, alert: alert.id, key: alert.key, times, waits: held !== undefined }] : [];
      }),
    );
  }

  /** One route's insides. */
  route(name: string): SimulatedRoute {
    return this.#find(name).simulated;
  }

  #find(name: string): { route: Route; simulated: SimulatedRoute; source: Source | undefined } {
    const route = this.#options.config.routes.find((one) => one.name === name);
    const simulated = this.#routes.get(name);
    if (!route || !simulated) throw new Error(`there is no route ${name}`);
    return { route, simulated, source: this.#options.sources.get(route.source) };
  }
}
