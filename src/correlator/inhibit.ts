// An alert may hold others back that it explains: sources hold targets with an equal key while they are not resolved. An alert that is both by
// the same inhibition counts as a source, and is not held back; and none holds back itself.
import { isNewer, type Stamp } from "./facts.ts";
import type { GateLogic, Place, Work } from "./gate.ts";
import type { Observation, Verdict } from "./interface.ts";

/** Sources of one key, and targets, that are known. */
const MOST_OF_A_KEY = 5_000;

/** What is known of one key: ids of active sources, and of targets that wait or are held. */
interface KeyState {
  sources: string[];
  targets: string[];
}

/** What is known of one alert. Times in Unix ms. */
interface AlertState {
  title: string;
  source?: Stamp & { keys: string[]; isActive: boolean };
  target?: {
    keys: string[];
    waitUntil: number;
    verdict?: "held" | "free";
    /** It was asked, and has not been told since. */
    isAsked: boolean;
    isResolved: boolean;
  };
}

const keyAt = (by: string, key: string): Place => ({ kind: "inhibit", by, key });
const alertAt = (by: string, alert: string): Place => ({ kind: "inhibit_alert", by, key: alert });
const keyState = (work: Work, place: Place): KeyState => work.read<KeyState>(place) ?? { sources: [], targets: [] };

/** The gate of inhibitions: both their sources and their targets. */
export const inhibit: GateLogic = {
  observe(work, observation) {
    if (observation.settings.gate === "inhibit_source") source(work, observation);
    if (observation.settings.gate === "inhibit_target") target(work, observation, observation.settings.waitMs);
  },

  turn(work, place) {
    if (place.kind === "inhibit_alert") judge(work, place);
  },

  giveUp(work, place, isOld) {
    if (place.kind === "inhibit_alert")
      release(work, place, isOld ? "it has been quiet for long" : "too many alerts wait or hold others back");
  },

  forget(work, place, alerts) {
    if (place.kind === "inhibit_alert" && alerts.has(place.key)) release(work, place, undefined);
  },
};

function source(work: Work, { by, keys, alert, at }: Observation): void {
  const place = alertAt(by, alert.id);
  const before = work.read<AlertState>(place);
  const said = { version: alert.version, at };
  if (!isNewer(said, before?.source)) return;
  const isActive = alert.status !== "resolved";
  const held = before?.source?.isActive ? before.source.keys : [];
  const holds = isActive ? keys : [];
  work.write(place, { ...before, title: alert.title, source: { ...said, keys, isActive } }, work.now);
  for (const key of held) if (!holds.includes(key)) endHolding(work, keyAt(by, key), alert.id);
  for (const key of holds) if (!held.includes(key)) beginHolding(work, keyAt(by, key), alert.id);
}

function target(work: Work, { by, keys, alert }: Observation, waitMs: number): void {
  const place = alertAt(by, alert.id);
  const before = work.read<AlertState>(place);
  const waitUntil = before?.target?.waitUntil ?? work.now + waitMs;
  const { verdict } = before?.target ?? {};
  for (const key of before?.target?.keys ?? []) if (!keys.includes(key)) noTarget(work, keyAt(by, key), alert.id);
  const target: AlertState["target"] = { keys, waitUntil, isAsked: true, isResolved: alert.status === "resolved" };
  work.write(place, { ...before, title: alert.title, target: { ...target, ...(verdict ? { verdict } : {}) } }, work.now);
}

function beginHolding(work: Work, place: Place, alert: string): void {
  const state = keyState(work, place);
  if (state.sources.length >= MOST_OF_A_KEY || state.sources.includes(alert)) return;
  work.write(place, { ...state, sources: [...state.sources, alert].sort() });
  lookAgain(work, place.by, state.targets);
}

function endHolding(work: Work, place: Place, alert: string): void {
  const state = keyState(work, place);
  writeKey(work, place, { ...state, sources: state.sources.filter((id) => id !== alert) });
  lookAgain(work, place.by, state.targets);
}

