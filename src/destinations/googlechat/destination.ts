// Google Chat by a space's webhook. A webhook cannot edit; what is said of one alert later answers in its thread, by a key of ours.
import * as z from "zod";
import { address, checkedAddress, hostIs, otherKind } from "../address.ts";
import { defineDestination } from "../destination.ts";
import { classify } from "./classify.ts";
import { PACE } from "./limits.ts";
import { plain, render } from "./render.ts";
import { requestId } from "./request-id.ts";

const OURS = ["threadKey", "messageReplyOption", "requestId", "messageId"];

function check(url: URL): string | undefined {
  if (hostIs(url, "chat.google.com", "mail.google.com"))
    return "this is the address of a space: open the space's menu, choose Apps & integrations, Add webhooks, and copy the link it gives";
  const found = OURS.find((name) => url.searchParams.has(name));
  if (found) return `leave out ${found}= at the end of the address: Tocsin sets it`;
  if (!hostIs(url, "chat.googleapis.com")) return otherKind(url, "googlechat");
  if (!/^\/v1\/spaces\/[\w-]+\/messages$/.test(url.pathname))
    return "this is no webhook of Google Chat: its address has /v1/spaces/.../messages in it, copy it in the space under Apps & integrations";
  if (!url.searchParams.get("key") || !url.searchParams.get("token"))
    return "the address is not complete: it has to have key= and token= in it, copy it again from the space";
  return undefined;
}

const settings = z.strictObject({ url: address({ check }) });

/** The destination `googlechat`. */
export default defineDestination<z.infer<typeof settings>>({
  type: "googlechat",
  label: "Google Chat",
  settings,
  example: { url: "secret:SOC_GOOGLECHAT_URL" },
  pace: () => PACE,
  // Sixty messages a minute for a space, whoever writes.
  shared: { by: "url", pace: PACE },
  can: () => ({ edit: false, thread: true, idempotencyKey: true, record: false }),
  proves: "shown",
  render,
  plain,
  transport: {
    kind: "http",
    request: async ({ body, key }, { url }) => ({
      method: "POST",
      url: await target(checkedAddress(url, check), key),
      headers: { "content-type": "application/json; charset=UTF-8" },
      body,
    }),
    classify,
  },
});

// Without the option Google ignores the thread's key and opens a new thread for each message. What comes before stays byte for
// byte: the token is a signature.
async function target(address: string, key: string): Promise<string> {
  const mark = address.includes("?") ? "&" : "?";
  return `${address}${mark}messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD&requestId=${await requestId(key)}`;
}
