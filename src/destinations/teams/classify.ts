// What the answers of a Workflows webhook mean. 202 says that the flow took the message, not that it was posted. Refusals are
// `{ error: { code, message } }`, and the code outranks the status: a flow that is off or deleted answers 400.
import type { DeliveryOutcome } from "../../outcome.ts";
import { classifyStatus, jsonMember } from "../answers.ts";
import type { Answer } from "../destination.ts";

type Closed = Extract<DeliveryOutcome, { kind: "disabled" }>;

const INCOMPLETE = "the address is not complete or not signed right: copy it again from the flow";

const CLOSED: Record<string, Pick<Closed, "reason" | "detail">> = {
  WorkflowTriggerIsNotEnabled: {
    reason: "revoked",
    detail: "the flow is off or deleted: switch it on, or make a new one and use its address",
  },
  WorkflowDisabled: { reason: "revoked", detail: "the flow is off: switch it on" },
  WorkflowNotFound: { reason: "not_found", detail: "the flow was deleted: make a new one and use its address" },
  MissingApiVersionParameter: { reason: "misconfigured", detail: INCOMPLETE },
  DirectApiAuthorizationRequired: { reason: "misconfigured", detail: INCOMPLETE },
  DirectApiInvalidAuthorizationScheme: { reason: "misconfigured", detail: INCOMPLETE },
};

/** The outcome of one post. */
export function classify(answer: Answer, { at }: { at: number }): DeliveryOutcome {
  if (answer.status >= 400 && answer.status < 500) {
    const error = jsonMember(answer.body, "error");
    const code = error && typeof error === "object" ? Reflect.get(error, "code") : undefined;
    const closed = typeof code === "string" && Object.hasOwn(CLOSED, code) ? CLOSED[code] : undefined;
    if (closed) return { kind: "disabled", reason: closed.reason, detail: `${code}: ${closed.detail}` };
  }
  const outcome = classifyStatus(answer, at);
  if (outcome.kind !== "disabled" || outcome.reason === "misconfigured") return outcome;
  return { ...outcome, detail: `answered ${answer.status}: the flow is off or deleted, or the address is not complete` };
}
