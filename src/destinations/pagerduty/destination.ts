// PagerDuty by its Events API v2: one incident per alert, triggered, acknowledged and resolved as the alert goes.
import * as z from "zod";
import { checkedValue, formedSecret } from "../../config/secret.ts";
import { defineDestination, type Outgoing } from "../destination.ts";
import { serverAddress, serverUrl } from "../server.ts";
import { classify } from "./classify.ts";
import { DEFAULT_API, PACE } from "./limits.ts";
import { dedupKey, type PagerDutyEvent, plain, render } from "./render.ts";

const ENQUEUE = "/v2/enqueue";

function check(url: URL): string | undefined {
  if (url.pathname.replace(/\/$/, "").endsWith(ENQUEUE)) return `leave out ${ENQUEUE}: this is the address before it`;
  if (url.hostname === "api.pagerduty.com" || url.hostname === "api.eu.pagerduty.com")
    return "this is the address of PagerDuty's REST API: events go to https://events.pagerduty.com or https://events.eu.pagerduty.com";
  return undefined;
}

const keyProblem = (text: string): string | undefined =>
  /^[A-Za-z0-9]{32}$/.test(text)
    ? undefined
    : "an Integration Key has 32 letters and digits: copy the one of an integration of the type Events API v2 (a service's Integrations tab); a REST API key does not work here";

const settings = z.strictObject({ routing_key: formedSecret(keyProblem), api: serverAddress({ check }).optional() });
type Settings = z.infer<typeof settings>;

/** The destination `pagerduty`. */
export default defineDestination<Settings>({
  type: "pagerduty",
  label: "PagerDuty",
  settings,
  example: { routing_key: "secret:PD_KEY" },
  pace: () => PACE,
  shared: { by: "routing_key", pace: PACE },
  can: () => ({ edit: true, thread: false, idempotencyKey: true, record: true }),
  proves: "accepted",
  render,
  plain,
  transport: {
    kind: "http",
    request: (message, own) => ({
      method: "POST",
      url: serverUrl(own.api ?? DEFAULT_API, ENQUEUE, check),
      headers: { "content-type": "application/json" },
      body: complete(message, own),
    }),
    classify,
  },
});

function complete({ action, id, ref, body }: Outgoing, own: Settings): string {
  const routing_key = checkedValue("routing_key", own.routing_key, keyProblem);
  const event = JSON.parse(body) as PagerDutyEvent;
  // An acknowledgement of what was never triggered is dropped, and nobody would see the alert.
  if (action === "post" && event.event_action === "acknowledge") event.event_action = "trigger";
  const key = event.dedup_key ?? (action === "edit" ? ref : undefined) ?? dedupKey(`tocsin-digest:${id}`);
  return JSON.stringify({ routing_key, dedup_key: key, ...event });
}
