// What an alert's row owes the correlator: what the gates of rules saw of its events, and of what people did to it.
import type { DecisionCore } from "./core.ts";
import type { PlannedObservation } from "./stages.ts";
import type { AlertState, OwedObservation } from "./state.ts";

/** Observations of one alert that wait for the correlator at the most; the oldest are given up beyond it. */
const MOST_OBSERVATIONS = 2_000;
/** Of them so many fit into the alert's row whatever their keys are, and so many bytes are left for them there. */
const ALWAYS_OWED = 10;
const MOST_BYTES = 800_000;

/** Has the correlator told what gates saw of an event: its public id, and when it happened (Unix ms). */
export function oweObservations(
  state: AlertState,
  observations: readonly PlannedObservation[],
  { event, at }: Pick<OwedObservation, "event" | "at">,
  { vitals }: Pick<DecisionCore["journal"], "vitals">,
): void {
  if (observations.length === 0) return;
  vitals.observed = (vitals.observed ?? 0) + observations.length;
  const owed = [...(state.observations ?? []), ...observations.map((one) => ({ ...one, event, at }))];
  state.observations = latest(owed);
}

function latest(owed: readonly OwedObservation[]): OwedObservation[] {
  let bytes = 0;
  let kept = 0;
  for (const one of owed.toReversed()) {
    bytes += bytesOf(one);
    if (kept >= MOST_OBSERVATIONS || (kept >= ALWAYS_OWED && bytes > MOST_BYTES)) break;
    kept += 1;
  }
  return owed.slice(owed.length - kept);
}

/** A UTF-16 unit is three bytes at the most. */
const bytesOf = ({ by, keys, settings }: OwedObservation): number => {
  const texts = settings.gate === "threshold" ? [settings.title, settings.category, ...(settings.tags ?? [])] : [];
  return 300 + 3 * [by, ...keys, ...texts].join().length;
};
