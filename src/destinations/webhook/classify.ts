// What a receiver's answer means, by Standard Webhooks: any 2xx is success, 410 ends the subscription, a redirect is not followed.
import type { DeliveryOutcome } from "../../outcome.ts";
import { classifyStatus } from "../answers.ts";
import type { Answer } from "../destination.ts";

/** The outcome of one post. */
export function classify(answer: Answer, { at }: { at: number }): DeliveryOutcome {
  const outcome = classifyStatus(answer, at);
  // The specification names 502 and 504, besides 429 and 503, as signs of a receiver that wants less.
  if (outcome.kind === "retry" && (answer.status === 502 || answer.status === 504)) return { ...outcome, reason: "rate_limited" };
  return outcome;
}
