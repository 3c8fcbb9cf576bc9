// One route and one destination: from a table, as the file or a row holds it, to the parsed form.
import type * as z from "zod";
import type { Severity } from "../alert.ts";
import { durationText } from "../lib/duration.ts";
import { bindingProblems, type HasBinding, type Sending } from "./binding-problems.ts";
import { type Failovers, failoverProblems } from "./failover-problems.ts";
import { NAME } from "./fields.ts";
import { gatesOf } from "./gate-schemas.ts";
import { maskProblems } from "./mask.ts";
import type { Auth, DestinationConfig, Relay, Route, Rule } from "./model.ts";
import { notOneOf, type Path, type Problem, parseWith, unknownKey } from "./problem.ts";
import { ruleProblems } from "./rule-problems.ts";
import { destinationSchema, routeSchema } from "./schema.ts";
import { keysAt } from "./schema-tree.ts";
import { type SecretPolicy, secretProblems } from "./secret-policy.ts";
import { isTable } from "./table.ts";

/** How long a redelivery is recognised where the route does not say, as long as its retention allows. */
const DEDUP_WINDOW_MS = 7 * 86_400_000;

/** What the parser needs to know of an adapter. */
export interface Adapter {
  settings: z.ZodType;
  /** Of a destination. */
  transport?: Sending;
}

/** The adapters that a configuration may name, by type. */
export interface Registries {
  sources: ReadonlyMap<string, Adapter>;
  destinations: ReadonlyMap<string, Adapter>;
  enrichers: ReadonlyMap<string, Adapter>;
}

/** A value when nothing is wrong, else the problems. */
export type Parsed<Value> = { value: Value; problems: [] } | { value?: undefined; problems: Problem[] };

/** What a route is parsed against. `destinations` are the names that exist, broken or not. */
export interface RouteContext {
  registries: Registries;
  relay: Pick<Relay, "retentionMs" | "maskKey"> & { retentionPayloadsMs?: number };
  destinations: ReadonlySet<string>;
  lists: Readonly<Record<string, readonly string[]>>;
  secrets: SecretPolicy;
}

/** Parses `[routes.NAME]`; `path` is where the table stands. */
export function parseRoute(
  name: string,
  table: unknown,
  path: Path,
  { registries, relay, destinations, lists, secrets }: RouteContext,
): Parsed<Route> {
  if (!isTable(table)) return notATable(path);
  const split = splitTable(table, routeSchema, "source", registries.sources, path);
  const common = parseWith(routeSchema, split.common, path);
  const problems = [
    ...nameProblems(name, path),
    ...split.problems,
    ...common.problems,
    ...secretProblems(routeSchema, split.common, path, secrets),
    ...ownSecretProblems(split, path, secrets),
    ...ruleProblems(table, path, { destinations, lists }),
    ...maskProblems(table, path, relay.maskKey),
  ];
  const parsed = common.value;
  const retentionMs = parsed?.retention ?? relay.retentionMs;
  if (parsed) problems.push(...dedupProblems(parsed.dedup_window, retentionMs, path), ...dedupKeyProblems(parsed, path));
  if (parsed === undefined || problems.length > 0) return { problems };
  const payloadsMs = parsed.retention_payloads ?? relay.retentionPayloadsMs ?? retentionMs;
  const route: Route = {
    name,
    id: parsed.id,
    formerIds: parsed.former_ids?.map(({ id, until }) => ({ id, untilMs: until })),
    source: String(parsed.source),
    enabled: parsed.enabled,
    shards: parsed.shards,
    rules: parsed.rules.map(ruleOf),
    auth: parsed.auth && authOf(parsed.auth),
    console: parsed.console,
    maxBodyBytes: parsed.max_body,
    intakeRate: parsed.intake_rate,
    defaultSeverity: parsed.default_severity,
    severityMap: parsed.severity_map && lowerKeys(parsed.severity_map),
    dedupWindowMs: parsed.dedup_window ?? Math.min(DEDUP_WINDOW_MS, retentionMs),
    dedupKey: parsed.dedup_key,
    softDeadlineMs: parsed.soft_deadline,
    retentionMs,
    // Payloads never outlive the event they belong to.
    retentionPayloadsMs: Math.min(payloadsMs, retentionMs),
    ...silenceOf(parsed.silent_after, parsed.default_severity),
    mask: parsed.mask && parsed.mask.length > 0 ? { fields: parsed.mask, key: relay.maskKey } : undefined,
    enrich: parsed.enrich && [...new Set(parsed.enrich)],
    settings: split.settings,
  };
  return { value: route, problems: [] };
}

function silenceOf(
  written: z.output<typeof routeSchema>["silent_after"],
  byDefault: Severity,
): Pick<Route, "silentAfterMs" | "silentKeys"> {
  if (typeof written !== "object") return { silentAfterMs: written };
  const { after, by, severity = byDefault } = written;
  return { silentKeys: { afterMs: after, by, severity } };
}

/** Copies are recognised by the ledger that has the first of them; over several, some would be and some not. */
const dedupKeyProblems = ({ dedup_key, shards }: z.output<typeof routeSchema>, path: Path): Problem[] =>
  dedup_key === undefined || shards === 1
    ? []
    : [
        {
          path: [...path, "dedup_key"],
          message: `cannot stand beside shards = ${shards}: each shard would know its own events alone`,
          instead: "leave out one of the two",
        },
      ];

