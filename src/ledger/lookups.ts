// Verdicts on indicators: asked for after an alert was decided, so that they hold nothing up. What comes is a version of its own;
// what does not come says why in the trace of the event that brought the indicator.
import type { Enrichment } from "../alert.ts";
import type { VerdictAnswer } from "../enricher/interface.ts";
import { gather } from "../lib/gather.ts";
import { errorText, log } from "../lib/log.ts";
import { advanceEnrichments } from "./advance.ts";
import { BACKSTOP_MS, dropConfirmed, type LedgerCore } from "./core.ts";
import { Decision } from "./decision.ts";
import { UNDER_WAY_MS } from "./detail.ts";
import { keyOf } from "./indicators.ts";
import type { TraceStep } from "./interface.ts";
import type { Planner } from "./stages.ts";
import type { OpenLookup } from "./state.ts";
import { noteAnswer } from "./vitals.ts";

/** Tries in vain before an indicator is given up. */
const MOST_FAILURES = 3;
const RETRY_FIRST_MS = 30_000;
/** A verdict that has not come for so long helps nobody any more. */
const GIVE_UP_MS = 60 * 60_000;

/** What one lookup came to. */
interface Answered {
  lookup: OpenLookup;
  answer: VerdictAnswer;
}
interface Round {
  hash: string;
  answered: Answered[];
}

/** Asks enrichers about the indicators of one ledger's alerts. */
export class LookupDesk {
  readonly #core: LedgerCore;
  readonly #changed: (hashes: string[]) => void;
  /** Alerts and enrichers, `{hash} {enricher}`, whose round is under way: a slow enricher holds up no other. */
  readonly #asking = new Set<string>();
  readonly #settle = gather((rounds: Round[]) => this.#settleAll(rounds), 128);
  #planner: Planner | undefined;

  /** `changed` is called with the alerts that got a new version, once it is durable. */
  constructor(core: LedgerCore, changed: (hashes: string[]) => void) {
    this.#core = core;
    this.#changed = changed;
  }

  /** Asks what is due within `aheadMs` about these alerts. */
  take(hashes: Iterable<string>, aheadMs = 0): void {
    for (const hash of hashes) {
      for (const by of new Set(this.#due(hash, aheadMs).map((lookup) => lookup.by))) {
        if (this.#asking.has(`${hash} ${by}`)) continue;
        this.#asking.add(`${hash} ${by}`);
        void this.#run(hash, by, aheadMs);
      }
    }
  }

  async #run(hash: string, by: string, aheadMs: number): Promise<void> {
    const due = (ahead: number) => this.#due(hash, ahead).filter((lookup) => lookup.by === by);
    try {
      // What came with new events meanwhile is asked about in the next round.
      for (let some = due(aheadMs); some.length > 0; some = due(0)) {
        const answered = await this.#ask(by, some);
        this.#planner = await this.#core.stages.planner();
        await this.#settle({ hash, answered });
      }
    } catch (error) {
      log("error", "ledger.verdicts_failed", { route: this.#core.route, alert: hash, error: errorText(error) });
      this.#core.alarm.armBy(this.#core.stages.now() + BACKSTOP_MS);
    } finally {
      this.#asking.delete(`${hash} ${by}`);
    }
    this.#core.closeIfDone(hash);
  }

  #due(hash: string, aheadMs: number): OpenLookup[] {
    const by = this.#core.stages.now() + aheadMs;
    return this.#core.tables.state(hash)?.lookups?.open.filter(({ due }) => due <= by) ?? [];
  }

  async #ask(by: string, lookups: OpenLookup[]): Promise<Answered[]> {
    const indicators = lookups.map(({ indicator }) => indicator);
    const { journal, stages } = this.#core;
    const answers = await stages.verdicts(by, indicators);
    for (const answer of answers) noteAnswer(journal.vitals, by, answer, stages.now());
    return lookups.map((lookup, index): Answered => {
      return { lookup, answer: answers[index] ?? { kind: "none", reason: `${by} did not say` } };
    });
  }

  #settleAll(rounds: Round[]): undefined[] {
    const planner = this.#planner;
    if (!planner) throw new Error("told before the route was read");
    const changed = this.#core.transaction(() => {
      const hashes = rounds.filter((round) => this.#settleOne(round, planner)).map(({ hash }) => hash);
      const due = this.#core.tables.nextDetailDue();
      if (due !== undefined) this.#core.alarm.armBy(Math.max(due, this.#core.stages.now() + 1_000));
      return hashes;
    });
    if (changed.length > 0) this.#changed(changed);
    return rounds.map(() => undefined);
  }

  /** Answers whether the alert has a new version. */
  #settleOne({ hash, answered }: Round, planner: Planner): boolean {
    const { tables, stages, open, route } = this.#core;
    const before = tables.state(hash);
    if (!before?.lookups) return false;
    const now = stages.now();
    const round = judge(before.lookups.open, answered, now);
    const { id, source } = before.alert;
    const context = { alertId: id, source, route, defaultSeverity: planner.defaultSeverity, receivedAt: now };
    const advanced = round.enrichments.length > 0 ? advanceEnrichments(before, round.enrichments, context) : undefined;
    const lookups = { ...before.lookups, open: round.open, due: nextDue(round.open, now) };
    if (!advanced) {
      for (const [seq, steps] of round.trace) this.#addTrace(hash, seq, steps);
      const state = { ...before, lookups };
      dropConfirmed(this.#core, hash, state);
      tables.writeState(hash, state, now);
      return false;
    }
    // The rules are asked again with what is known now; who shows the alert gets its new version.
    const decision = new Decision(this.#core, hash, { ...advanced.state, lookups }, planner);
    for (const [seq, steps] of round.trace) decision.askAgain(seq, { before: steps, isBrief: true });
    decision.end();
    open.add(hash);
    return true;
  }

  #addTrace(hash: string, seq: number, steps: TraceStep[]): void {
    const event = this.#core.tables.event(hash, seq);
    if (event) this.#core.tables.endEvent(hash, seq, event.end, [...event.trace, ...steps]);
  }
}

