// The alert that a test sends: marked as a test in every field that a reader sees, and never stored as an alert.
import { type Alert, type Severity, severityId } from "../alert.ts";
import { alertId } from "../lib/names.ts";

/** What a test is about. `nonce` makes each test a message of its own: 24 hex digits. */
export interface TestSubject {
  route: string;
  source: string;
  severity: Severity;
  /** What is tested, e.g. `the route sekoia-prod`. */
  what: string;
  by: string;
}

/** A marked test alert. Pure: time and nonce come in. */
export function testAlert({ route, source, severity, what, by }: TestSubject, now: number, nonce: string): Alert {
  const at = new Date(now).toISOString();
  return {
    id: alertId(route, nonce),
    key: `test:${nonce}`,
    version: 1,
    source,
    route,
    title: `Test of ${what}`,
    summary: `Sent from Tocsin's admin side by ${by}. No source raised it.`,
    severity,
    severity_id: severityId(severity),
    severity_label: severity,
    status: "new",
    status_label: "new",
    category: "test",
    type: "test",
    assets: [],
    observables: [],
    attacks: [],
    tags: ["test"],
    count: 1,
    first_seen: at,
    last_seen: at,
    created_at: at,
    updated_at: at,
    data: {},
    enriched: true,
    change: { kind: "opened", fields: {}, added: {}, removed: {} },
  };
}

/** A fresh nonce. */
export const testNonce = (): string => crypto.randomUUID().replaceAll("-", "").slice(0, 24);
