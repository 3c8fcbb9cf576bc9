// A key that was heard of and falls silent for longer than it may raises an alert; its return resolves it. What counts is when we heard, not
// what the source's clock said: a source whose clock is an hour behind is not silent.
import type { AlertPatch } from "../alert.ts";
import { durationText } from "../lib/duration.ts";
import { keyText, momentText, sentence } from "./facts.ts";
import { type GateLogic, type Place, raise, type Work } from "./gate.ts";
import type { GateSettings } from "./interface.ts";

/** What is known of one key. Times in Unix ms. */
interface SilentState {
  settings: Extract<GateSettings, { gate: "silent" }>;
  /** When it was last heard of. */
  heardAt: number;
  /** Of the latest silence. */
  ordinal: number;
  order: number;
  isSilent: boolean;
}

/** The gate of `silent_after`. */
export const silent: GateLogic = {
  observe(work, { by, settings, keys }) {
    if (settings.gate !== "silent") return;
    for (const key of keys) {
      const place: Place = { kind: "silent", by, key };
      const before = work.read<SilentState>(place) ?? {
        heardAt: work.now,
        ordinal: work.ordinalBefore(place),
        order: 0,
        isSilent: false,
      };
      const state: SilentState = { ...before, settings, heardAt: work.now };
      if (state.isSilent) returned(work, place, state, `${whoOf(work, place)} was heard of again`);
      work.write(place, state, dueOf(state));
    }
  },

  turn(work, place) {
    const state = work.read<SilentState>(place);
    if (!state) return;
    if (!state.isSilent && dueOf(state) <= work.now) fallSilent(work, place, state);
    work.write(place, state, state.isSilent ? undefined : dueOf(state));
  },

  giveUp(work, place, isOld) {
    const state = work.read<SilentState>(place);
    if (state?.isSilent && !isOld) returned(work, place, state, `${whoOf(work, place)} is watched no more: there are too many to watch`);
  },

  forget() {
    // Nothing of any alert is kept.
  },
};

const dueOf = ({ heardAt, settings }: SilentState): number => heardAt + settings.afterMs;

const whoOf = ({ route }: Work, { key }: Place): string => (key === "" ? `the route ${route}` : keyText(key));

function fallSilent(work: Work, place: Place, state: SilentState): void {
  state.ordinal += 1;
  state.isSilent = true;
  const after = durationText(state.settings.afterMs);
  const since = momentText(state.heardAt);
  const heard = new Date(state.heardAt).toISOString();
  const patch: AlertPatch = {
    title: `Nothing heard of ${whoOf(work, place)} since ${since}`,
    summary: `It has been silent for longer than ${after}.`,
    status: "new",
    ...(state.settings.severity ? { severity: state.settings.severity } : {}),
    type: "silent",
    rule: { name: place.by },
    first_seen: heard,
    last_seen: heard,
    data: { key: place.key, silent_after: after, last_heard: heard },
  };
  const reason = `nothing was heard of it since ${since}, for longer than ${after}`;
  raise(work, "silent", place, state, { type: "silent", reason, patch, ordinal: state.ordinal });
}

function returned(work: Work, place: Place, state: SilentState, reason: string): void {
  state.isSilent = false;
  const summary = sentence(`${reason} at ${momentText(work.now)}`);
  const patch: AlertPatch = { summary, status: "resolved", last_seen: new Date(work.now).toISOString() };
  raise(work, "silent", place, state, { type: "returned", reason, patch, ordinal: state.ordinal });
}
