// Slack by incoming webhook: one address, one channel. It cannot edit or thread, as Slack answers without the message's id.
import * as z from "zod";
import { address, checkedAddress, hostIs, otherKind } from "../address.ts";
import { defineDestination } from "../destination.ts";
import { classify } from "./classify.ts";
import { PACE } from "./limits.ts";
import { plain, render } from "./render.ts";

function check(url: URL): string | undefined {
  if (!hostIs(url, "slack.com", "slack-gov.com")) return otherKind(url, "slack");
  if (/^\/(workflows|triggers|shortcuts)\//.test(url.pathname))
    return "this starts a Workflow Builder workflow, which takes other fields: create an incoming webhook (Slack app, Incoming Webhooks) and use its address";
  if (/^\/api(\/|$)/.test(url.pathname)) return 'this is Slack\'s Web API: use type = "slack-bot" with token and channel';
  if (!/^\/services(\/[^/]+){3}\/?$/.test(url.pathname))
    return "this is no incoming webhook of Slack: its address has /services/ in it, and three parts behind that";
  return undefined;
}

const settings = z.strictObject({ url: address({ check }) });

/** The destination `slack`. */
export default defineDestination<z.infer<typeof settings>>({
  type: "slack",
  label: "Slack (incoming webhook)",
  settings,
  example: { url: "secret:SOC_SLACK_URL" },
  pace: () => PACE,
  // One address, one budget: two destinations may differ in their layout only.
  shared: { by: "url", pace: PACE },
  can: () => ({ edit: false, thread: false, idempotencyKey: false, record: false }),
  proves: "shown",
  render,
  plain,
  transport: {
    kind: "http",
    request: ({ body }, { url }) => ({
      method: "POST",
      url: checkedAddress(url, check),
      headers: { "content-type": "application/json; charset=utf-8" },
      body,
    }),
    classify,
  },
});
