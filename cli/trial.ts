// A sample as a route would read it: the alerts that come of it, and what each rule says. Pure but for the compiled conditions.
import type { Alert, SourceEvent } from "../src/alert.ts";
import type { FieldMask } from "../src/config/mask.ts";
import type { Route } from "../src/config/model.ts";
import { readMasked } from "../src/intake/masked.ts";
import { advance } from "../src/ledger/advance.ts";
import { signatureOf } from "../src/ledger/keyed.ts";
import type { AlertState } from "../src/ledger/state.ts";
import { parseJson } from "../src/lib/json.ts";
import { alertHash, alertId } from "../src/lib/names.ts";
import { fail, ok, type Result } from "../src/outcome.ts";
import { rememberConditions } from "../src/rules/condition.ts";
import { keysOf } from "../src/rules/keys.ts";
import type { Lists } from "../src/rules/lists.ts";
import { matchRules, type RuleDecision } from "../src/rules/match.ts";
import { sources } from "../src/sources/index.ts";
import type { ParseContext, ParsedEntry } from "../src/sources/source.ts";

/** As the ledger has it for events without an id and a time of their own. */
const UNIDENTIFIED_WINDOW_MS = 60_000;

/** What became of one entry of the sample. */
export type Tried =
  | { kind: "test" }
  | { kind: "ignored"; reason: string }
  /** `alert`: as it stands after this event; `rules`: what each says of it. */
  | {
      kind: "event";
      event: string;
      recognised_for: string;
      /** Where the route has a `dedup_key`: other events that are equal in these values are copies; null where it has none for a path. */
      copies_by?: string[] | null;
      changed: boolean;
      alert: Alert;
      /** `gates`: what of the rule decides when and whether it is told, besides its condition. */
      rules: (RuleDecision & { gates: string[] })[];
    };

/** A sample as a route reads it. `masked`: how many values each mask took out; `remarks`: what the route's settings do not find in it. */
export interface Trial {
  route: string;
  source: string;
  masked: { path: string; as: FieldMask["as"]; found: number }[];
  entries: Tried[];
  remarks: string[];
}

/** Stands in for the key behind `as = "hash"`, which is a secret of the relay: the names that it makes are others than the relay's. */
const TRIAL_KEY = "of this trial alone";

/** Reads the body of a request as the route would, at the time `now` (Unix ms); a refusal is a sentence, as the sender would get it. `lists`: those of the configuration. */
export function trySample(route: Route, bytes: Uint8Array, now: number, lists: Lists = {}): Result<Trial, string> {
  const source = sources.get(route.source);
  if (source === undefined) return fail(`There is no source ${route.source}.`);
  const body = parseJson(bytes);
  if (!body.ok) return fail(`400: the sample is not JSON: ${body.reason}.`);
  const { settings, console, severityMap } = route;
  const context: ParseContext<unknown> = { settings, console, severityMap, receivedAt: now };
  const { parsed, found } = route.mask
    ? readMasked(source, body.value, context, route.mask, TRIAL_KEY)
    : { parsed: source.parse(body.value, context), found: [] };
  const masked = route.mask?.fields.map(({ path, as }, index) => ({ path, as, found: found[index] ?? 0 })) ?? [];
  const nowhere = masked.filter((one) => one.found === 0).map(({ path }) => `mask: ${path} leads to no value`);
  const remarks = [...(source.remarks?.(body.value, context) ?? []), ...nowhere];
  if (!parsed.ok) {
    const { where, expected } = parsed.reason;
    return fail([`422: unexpected content at ${where}: expected ${expected}.`, ...remarks.map((remark) => `  ${remark}`)].join("\n"));
  }
  const entries: readonly ParsedEntry[] = parsed.value.length > 0 ? parsed.value : [{ kind: "test" }];
  return ok({ route: route.name, source: source.type, masked, entries: follow(route, entries, now, lists), remarks });
}

/** Events of one alert follow each other, as they would in the ledger. */
function follow(route: Route, entries: readonly ParsedEntry[], now: number, lists: Lists): Tried[] {
  const states = new Map<string, AlertState>();
  const conditionOf = rememberConditions();
  return entries.map((entry): Tried => {
    if (entry.kind === "test") return { kind: "test" };
    if (entry.kind === "ignored") return { kind: "ignored", reason: entry.reason };
    const { event } = entry;
    const id = alertId(route.name, alertHash(event.key));
    const { name, source, defaultSeverity } = route;
    const context = { alertId: id, source, route: name, defaultSeverity, receivedAt: now };
    const { state, changed } = advance(states.get(event.key), event, context);
    states.set(event.key, state);
    const decisions = matchRules(route.rules, { alert: state.alert, change: state.alert.change, nowMs: now, lists }, conditionOf);
    // Without an id or a time, the same text may soon mean something new.
    const window = event.identified ? route.dedupWindowMs : UNIDENTIFIED_WINDOW_MS;
    return {
      kind: "event",
      event: event.type,
      recognised_for: span(window),
      ...(route.dedupKey ? { copies_by: copiesBy(event, state.alert, route.dedupKey) } : {}),
      changed,
      alert: state.alert,
      rules: decisions.map((decision) => ({ ...decision, gates: gatesOf(route, decision) })),
    };
  });
}

/** What a copy would have in common with the event, `asset.name = db-1`; null for what has no copies by the key. */
function copiesBy(event: SourceEvent, alert: Alert, paths: readonly string[]): string[] | null {
  if (signatureOf(event, alert, paths) === undefined) return null;
  return paths.map((path) => `${path} = ${keysOf(alert, [path]).join(", ")}`);
}

const GATES = ["mute", "threshold", "group", "unless", "hours"] as const;

function gatesOf({ rules }: Route, { rule: name, to }: RuleDecision): string[] {
  const rule = to === undefined ? undefined : rules.find((one) => one.name === name);
  return GATES.filter((gate) => rule?.[gate] !== undefined);
}

const UNITS: readonly [number, string][] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
];

function span(ms: number): string {
  const [size, unit] = UNITS.find(([one]) => ms % one === 0) ?? [1, "ms"];
  return `${ms / size} ${unit}`;
}
