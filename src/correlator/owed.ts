// What the ledgers of the route have not confirmed yet: a row for each alert that something is to be said of, and one call at a time to each
// ledger, which is what makes batches under load. A call that fails is made again; a ledger knows what it was told.
import { errorText, log } from "../lib/log.ts";
import type { Effect } from "./interface.ts";

const EFFECTS_A_CALL = 64;
const RETRY_MS = 1_000;

/** How effects reach their ledgers. */
export interface EffectStages {
  /** The ledger that an effect is for, by name. Throws when that cannot be known now. */
  ledgerOf(effect: Effect): Promise<string>;
  /** Tells one ledger, in order; resolves when it is durable there. */
  deliver(ledger: string, effects: Effect[]): Promise<void>;
}

interface Entry {
  seq: number;
  effect: Effect;
}

/** The effects that one correlator owes. */
export class Owed {
  readonly #sql: SqlStorage;
  readonly #stages: EffectStages;
  readonly #route: string;
  /** By what they are about; a later word about the same replaces the one before. */
  readonly #entries = new Map<string, Entry>();
  readonly #lanes = new Map<string, Set<string>>();
  #next = 1;
  #sorting = false;
  readonly #unsorted = new Set<string>();

  constructor(sql: SqlStorage, route: string, stages: EffectStages) {
    this.#sql = sql;
    this.#stages = stages;
    this.#route = route;
    sql.exec("CREATE TABLE IF NOT EXISTS owed (seq INTEGER PRIMARY KEY, effect TEXT NOT NULL)");
    for (const { seq, effect } of sql.exec<{ seq: number; effect: string }>("SELECT seq, effect FROM owed ORDER BY seq")) {
      const parsed: Effect = JSON.parse(effect);
      this.#entries.set(subjectOf(parsed), { seq, effect: parsed });
      this.#next = seq + 1;
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  /** When the oldest of them was decided, Unix ms; undefined where nothing is owed. */
  get since(): number | undefined {
    let oldest: number | undefined;
    for (const { effect } of this.#entries.values()) {
      const { at } = effect.kind === "raise" ? effect.raised : effect.verdict;
      if (oldest === undefined || at < oldest) oldest = at;
    }
    return oldest;
  }

  /** Writes effects down, inside the caller's transaction. What it answers is taken up once that is done. */
  write(effects: readonly Effect[]): Map<string, Entry> {
    const written = new Map<string, Entry>();
    for (const effect of effects) {
      const subject = subjectOf(effect);
      const before = written.get(subject) ?? this.#entries.get(subject);
      const seq = before?.seq ?? this.#next++;
      written.set(subject, { seq, effect: before ? followed(before.effect, effect) : effect });
    }
    for (const { seq, effect } of written.values())
      this.#sql.exec(
        "INSERT INTO owed (seq, effect) VALUES (?1, ?2) ON CONFLICT (seq) DO UPDATE SET effect = ?2",
        seq,
        JSON.stringify(effect),
      );
    return written;
  }

  /** Tells ledgers what was written. */
  take(written: ReadonlyMap<string, Entry>): void {
    for (const [subject, entry] of written) this.#entries.set(subject, entry);
    this.#sort(written.keys());
  }

  /** Takes up everything that is owed. */
  resume(): void {
    this.#sort(this.#entries.keys());
  }

  /** Forgets verdicts that are owed about these alerts. */
  forget(alerts: ReadonlySet<string>): void {
    for (const [subject, { seq, effect }] of this.#entries) {
      if (effect.kind !== "verdict" || !alerts.has(effect.verdict.alert)) continue;
      this.#sql.exec("DELETE FROM owed WHERE seq = ?", seq);
      this.#entries.delete(subject);
    }
  }

  #sort(subjects: Iterable<string>): void {
    for (const subject of subjects) this.#unsorted.add(subject);
    if (!this.#sorting && this.#unsorted.size > 0) void this.#assign();
  }

  /** Finds out which ledger each effect is for. */
  async #assign(): Promise<void> {
    this.#sorting = true;
    while (this.#unsorted.size > 0) {
      const subjects = [...this.#unsorted];
      try {
        for (const subject of subjects) {
          const entry = this.#entries.get(subject);
          const ledger = entry && (await this.#stages.ledgerOf(entry.effect));
          this.#unsorted.delete(subject);
          if (ledger !== undefined) this.#into(ledger, subject);
        }
      } catch (error) {
        log("warn", "correlator.ledger_unknown", { route: this.#route, error: errorText(error) });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#sorting = false;
  }

  #into(ledger: string, subject: string): void {
    const lane = this.#lanes.get(ledger);
    if (lane) lane.add(subject);
    else {
      this.#lanes.set(ledger, new Set([subject]));
      // What comes at the same moment goes with it.
      setTimeout(() => void this.#run(ledger), 0);
    }
  }

  async #run(ledger: string): Promise<void> {
    const lane = this.#lanes.get(ledger);
    // How many calls of one effect follow a call that failed: what a ledger cannot take holds up nothing else.
    let alone = 0;
    while (lane && lane.size > 0) {
      const subjects = [...lane].slice(0, alone > 0 ? 1 : EFFECTS_A_CALL);
      alone = Math.max(0, alone - 1);
      const told = subjects.flatMap((subject) => this.#entries.get(subject) ?? []).sort((left, right) => left.seq - right.seq);
      try {
        if (told.length > 0)
          await this.#stages.deliver(
            ledger,
            told.map(({ effect }) => effect),
          );
        this.#confirmed(told);
        for (const subject of subjects) if (!this.#entries.has(subject)) lane.delete(subject);
      } catch (error) {
        log("warn", "correlator.deliver_failed", { route: this.#route, ledger, error: errorText(error) });
        if (subjects.length > 1) alone = subjects.length;
        else for (const subject of subjects) if (lane.delete(subject)) lane.add(subject);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#lanes.delete(ledger);
  }

  /** What was said is owed no more, unless something newer is to be said of the same. */
  #confirmed(told: readonly Entry[]): void {
    const done = told.filter((entry) => this.#entries.get(subjectOf(entry.effect)) === entry);
    if (done.length === 0) return;
    this.#sql.exec("DELETE FROM owed WHERE seq IN (SELECT value FROM json_each(?))", JSON.stringify(done.map(({ seq }) => seq)));
    for (const { effect } of done) this.#entries.delete(subjectOf(effect));
  }
}

/** What is told of effects that were decided together: of those about the same, the later. In the order of the first ones. */
export function lastWords(effects: readonly Effect[]): Effect[] {
  const last = new Map<string, Effect>();
  for (const effect of effects) {
    const subject = subjectOf(effect);
    const before = last.get(subject);
    last.set(subject, before ? followed(before, effect) : effect);
  }
  return [...last.values()];
}

/** What an effect is about: of two about the same, only the later has to be told. */
function subjectOf(effect: Effect): string {
  if (effect.kind === "raise") return effect.raised.key;
  const { alert, gate, by, event = "" } = effect.verdict;
  return [gate, by, alert, event].join("\u001f");
}

/** A later word about an alert of ours, with what of the one before it does not replace. */
function followed(before: Effect, effect: Effect): Effect {
  if (before.kind !== "raise" || effect.kind !== "raise") return effect;
  const type = before.raised.type === "threshold_reached" && effect.raised.type === "counted" ? before.raised.type : effect.raised.type;
  return { kind: "raise", raised: { ...effect.raised, type, patch: { ...before.raised.patch, ...effect.raised.patch } } };
}
