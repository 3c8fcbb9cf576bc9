// A ledger of its own for one test, with stages below that the test decides.
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { AlertPatch, Indicator, SourceEvent } from "../../../src/alert.ts";
import type { Route, Rule } from "../../../src/config/model.ts";
import type { Observation } from "../../../src/correlator/interface.ts";
import type { BackChange, LookupAnswer, VerdictAnswer } from "../../../src/enricher/interface.ts";
import type { EntryResult, LedgerCalls, RouteCounts } from "../../../src/ledger/interface.ts";
import type { LedgerStages, PlannedEnricher, ProjectedAlert } from "../../../src/ledger/stages.ts";
import { ledgerName, parseAlertId } from "../../../src/lib/names.ts";
import type { HandedMessage } from "../../../src/outbox/interface.ts";
import { type PlanSurroundings, plannerOf } from "../../../src/process/planner.ts";
import { sampleRoute } from "../../support/routes.ts";
import { expectRouteBalance } from "./books.ts";
import { clock } from "./clock.ts";
import { crash } from "./crash.ts";
import { registerLedger } from "./registry.ts";

export const DAY_MS = 86_400_000;

/** One message that an outbox took. */
export interface Handed {
  destination: string;
  alert: string;
  title: string;
  versions: number[];
  /** It waited for its hours and is told with others. */
  digest?: true;
  /** Words that it waits for somebody. */
  reminders?: string[];
}

let made = 0;

/** What a test may decide; what it leaves out works and does nothing. */
export interface WorldOptions {
  route?: Partial<Route>;
  rules?: Rule[];
  lookup?: LedgerStages["lookup"];
  enrichers?: PlannedEnricher[];
  /** What an enricher says of one indicator. */
  verdict?: (indicator: Indicator, enricher: string) => VerdictAnswer | Promise<VerdictAnswer>;
}

/** One ledger and everything around it. */
export class LedgerWorld {
  readonly name = `world${++made}`;
  readonly handed: Handed[] = [];
  /** What the correlator was told. */
  readonly observed: Observation[] = [];
  /** What the rules are asked with, besides the route. */
  surroundings: Partial<PlanSurroundings> = {};
  /** Hears of each word that an alert waits for somebody. */
  hearReminder: ((reminder: NonNullable<HandedMessage["reminders"]>[number]) => void) | undefined;
  /** How often the latest configuration was asked for, not one that is a moment old. */
  latest = 0;
  readonly projected: ProjectedAlert[] = [];
  readonly lookups: { id: string; since: number }[] = [];
  /** The indicators that each call about verdicts had. */
  readonly asked: string[][] = [];
  /** Set to make a stage fail. */
  readonly broken: { planner?: string; handOver?: string; project?: string; observe?: string; observing?: string; clock?: boolean } = {};
  route: Route;
  lookup: LedgerStages["lookup"] | undefined;
  /** What the source says to being told what people did; it is told nothing while there is none. */
  writeBack: LedgerStages["writeBack"] | undefined;
  /** What it was told. */
  readonly written: BackChange[] = [];
  readonly #enrichers: PlannedEnricher[];
  verdict: WorldOptions["verdict"];

