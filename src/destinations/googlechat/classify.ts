// What Google Chat's answers mean. Errors are `{ error: { code, message, status, details } }`:
// https://cloud.google.com/apis/design/errors#http_mapping
import type { DeliveryOutcome } from "../../outcome.ts";
import { classifyStatus, jsonMember } from "../answers.ts";
import type { Answer } from "../destination.ts";

const NEW_ONE = "make a new webhook in the space and use its whole address";

/** The outcome of one post. A repeat that was recognised by its request id is answered like the first. */
export function classify(answer: Answer, { at }: { at: number }): DeliveryOutcome {
  if (answer.status >= 200 && answer.status < 300) {
    const name = jsonMember(answer.body, "name");
    return typeof name === "string" && name !== "" ? { kind: "delivered", ref: name } : { kind: "delivered" };
  }
  // A 400, so not to be taken for a message in a wrong form.
  if (answer.status === 400 && answer.body.includes('"API_KEY_INVALID"'))
    return { kind: "disabled", reason: "forbidden", detail: `the key in the address is wrong: ${NEW_ONE}` };
  // A 429 names no delay, and Google asks for pauses that grow: https://developers.google.com/workspace/chat/limits
  const outcome = classifyStatus(answer, at);
  if (outcome.kind !== "disabled" || outcome.reason === "misconfigured") return outcome;
  const what = outcome.reason === "forbidden" ? "webhooks are switched off for the space, or this one was deleted" : "the space is gone";
  return { ...outcome, detail: `answered ${answer.status}: ${what}: ${NEW_ONE}` };
}
