// An alert as JSON for a program: `{ type, timestamp, data }` by Standard Webhooks. Text is data here, not cleaned or escaped;
// what does not fit is left out by importance, and `shortened` says so.
import type { Alert, Json } from "../../alert.ts";
import { shorten, utf8Bytes } from "../../lib/text.ts";
import type { Delta, Tally, View } from "../destination.ts";
import { MAX_BODY_BYTES } from "./limits.ts";

/** The body of a post. */
export interface WebhookBody {
  type: "alert.created" | "alert.updated" | "alert.resolved" | "alert.test" | "alert.digest" | "relay.notice";
  /** When the alert last changed, or what is told happened: the same at every attempt. */
  timestamp: string;
  data: Record<string, unknown>;
}

type DigestView = Extract<View, { kind: "digest" }>;
type NoticeView = Extract<View, { kind: "notice" }>;
type AlertView = Exclude<View, DigestView | NoticeView>;
type Cut = (alert: Alert) => Partial<Alert>;

// Each step takes more away from every alert in the body.
const CUTS: Cut[] = [
  (alert) => alert,
  (alert) => ({ ...alert, data: {} }),
  (alert) => ({ ...alert, data: {}, observables: alert.observables.slice(0, 20), change: noLists(alert) }),
  (alert) => ({
    ...alert,
    data: {},
    observables: [],
    assets: alert.assets.slice(0, 5),
    tags: [],
    attacks: alert.attacks.slice(0, 5),
    change: noLists(alert),
  }),
  core,
];

// How many alerts a digest names; it does so in their core form, as their whole stories would not fit.
const DIGEST_COUNTS = [100, 50, 20, 10];
const FEWEST = 3;

const fits = (body: string): boolean => utf8Bytes(body) <= MAX_BODY_BYTES;

/** The body of a view, under the size that receivers expect. */
export function render(view: View): string {
  if (view.kind === "notice") return plain(view);
  const bodies = view.kind === "digest" ? digestBodies(view) : alertBodies(view);
  for (const body of bodies) {
    const text = JSON.stringify(body);
    if (fits(text)) return text;
  }
  return plain(view);
}

/** The plain form: what identifies the alert, and its link. */
export function plain(view: View): string {
  if (view.kind === "notice") return JSON.stringify(noticeBody(view));
  return JSON.stringify(view.kind === "digest" ? digestBody(view, FEWEST) : alertBody(view, core, { shortened: true }));
}

const noticeBody = ({ notice, links }: NoticeView): WebhookBody => ({
  type: "relay.notice",
  timestamp: notice.at,
  data: {
    id: notice.id,
    severity: notice.severity,
    resolved: notice.resolved,
    title: shorten(notice.title, 300),
    text: shorten(notice.text, 1_000),
    links: { ...links },
  },
});

function* digestBodies(view: DigestView): Generator<WebhookBody> {
  for (const count of DIGEST_COUNTS) yield digestBody(view, count);
}

function* alertBodies(view: AlertView): Generator<WebhookBody> {
  for (const [step, cut] of CUTS.entries()) {
    const delta = view.kind === "update" ? { delta: deltaJson(view.delta, step > 0) } : {};
    yield alertBody(view, cut, { ...delta, ...(step > 0 ? { shortened: true } : {}) });
  }
}

function digestBody(
  { total, updates, bySeverity, bySource, byRule, since, until, alerts, newest, links }: DigestView,
  count: number,
): WebhookBody {
  const shortened = alerts.length > count ? { shortened: true } : {};
  const data = {
    total,
    updates,
    by_severity: bySeverity,
    by_source: bySource.slice(0, MAX_TALLIES).map(tally),
    by_rule: byRule.slice(0, MAX_TALLIES).map(tally),
    since,
    until,
    alerts: alerts.slice(0, count).map(core),
    ...(count > FEWEST && newest.length > 0 ? { newest: newest.slice(0, MAX_NEWEST).map(core) } : {}),
    links: { ...links },
    ...shortened,
  };
  return { type: "alert.digest", timestamp: until, data };
}

const MAX_TALLIES = 20;
const MAX_NEWEST = 5;
const tally = ({ name, count }: Tally): Tally => ({ name: shorten(name, 200, jsonBytes), count });

const alertBody = (view: AlertView, cut: Cut, more: Record<string, unknown>): WebhookBody => ({
  type: typeOf(view),
  timestamp: view.alert.updated_at,
  data: { alert: cut(view.alert), links: { ...view.links }, ...asked(view), ...more },
});

function asked(view: AlertView): Record<string, unknown> {
  if (view.kind !== "alert" && view.kind !== "update") return {};
  const { ping, standsInFor, style } = view;
  const { title, summary, fields } = style?.texts ?? {};
  const message = {
    ...(title === undefined ? {} : { title: shorten(title, 300, jsonBytes) }),
    ...(summary === undefined ? {} : { summary: shorten(summary, 1_200, jsonBytes) }),
    ...(fields === undefined
      ? {}
      : {
          fields: fields
            .slice(0, 10)
            .map(({ label, value }) => ({ label: shorten(label, 40, jsonBytes), value: shorten(value, 200, jsonBytes) })),
        }),
  };
  return {
    ...(ping ? { ping } : {}),
    ...(standsInFor === undefined ? {} : { stands_in_for: standsInFor }),
    ...(style?.texts ? { message } : {}),
  };
}

// A receiver that opens a ticket for `created` and closes it for `resolved` must not be told to open one that is over.
function typeOf(view: AlertView): WebhookBody["type"] {
  if (view.kind === "test") return "alert.test";
  if (view.kind === "update" ? view.delta.kind === "resolved" : view.alert.status === "resolved") return "alert.resolved";
  return view.kind === "alert" ? "alert.created" : "alert.updated";
}

function deltaJson({ newEvents, comment, ...delta }: Delta, shortened: boolean): Record<string, unknown> {
  const lists = shortened ? { added: {}, removed: {} } : {};
  const short = comment && { ...comment, text: shorten(comment.text, 1_000) };
  return { ...delta, ...lists, new_events: newEvents, ...(short ? { comment: short } : {}) };
}

const noLists = ({ change }: Alert): Alert["change"] => ({ ...change, fields: {}, added: {}, removed: {} });

// What is kept of an alert whatever its size; each text is bounded, as bytes of JSON.
function core(alert: Alert): Partial<Alert> {
  const { id, version, source, route, severity, severity_id, status, count, first_seen, last_seen, created_at, updated_at, enriched } =
    alert;
  const text = (value: string, max: number) => shorten(value, max, jsonBytes);
  return {
    id,
    key: text(alert.key, 500),
    version,
    source,
    route,
    title: text(alert.title, 600),
    summary: text(alert.summary, 1_200),
    severity,
    severity_id,
    severity_label: text(alert.severity_label, 100),
    status,
    status_label: text(alert.status_label, 100),
    count,
    first_seen,
    last_seen,
    created_at,
    updated_at,
    ...(alert.url && jsonBytes(alert.url) <= 2_000 ? { url: alert.url } : {}),
    enriched,
    ...(alert.enriched_reason ? { enriched_reason: text(alert.enriched_reason, 300) } : {}),
  };
}

const jsonBytes = (value: Json): number => utf8Bytes(JSON.stringify(value)) - 2;
