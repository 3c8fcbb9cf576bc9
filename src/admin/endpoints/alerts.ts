// Alerts: search, story, our own status.
import * as z from "zod";
import { STATUSES } from "../../alert.ts";
import { log } from "../../lib/log.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { flag } from "../params.ts";
import { noSuch } from "../problems.ts";
import { alertSearch, searchAlerts } from "../queries/alerts.ts";
import { findAlert, tellStory } from "../queries/story.ts";

/** A change of status by hand. */
export const statusChange = z
  .strictObject({
    status: z.enum(STATUSES, { error: `must be one of ${STATUSES.join(", ")}` }).optional(),
    comment: z.string().trim().min(1, "must not be empty").max(2_000, "must have at most 2000 characters").optional(),
  })
  .refine(({ status, comment }) => status !== undefined || comment !== undefined, "needs a status, a comment or both");

/** The endpoints of alerts. */
export const alertEndpoints: Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/alerts",
    summary: "Search alerts, newest first",
    query: alertSearch,
    handle: ({ context, query }) => searchAlerts(context.env.DB, query),
  }),
  endpoint({
    method: "GET",
    path: "/alerts/:id",
    summary: "One alert: its events, deliveries and decisions",
    query: { payloads: flag("Adds to each event the payload as received") },
    handle: async ({ context, path, query }) => {
      const story = await tellStory(context, path.id ?? "");
      if (!story) return noSuch("alert");
      const { alert, events, deliveries, trace, copies } = story;
      const told = events.map(({ trace: _, payload, ...event }) => (query.payloads ? { ...event, payload } : event));
      return { alert, events: told, deliveries, trace, copies };
    },
  }),
  endpoint({
    method: "POST",
    path: "/alerts/:id/status",
    summary: "Set our own status, or add a comment",
    body: statusChange,
    handle: async ({ context, path, body }) => (await setStatus(context, path.id ?? "", body)) ?? noSuch("alert"),
  }),
];

/** Sets an alert's status or adds a comment; undefined when no ledger knows the alert. */
export async function setStatus(
  context: Parameters<typeof findAlert>[0] & { author: string },
  id: string,
  own: z.output<typeof statusChange>,
) {
  const found = await findAlert(context, id);
  const alert = found && (await found.ledger.setStatus(found.hash, { ...own, author: context.author }));
  if (!alert) return undefined;
  log("info", "admin.status_set", { by: context.author, alert: id, status: own.status, commented: own.comment !== undefined });
  return alert;
}
