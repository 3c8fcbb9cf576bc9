// The inbox's message is the card itself, as JSON: the dashboard lays it out.
import { SEVERITIES, type Severity } from "../../alert.ts";
import { utf8Bytes } from "../../lib/text.ts";
import type { Card } from "../card.ts";
import { cardToKeep } from "../card.ts";
import type { View } from "../destination.ts";
import { barest, fitted } from "../fit.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";

/** What stands in the column `message`. */
export interface InboxMessage {
  /** Names the row: the alert's id, `test:` or `notice:` and theirs. A digest has none; its delivery names it. */
  alert?: string;
  /** A row is replaced by a greater version only. */
  version: number;
  severity: string;
  card: Card;
}

const fits = (body: string): boolean => utf8Bytes(body) <= MAX_MESSAGE_BYTES;

/** The message of a view. */
export const render = (view: View): string => fitted(cardToKeep(whole(view)), (card) => laid(view, card), fits);

/** The plain form: the barest card. */
export const plain = (view: View): string => laid(view, barest(cardToKeep(whole(view))));

// A living message always shows the whole alert; what came last stands in its card.
const whole = (view: View): View => (view.kind === "update" ? { ...view, kind: "alert" } : view);

function laid(view: View, card: Card): string {
  return JSON.stringify({ ...rowOf(view), card } satisfies InboxMessage);
}

function rowOf(view: View): Omit<InboxMessage, "card"> {
  switch (view.kind) {
    case "digest":
      // A running summary is edited: each one counts more than the one before.
      return { version: view.total + view.updates, severity: toneOf(view) };
    case "notice":
      // Its end takes the place of its beginning.
      return { alert: `notice:${view.notice.id}`, version: view.notice.resolved ? 2 : 1, severity: view.notice.severity };
    case "test":
      return { alert: `test:${view.alert.id}`, version: view.alert.version, severity: view.alert.severity };
    case "alert":
    case "update":
    case "moved":
      return { alert: view.alert.id, version: view.alert.version, severity: view.alert.severity };
  }
}

const toneOf = ({ bySeverity }: Extract<View, { kind: "digest" }>): Severity =>
  SEVERITIES.findLast((severity) => bySeverity[severity] > 0) ?? "info";
