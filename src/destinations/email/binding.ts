// Mail by Cloudflare's `send_email` binding. Cloudflare chooses Message-ID and Date; `References` and a few others are ours.
// https://developers.cloudflare.com/email-service/api/send-emails/workers-api/ and .../email-service/reference/headers/
import { oneLine, shorten } from "../../lib/text.ts";
import type { DeliveryOutcome } from "../../outcome.ts";
import { type Letter, references, refOf } from "./letter.ts";
import type { Mailbox } from "./mailbox.ts";

/** Whether a binding can send mail. */
export const isMailBinding = (value: unknown): value is SendEmail => typeof Object(value).send === "function";

/** Sends a letter by the binding. Ends when `signal` does, and then nobody knows whether it was sent. */
export async function sendByBinding(binding: SendEmail, letter: Letter, attempt: number, signal: AbortSignal): Promise<DeliveryOutcome> {
  const { promise: ended, resolve: end } = Promise.withResolvers<"ended">();
  const listener = (): void => end("ended");
  signal.addEventListener("abort", listener, { once: true });
  try {
    const sent = await Promise.race([binding.send(builderOf(letter)), ended]);
    if (sent === "ended") return { kind: "unknown", reason: "timeout", detail: "the binding did not answer in time" };
    return { kind: "delivered", ref: letter.root ? undefined : refOf(letter, sent.messageId) };
  } catch (error) {
    return classifyError(Object(error), attempt);
  } finally {
    signal.removeEventListener("abort", listener);
  }
}

/** The mail in the binding's own form. */
export function builderOf(letter: Letter): EmailMessageBuilder {
  const { from, to, cc, subject, text, html } = letter;
  // The first mail of a thread refers to the id that the later ones refer to: its own is not ours to choose.
  const ids = letter.root ? references(letter) : [letter.messageId];
  const thread: Record<string, string> = { References: ids.join(" ") };
  if (letter.root) thread["In-Reply-To"] = ids.at(-1) ?? "";
  return {
    from: named(from),
    to: to.map(({ address }) => address),
    ...(cc.length > 0 ? { cc: cc.map(({ address }) => address) } : {}),
    subject,
    text,
    ...(html === undefined ? {} : { html }),
    headers: { ...thread, ...letter.headers },
  };
}

const named = ({ name, address }: Mailbox): string | EmailAddress => (name === undefined ? address : { name, email: address });

const HOUR_MS = 3_600_000;
/** A mail that a recipient's server refuses is tried this often: Cloudflare does not say whether it may pass. */
const MOST_REFUSALS = 3;

/** What the error of a `send` means. */
export function classifyError(error: { code?: unknown; message?: unknown }, attempt: number): DeliveryOutcome {
  const code = typeof error.code === "string" ? error.code : "";
  const words = shorten(oneLine(String(error.message ?? "")), 200);
  const detail = `the binding refused the mail: ${[code, words].filter((part) => part !== "").join(" ")}`;
  switch (code) {
    case "E_RATE_LIMIT_EXCEEDED":
      return { kind: "retry", reason: "rate_limited", detail };
    case "E_DAILY_LIMIT_EXCEEDED":
      return { kind: "retry", reason: "rate_limited", afterMs: HOUR_MS, detail };
    case "E_DELIVERY_FAILED":
      return attempt > MOST_REFUSALS
        ? { kind: "rejected", reason: "refused_content", detail }
        : { kind: "retry", reason: "server_error", detail };
    case "E_SENDER_NOT_VERIFIED":
    case "E_SENDER_DOMAIN_NOT_AVAILABLE":
    case "E_TOO_MANY_RECIPIENTS":
    case "E_FIELD_MISSING":
      return { kind: "disabled", reason: "misconfigured", detail };
    case "E_RECIPIENT_NOT_ALLOWED":
    case "E_RECIPIENT_SUPPRESSED":
      return { kind: "disabled", reason: "forbidden", detail };
    case "E_CONTENT_TOO_LARGE":
      return { kind: "rejected", reason: "too_large", detail };
    case "E_VALIDATION_ERROR":
      return { kind: "rejected", reason: "invalid_payload", detail };
    default:
      if (code.startsWith("E_HEADER")) return { kind: "rejected", reason: "invalid_payload", detail };
      // `E_INTERNAL_SERVER_ERROR`, and whatever has no code: it was thrown instead of sending.
      return { kind: "retry", reason: "server_error", detail };
  }
}
