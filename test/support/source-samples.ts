// Alerts as the samples of each source make them, for whoever asks rules about all of them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Alert, SourceEvent } from "../../src/alert.ts";
import { advance } from "../../src/ledger/advance.ts";
import type { AlertState } from "../../src/ledger/state.ts";

const SOURCES = join(import.meta.dirname, "../../src/sources");
const AT = Date.UTC(2026, 10, 20, 12);

/** The sources that have samples, by their folders. */
export const sampledSources = (): string[] =>
  readdirSync(SOURCES, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && readdirSync(join(SOURCES, entry.name)).includes("fixtures") ? [entry.name] : [],
  );

/** Every sample of a source as an alert that is new. */
export const freshAlerts = (source: string): Alert[] => fresh(source).map(({ alert }) => alert);

/** Every sample of a source as the second thing that is said of each other. */
export function changedAlerts(source: string): Alert[] {
  const events = eventsOf(source);
  return fresh(source).flatMap((before) =>
    events.map((event) => advance(before, { ...event, key: "k", order: 1 }, contextOf(source, AT + 1_000)).state.alert),
  );
}

const fresh = (source: string): AlertState[] =>
  eventsOf(source).map((event) => advance(undefined, { ...event, key: "k", order: 0 }, contextOf(source, AT)).state);

const contextOf = (source: string, receivedAt: number) => ({
  alertId: `${source}.1`,
  source,
  route: source,
  defaultSeverity: "high" as const,
  receivedAt,
});

function eventsOf(source: string): SourceEvent[] {
  const folder = join(SOURCES, source, "fixtures");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".expected.json"))
    .flatMap((name) => eventsIn(JSON.parse(readFileSync(join(folder, name), "utf8"))));
}

/** Of a request its events; an answer of the API as the event that it completes. */
function eventsIn(golden: { value?: { event?: SourceEvent }[] | SourceEvent["patch"] }): SourceEvent[] {
  if (Array.isArray(golden.value)) return golden.value.flatMap(({ event }) => event ?? []);
  if (golden.value === undefined) return [];
  return [{ claim: "c", identified: true, key: "k", type: "detail", kind: "updated", patch: golden.value, payload: null }];
}
