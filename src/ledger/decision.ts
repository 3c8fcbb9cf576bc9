// One decision about one alert: its events are planned (for the first time, or again), and what all of them come to becomes messages, waiting,
// observations and escalation. Inside the caller's transaction; use once.
import type { Change } from "../alert.ts";
import { eventId } from "../lib/names.ts";
import { type DecisionCore, dropConfirmed } from "./core.ts";
import { escalate, isStepDue, noteEscalation } from "./escalate.ts";
import { askedAgain, contextOf, noteGates, noteHold, noteSilenced, noteTold, noteUpdates, withheldBy } from "./holds.ts";
import type { TraceStep } from "./interface.ts";
import { oweObservations } from "./observed.ts";
import { matchedIn, noteMatched } from "./rule-counts.ts";
import type { PlannedEvent, Planner } from "./stages.ts";
import type { AlertState } from "./state.ts";
import type { EventRow, OpenEvent } from "./tables.ts";

/** Steps that the trace of an event keeps: how it began, and what came last. */
const FIRST_STEPS = 40;
const LAST_STEPS = 60;

/** Trace steps before and after those of the rules. */
interface Around {
  before?: readonly TraceStep[];
  after?: readonly TraceStep[];
}

export class Decision {
  readonly #core: DecisionCore;
  readonly #hash: string;
  readonly #planner: Planner;
  readonly #now: number;
  readonly #planned: PlannedEvent[] = [];
  readonly #wanted = new Set<string>();
  readonly #digest = new Set<string>();
  /** Silences, with the ends of their spans, that hide events of the alert no more. */
  readonly #freed = new Set<string>();
  #escalatedBy: string | undefined;
  /** Events that end with messages of this decision, and when the first of the decided ones came (Unix ms). */
  #ended: { events: number; receivedAt?: number } = { events: 0 };
  /** The alert as it will be written. */
  readonly state: AlertState;

  constructor(core: DecisionCore, hash: string, state: AlertState, planner: Planner) {
    this.#core = core;
    this.#hash = hash;
    this.#planner = planner;
    this.#now = core.stages.now();
    this.state = { ...state, shownBy: [...state.shownBy], handover: [...state.handover] };
    dropConfirmed(core, hash, this.state);
  }

