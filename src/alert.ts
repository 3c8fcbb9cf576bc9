// The one normal form of an alert, of what a source says about it, and of what changed.
// Field names follow OCSF's Detection Finding where it has one. No vendor, no I/O, no storage in here.

import type { Json } from "./lib/json.ts";

export type { Json };

/** Severities from mildest to worst; the index plus one is the OCSF `severity_id`. */
export const SEVERITIES = ["info", "low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];
/** OCSF `severity_id`: 1 informational, 2 low, 3 medium, 4 high, 5 critical. */
export type SeverityId = 1 | 2 | 3 | 4 | 5;

/** Statuses from the least to the most settled; used to break ties (the less resolved one wins). */
export const STATUSES = ["new", "in_progress", "suppressed", "resolved"] as const;
export type Status = (typeof STATUSES)[number];

/** The `severity_id` of a severity. */
export const severityId = (severity: Severity): SeverityId => (SEVERITIES.indexOf(severity) + 1) as SeverityId;

/** Whether a severity is worse than the one before. */
export const rises = (before: Severity, after: Severity): boolean => severityId(after) > severityId(before);

/** Something that is attacked or watched: a host, an account, a service. `name` is never empty. */
export interface Asset {
  name: string;
  ip?: string;
  type?: string;
  id?: string;
}

/** One indicator. `type` is lower case: `ip`, `domain`, `url`, `hash`, `user`, `host`, `email`, `file`, `process` or the source's own word. */
export interface Observable {
  name: string;
  type: string;
  value: string;
}

/** Kinds of indicators that somebody elsewhere may know: a file's hash, a public name, a public address. */
export type IndicatorType = "hash" | "domain" | "ip";

/** An observable that an enricher may be asked about; `value` is in lower case, and nothing that only a local network knows. */
export interface Indicator extends Observable {
  type: IndicatorType;
}

/** What somebody elsewhere thinks of an indicator, from the least to the most telling. `undetected`: examined, nobody has an opinion. */
export const VERDICTS = ["unknown", "undetected", "harmless", "suspicious", "malicious"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What an enricher told of an indicator, as `data.enrichments` lists it. Names are those of OCSF's enrichment object where it has one. */
export interface Enrichment {
  /** Who says so, as people write it. */
  provider: string;
  type: IndicatorType;
  /** The observable's name and value. */
  name: string;
  value: string;
  verdict: Verdict;
  /** The verdict's weight, short, for people: `5/90`. */
  score?: string;
  /** The provider's page about the indicator. */
  url?: string;
  /** The provider's own numbers, for rules. */
  data?: Record<string, number>;
  /** When the provider was asked, ISO 8601 UTC. */
  created_time: string;
}

/** What somebody said, as `data.comment` holds it; undefined where it holds something else. */
export function commentIn(value: unknown): { author?: string; text: string } | undefined {
  const { author, text } = Object(value);
  if (typeof text !== "string") return undefined;
  return typeof author === "string" ? { author, text } : { text };
}

/** The enrichments of an alert, in the order they came; members of another shape (a source's own) are left out. */
export function enrichmentsOf({ data }: Pick<Alert, "data">): Enrichment[] {
  const { enrichments } = data;
  if (!Array.isArray(enrichments)) return [];
  return enrichments.filter((one): one is Json & Enrichment => {
    const { provider, value, verdict, score } = Object(one);
    const fits = typeof provider === "string" && typeof value === "string" && VERDICTS.includes(verdict);
    return fits && (score === undefined || typeof score === "string");
  });
}

/** An enrichment in a few words: the indicator, the verdict, and in brackets who says so. */
export const enrichmentText = ({ value, verdict, score, provider }: Enrichment): string =>
  `${value} ${verdict}${score === undefined ? "" : ` ${score}`} (${provider})`;

/** What of the enrichments is news to a reader, in short sentences: `203.0.113.7 is malicious, 5/90`. The others are for those who look. */
export const badNews = (enrichments: readonly Enrichment[]): string[] =>
  enrichments
    .filter(({ verdict }) => verdict === "malicious")
    .map(({ value, score }) => `${value} is malicious${score === undefined ? "" : `, ${score}`}`);

/** One ATT&CK reference, e.g. `{ technique: "T1059.001", name: "PowerShell" }`. */
export interface Attack {
  tactic?: string;
  technique?: string;
  name?: string;
}

/** The detection rule that raised the alert. */
export interface DetectionRule {
  id?: string;
  name: string;
  url?: string;
}

/** What a version changed, against the version before it. */
export interface Change {
  kind: ChangeKind;
  /** Scalar fields by name, with the values before and after; `data.x` for a member of `data`. */
  fields: Record<string, { before: Json; after: Json }>;
  /** Members that lists gained or lost, as short texts: `{ assets: ["db-2"], observables: ["203.0.113.7"] }`. */
  added: Record<string, string[]>;
  removed: Record<string, string[]>;
}
/** Whether a change made an alert worse. */
export function isRise({ fields }: Change): boolean {
  const { before, after } = fields.severity ?? {};
  const order: readonly unknown[] = SEVERITIES;
  return order.indexOf(after) > order.indexOf(before);
}

export type ChangeKind = "opened" | "updated" | "resolved" | "reopened" | "commented";

/** The normalised state of one alert. All times are ISO 8601 UTC. */
export interface Alert {
  /** Stable public id, safe in URLs: `{route}.{hash of the key}`. */
  id: string;
  /** The source's correlation key. */
  key: string;
  /** Grows by one with each visible change; starts at 1. */
  version: number;
  source: string;
  route: string;
  title: string;
  summary: string;
  severity: Severity;
  severity_id: SeverityId;
  /** The source's own word or number; `"unknown"` while nothing told us the severity. */
  severity_label: string;
  status: Status;
  status_label: string;
  category: string;
  type: string;
  rule?: DetectionRule;
  tenant?: string;
  assets: Asset[];
  observables: Observable[];
  attacks: Attack[];
  tags: string[];
  /** max(events folded in, the source's own total). */
  count: number;
  first_seen: string;
  last_seen: string;
  /** When Tocsin accepted the first event of this alert, and when it last changed. */
  created_at: string;
  updated_at: string;
  /** Link to the source's console; https or http only. */
  url?: string;
  /**
   * The source's own fields that have no place above. `comment` holds the last comment: `{ author, text, at }`; `enrichments` is ours,
   * what enrichers told: see `Enrichment`.
   */
  data: Record<string, Json>;
  /** Whether the source's API has told us the detail, where there is one to ask. */
  enriched: boolean;
  /** Why not, in a sentence for the reader, when `enriched` is false. */
  enriched_reason?: string;
  change: Change;
}

/** What names an alert before anything is known of it, and how bad it counts. */
type Origin = Pick<Alert, "id" | "key" | "source" | "route" | "severity">;

/** An alert first seen at `at`, Unix ms: new, and empty but for `known`. */
export function blankAlert(
  { id, key, source, route, severity }: Origin,
  at: number,
  known: Partial<Omit<Alert, keyof Origin | "severity_id">>,
): Alert {
  const time = new Date(at).toISOString();
  return {
    id,
    key,
    version: 1,
    source,
    route,
    title: "",
    summary: "",
    severity,
    severity_id: severityId(severity),
    severity_label: severity,
    status: "new",
    status_label: "new",
    category: "",
    type: "",
    assets: [],
    observables: [],
    attacks: [],
    tags: [],
    count: 1,
    first_seen: time,
    last_seen: time,
    created_at: time,
    updated_at: time,
    data: {},
    enriched: true,
    change: { kind: "opened", fields: {}, added: {}, removed: {} },
    ...known,
  };
}

/** Fields that a source may assert. A field that is absent keeps its value; lists replace the list, `add` joins it. */
export interface AlertPatch {
  title?: string;
  summary?: string;
  /** Absent means: not told. Never guess one here; the route's `default_severity` stands in. */
  severity?: Severity;
  severity_label?: string;
  status?: Status;
  status_label?: string;
  category?: string;
  type?: string;
  rule?: DetectionRule;
  tenant?: string;
  assets?: Asset[];
  observables?: Observable[];
  attacks?: Attack[];
  tags?: string[];
  /** The source's own total number of events. */
  total?: number;
  first_seen?: string;
  last_seen?: string;
  url?: string;
  /** Merged member by member. */
  data?: Record<string, Json>;
  /** List members to join to what is there. */
  add?: { assets?: Asset[]; observables?: Observable[]; attacks?: Attack[]; tags?: string[] };
}

/** One thing that a source said about one alert, as an adapter's `parse` returns it. */
export interface SourceEvent {
  /**
   * Recognises a redelivery; built with `claimId` from the verified body, never from an unsigned header.
   */
  claim: string;
  /** False where the body has neither an id nor a time of its own: the short dedup window applies. */
  identified: boolean;
  /** The alert's correlation key; a redelivery and every later event of the same alert have the same. */
  key: string;
  /** The source's own name for it, e.g. `alert:created`; `unparsed` for a list entry that is not understood. */
  type: string;
  /** What the source says happened; the ledger derives the change itself and uses this only for comments. */
  kind: "opened" | "updated" | "resolved" | "commented";
  /** The source's sequence, else its time in ms (may have a fraction). Absent: arrival counts. */
  order?: number;
  /** When it happened at the source, ISO 8601 UTC. */
  occurred_at?: string;
  patch: AlertPatch;
  /** What to ask the source's API for, where there is one; opaque to the core. */
  detail?: DetailRef;
  /** Ask only while the alert lacks its detail: this event tells all that changed, and calls are scarce. */
  detailOnlyIfThin?: boolean;
  /** The payload as received, for the record (secrets already taken out by the adapter). */
  payload: Json;
}

/** Names one API object of one source; equal refs are asked for once. Opaque to everything but the source's adapter. */
export interface DetailRef {
  kind: string;
  id: string;
  /** Whatever else the adapter needs to ask, e.g. the alert of a comment. */
  with?: string;
}
