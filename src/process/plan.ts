// What the gates of all rules, inhibitions, silences and mutes come to, together.
import type { Route, Rule } from "../config/model.ts";
import type { TraceStep } from "../ledger/interface.ts";
import type { PlannedEvent, PlannedObservation } from "../ledger/stages.ts";
import { destinationsOf } from "../rules/match.ts";
import type { GateContext, Passed } from "./gates.ts";
import type { Inhibited } from "./inhibit.ts";
import type { Silenced } from "./silenced.ts";

/** One plan while it is made. */
export class Plan {
  readonly #context: GateContext;
  readonly #trace: TraceStep[];
  /** Who begins to show the alert. */
  readonly begin = new Set<string>();
  readonly #digest = new Map<string, boolean>();
  readonly #styledBy: Record<string, string> = {};
  #escalatedBy: string | undefined;
  readonly #muted = new Set<string>();
  #mutesAll = false;
  readonly #withheld = new Map<string, number | undefined>();
  #observations: PlannedObservation[] = [];
  /** Rules that tell it together with others (a group, a threshold), and whom. */
  readonly #together = new Map<string, string[]>();
  readonly #ends = new Set<"held" | "grouped" | "silenced">();
  #hold: NonNullable<PlannedEvent["hold"]> | undefined;
  #silenced: PlannedEvent["silenced"];

  constructor(context: GateContext, trace: TraceStep[]) {
    this.#context = context;
    this.#trace = trace;
  }