/** A redelivery is recognised by its event, which is forgotten with its retention: what is promised beyond that could not be kept. */
function dedupProblems(windowMs: number | undefined, retentionMs: number, path: Path): Problem[] {
  if (windowMs === undefined || windowMs <= retentionMs) return [];
  const kept = durationText(retentionMs);
  return [
    {
      path: [...path, "dedup_window"],
      message: `must not be longer than the retention (${kept}), after which an event that comes again is a new one`,
      instead: `write at most "${kept}", or a longer retention`,
    },
  ];
}

/** What a destination is parsed against. */
export interface DestinationContext {
  registries: Registries;
  failovers: Failovers;
  secrets: SecretPolicy;
  hasBinding?: HasBinding;
}

/** Parses `[destinations.NAME]`; `path` is where the table stands. */
export function parseDestination(
  name: string,
  table: unknown,
  path: Path,
  { registries, failovers, secrets, hasBinding }: DestinationContext,
): Parsed<DestinationConfig> {
  if (!isTable(table)) return notATable(path);
  const split = splitTable(table, destinationSchema, "type", registries.destinations, path);
  const common = parseWith(destinationSchema, split.common, path);
  const problems = [
    ...nameProblems(name, path),
    ...split.problems,
    ...common.problems,
    ...ownSecretProblems(split, path, secrets),
    ...failoverProblems(name, table, path, failovers),
    ...bindingProblems(split.adapter?.transport, split.settings, path, hasBinding),
  ];
  if (common.value === undefined || problems.length > 0) return { problems };
  const { type, rate, ping, digest, detail, template, failover, priority } = common.value;
  return {
    value: {
      name,
      type: String(type),
      rate,
      ping,
      digest: { after: digest.after, everyMs: digest.every, max: digest.max },
      detail,
      template,
      failover: failover && { to: failover.to, failures: failover.failures, afterMs: failover.after },
      priority,
      settings: split.settings,
    },
    problems: [],
  };
}

/** What is said of a value that should be a table. */
export const notATable = (path: Path): { problems: Problem[] } => ({ problems: [{ path, message: "must be a table of keys" }] });

interface Split {
  common: Record<string, unknown>;
  own: Record<string, unknown>;
  adapter?: Adapter;
  settings?: unknown;
  problems: Problem[];
}

/** Parts a table into our keys and the adapter's own, and parses the latter. */
export function splitTable(
  table: Record<string, unknown>,
  schema: z.ZodObject,
  chooser: string,
  adapters: ReadonlyMap<string, Adapter>,
  path: Path,
): Split {
  const entries = Object.entries(table);
  const common = Object.fromEntries(entries.filter(([key]) => Object.hasOwn(schema.shape, key)));
  const own = Object.fromEntries(entries.filter(([key]) => !Object.hasOwn(schema.shape, key)));
  const type = table[chooser];
  const adapter = typeof type === "string" ? adapters.get(type) : undefined;
  if (adapter === undefined) return { common, own, problems: [{ path: [...path, chooser], ...unknownType(type, [...adapters.keys()]) }] };
  const parsed = parseWith(adapter.settings, own, path);
  const commonKeys = keysAt(schema, []);
  const problems = parsed.problems.map((problem) => {
    // A key that is unknown to the adapter may be one of ours, misspelt.
    const key = problem.path.at(-1);
    const misspelt = problem.path.length === path.length + 1 && problem.message === "is not a known key" && typeof key === "string";
    return misspelt ? unknownKey(key, [...keysAt(adapter.settings, []), ...commonKeys], path) : problem;
  });
  return { common, own, adapter, settings: parsed.value, problems };
}

function unknownType(type: unknown, types: string[]): Pick<Problem, "message" | "instead"> {
  if (type === undefined) return { message: "is missing", instead: `write one of ${types.join(", ")}` };
  return notOneOf(type, types);
}

/** What is wrong with the secrets among the adapter's own keys. */
export const ownSecretProblems = ({ adapter, own }: Split, path: Path, policy: SecretPolicy): Problem[] =>
  adapter === undefined ? [] : secretProblems(adapter.settings, own, path, policy);

/** What is wrong with the name of a table. */
export function nameProblems(name: string, path: Path): Problem[] {
  if (NAME.test(name)) return [];
  return [
    {
      path,
      message: "is not a name that can be used",
      instead: "use up to 63 lower-case letters, digits, - and _, beginning with a letter or digit",
    },
  ];
}

function ruleOf(rule: z.output<typeof routeSchema>["rules"][number], index: number): Rule {
  const { name, enabled, when, to = [], stop, detail, template, ping, ...gates } = rule;
  return { name: name ?? `rule ${index + 1}`, enabled, when, to, stop, detail, template, ping, ...gatesOf(gates) };
}

function authOf(auth: NonNullable<z.output<typeof routeSchema>["auth"]>): Auth {
  if (auth.type !== "hmac") return auth;
  const { timestamp_header: timestampHeader, ...rest } = auth;
  return { ...rest, timestampHeader };
}

const lowerKeys = <Value>(map: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key.toLowerCase(), value]));
