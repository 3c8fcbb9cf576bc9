// What the ledger needs from the stages below it and from the platform. The wiring gives it; tests give fakes.
import type { Alert, Change, DetailRef, Indicator, IndicatorType, Severity } from "../alert.ts";
import type { Rule } from "../config/model.ts";
import type { Observation } from "../correlator/interface.ts";
import type { BackChange, LookupAnswer, VerdictAnswer, WriteAnswer } from "../enricher/interface.ts";
import type { HandedMessage } from "../outbox/interface.ts";
import type { EventEnd } from "../outcome.ts";
import type { TraceStep } from "./interface.ts";

/** The stages below, for one route. */
export interface LedgerStages {
  /**
   * The route as it is configured now, ready to plan with; a route that was removed keeps planning as it last was. `isLatest`: not even a
   * moment old.
   */
  planner(isLatest?: boolean): Promise<Planner>;
  /** Asks the source's API. Never throws: a failure is a value. */
  lookup(ref: DetailRef, since: number): Promise<LookupAnswer>;
  /** Asks an enricher, by its name, about indicators; answers in their order. Never throws: a failure is a value. */
  verdicts(enricher: string, indicators: Indicator[]): Promise<VerdictAnswer[]>;
  /** Tells the source what people did here. Never throws: a failure is a value. */
  writeBack(change: BackChange): Promise<WriteAnswer>;
  /** Gives messages to the outbox of one destination; resolves when they are durable there. */
  handOver(destination: string, messages: HandedMessage[]): Promise<void>;
  /** Tells the route's correlator; resolves when it is durable there. */
  observe(observations: Observation[]): Promise<void>;
  /** Writes alerts to the projection. */
  project(alerts: ProjectedAlert[]): Promise<void>;
  /** Now, Unix ms. */
  now(): number;
}

/** A route's settings and its rules, as a pure function. Times in ms. */
export interface Planner {
  /** The configuration's version. */
  revision: number;
  /** The route's source. */
  source: string;
  defaultSeverity: Severity;
  softDeadlineMs: number;
  retentionMs: number;
  retentionPayloadsMs: number;
  /** Whether there is an API to ask for detail. */
  canEnrich: boolean;
  /** Whether the source is told what people do here. */
  writesBack: boolean;
  /** Who is asked about the indicators of an alert. */
  enrichers: readonly PlannedEnricher[];
  /** Decides who shows an alert: the rules over its present state and each of the changes; a rule that matches one of them matches. */
  plan(alert: Alert, changes: Change[], context: PlanContext): PlannedEvent;
  /** Whether keys are watched that may fall silent. */
  watchesSilence: boolean;
  /** Whether a rule has to know when destinations were last told of an alert. */
  tellsWhen: boolean;
  /** A rule as it is configured now. */
  rule(name: string): Rule | undefined;
}

/** What a plan depends on besides the alert and the configuration. */
export interface PlanContext {
  /** Destinations that show the alert. */
  shownBy: readonly string[];
  /** Unix ms. */
  now: number;
  /**
   * What is known already about gates that this event met before, by `{gate}:{rule or inhibition}`: a verdict of the correlator
   * (`fired`, `answered`, `held`, `free`), or `asked:{Unix ms}` while there is none, or `held` by hours; and as `silence` the one that hid it,
   * `{id} {until, Unix ms}`.
   */
  verdicts?: Readonly<Record<string, string>>;
  /** Gates that have heard of the alert and hear of each later event, by the same names. */
  memberOf?: readonly string[];
  /** When each destination was last told something of the alert, Unix ms. */
  toldAt?: Readonly<Record<string, number>>;
  /** Of an alert of our own: the gate and the rule that raised it. It goes where that rule says. */
  raisedBy?: { gate: string; by: string };
}

/** An enricher that a route names. */
export interface PlannedEnricher {
  name: string;
  /** As people write it. */
  label: string;
  takes: readonly IndicatorType[];
  /** Names (with all below them) and networks that are never asked about. */
  except: readonly string[];
}

/** What the rules decided for one event. */
export interface PlannedEvent {
  end: Extract<EventEnd, "unmatched" | "silenced" | "grouped" | "routed">;
  /** Names of the rules that matched. */
  rules: string[];
  /** Destinations that the rules want to show the alert, now. */
  matched: string[];
  /** Those among them that get it in one digest with the others that waited. */
  digest: string[];
  /** By destination, the rule that says how it is told there (its template, detail and ping). */
  styledBy: Record<string, string>;
  /** The rule whose escalation begins with this. */
  escalatedBy?: string;
  /** Destinations that show the alert and do not get this version now. */
  withheld: string[];
  /** Set while something waits: when to ask again (Unix ms; absent: when somebody says so), and what is then known. */
  hold?: { due?: number; verdicts: Record<string, string> };
  /** What a correlator has to be told. */
  observations: PlannedObservation[];
  /** The silence that hides it: until when at the least (Unix ms), and from whom. */
  silenced?: { by: string; until: number; from: string[] };
  trace: TraceStep[];
}

/** An observation without what only the ledger knows. `over`: the alert no longer is what it was observed as. */
export type PlannedObservation = Pick<Observation, "by" | "settings" | "keys"> & { over?: true };

/** An alert's row in the projection. */
export interface ProjectedAlert {
  alert: Alert;
  copies: number;
  /** Unix ms. */
  copiedAt?: number;
}
