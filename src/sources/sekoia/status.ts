// SEKOIA.IO's alert and case statuses as ours.
import type { AlertPatch, Status } from "../../alert.ts";

type Told = Pick<AlertPatch, "status" | "status_label">;

/** The five built-in alert statuses (SEKOIA-IO/automation-library: Sekoia.io, alert workflow). Other UUIDs are custom. */
const BUILT_IN: ReadonlyMap<string, { label: string; status: Status }> = new Map([
  ["2efc4930-1442-4abb-acf2-58ba219a4fd0", { label: "Pending", status: "new" }],
  ["8f206505-af6d-433e-93f4-775d46dc7d0f", { label: "Acknowledged", status: "in_progress" }],
  ["1f2f88d5-ff5b-48bf-bbbc-00c2fff82d9f", { label: "Ongoing", status: "in_progress" }],
  // An analyst decided that it is no incident: nothing was solved, so it is set aside rather than resolved.
  ["4f68da89-38e0-4703-a6ab-652f02bdf24e", { label: "Rejected", status: "suppressed" }],
  ["1738b1c1-767d-489e-bada-19176621a007", { label: "Closed", status: "resolved" }],
]);

// Custom statuses have names of the customer's choice: the first pattern that fits decides, and work in progress is
// the guess that neither hides an alert nor raises it anew.
const BY_NAME: readonly (readonly [RegExp, Status])[] = [
  [/\b(?:not (?:yet )?started|unassigned|untouched)\b/i, "new"],
  [/\b(?:not|unresolved|unsolved|re-?open)/i, "in_progress"],
  [/\b(?:reject|false|duplicat|ignor|suppress|dismiss|mute|accepted risk|benign)/i, "suppressed"],
  [/\b(?:clos|resolv|solved|done|fixed|finished|remediated|completed?\b|deleted)/i, "resolved"],
  [/\b(?:pending|new|open|opened|created|to ?do|triage)\b/i, "new"],
];

/** What a status says, by its UUID, else by its name; empty when neither is given. */
export function statusOf(uuid: string | undefined, name: string | undefined): Told {
  const known = BUILT_IN.get(uuid?.toLowerCase() ?? "");
  if (known) return { status: known.status, status_label: name ?? known.label };
  if (name !== undefined) return { status: byName(name), status_label: name };
  return uuid === undefined ? {} : { status: "in_progress", status_label: "custom status" };
}

function byName(name: string): Status {
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? "in_progress";
}
