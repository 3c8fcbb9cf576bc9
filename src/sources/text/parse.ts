// A request body as one event: a chat message is an alert of its own.
import type { Json, SourceEvent } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { claimId, sha256 } from "../../lib/keys.ts";
import { fail, ok } from "../../outcome.ts";
import { isObject, isTooDeep } from "../read.ts";
import type { ParseContext, Parsed } from "../source.ts";
import { messagePatch } from "./alert.ts";
import { MESSAGE_MEMBERS, readMessage } from "./message.ts";
import type { TextSettings } from "./settings.ts";

/** How long a repetition is taken for a retry: the window of events that have neither an id nor a time of their own. */
const WINDOW_MS = 60_000;
const EXPECTED = 'a chat message: "text", "content", "attachments", "blocks" or "embeds" with something to read';

/** Reads a body: one message. */
export function parse(body: Json, context: ParseContext<TextSettings>): Parsed {
  if (isTooDeep(body)) return fail({ where: "body", expected: "JSON of moderate nesting" });
  if (!isObject(body)) return fail({ where: "body", expected: EXPECTED });
  const message = readMessage(body);
  const patch = message && messagePatch(message, context);
  if (patch === undefined) return fail({ where: MESSAGE_MEMBERS.find((name) => body[name] !== undefined) ?? "text", expected: EXPECTED });
  const hash = sha256(stableJson(body));
  // The same words a minute later are news: they have a key of their own, while a retry is recognised by the claim before that.
  const minute = Math.floor(context.receivedAt / WINDOW_MS);
  const event: SourceEvent = {
    claim: claimId(["text", hash]),
    identified: false,
    key: `message:${hash.slice(0, 32)}:${minute}`,
    type: "message",
    kind: "opened",
    patch,
    payload: body,
  };
  return ok([{ kind: "event", event }]);
}
