// An event waits for one that answers it, with the same key and no later than the window; if none comes, it fires.
import { durationText } from "../lib/duration.ts";
import { keyText } from "./facts.ts";
import type { GateLogic, Place, Work } from "./gate.ts";
import type { Observation, Verdict } from "./interface.ts";

/** How long an answer is remembered for an event that comes after it. */
const ANSWER_MS = 900_000;
/** What comes too late waits for so long all the same: its answer may be right behind it. */
const LATE_MS = 2_000;
/** Answers of one key that are remembered, and events that wait. */
const MOST_ANSWERS = 100;
const MOST_WAITING = 1_000;
/** So many may wait, whatever their keys are. */
const ALWAYS_WAITING = 10;
const MOST_BYTES = 1_600_000;

/** An event that waits under each of its keys. Times in Unix ms. */
interface Waiting {
  event: string;
  alert: string;
  at: number;
  due: number;
  withinMs: number;
  keys: string[];
}

/** What is known of one key. */
interface UnlessState {
  waiting: Waiting[];
  answers: { event: string; at: number; heardAt: number }[];
}

const placeOf = (by: string, key: string): Place => ({ kind: "unless", by, key });

const stateAt = (work: Work, place: Place): UnlessState => work.read<UnlessState>(place) ?? { waiting: [], answers: [] };

const answers = ({ event, at, withinMs }: Pick<Waiting, "event" | "at" | "withinMs">, by: { event: string; at: number }): boolean =>
  by.event !== event && by.at >= at && by.at <= at + withinMs;

/** The gate of `unless`: both who waits and who answers. */
export const unless: GateLogic = {
  observe(work, observation) {
    if (observation.settings.gate === "unless") wait(work, observation, observation.settings.withinMs);
    if (observation.settings.gate === "unless_answer") answer(work, observation);
  },

  turn(work, place) {
    const { waiting } = stateAt(work, place);
    for (const one of waiting)
      if (one.due <= work.now) fire(work, place.by, one, `nothing answered it within ${durationText(one.withinMs)}`);
    write(work, place, stateAt(work, place));
  },

  giveUp(work, place) {
    for (const one of stateAt(work, place).waiting)
      fire(work, place.by, one, "it waited no longer: too many others wait for what would answer them");
  },

  forget(work, place, alerts) {
    const state = stateAt(work, place);
    const left = state.waiting.filter(({ alert }) => !alerts.has(alert));
    if (left.length < state.waiting.length) write(work, place, { ...state, waiting: left });
  },
};

function wait(work: Work, { by, keys, event, alert, at }: Observation, withinMs: number): void {
  const due = Math.max(Math.min(at, work.now) + withinMs, work.now + Math.min(withinMs, LATE_MS));
  const own: Waiting = { event, alert: alert.id, at, due, withinMs, keys };
  for (const key of keys) {
    const answered = stateAt(work, placeOf(by, key)).answers.find((one) => answers(own, one));
    if (!answered) continue;
    tell(work, by, own, "answered", answeredText(answered.event, key));
    return;
  }
  for (const key of keys) {
    const place = placeOf(by, key);
    const state = stateAt(work, place);
    if (state.waiting.some((one) => one.event === event)) continue;
    write(work, place, { ...state, waiting: [...state.waiting, own] });
    for (let [first, ...others] = stateAt(work, place).waiting; first && isTooMuch([first, ...others]); [first, ...others] = others)
      fire(work, by, first, "it waited no longer: too many others of its key wait");
  }
}

/** Whether so many wait that a row, which holds 2 MB, might not: of each its keys are there. A UTF-16 unit is three bytes at the most. */
function isTooMuch(waiting: readonly Waiting[]): boolean {
  if (waiting.length <= ALWAYS_WAITING) return false;
  return waiting.length > MOST_WAITING || waiting.reduce((sum, { keys }) => sum + 300 + 3 * keys.join().length, 0) > MOST_BYTES;
}

function answer(work: Work, { by, keys, event, at }: Observation): void {
  for (const key of keys) {
    const place = placeOf(by, key);
    for (const one of stateAt(work, place).waiting) {
      if (!answers(one, { event, at })) continue;
      release(work, by, one);
      tell(work, by, one, "answered", answeredText(event, key));
    }
    const state = stateAt(work, place);
    const fresh = [...state.answers.filter(({ heardAt }) => heardAt + ANSWER_MS > work.now), { event, at, heardAt: work.now }];
    const known = fresh.sort((left, right) => left.at - right.at || (left.event < right.event ? -1 : 1)).slice(-MOST_ANSWERS);
    write(work, place, { ...state, answers: known });
  }
}

function fire(work: Work, by: string, one: Waiting, reason: string): void {
  release(work, by, one);
  tell(work, by, one, "fired", reason);
}

/** It waits no more, under none of its keys. */
function release(work: Work, by: string, { event, keys }: Waiting): void {
  for (const key of keys) {
    const place = placeOf(by, key);
    const state = stateAt(work, place);
    write(work, place, { ...state, waiting: state.waiting.filter((one) => one.event !== event) });
  }
}

function write(work: Work, place: Place, state: UnlessState): void {
  if (state.waiting.length > 0) work.write(place, state, Math.min(...state.waiting.map(({ due }) => due)));
  else if (state.answers.some(({ heardAt }) => heardAt + ANSWER_MS > work.now)) work.write(place, state);
  else work.remove(place);
}

function tell(work: Work, by: string, { alert, event }: Waiting, verdict: Verdict["verdict"], reason: string): void {
  work.tell({ kind: "verdict", verdict: { alert, gate: "unless", by, verdict, event, reason, at: work.now } });
}

const answeredText = (event: string, key: string): string =>
  `the event ${event}${key === "" ? "" : ` with the key ${keyText(key)}`} answered it in time`;
