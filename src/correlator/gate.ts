// What the gates have in common: where a gate keeps what it knows, and what it may do while it works. A gate is a pure function of the rows
// that it reads, of the observation or the time; what it writes and tells comes out of the `Work` that it was given.
import type { Effect, Observation, Raised } from "./interface.ts";

/** Whose rows they are. The two of alerts say to which keys an alert belongs. */
export type Kind = "threshold" | "group" | "group_alert" | "unless" | "inhibit" | "inhibit_alert" | "silent";

/** Where a row stands: `by` is the rule or inhibition, `key` the key or the alert's id. */
export interface Place {
  kind: Kind;
  by: string;
  key: string;
}

/** A change of rows while it is made. */
export interface Work {
  /** The route's name. */
  readonly route: string;
  /** Unix ms. */
  readonly now: number;
  /** A row as it is in this change; who changes it writes it. */
  read<State extends object>(place: Place): State | undefined;
  /** `due`: it is looked at again by then at the latest, Unix ms; it may be looked at earlier. */
  write(place: Place, state: object, due?: number): void;
  remove(place: Place): void;
  tell(effect: Effect): void;
  /** What the first episode of a key follows: higher than 0 where keys of this rule were given up. */
  ordinalBefore(place: Place): number;
}

/** One gate. */
export interface GateLogic {
  observe(work: Work, observation: Observation): void;
  /** Does what is due. The row is there; when the gate leaves it alone, nothing is due any more. */
  turn(work: Work, place: Place): void;
  /** Tells what still has to be told before a row is given up. `isOld`: it was quiet for so long that nobody waits for it. */
  giveUp(work: Work, place: Place, isOld: boolean): void;
  /** Removes what a row knows of these alerts. */
  forget(work: Work, place: Place, alerts: ReadonlySet<string>): void;
}

/** Has an alert of our own raised, or raised again with what is new. `state` counts its words. */
export function raise(
  work: Work,
  gate: Raised["gate"],
  { by, key }: Place,
  state: { order: number },
  said: Pick<Raised, "type" | "reason" | "patch"> & { ordinal: number },
): void {
  state.order += 1;
  const { ordinal, ...rest } = said;
  work.tell({
    kind: "raise",
    raised: { gate, by, key: `tocsin:${gate}:${by}:${key}:${ordinal}`, order: state.order, at: work.now, ...rest },
  });
}
