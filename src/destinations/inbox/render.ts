// The inbox's message is the card itself, as JSON: the dashboard lays it out.
import { utf8Bytes } from "../../lib/text.ts";
import type { Card } from "../card.ts";
import { cardOf } from "../card.ts";
import type { View } from "../destination.ts";
import { barest, fitted } from "../fit.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";

/** What stands in the column `message`. A digest and a notice have no alert; their delivery names them. */
export interface InboxMessage {
  alert?: string;
  version: number;
  severity: string;
  card: Card;
}

const fits = (body: string): boolean => utf8Bytes(body) <= MAX_MESSAGE_BYTES;

/** The message of a view. */
export const render = (view: View): string => fitted(cardOf(whole(view)), (card) => laid(view, card), fits);

/** The plain form: the barest card. */
export const plain = (view: View): string => laid(view, barest(cardOf(whole(view))));

// A living message always shows the whole alert; what came last stands in its card.
const whole = (view: View): View => (view.kind === "update" ? { ...view, kind: "alert" } : view);

function laid(view: View, card: Card): string {
  if (view.kind === "digest" || view.kind === "notice") {
    // A running summary is edited: each one counts more than the one before.
    const version = view.kind === "digest" ? view.total : 1;
    return JSON.stringify({ version, severity: card.tone, card } satisfies InboxMessage);
  }
  const { id: alert, version, severity } = view.alert;
  return JSON.stringify({ alert, version, severity, card } satisfies InboxMessage);
}