  constructor(options: WorldOptions = {}) {
    this.route = sampleRoute({ name: this.name, ...options.route, ...(options.rules ? { rules: options.rules } : {}) });
    this.lookup = options.lookup;
    this.#enrichers = options.enrichers ?? [];
    this.verdict = options.verdict;
    registerLedger(this.name, this.#stages());
  }

  /** A stub dies with its object: a new one for each call. */
  get stub(): DurableObjectStub {
    return env.TEST_LEDGER.getByName(ledgerName(this.name, 0));
  }

  get ledger(): LedgerCalls {
    return this.stub as unknown as LedgerCalls;
  }

  /** Submits events in one request. */
  submit(...events: SourceEvent[]): Promise<EntryResult[]> {
    return this.submitAt(Date.now(), ...events);
  }

  async submitAt(receivedAt: number, ...events: SourceEvent[]): Promise<EntryResult[]> {
    const { source, defaultSeverity, dedupWindowMs, dedupKey } = this.route;
    const policy = { source, defaultSeverity, dedupWindowMs, dedupKey };
    return await this.ledger.accept({ policy, receivedAt, bytes: 100, entries: events.map((event) => ({ kind: "event", event })) });
  }

  /** The counts, which have to add up whenever they are asked for. */
  async counts(): Promise<RouteCounts> {
    const { counts } = await this.ledger.books();
    expectRouteBalance(counts);
    return counts;
  }

  /** Waits until nothing is being processed. */
  async settled(): Promise<RouteCounts> {
    return vi.waitFor(async () => {
      const counts = await this.counts();
      if (counts.processing > 0) throw new Error(`still processing: ${JSON.stringify(counts)}`);
      return counts;
    }, WAIT);
  }

  story(alertId: string | null | undefined) {
    return this.ledger.story(parseAlertId(alertId ?? "")?.hash ?? "");
  }

  /** What outboxes were to tell, in short: `soc one@2`. They know a version that they have, so that what is handed over again is no news. */
  get told(): string[] {
    const told = this.handed.flatMap(({ destination, title, versions }) => versions.map((version) => `${destination} ${title}@${version}`));
    return [...new Set(told)];
  }

  /** Moves the clock, and does what is due then, as the alarm would. Resolves when all of it is decided. */
  async skip(ms: number): Promise<void> {
    clock.skip(ms);
    await this.quiet();
  }

  /** Waits until nothing is due any more and nothing is open. */
  async quiet(): Promise<RouteCounts> {
    await vi.waitFor(async () => {
      const [due] = await this.rows<{ due: number }>(`SELECT COUNT(*) AS due FROM alerts WHERE detail_due <= ${Date.now()}`);
      if (due && due.due > 0) {
        await this.runAlarm();
        throw new Error(`${due.due} alerts are due`);
      }
    }, WAIT);
    await vi.waitFor(async () => {
      const { inTransit } = await this.ledger.books();
      if (inTransit > 0 && !this.broken.handOver) throw new Error(`${inTransit} messages are in transit`);
    }, WAIT);
    return this.settled();
  }

  /** All rows of a table. */
  rows<Row extends Record<string, SqlStorageValue>>(sql: string): Promise<Row[]> {
    return runInDurableObject(this.stub, (_, state) => state.storage.sql.exec<Row>(sql).toArray());
  }

  alarmAt(): Promise<number | null> {
    return runInDurableObject(this.stub, (_, state) => state.storage.getAlarm());
  }

  /** The object loses its memory; `alarm: false` takes its alarm away as well. */
  async crash({ alarm = true } = {}): Promise<void> {
    if (!alarm) await runInDurableObject(this.stub, (_, state) => state.storage.deleteAlarm());
    await crash(this.stub);
  }

  runAlarm(): Promise<boolean> {
    return runDurableObjectAlarm(this.stub);
  }

  #stages(): LedgerStages {
    return {
      now: () => {
        if (this.broken.clock) {
          this.broken.clock = false;
          throw new Error("the clock is broken");
        }
        return Date.now();
      },
      planner: async (isLatest) => {
        if (isLatest) this.latest += 1;
        if (this.broken.planner) throw new Error(this.broken.planner);
        return plannerOf(this.route, {
          ...this.surroundings,
          canEnrich: this.lookup !== undefined,
          writesBack: this.writeBack !== undefined,
          enrichers: this.#enrichers,
        });
      },
      observe: async (observations) => {
        if (this.broken.observe) throw new Error(this.broken.observe);
        const { observing } = this.broken;
        if (observing && observations.some(({ alert }) => alert.title === observing)) throw new Error("it cannot be taken");
        this.observed.push(...structuredClone(observations));
      },
      lookup: async (ref, since): Promise<LookupAnswer> => {
        this.lookups.push({ id: ref.id, since });
        return this.lookup ? this.lookup(ref, since) : { kind: "missing", reason: "no API", final: true };
      },
      verdicts: async (enricher, indicators) => {
        this.asked.push(indicators.map(({ value }) => value));
        const none: VerdictAnswer = { kind: "none", reason: "nobody asked" };
        return Promise.all(indicators.map((indicator) => this.verdict?.(indicator, enricher) ?? none));
      },
      writeBack: async (change) => {
        this.written.push(change);
        return this.writeBack ? this.writeBack(change) : { kind: "failed", reason: "no API", final: true };
      },
      handOver: async (destination, messages) => {
        if (this.broken.handOver) throw new Error(this.broken.handOver);
        for (const { alert, versions, digest, reminders } of messages) {
          for (const reminder of reminders ?? []) this.hearReminder?.(reminder);
          const more = { ...(digest ? { digest } : {}), ...(reminders ? { reminders: reminders.map(({ text }) => text) } : {}) };
          this.handed.push({ destination, alert: alert.id, title: alert.title, versions, ...more });
        }
      },
      project: async (alerts) => {
        if (this.broken.project) throw new Error(this.broken.project);
        this.projected.push(...structuredClone(alerts));
      },
    };
  }
}

/** How long an effect may take before a test fails; it is met in a few ms. */
export const WAIT = { timeout: 60_000, interval: 5 };

/** A rule to the destination `soc`. */
export const rule = (when?: string, more: Partial<Rule> = {}): Rule => ({
  name: "rule",
  enabled: true,
  to: ["soc"],
  stop: false,
  ...(when === undefined ? {} : { when }),
  ...more,
});

let events = 0;

/** An event of its own; `about` names its alert. */
export function eventOf(about: string, patch: AlertPatch = {}, more: Partial<SourceEvent> = {}): SourceEvent {
  events += 1;
  const order = Date.now() + events / 1_000;
  return {
    claim: `claim-${events}`,
    identified: true,
    key: about,
    type: "alert:created",
    kind: "opened",
    order,
    patch,
    payload: { n: events },
    ...more,
  };
}

/** What the source's API would tell. */
export const detail = (patch: AlertPatch): LookupAnswer => ({ kind: "detail", patch, fetchedAt: Date.now(), ms: 1, cached: false });
