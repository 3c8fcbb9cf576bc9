// Why requests are refused, and what to do about it.
import { own } from "../../lib/own.ts";
import type { RefusalReason } from "../../outcome.ts";

const ADVICE: Record<RefusalReason, string> = {
  unauthorized:
    "The sender does not prove who it is: its secret is missing, old or mistyped. Compare it with what the route asks for, in the sender's own settings.",
  method_not_allowed: "Something asks this address without sending anything: a browser, a link preview, a monitor. Alerts come by POST.",
  route_disabled: "The route is switched off, and somebody still sends to it. Switch it on, or stop the sender.",
  route_invalid: "The route's configuration is broken. The configuration page says what is wrong; the sender has to repeat what it sent.",
  body_too_large: "The bodies are larger than the route's max_body. Raise it, or have the sender send less.",
  rate_limited: "The sender sends more than the route's intake_rate lets through. Raise it, or find out what floods.",
  not_json: "What comes is no JSON. Look at the body's template, in the sender's settings.",
  unexpected_shape:
    "What comes is not what this kind of source sends. See whether the address belongs to another source, or the template was changed.",
  not_verified: "The certificate that signs these requests could not be fetched. The sender repeats them; if it lasts, look at the log.",
  not_stored: "The relay could not store them, and said so: the sender repeats them. See the health under Settings.",
};

/** Every reason, to choose from. */
export const REFUSAL_REASONS: readonly string[] = Object.keys(ADVICE);

/** What to do; undefined for a reason that is not known. */
export const refusalAdvice = (reason: string): string | undefined => own(ADVICE, reason);