  pass(rule: Rule, passed: Passed): void {
    this.#trace.push(...passed.trace);
    if (passed.held) this.#ends.add("held");
    if (passed.silenced) this.#ends.add("silenced");
    if (passed.wait) this.#wait(passed.wait);
    this.#observations.push(...passed.observations);
    for (const name of passed.to) {
      this.begin.add(name);
      if (rule.detail || rule.template || rule.ping) this.#styledBy[name] ??= rule.name;
      this.#digest.set(name, (this.#digest.get(name) ?? true) && passed.digest === true);
    }
    if (passed.to.length > 0 && rule.escalate) this.#escalatedBy ??= rule.name;
    if (passed.withheld) this.#withhold(passed.withheld.from, passed.withheld.until);
    const whom = destinationsOf(rule.to, this.#context.alert.severity);
    if (passed.grouped && (rule.group || rule.threshold)) this.#together.set(rule.name, whom);
    else if (passed.grouped) this.#ends.add("grouped");
    if (rule.mute !== true) return;
    if (whom.length === 0) this.#mutesAll = true;
    for (const name of whom) this.#muted.add(name);
  }

  observe(observation: PlannedObservation): void {
    this.#observations.push(observation);
  }

  /** A group that has heard of the alert hears of this, too. */
  stayIn(rule: Rule, observation: PlannedObservation): void {
    this.#observations.push(observation);
    this.#together.set(rule.name, destinationsOf(rule.to, this.#context.alert.severity));
  }

  /** Whether somebody would be told of the alert who was not told before: by itself, or together with others. */
  get isNew(): boolean {
    const { shownBy } = this.#context;
    const joins = [...this.#together.keys()].some((rule) => !this.#isMember(rule));
    return joins || [...this.begin].some((name) => !shownBy.includes(name));
  }

  /** Whether somebody shows the alert, by itself or as a member of a group. */
  get isShown(): boolean {
    return this.#context.shownBy.length > 0 || [...this.#together.keys()].some((rule) => this.#isMember(rule));
  }

  /** What inhibitions say: sources and targets to tell of, and whether it waits for one. */
  hear(said: Inhibited): void {
    this.#observations.push(...said.observations);
    this.#trace.push(...said.trace);
    if (!said.holds) return;
    this.begin.clear();
    this.#leave((rule, gate) => gate === "group" && !this.#isMember(rule));
    this.#ends.add("grouped");
    this.#wait(said.holds);
  }

  /** What silences say. */
  hush(said: Silenced): void {
    const { shownBy } = this.#context;
    this.#trace.push(...said.trace);
    if (said.isOver) {
      for (const name of [...this.begin]) if (!shownBy.includes(name)) this.begin.delete(name);
      this.#leave((rule, gate) => gate === "group" && !this.#isMember(rule));
      this.#ends.add("silenced");
    }
    if (!said.hides) return;
    const { by, until } = said.hides;
    this.#silenced = { by, until, from: [...new Set([...this.begin, ...shownBy, ...[...this.#together.values()].flat()])] };
    this.begin.clear();
    this.#leave(() => true);
    this.#ends.add("silenced");
    this.#withhold(shownBy, until);
    this.#wait({ due: until, verdicts: { silence: `${by} ${until}` } });
  }

  end(route: Route): Omit<PlannedEvent, "rules"> {
    const { alert, shownBy, step } = this.#context;
    const isMuted = (name: string): boolean => this.#mutesAll || this.#muted.has(name);
    for (const name of [...this.begin]) if (isMuted(name)) this.begin.delete(name);
    this.#leave((rule) => this.#together.get(rule)?.every(isMuted) === true);
    // The end of something shown is always told.
    if (alert.status === "resolved") this.#withheld.clear();
    const withheld = shownBy.filter((name) => this.#withheld.has(name));
    const matched = [...this.begin];
    const begins = matched.filter((name) => !shownBy.includes(name));
    const told = begins.length > 0 || shownBy.some((name) => !withheld.includes(name));
    const end =
      told || this.#ends.has("held")
        ? "routed"
        : this.#ends.has("grouped") || this.#together.size > 0
          ? "grouped"
          : this.#isSilenced()
            ? "silenced"
            : "unmatched";
    this.#trace.push(
      step("plan", end, reasonOf(route, end, { begins, told, held: this.#ends.has("held"), together: this.#together.size > 0 }), {
        begins,
        shows: [...shownBy],
        withheld,
      }),
    );
    return {
      end,
      matched,
      digest: matched.filter((name) => this.#digest.get(name)),
      styledBy: Object.fromEntries(Object.entries(this.#styledBy).filter(([name]) => matched.includes(name))),
      escalatedBy: matched.length > 0 ? this.#escalatedBy : undefined,
      withheld,
      hold: this.#hold,
      observations: this.#observations,
      silenced: this.#silenced,
      trace: this.#trace,
    };
  }

  /** Is told by none of these rules together with others, but for the end of what a group shows. */
  #leave(which: (rule: string, gate: PlannedObservation["settings"]["gate"]) => boolean): void {
    const isEnd = this.#context.alert.status === "resolved";
    this.#observations = this.#observations.filter(({ by, settings: { gate } }) => {
      const leaves = (gate === "group" || gate === "threshold") && which(by, gate) && !(isEnd && this.#isMember(by));
      if (leaves) this.#together.delete(by);
      return !leaves;
    });
  }

  #isMember(rule: string): boolean {
    return this.#context.memberOf?.includes(`group:${rule}`) === true;
  }

  #isSilenced(): boolean {
    return this.#ends.has("silenced") || this.#withheld.size > 0;
  }

  #withhold(from: readonly string[], until: number | undefined): void {
    for (const name of from) this.#withheld.set(name, until);
    if (until !== undefined) this.#wait({ due: until, verdicts: {} });
  }

  #wait({ due, verdicts }: NonNullable<PlannedEvent["hold"]>): void {
    const both = [this.#hold?.due, due].filter((at) => at !== undefined);
    this.#hold = { ...(both.length === 0 ? {} : { due: Math.min(...both) }), verdicts: { ...this.#hold?.verdicts, ...verdicts } };
  }
}

function reasonOf(
  route: Route,
  end: PlannedEvent["end"],
  { begins, told, held, together }: { begins: string[]; told: boolean; held: boolean; together: boolean },
): string {
  switch (end) {
    case "unmatched":
      return route.rules.length === 0 ? "the route has no rules" : "no rule matched, and no destination shows the alert";
    case "silenced":
      return "nobody is told of it";
    case "grouped":
      return together ? "it is told together with others" : "nobody is told of it now: it waits, or was answered";
    case "routed":
      if (begins.length > 0) return "destinations begin to show the alert";
      return held && !told
        ? "destinations will show the alert when their hours begin"
        : "destinations that show the alert get its new version";
  }
}
