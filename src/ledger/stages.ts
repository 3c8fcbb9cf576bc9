// What the ledger needs from the stages below it and from the platform. The wiring gives it; tests give fakes.
import type { Alert, Change, DetailRef, Indicator, IndicatorType, Severity } from "../alert.ts";
import type { LookupAnswer, VerdictAnswer } from "../enricher/interface.ts";
import type { HandedMessage } from "../outbox/interface.ts";
import type { EventEnd } from "../outcome.ts";
import type { TraceStep } from "./interface.ts";

/** The stages below, for one route. */
export interface LedgerStages {
  /** The route as it is configured now, ready to plan with; a route that was removed keeps planning as it last was. */
  planner(): Promise<Planner>;
  /** Asks the source's API. Never throws: a failure is a value. */
  lookup(ref: DetailRef, since: number): Promise<LookupAnswer>;
  /** Asks an enricher, by its name, about indicators; answers in their order. Never throws: a failure is a value. */
  verdicts(enricher: string, indicators: Indicator[]): Promise<VerdictAnswer[]>;
  /** Gives messages to the outbox of one destination; resolves when they are durable there. */
  handOver(destination: string, messages: HandedMessage[]): Promise<void>;
  /** Writes alerts to the projection. */
  project(alerts: ProjectedAlert[]): Promise<void>;
  /** Now, Unix ms. */
  now(): number;
}

/** A route's settings and its rules, as a pure function. Times in ms. */
export interface Planner {
  defaultSeverity: Severity;
  softDeadlineMs: number;
  retentionMs: number;
  retentionPayloadsMs: number;
  /** Whether there is an API to ask for detail. */
  canEnrich: boolean;
  /** Who is asked about the indicators of an alert. */
  enrichers: readonly PlannedEnricher[];
  /** Decides who shows an alert: the rules over its present state and each of the changes; a rule that matches one of them matches. */
  plan(alert: Alert, changes: Change[], shownBy: readonly string[], now: number): PlannedEvent;
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

/** What the rules decided for one change. */
export interface PlannedEvent {
  end: Extract<EventEnd, "unmatched" | "routed">;
  /** Destinations that the rules want to show the alert. */
  matched: string[];
  /** By destination, the rule that says how it is told there (its template, detail and ping). */
  styledBy: Record<string, string>;
  trace: TraceStep[];
}

/** An alert's row in the projection. */
export interface ProjectedAlert {
  alert: Alert;
  copies: number;
  /** Unix ms. */
  copiedAt?: number;
}
