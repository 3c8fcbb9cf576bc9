// A vendor's status words as ours: the mapping's table first, then the words that mean the same everywhere.
import type { AlertPatch, Status } from "../../alert.ts";
import { own } from "../../lib/own.ts";
import type { StatusScale } from "./settings.ts";

const WORDS: ReadonlyMap<string, Status> = new Map([
  ...words("new", "new open opened firing fired triggered active activated alerting problem created reopened unacknowledged untriaged"),
  ...words("in_progress", "acknowledged ack acked in_progress investigating investigation assigned ongoing triaged under_investigation"),
  ...words("suppressed", "suppressed silenced muted snoozed ignored dismissed false_positive benign duplicate"),
  ...words(
    "resolved",
    "resolved closed ok okay recovered recovery done fixed cleared clear normal inactive ended completed solved mitigated",
  ),
]);

function words(status: Status, list: string): [string, Status][] {
  return list.split(" ").map((word) => [word, status]);
}

/** The status of the first label that tells one; empty when none does, so that the status stays as it is. */
export function statusOf(labels: readonly string[], { table = {} }: StatusScale): Pick<AlertPatch, "status" | "status_label"> {
  for (const label of labels) {
    const word = label.toLowerCase();
    const status = own(table, word) ?? WORDS.get(word.replace(/[\s-]+/g, "_"));
    if (status !== undefined) return { status, status_label: label };
  }
  return {};
}
