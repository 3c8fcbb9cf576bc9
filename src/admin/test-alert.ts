// The alert that a test sends: marked as a test in every field that a reader sees, and never stored as an alert.
import { type Alert, blankAlert, type Severity } from "../alert.ts";
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
  const origin = { id: alertId(route, nonce), key: `test:${nonce}`, source, route, severity };
  const words = { title: `Test of ${what}`, summary: `Sent from Tocsin's admin side by ${by}. No source raised it.` };
  return blankAlert(origin, now, { ...words, category: "test", type: "test", tags: ["test"] });
}

/** A fresh nonce. */
export const testNonce = (): string => crypto.randomUUID().replaceAll("-", "").slice(0, 24);
