// Alerts: search, story, our own status.
import * as z from "zod";
import { STATUSES } from "../../alert.ts";
import { cardLines } from "../../destinations/words.ts";
import { audit } from "../audit.ts";
import type { AdminContext } from "../context.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { flag } from "../params.ts";
import { noSuch } from "../problems.ts";
import { alertSearch, searchAlerts } from "../queries/alerts.ts";
import { messagesOf } from "../queries/messages.ts";
import { findAlert, tellStory } from "../queries/story.ts";

/** A change of status by hand. */
export const statusChange = z
  .strictObject({
    status: z.enum(STATUSES, { error: `must be one of ${STATUSES.join(", ")}` }).optional(),
    comment: z.string().trim().min(1, "must not be empty").max(2_000, "must have at most 2000 characters").optional(),
  })
  .refine(({ status, comment }) => status !== undefined || comment !== undefined, "needs a status, a comment or both")
  .meta({ id: "StatusChange", examples: [{ status: "resolved", comment: "A drill" }] });

/** The endpoints of alerts. */
export const alertEndpoints: Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/alerts",
    operation: "searchAlerts",
    summary: "Search alerts, newest first",
    query: alertSearch,
    handle: ({ context, query }) => searchAlerts(context.env.DB, query, context.now()),
  }),
  endpoint({
    method: "GET",
    path: "/alerts/:id",
    operation: "getAlert",
    summary: "One alert: its events, deliveries and decisions",
    query: { payloads: flag("Adds to each event the payload as received") },
    refusals: [404],
    handle: async ({ context, path, query }) => {
      const found = await tellStory(context, path.id ?? "");
      if (!found) return noSuch("alert");
      const { events, shownBy, styledBy: _, ...rest } = found;
      return {
        ...rest,
        shown_by: shownBy,
        events: events.map(({ trace: _, payload, ...event }) => (query.payloads ? { ...event, payload } : event)),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/alerts/:id/messages",
    operation: "getMessages",
    summary: "What each destination that shows an alert would draw of it now",
    refusals: [404],
    handle: async ({ context, path }) => {
      const found = await findAlert(context, path.id ?? "");
      if (!found) return noSuch("alert");
      const { alert, shownBy, styledBy = {} } = found.story;
      const items = messagesOf(context, { alert, shownBy, styledBy });
      return { items: items.map(({ card, ...rest }) => ({ ...rest, says: cardLines(card) })) };
    },
  }),
  endpoint({
    method: "POST",
    path: "/alerts/:id/status",
    operation: "setStatus",
    summary: "Set our own status, or add a comment",
    body: statusChange,
    refusals: [404],
    handle: async ({ context, path, body }) => (await setStatus(context, path.id ?? "", body)) ?? noSuch("alert"),
  }),
];

/** Sets an alert's status or adds a comment, and remembers who did; undefined when no ledger knows the alert. */
export async function setStatus(context: AdminContext, id: string, own: z.output<typeof statusChange>) {
  const found = await findAlert(context, id);
  const changed = found && (await found.ledger.setStatus(found.hash, { ...own, author: context.author }));
  if (!changed) return undefined;
  const { status, comment } = own;
  const detail = { ...(status ? { status } : {}), commented: comment !== undefined };
  await audit(context, { action: status ? "alert.status_set" : "alert.commented", target: id, detail });
  return changed;
}
