// Microsoft Teams by a Workflows webhook ("When a Teams webhook request is received"). The retired Microsoft 365 connectors
// are refused, with what to create instead.
import * as z from "zod";
import { address, checkedAddress, hostIs, otherKind } from "../address.ts";
import { defineDestination } from "../destination.ts";
import { classify } from "./classify.ts";
import { PACE } from "./limits.ts";
import { plain, render } from "./render.ts";

function check(url: URL): string | undefined {
  if (hostIs(url, "webhook.office.com", "outlook.office.com", "outlook.office365.com"))
    return 'this is a Microsoft 365 connector, which Microsoft has retired: in the channel, choose Workflows, "Send webhook alerts to a channel", and use the address it gives';
  if (hostIs(url, "teams.microsoft.com", "teams.cloud.microsoft"))
    return 'this is the address of a channel or chat: in the channel, choose Workflows, "Send webhook alerts to a channel", and use the address it gives';
  const flow = hostIs(url, "logic.azure.com", "api.powerplatform.com");
  if (flow && !url.searchParams.get("sig")) return "the address is not complete: it has to have sig= in it, copy it again from the flow";
  return otherKind(url, "teams");
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
