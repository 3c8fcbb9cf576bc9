// What the answers of a Workflows webhook mean. 202 says that the flow took the message, not that it was posted.
import type { DeliveryOutcome } from "../../outcome.ts";
import { classifyStatus } from "../answers.ts";
import type { Answer } from "../destination.ts";

/** The outcome of one post. */
export function classify(answer: Answer, { at }: { at: number }): DeliveryOutcome {
  const outcome = classifyStatus(answer, at);
  if (outcome.kind !== "disabled" || outcome.reason === "misconfigured") return outcome;
  return { ...outcome, detail: `answered ${answer.status}: the flow is off or deleted, or the address is not complete` };
}
