// Mattermost by an incoming webhook. It answers `ok` and no id, so nothing is edited and nothing answered in a thread.
import * as z from "zod";
import { address, checkedAddress, otherKind } from "../address.ts";
import { defineDestination } from "../destination.ts";
import { classify } from "./classify.ts";
import { PACE } from "./limits.ts";
import { plain, render } from "./render.ts";

function check(url: URL): string | undefined {
  const other = otherKind(url, "mattermost");
  if (other) return other;
  if (/\/hooks\/commands\//.test(url.pathname))
    return "this address is for one answer to a slash command: make an incoming webhook under Integrations";
  // The server may stand below any path, so only the end is known.
  if (!/\/hooks\/[A-Za-z0-9]+\/?$/.test(url.pathname))
    return "this is no incoming webhook: in Mattermost choose Integrations, Incoming Webhooks, and use the address it gives, with /hooks/ in it";
  return undefined;
}

const settings = z.strictObject({ url: address({ check }) });

/** The destination `mattermost`. */
export default defineDestination<z.infer<typeof settings>>({
  type: "mattermost",
  label: "Mattermost",
  settings,
  example: { url: "secret:SOC_MATTERMOST_URL" },
  pace: () => PACE,
  can: () => ({ edit: false, thread: false, idempotencyKey: false, record: false }),
  proves: "shown",
  render,
  plain,
  transport: {
    kind: "http",
    request: ({ body }, { url }) => ({
      method: "POST",
      // The server knows the path without a slash at its end only.
      url: checkedAddress(url, check).replace(/\/$/, ""),
      headers: { "content-type": "application/json" },
      body,
    }),
    classify,
  },
});
