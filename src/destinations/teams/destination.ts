// Microsoft Teams by a Workflows webhook ("When a Teams webhook request is received"). The retired Microsoft 365 connectors
// are refused, with what to create instead.
import * as z from "zod";
import { address, checkedAddress, hostIs, otherKind } from "../address.ts";
import { defineDestination } from "../destination.ts";
import { classify } from "./classify.ts";
import { PACE } from "./limits.ts";
import { plain, render } from "./render.ts";

const INSTEAD = 'in the channel, choose Workflows, "Send webhook alerts to a channel", and use the address it gives';

// Any other host is a national cloud, a proxy or a test: Microsoft has moved the flows' hosts before, and a list of them would refuse
// the next ones.
function check(url: URL): string | undefined {
  if (hostIs(url, "webhook.office.com", "outlook.office.com", "outlook.office365.com"))
    return `this is a Microsoft 365 connector, which Microsoft has retired: ${INSTEAD}`;
  if (hostIs(url, "teams.microsoft.com", "teams.cloud.microsoft")) return `this is the address of a channel or chat: ${INSTEAD}`;
  if (hostIs(url, "flow.microsoft.com", "powerautomate.com", "powerautomate.us"))
    return "this is the page of a flow in Power Automate: open its first step and copy the HTTP address it shows";
  if (!hostIs(url, "logic.azure.com", "api.powerplatform.com")) return otherKind(url, "teams");
  if (!/\/workflows\/[^/]+\/triggers\/[^/]+\/paths\/invoke\/?$/.test(url.pathname))
    return "this is no address of a flow's webhook: it ends in /triggers/manual/paths/invoke before the question mark, copy it again from the flow";
  if (!url.searchParams.get("sig")) return "the address is not complete: it has to have sig= in it, copy it again from the flow";
  return undefined;
}

const settings = z.strictObject({ url: address({ check }), shape: z.enum(["envelope", "card"]).optional() });

/** The destination `teams`. */
export default defineDestination<z.infer<typeof settings>>({
  type: "teams",
  label: "Microsoft Teams (Workflows)",
  settings,
  example: { url: "secret:SOC_TEAMS_URL" },
  pace: () => PACE,
  can: () => ({ edit: false, thread: false, idempotencyKey: false, record: false }),
  proves: "accepted",
  render,
  plain,
  transport: {
    kind: "http",
    // The address goes out byte for byte: a query written anew would not match its own signature.
    request: ({ body }, { url }) => ({
      method: "POST",
      url: checkedAddress(url, check),
      headers: { "content-type": "application/json; charset=utf-8" },
      body,
    }),
    classify,
  },
});
