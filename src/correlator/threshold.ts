// So many events of one key in so long raise an alert; from then on every event of the run counts into it.
import { type AlertPatch, rises } from "../alert.ts";
import { durationText } from "../lib/duration.ts";
import { aboutKey, after, assetsOf, keyText, MOST_TAGS, momentText, sentence, shortened } from "./facts.ts";
import { type GateLogic, type Place, raise, type Work } from "./gate.ts";
import type { GateSettings } from "./interface.ts";
import { addToRuns, lastTimes, type Run, reaches } from "./runs.ts";

/** Between two words about nothing but a higher count. */
const COUNTED_MS = 5_000;
/** How long a run is remembered beyond two windows, for events that come late. */
const LATE_MS = 600_000;

type Settings = Extract<GateSettings, { gate: "threshold" }>;

/** What is known of one key. */
interface ThresholdState {
  settings: Settings;
  /** Of the latest episode. */
  ordinal: number;
  order: number;
  runs: Run[];
}

/** The gate of `threshold`. */
export const threshold: GateLogic = {
  observe(work, { by, settings, keys, event, alert, at }) {
    if (settings.gate !== "threshold") return;
    for (const key of keys) {
      const place: Place = { kind: "threshold", by, key };
      const before = work.read<ThresholdState>(place) ?? { settings, ordinal: work.ordinalBefore(place), order: 0, runs: [] };
      const state: ThresholdState = { ...before, settings, runs: remembered(before.runs, settings, work.now) };
      add(work, place, state, { event, alert: shortened(alert), at });
      write(work, place, state);
    }
  },

  turn(work, place) {
    const state = work.read<ThresholdState>(place);
    if (!state) return;
    for (const run of state.runs) if (run.isUntold && dueOf(run, work.now) <= work.now) tell(work, place, state, run);
    write(work, place, state);
  },

  giveUp(work, place) {
    const state = work.read<ThresholdState>(place);
    for (const run of state?.runs ?? []) if (state && run.isUntold) tell(work, place, state, run);
  },

  forget(work, place, alerts) {
    const state = work.read<ThresholdState>(place);
    if (!state) return;
    for (const run of state.runs) {
      const left = run.samples.filter(({ alert }) => !alerts.has(alert.id));
      if (left.length === run.samples.length) continue;
      run.samples = left;
      if (run.ordinal !== undefined) tell(work, place, state, run);
    }
    write(work, place, state);
  },
};

function add(work: Work, place: Place, state: ThresholdState, sample: Run["samples"][number]): void {
  const { count, withinMs } = state.settings;
  const { runs, run, absorbed } = addToRuns(state.runs, sample, withinMs, work.now);
  state.runs = runs;
  if (absorbed) absorb(work, place, state, absorbed, run);
  if (run.ordinal !== undefined) run.isUntold = true;
  else if (reaches(run, count, withinMs)) {
    state.ordinal += 1;
    run.ordinal = state.ordinal;
    run.isUntold = true;
  }
  run.times = run.ordinal === undefined ? lastTimes(run.times, count) : [];
}

/** A late event showed that two episodes are one: the younger alert ends, and its number is free again if it was the last. */
function absorb(work: Work, place: Place, state: ThresholdState, absorbed: Run, into: Run): void {
  if (absorbed.ordinal === undefined || into.ordinal === undefined) return;
  const reason = `an event that came late shows that it is one with episode ${into.ordinal} of this key, which goes on`;
  const patch: AlertPatch = { status: "resolved", summary: sentence(reason) };
  raise(work, "threshold", place, state, { type: "absorbed", reason, patch, ordinal: absorbed.ordinal });
  if (absorbed.ordinal === state.ordinal) state.ordinal -= 1;
}

function tell(work: Work, place: Place, state: ThresholdState, run: Run): void {
  if (run.ordinal === undefined) return;
  const type = run.told ? "counted" : "threshold_reached";
  const reason = `the rule "${place.by}" counted ${countedText(place, state, run)}`;
  raise(work, "threshold", place, state, { type, reason, patch: patchOf(place, state, run), ordinal: run.ordinal });
  run.told = { at: work.now, worst: run.worst };
  delete run.isUntold;
}

function countedText({ key }: Place, { settings: { count, withinMs } }: ThresholdState, run: Run): string {
  const of = key === "" ? "" : ` of ${keyText(key)}`;
  const events = run.count === 1 ? "1 event" : `${run.count} events`;
  return `${events}${of} ${spanOf(run)}; ${count} within ${durationText(withinMs)} raise an alert`;
}

function spanOf({ from, to }: Run): string {
  const [begin, end] = [momentText(from), momentText(to)];
  return begin === end ? `at ${begin}` : `from ${begin} to ${end}`;
}

function patchOf(place: Place, state: ThresholdState, run: Run): AlertPatch {
  const { by, key } = place;
  const { settings } = state;
  const alerts = run.samples.map(({ alert }) => alert);
  const titles = new Set(alerts.map(({ title }) => title));
  const [title = "events"] = titles;
  const counted = titles.size > 1 ? `${run.count} events such as ${title}` : `${run.count} × ${title}`;
  const category = settings.category ?? alerts.find((alert) => alert.category)?.category;
  const tags = settings.tags ?? [...new Set(alerts.flatMap((alert) => alert.tags ?? []))].sort().slice(0, MOST_TAGS);
  const time = (at: number): string => new Date(at).toISOString();
  return {
    title: aboutKey(settings.title ?? counted, key),
    summary: `${countedText(place, state, run)}.`,
    severity: settings.severity ?? run.worst,
    status: "new",
    type: "threshold",
    rule: { name: by },
    assets: assetsOf(alerts.flatMap(({ assets }) => assets)),
    ...(category ? { category } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    total: run.count,
    first_seen: time(run.from),
    last_seen: time(run.to),
    data: {
      key,
      threshold: { count: settings.count, within: durationText(settings.withinMs) },
      samples: run.samples.map(({ event, alert, at }) => ({ event, alert: alert.id, title: alert.title, at: time(at) })),
    },
  };
}

/** When a run with news is told: at once what is new or worse, a mere count at most so often. */
const dueOf = ({ told, worst }: Run, now: number): number => (!told || rises(told.worst, worst) ? now : after(told.at, COUNTED_MS, now));

/** Runs that may still grow, or have something to tell. */
const remembered = (runs: readonly Run[], { withinMs }: Settings, now: number): Run[] =>
  runs.filter(({ isUntold, heardAt }) => isUntold || heardAt + 2 * withinMs + LATE_MS >= now);

function write(work: Work, place: Place, state: ThresholdState): void {
  const dues = state.runs.filter(({ isUntold }) => isUntold).map((run) => dueOf(run, work.now));
  work.write(place, state, dues.length > 0 ? Math.min(...dues) : undefined);
}