/** What waits for sources of a key is judged anew. */
function lookAgain(work: Work, by: string, targets: readonly string[]): void {
  for (const id of targets) {
    const state = work.read<AlertState>(alertAt(by, id));
    if (state) work.write(alertAt(by, id), state, work.now);
  }
}

/** Says what is to be said of a target now: held, free, or nothing while it waits. */
function judge(work: Work, place: Place): void {
  const state = work.read<AlertState>(place);
  if (!state?.target) return;
  const { target } = state;
  const holder = state.source?.isActive ? undefined : holderOf(work, place, target.keys);
  if (holder) {
    say(work, place, state, "held", holder.reason);
    return;
  }
  const mayWait = !state.source?.isActive && target.verdict === undefined && work.now < target.waitUntil && enter(work, place, target.keys);
  if (mayWait) work.write(place, state, target.waitUntil);
  else say(work, place, state, "free", freeText(state));
}

function holderOf(work: Work, { by, key: alert }: Place, keys: readonly string[]): { reason: string } | undefined {
  for (const key of keys) {
    const id = keyState(work, keyAt(by, key)).sources.find((one) => one !== alert);
    if (id === undefined || !enter(work, alertAt(by, alert), keys)) continue;
    const title = work.read<AlertState>(alertAt(by, id))?.title;
    return { reason: `the alert ${id}${title ? ` (${title})` : ""} holds it back by the inhibition "${by}"` };
  }
  return undefined;
}

function freeText({ source, target }: AlertState): string {
  if (source?.isActive) return "it is a source of the same inhibition, and those are not held back";
  return target?.verdict === "held" ? "the last alert that held it back has ended" : "no alert holds it back";
}

/** Notes the target with its keys, so that it is found when a source begins or ends. Answers false where there are too many. */
function enter(work: Work, { by, key: alert }: Place, keys: readonly string[]): boolean {
  const states = keys.map((key) => ({ place: keyAt(by, key), state: keyState(work, keyAt(by, key)) }));
  if (states.some(({ state }) => state.targets.length >= MOST_OF_A_KEY && !state.targets.includes(alert))) return false;
  for (const { place, state } of states)
    if (!state.targets.includes(alert)) work.write(place, { ...state, targets: [...state.targets, alert].sort() });
  return true;
}

function say(work: Work, place: Place, state: AlertState, verdict: "held" | "free", reason: string): void {
  const { target } = state;
  if (!target) return;
  if (verdict !== target.verdict || target.isAsked) tell(work, place, verdict, reason);
  if (verdict === "free") for (const key of target.keys) noTarget(work, keyAt(place.by, key), place.key);
  // A resolved alert asks no more.
  const { target: _, ...rest } = state;
  const left = verdict === "free" && target.isResolved ? rest : { ...state, target: { ...target, verdict, isAsked: false } };
  if (left === rest && !rest.source) work.remove(place);
  else work.write(place, left);
}

/** Takes an alert out of all its keys; what it held back is judged anew, and it is free itself, where somebody is to be told. */
function release(work: Work, place: Place, why: string | undefined): void {
  const state = work.read<AlertState>(place);
  if (!state) return;
  const { source, target } = state;
  work.remove(place);
  for (const key of source?.isActive ? source.keys : []) endHolding(work, keyAt(place.by, key), place.key);
  for (const key of target?.keys ?? []) noTarget(work, keyAt(place.by, key), place.key);
  if (why && target && (target.isAsked || target.verdict === "held")) tell(work, place, "free", why);
}

function noTarget(work: Work, place: Place, alert: string): void {
  const state = work.read<KeyState>(place);
  if (state?.targets.includes(alert)) writeKey(work, place, { ...state, targets: state.targets.filter((id) => id !== alert) });
}

function writeKey(work: Work, place: Place, state: KeyState): void {
  if (state.sources.length + state.targets.length === 0) work.remove(place);
  else work.write(place, state);
}

function tell(work: Work, { by, key: alert }: Place, verdict: Verdict["verdict"], reason: string): void {
  work.tell({ kind: "verdict", verdict: { alert, gate: "inhibit_target", by, verdict, reason, at: work.now } });
}
