// ntfy: notifications on phones and in browsers, by ntfy.sh or a server of one's own. Where `replace` is set, a later version of an
// alert takes the place of the notification that is there.
import * as z from "zod";
import { checkedValue, formedSecret } from "../../config/secret.ts";
import { sha256 } from "../../lib/keys.ts";
import { hostIs } from "../address.ts";
import { defineDestination, type Outgoing } from "../destination.ts";
import { serverAddress, serverUrl } from "../server.ts";
import { classify } from "./classify.ts";
import { PACE } from "./limits.ts";
import { type NtfyMessage, plain, QUIET, render } from "./render.ts";

const check = (url: URL): string | undefined =>
  hostIs(url, "ntfy.sh") && url.pathname !== "/" ? "write the server alone, https://ntfy.sh, and the topic in topic" : undefined;

const isTopic = (text: string): boolean => /^[-_A-Za-z0-9]{1,64}$/.test(text);
const topicProblem = (text: string): string | undefined =>
  isTopic(text) ? undefined : "a topic has 1 to 64 letters, digits, - or _; write the topic alone, without the server";
const tokenProblem = (text: string): string | undefined =>
  /^tk_[A-Za-z0-9]+$/.test(text)
    ? undefined
    : "an access token begins with tk_: make one on the server's account page, or with ntfy token add";

const settings = z.strictObject({
  url: serverAddress({ check }),
  // Whoever knows the topic's name can read and write it, unless the server protects it.
  topic: formedSecret(topicProblem),
  token: formedSecret(tokenProblem).optional(),
  replace: z.boolean().optional(),
});
type Settings = z.infer<typeof settings>;

/** The destination `ntfy`. */
export default defineDestination<Settings>({
  type: "ntfy",
  label: "ntfy",
  settings,
  example: { url: "https://ntfy.sh", topic: "secret:NTFY_TOPIC", token: "secret:NTFY_TOKEN" },
  pace: () => PACE,
  // Off by default: servers before 2.16 ignore the sequence and show each version as a notification more, and so do iPhones.
  can: ({ replace }) => ({ edit: replace === true, thread: false, idempotencyKey: false, record: false }),
  proves: "accepted",
  render,
  plain,
  transport: {
    kind: "http",
    request: (message, own) => ({
      method: "POST",
      // JSON goes to the root, never to the topic.
      url: serverUrl(own.url, "/", check),
      headers: {
        "content-type": "application/json",
        ...(own.token === undefined ? {} : { authorization: `Bearer ${checkedValue("token", own.token, tokenProblem)}` }),
      },
      body: complete(message, own),
    }),
    classify,
  },
});

function complete({ action, key, ref, body }: Outgoing, { topic: given, replace }: Settings): string {
  const topic = checkedValue("topic", given, topicProblem);
  const message = JSON.parse(body) as NtfyMessage;
  if (replace !== true) return JSON.stringify({ topic, ...message });
  // A sequence of its own for each notification: a rise is a new one, and rings.
  if (action !== "edit") return JSON.stringify({ topic, sequence_id: sequenceOf(key), ...message });
  // A notification that was put away would ring again.
  const priority = Math.min(message.priority, QUIET);
  return JSON.stringify({ topic, sequence_id: ref, ...message, priority });
}

/** A sequence's name has 1 to 64 of the characters that a topic has; anything else is refused (code 40049). */
const sequenceOf = (key: string): string => {
  const name = key.replace(/[^-_A-Za-z0-9]/g, "_");
  return isTopic(name) ? name : sha256(key);
};
