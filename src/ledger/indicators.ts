// Which indicators of an alert enrichers are asked about. Pure. What only a local network knows stays here: private addresses, host
// names, the alert's own assets; and whatever the configuration excepts.
import type { Alert, Indicator, IndicatorType } from "../alert.ts";
import { isBelow, isPublicAddress, isPublicName, isWithin, type Network, parseNetwork } from "../lib/network.ts";
import type { TraceStep } from "./interface.ts";
import type { PlannedEnricher } from "./stages.ts";
import type { Lookups, OpenLookup } from "./state.ts";

/** Indicators of one alert that one enricher is asked about, at the most. */
export const MOST_INDICATORS = 10;
/** Observables that are looked at: sources list up to a hundred. */
const MOST_OBSERVABLES = 500;

/** Files that hold nothing, which are everywhere: the MD5, SHA-1 and SHA-256 of no bytes. */
const EMPTY_FILES = new Set([
  "d41d8cd98f00b204e9800998ecf8427e",
  "da39a3ee5e6b4b0d3255bfef95601890afd80709",
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
]);

const KINDS: Record<IndicatorType, (value: string) => boolean> = {
  hash: (value) => /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) && !/^0+$/.test(value) && !EMPTY_FILES.has(value),
  domain: isPublicName,
  ip: isPublicAddress,
};

/** The indicators of an alert that may be asked about elsewhere, each once, in the alert's order. */
export function indicatorsOf(alert: Pick<Alert, "observables" | "assets">): Indicator[] {
  const own = ownNames(alert);
  const found = new Map<string, Indicator>();
  for (const { type, name, value: text } of alert.observables.slice(0, MOST_OBSERVABLES)) {
    if (!isKind(type)) continue;
    const value = text.trim().toLowerCase().replace(/\.$/, "");
    if (KINDS[type](value) && !own.has(value)) found.set(`${type} ${value}`, { type, name: name.slice(0, 100), value });
  }
  return [...found.values()];
}

/** Where the indicators that are new to each enricher are noted; undefined when there is nothing to note. */
export function noteIndicators(
  alert: Pick<Alert, "observables" | "assets">,
  before: Lookups | undefined,
  enrichers: readonly PlannedEnricher[],
  { seq, now, dueAt }: { seq: number; now: number; dueAt: number },
): { lookups: Lookups; trace: TraceStep[] } | undefined {
  if (enrichers.length === 0) return undefined;
  const at = new Date(now).toISOString();
  const indicators = indicatorsOf(alert);
  const seen = new Set(before?.seen ?? []);
  const added: OpenLookup[] = [];
  const trace: TraceStep[] = [];
  let leftOut = 0;
  for (const { name: by, label, takes, except } of enrichers) {
    const excepted = exceptions(except);
    const fresh = indicators.filter((one) => takes.includes(one.type) && !excepted(one) && !seen.has(keyOf(by, one)));
    const room = Math.max(0, MOST_INDICATORS - [...seen].filter((key) => key.startsWith(`${by} `)).length);
    const asked = fresh.slice(0, room);
    leftOut += fresh.length - asked.length;
    for (const indicator of asked) {
      seen.add(keyOf(by, indicator));
      added.push({ by, indicator, seq, since: now, due: now, failures: 0 });
    }
    const values = asked.map(({ value }) => value);
    if (values.length > 0)
      trace.push({
        at,
        stage: "enrich",
        decision: "asked",
        reason: `${label} is asked about what is new`,
        values: { enricher: by, indicators: values },
      });
    if (fresh.length > asked.length && leftOut > (before?.leftOut ?? 0))
      trace.push({
        at,
        stage: "enrich",
        decision: "not_asked",
        reason: `${label} is asked about ${MOST_INDICATORS} indicators of an alert at the most`,
        values: { enricher: by, left_out: fresh.length - asked.length },
      });
  }
  if (added.length === 0 && leftOut === (before?.leftOut ?? 0)) return undefined;
  const due = added.length > 0 ? Math.min(before?.due ?? dueAt, dueAt) : before?.due;
  return { lookups: { seen: [...seen], open: [...(before?.open ?? []), ...added], leftOut, due }, trace };
}

/** What an indicator is known by at one enricher. */
export const keyOf = (by: string, { type, value }: Indicator): string => `${by} ${type} ${value}`;

const isKind = (type: string): type is IndicatorType => Object.hasOwn(KINDS, type);

/** Names and addresses of what is ours: the alert's assets, and hosts that the source names as such. */
function ownNames({ assets, observables }: Pick<Alert, "observables" | "assets">): Set<string> {
  const hosts = observables.slice(0, MOST_OBSERVABLES).filter(({ type }) => type === "host");
  const names = [...assets.flatMap(({ name, ip }) => [name, ip ?? ""]), ...hosts.map(({ value }) => value)];
  return new Set(names.map((name) => name.trim().toLowerCase()));
}

function exceptions(except: readonly string[]): (indicator: Indicator) => boolean {
  if (except.length === 0) return () => false;
  const networks = except.map(parseNetwork).filter((network): network is Network => network !== undefined);
  return ({ type, value }) => (type === "ip" ? isWithin(value, networks) : type === "domain" && isBelow(value, except));
}
