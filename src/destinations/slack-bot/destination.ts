// Slack by bot token: one message per alert, edited as the alert goes on, and its news in the message's thread.
import { checkedValue } from "../../config/secret.ts";
import { jsonMember } from "../answers.ts";
import type { Outgoing } from "../destination.ts";
import { defineDestination } from "../destination.ts";
import { classify } from "./classify.ts";
import { PACE, WORKSPACE_PACE } from "./limits.ts";
import { plain, render } from "./render.ts";
import type { Settings } from "./settings.ts";
import { apiProblem, settings, tokenProblem } from "./settings.ts";

/** The destination `slack-bot`. */
export default defineDestination<Settings>({
  type: "slack-bot",
  label: "Slack (bot)",
  settings,
  example: { token: "secret:SLACK_TOKEN", channel: "C0123456789" },
  pace: () => PACE,
  shared: { by: "token", pace: WORKSPACE_PACE },
  can: () => ({ edit: true, thread: true, idempotencyKey: false, record: false }),
  proves: "shown",
  render,
  plain,
  transport: {
    kind: "http",
    request: (message, own) => ({
      method: "POST",
      url: `${apiOf(own)}/${message.action === "edit" ? "chat.update" : "chat.postMessage"}`,
      headers: headersOf(own),
      body: addressed(message),
    }),
    classify,
    // https://docs.slack.dev/reference/methods/auth.test
    check: {
      proves: "the token is good; whether the app is in the channel shows with a test message",
      request: (own) => ({ method: "POST", url: `${apiOf(own)}/auth.test`, headers: headersOf(own), body: "{}" }),
      classify: (answer, at) => classify(answer, { action: "post", at }),
    },
  },
});

const headersOf = ({ token }: Settings): Record<string, string> => ({
  authorization: `Bearer ${checkedValue("token", token, tokenProblem)}`,
  "content-type": "application/json; charset=utf-8",
});

const apiOf = ({ api }: Settings): string => checkedValue("api", api, apiProblem).replace(/\/+$/, "");

function addressed({ action, ref, body }: Outgoing): string {
  switch (action) {
    case "post":
      return body;
    case "edit":
      return JSON.stringify(forEdit(JSON.parse(body), refMember(ref, "channel"), refMember(ref, "ts")));
    case "reply":
      return JSON.stringify({ ...JSON.parse(body), channel: refMember(ref, "channel"), thread_ts: refMember(ref, "ts") });
  }
}

// An edit that leaves blocks or attachments out keeps the old ones. `parse` is other than at a post unless it is named: names and
// addresses in the text would become links. https://docs.slack.dev/reference/methods/chat.update
function forEdit(message: Record<string, unknown>, channel: string, ts: string): Record<string, unknown> {
  const { unfurl_links: _, unfurl_media: __, reply_broadcast: ___, ...shown } = message;
  return { blocks: [], attachments: [], ...shown, channel, ts, parse: "none" };
}

const refMember = (ref: string | undefined, name: "channel" | "ts"): string => {
  const value = jsonMember(ref ?? "", name);
  return typeof value === "string" ? value : "";
};