/** What a round of answers makes of the open lookups: what stays open, what was told, and what the trace says of it, by event. */
function judge(open: readonly OpenLookup[], answered: readonly Answered[], now: number) {
  const at = new Date(now).toISOString();
  const answers = new Map(answered.map(({ lookup, answer }) => [idOf(lookup), answer]));
  const enrichments: Enrichment[] = [];
  const left: OpenLookup[] = [];
  const trace = new Map<number, TraceStep[]>();
  for (const lookup of open) {
    const answer = answers.get(idOf(lookup));
    const say = (decision: string, reason: string, values: TraceStep["values"] = {}) => {
      const step: TraceStep = {
        at,
        stage: "enrich",
        decision,
        reason,
        values: { enricher: lookup.by, indicator: lookup.indicator.value, ...values },
      };
      trace.set(lookup.seq, [...(trace.get(lookup.seq) ?? []), step]);
    };
    switch (answer?.kind) {
      case undefined:
        left.push(lookup);
        break;
      case "verdict": {
        const { provider, verdict, score } = answer.enrichment;
        enrichments.push(answer.enrichment);
        const told = `${provider}${answer.cached ? " had told before" : " told"}: ${verdict}${score === undefined ? "" : ` ${score}`}`;
        say("verdict", told, { verdict, ms: answer.ms });
        break;
      }
      case "none":
        say("no_verdict", answer.reason);
        break;
      case "later": {
        const failures = lookup.failures + (answer.failed ? 1 : 0);
        const wait = answer.failed ? Math.max(answer.afterMs, RETRY_FIRST_MS * 2 ** (failures - 1)) : answer.afterMs;
        if (failures >= MOST_FAILURES) say("no_verdict", `given up after ${failures} tries: ${answer.reason}`);
        else if (now + wait - lookup.since > GIVE_UP_MS) say("no_verdict", `given up, since it would take too long: ${answer.reason}`);
        else {
          // Each wait is told of once; a failure each time.
          if (answer.failed || !lookup.told) say("waits", answer.reason, { after_ms: wait });
          left.push({ ...lookup, failures, due: now + wait, told: true });
        }
        break;
      }
    }
  }
  return { enrichments, open: left, trace };
}

const idOf = ({ by, indicator }: OpenLookup): string => keyOf(by, indicator);

/** When to ask next; what is due already is asked by the round that follows, and found again should that die. */
function nextDue(open: readonly OpenLookup[], now: number): number | undefined {
  return open.length === 0 ? undefined : Math.min(...open.map(({ due }) => (due > now ? due : now + UNDER_WAY_MS)));
}