  /** Decides an event; `change` is a further one that the detail made. */
  decide(event: OpenEvent, change: Change | undefined, around: Around = {}): PlannedEvent {
    const { journal, tables } = this.#core;
    const changes = [event.body.change, change].filter((one) => one !== null && one !== undefined);
    const planned = this.#plan(event, changes);
    journal.counts.processing -= 1;
    journal.counts[planned.end] += 1;
    this.#countHidden(planned);
    this.#countMatched(planned);
    if (planned.end === "routed") this.#ended.events += 1;
    this.#ended.receivedAt = Math.min(event.receivedAt, this.#ended.receivedAt ?? event.receivedAt);
    const trace = [...(around.before ?? []), ...planned.trace, ...(around.after ?? [])];
    tables.endEvent(this.#hash, event.seq, planned.end, trace);
    this.state.decidedSeq = Math.max(this.state.decidedSeq, event.seq);
    return planned;
  }

  /**
   * Asks the rules once more about an event that was decided: detail, verdicts or time have come. `isBrief`: one step tells it where nothing
   * came of it, and none where it waits on for the same. `isWorse`: the alert is above what hid it, which has not ended.
   */
  askAgain(seq: number, around: Around & { isBrief?: boolean; isWorse?: boolean } = {}): void {
    const event = this.#core.tables.event(this.#hash, seq);
    if (!event) {
      this.#drop(seq);
      return;
    }
    const changes = [event.body.change, this.state.alert.change].filter((change) => change !== null);
    const { verdicts: before = {} } = contextOf(this.state, seq, this.#now);
    const { silence } = before;
    const planned = this.#plan(event, changes);
    if (silence !== undefined && !planned.silenced && !around.isWorse) this.#freed.add(silence);
    if (!hidIn(event.trace, planned.silenced?.by)) this.#countHidden(planned);
    if (!this.state.raisedBy) this.#countMatched(planned, matchedIn(event.trace));
    const trace = around.isBrief && !this.#begins(planned) ? this.#briefly(planned, before) : planned.trace;
    this.#endAgain(event, planned, [...(around.before ?? []), ...trace, ...(around.after ?? [])]);
  }

  /** Asks again about what waits: what is due of it, or all, because something that held it ended or because the alert has become worse. */
  askHeld(which: "due" | "all" | "worse"): void {
    const { held } = this.state;
    if (!held || (which === "due" && (held.due === undefined || held.due > this.#now))) return;
    this.state.held = askedAgain(held);
    for (const { seq } of held.events) this.askAgain(seq, { isBrief: true, isWorse: which === "worse" });
  }

  /** Plans an event of our own, which no book counts. Answers its trace. */
  own(event: Pick<EventRow, "seq" | "claim" | "receivedAt" | "body">): TraceStep[] {
    const planned = this.#plan(event, event.body.change ? [event.body.change] : []);
    this.#countHidden(planned);
    return planned.trace;
  }

  /** Takes the escalation's step, if one is due; while a silence hides the alert, none is taken. */
  escalate(): void {
    const { escalation } = this.state;
    if (!escalation || !isStepDue(this.state, this.#now)) return;
    const { silenced } = this.#planner.plan(this.state.alert, [], contextOf(this.state, 0, this.#now));
    if (silenced) {
      this.state.escalation = { ...escalation, notBefore: silenced.until };
      return;
    }
    const step = escalate(this.state, (name) => this.#planner.rule(name), this.#now);
    if (!step) return;
    for (const name of step.begin) this.#wanted.add(name);
    if (step.reminder) this.state.reminders = [...(this.state.reminders ?? []), step.reminder];
    this.#addTrace(step.trace);
  }

  /** Plans the messages and writes the alert. Answers whether there is something to hand over. */
  end(): void {
    const { tables, journal, open } = this.#core;
    const { state } = this;
    journal.counts.handed += this.#planMessages();
    noteEscalation(state, this.#escalatedBy, (name) => this.#planner.rule(name), this.#now);
    if (state.handover.length > 0 || state.observations || state.reminders) open.add(this.#hash);
    tables.writeState(this.#hash, state, this.#now);
  }

  /**
   * Destinations that begin to show the alert; those that show it and get every later version, unless it is withheld; and those whose update
   * waited.
   */
  #planMessages(): number {
    const { state } = this;
    const { version } = state.alert;
    const waited = state.held?.update ?? [];
    const lacks = (name: string): boolean => version > state.plannedVersion || waited.includes(name);
    const withheld = this.#withheld().filter((name) => state.shownBy.includes(name));
    const begin = [...this.#wanted].filter((name) => !state.shownBy.includes(name));
    const to = [...state.shownBy.filter((name) => lacks(name) && !withheld.includes(name)), ...begin];
    noteUpdates(state, withheld.filter(lacks));
    state.shownBy.push(...begin);
    state.plannedVersion = version;
    noteTold(state, to, this.#planner, this.#now);
    const digest = begin.filter((name) => this.#digest.has(name));
    if (to.length > 0) state.handover.push({ version, to, ...(digest.length > 0 ? { digest } : {}), ...this.#ended });
    this.#countFreed();
    return to.length;
  }

  /** Who is spared the new version. Where no rule was asked, those who were before, but never the end of what they show. */
  #withheld(): string[] {
    if (this.#planned.length > 0) return withheldBy(this.#planned);
    return this.state.alert.status === "resolved" ? [] : (this.state.held?.update ?? []);
  }

  #plan(event: Pick<OpenEvent, "seq" | "claim" | "receivedAt" | "body">, changes: Change[]): PlannedEvent {
    // Destinations that an earlier event of this decision made begin show the alert to the later ones.
    const context = contextOf(this.state, event.seq, this.#now, this.#wanted);
    const planned = this.#planner.plan(this.state.alert, changes, context);
    this.#planned.push(planned);
    for (const name of planned.matched) this.#wanted.add(name);
    for (const name of planned.digest) this.#digest.add(name);
    this.#escalatedBy ??= planned.escalatedBy;
    for (const [name, rule] of Object.entries(planned.styledBy)) {
      if (!this.state.shownBy.includes(name)) this.state.styledBy = { [name]: rule, ...this.state.styledBy };
    }
    noteHold(this.state, event.seq, planned);
    noteGates(this.state, planned.observations);
    this.#observe(event, planned);
    return planned;
  }

  #observe({ claim, receivedAt, body }: Pick<OpenEvent, "claim" | "receivedAt" | "body">, { observations }: PlannedEvent): void {
    if (observations.length === 0) return;
    const happened = body.occurredAt === undefined ? receivedAt : Math.min(Date.parse(body.occurredAt), this.#now);
    const event = eventId(this.#core.route, claim, receivedAt);
    const at = Number.isNaN(happened) ? receivedAt : happened;
    oweObservations(this.state, observations, { event, at }, this.#core.journal);
  }

  /** What ended without a message ends as routed when there is one now. */
  #endAgain(event: EventRow, planned: PlannedEvent, trace: TraceStep[]): void {
    const { counts } = this.#core.journal;
    const { end } = event;
    const isNews = (end === "unmatched" || end === "silenced" || end === "grouped") && planned.end === "routed";
    if (isNews) {
      counts[end] -= 1;
      counts.routed += 1;
    }
    if (isNews || trace.length > 0)
      this.#core.tables.endEvent(this.#hash, event.seq, isNews ? planned.end : end, bounded([...event.trace, ...trace]));
  }

  /** `before`: the rules that matched the event already. */
  #countMatched({ rules }: PlannedEvent, before: readonly string[] = []): void {
    const news = rules.filter((name) => !before.includes(name));
    noteMatched(this.#core.journal.vitals, news, this.#now, (name) => this.#planner.rule(name) !== undefined);
  }

  #countHidden({ silenced }: PlannedEvent): void {
    if (!silenced) return;
    const { by: silence, until, from } = silenced;
    const isNew = noteSilenced(this.state, silence, until);
    this.#core.hidden?.note({ silence, until, from, isNew }, this.#now);
  }

  /** Counts for silences that have ended that the alert is still open and told of. */
  #countFreed(): void {
    const { alert, shownBy, silencedBy = [] } = this.state;
    const freed = silencedBy.filter(({ silence, until, isOver }) => !isOver && this.#freed.has(`${silence} ${until}`));
    if (freed.length === 0) return;
    this.state.silencedBy = silencedBy.map((one) => (freed.includes(one) ? { ...one, isOver: true } : one));
    const isTold = shownBy.length > 0 || this.#planned.some(({ end }) => end === "grouped");
    if (alert.status === "resolved" || !isTold) return;
    for (const { silence, until } of freed) this.#core.hidden?.stillOpen(silence, until);
  }

  #begins({ matched }: PlannedEvent): boolean {
    return matched.some((name) => !this.state.shownBy.includes(name));
  }

  /** What a look at what waits is worth telling, where nobody begins to show the alert. `before`: what was known of its gates. */
  #briefly({ hold, trace }: PlannedEvent, before: Readonly<Record<string, string>>): TraceStep[] {
    if (!hold) return [this.#askedAgain()];
    return Object.entries(hold.verdicts).every(([gate, verdict]) => before[gate] === verdict) ? [] : trace;
  }

  #askedAgain(): TraceStep {
    const reason = "the rules were asked again: nobody else begins to show the alert";
    const values = { shows: [...this.state.shownBy] };
    return { at: new Date(this.#now).toISOString(), stage: "match", decision: "asked_again", reason, values };
  }

  /** A step about the alert as a whole stands with its latest event. */
  #addTrace(step: TraceStep): void {
    const [latest] = this.#core.tables.events(this.#hash, 1);
    if (latest) this.#core.tables.endEvent(this.#hash, latest.seq, latest.end, [...latest.trace, step]);
  }

  #drop(seq: number): void {
    const { held } = this.state;
    if (held) this.state.held = { ...held, events: held.events.filter((event) => event.seq !== seq) };
  }
}

/** Whether this silence hid the event already. */
const hidIn = (trace: readonly TraceStep[], silence: string | undefined): boolean =>
  trace.some(({ stage, values }) => stage === "silence" && values?.silence === silence);

/** An event that waits is asked about again and again: its trace does not grow without end. */
export const bounded = (trace: TraceStep[]): TraceStep[] =>
  trace.length <= FIRST_STEPS + LAST_STEPS ? trace : [...trace.slice(0, FIRST_STEPS), ...trace.slice(-LAST_STEPS)];
