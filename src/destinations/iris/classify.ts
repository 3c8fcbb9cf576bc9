// What IRIS's answers mean, by its source: rest/v2/alerts.py, rest/endpoints.py and access_controls.py of
// https://github.com/dfir-iris/iris-web. A success answers with the alert itself; an error with `{ message, data }`.
import { oneLine, shorten } from "../../lib/text.ts";
import type { Action, DeliveryOutcome } from "../../outcome.ts";
import { classifyStatus, jsonMember } from "../answers.ts";
import type { Answer } from "../destination.ts";
import type { AlertRef } from "./request.ts";

/** The outcome of one creation or change. */
export function classify(answer: Answer, { action, at }: { action: Action; at: number }): DeliveryOutcome {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return taken(body, action);
  switch (status) {
    case 400:
      return invalid(body);
    case 401:
      return { kind: "disabled", reason: "forbidden", detail: "answered 401: the token is no API key of this instance" };
    case 403:
      return { kind: "disabled", reason: "forbidden", detail: "answered 403: the token's user needs the permission alerts_write" };
    case 404:
      return action === "edit"
        ? { kind: "thread_lost" }
        : { kind: "disabled", reason: "not_found", detail: "answered 404: no API v2 at this address; it needs an IRIS that has it" };
    default:
      return classifyStatus(answer, at);
  }
}

function taken(body: string, action: Action): DeliveryOutcome {
  const ref = refOf(body);
  if (ref) return { kind: "delivered", ref: JSON.stringify(ref) };
  // The answer to a change may be longer than what we read of it: the reference stays as it was.
  if (action === "edit") return { kind: "delivered" };
  return { kind: "disabled", reason: "misconfigured", detail: "the answer is none of IRIS: is url the address of the instance itself?" };
}

// The context is ours and comes back: it tells what we said last, whatever an analyst has changed since.
function refOf(body: string): AlertRef | undefined {
  const id = jsonMember(body, "alert_id");
  if (typeof id !== "number" || !Number.isSafeInteger(id)) return undefined;
  const context = jsonMember(body, "alert_context");
  const said = (name: string): unknown => (context && typeof context === "object" ? Reflect.get(context, name) : undefined);
  const [severity, status] = [said("Severity"), said("Status")];
  return { id, ...(typeof severity === "string" ? { severity } : {}), ...(typeof status === "string" ? { status } : {}) };
}

function invalid(body: string): DeliveryOutcome {
  const message = jsonMember(body, "message");
  const said = typeof message === "string" ? shorten(oneLine(message), 120) : "";
  const data = jsonMember(body, "data");
  const fields = data && typeof data === "object" && !Array.isArray(data) ? Object.keys(data).slice(0, 8) : [];
  const detail = ["answered 400", said, fields.join(", ")].filter((part) => part !== "").join(": ");
  // IRIS looks at the customer only when it has stored the alert: a second try would store a second one.
  if (/not entitled/i.test(said)) return { kind: "disabled", reason: "forbidden", detail };
  if (fields.some((field) => /_id$/.test(field))) return { kind: "disabled", reason: "misconfigured", detail };
  return { kind: "rejected", reason: "invalid_payload", detail };
}
