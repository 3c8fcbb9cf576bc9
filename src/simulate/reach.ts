// Whom an alert reaches: destinations that would be told of it, by itself or as one of those that a group or a threshold tells of.
import type { Observation } from "../correlator/interface.ts";
import type { StoredHistory } from "../ledger/interface.ts";
import type { RaisedAlert, Simulation } from "./simulation.ts";

/** What becomes of one alert. */
export interface Reach {
  /** Destinations, sorted. */
  to: string[];
  /** It will be told, when the hours of a rule begin. */
  waits: boolean;
}

/** Whom each alert reaches, by its id. `since`: what was told before is not counted, Unix ms. */
export function reachOf(simulation: Simulation, histories: readonly StoredHistory[], since: number): Map<string, Reach> {
  const told = new Map<string, Set<string>>();
  for (const { at, alert, destination } of simulation.told) if (at >= since) addTo(told, alert, destination);
  const waiting = new Set(simulation.events().flatMap(({ alert, end }) => (end === "routed" ? [alert] : [])));
  for (const [member, raised] of membersOf(simulation))
    for (const { alert, waits } of raised) {
      for (const destination of told.get(alert) ?? []) addTo(told, member, destination);
      if (waits) waiting.add(member);
    }
  return new Map(
    histories.map(({ alert: { id } }) => {
      const to = [...(told.get(id) ?? [])].sort();
      return [id, { to, waits: to.length === 0 && waiting.has(id) }];
    }),
  );
}

/** By alert, those of ours that are about it: of the same gate, rule and key, raised or changed soon enough after the event. */
function membersOf(simulation: Simulation): Map<string, Set<RaisedAlert>> {
  const found = new Map<string, Set<RaisedAlert>>();
  const byKey = new Map<string, RaisedAlert[]>();
  for (const raised of simulation.raised()) {
    // The beginning of its key names gate, rule and the key that was counted.
    const name = `${raised.route} ${raised.key.replace(/:\d+$/, "")}`;
    byKey.set(name, [...(byKey.get(name) ?? []), raised]);
  }
  if (byKey.size === 0) return found;
  for (const { route, at, observation } of simulation.observed()) {
    const until = at + windowOf(observation);
    for (const key of observation.keys)
      for (const raised of byKey.get(`${route} tocsin:${observation.settings.gate}:${observation.by}:${key}`) ?? [])
        if (raised.times.some((time) => time >= at && time <= until)) addTo(found, observation.alert.id, raised);
  }
  return found;
}

/** How long after an event one of our alerts may still be about it, ms. */
function windowOf({ settings }: Observation): number {
  if (settings.gate === "threshold") return settings.withinMs;
  return settings.gate === "group" ? settings.waitMs + settings.intervalMs : 0;
}

function addTo<Value>(sets: Map<string, Set<Value>>, key: string, value: Value): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}
