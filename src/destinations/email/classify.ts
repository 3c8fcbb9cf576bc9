// What a mail server's answer means, by the step that it answers. The first digit says whether it passes (4) or not (5):
// https://www.rfc-editor.org/rfc/rfc5321#section-4.2. Enhanced codes say more where they are given: RFC 3463.
import { oneLine, shorten } from "../../lib/text.ts";
import type { DeliveryOutcome } from "../../outcome.ts";

/** Where a submission stands: what was said last. */
export type Step = "connect" | "greeting" | "hello" | "tls" | "auth" | "sender" | "recipient" | "data" | "message";

/** An answer: its code, its lines without the code, and all of them as one text. */
export interface Reply {
  code: number;
  text: string;
  lines: string[];
}

const SAID: Record<Step, string> = {
  connect: "the connection",
  greeting: "our connection",
  hello: "our greeting",
  tls: "STARTTLS",
  auth: "username and password",
  sender: "the sender",
  recipient: "the recipient",
  data: "the mail",
  message: "the mail",
};

/** The outcome of an answer that is not the one that was hoped for. */
export function classifyReply(step: Step, reply: Reply): DeliveryOutcome {
  const detail = detailOf(step, reply);
  const enhanced = /^([245])\.(\d{1,3}\.\d{1,3})\b/.exec(reply.text)?.[2] ?? "";
  if (reply.code < 500 || isFull(step, reply.code, enhanced)) {
    const busy = [421, 450, 451, 452, 552].includes(reply.code);
    return { kind: "retry", reason: busy ? "rate_limited" : "server_error", detail };
  }
  // Asked for by any server that wants to know us first: https://www.rfc-editor.org/rfc/rfc4954#section-6
  if (reply.code === 530 && step !== "tls") return disabled("forbidden", detail);
  switch (step) {
    case "connect":
    case "greeting":
      return disabled("forbidden", detail);
    case "hello":
    case "tls":
      return disabled("misconfigured", detail);
    case "auth":
      return disabled([500, 501, 502, 503, 504].includes(reply.code) ? "misconfigured" : "forbidden", detail);
    case "sender":
      if (reply.code === 552) return { kind: "rejected", reason: "too_large", detail };
      return disabled([500, 501, 502, 503, 504, 555].includes(reply.code) ? "misconfigured" : "forbidden", detail);
    case "recipient":
      // 5.7: the server knows the mailbox, or does not care, and does not let us write to it.
      return disabled(enhanced.startsWith("7.") || reply.code === 554 ? "forbidden" : "not_found", detail);
    case "data":
    case "message":
      if (reply.code === 552 || enhanced === "3.4") return { kind: "rejected", reason: "too_large", detail };
      if (reply.code === 535) return disabled("forbidden", detail);
      return { kind: "rejected", reason: [550, 554, 571].includes(reply.code) ? "refused_content" : "invalid_payload", detail };
  }
}

// "Too many recipients" is told with 552 by old servers, and means: later. https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.10
const isFull = (step: Step, code: number, enhanced: string): boolean => code === 552 && (step === "recipient" || enhanced === "2.2");

function disabled(reason: "forbidden" | "misconfigured" | "not_found", detail: string): DeliveryOutcome {
  return { kind: "disabled", reason, detail };
}

const MAX_SAID = 200;

/** What the server said, for the delivery's log. A server that repeats what it was told would repeat the password. */
function detailOf(step: Step, { code, text }: Reply): string {
  const words = step === "auth" ? (/^[245]\.\d+\.\d+/.exec(text)?.[0] ?? "") : shorten(oneLine(text), MAX_SAID);
  return `the mail server refused ${SAID[step]}: ${[code, words].filter((part) => part !== "").join(" ")}`;
}

/** The outcome of a submission that broke off. Only after the mail was handed over may somebody have it. */
export function brokenOff({
  cause,
  step,
  handedOver,
}: {
  cause: "timeout" | "connection_lost" | "no_smtp";
  step: Step;
  handedOver: boolean;
}): DeliveryOutcome {
  const detail = BROKEN[cause](SAID[step], step);
  if (!handedOver) return { kind: "retry", reason: "server_error", detail };
  return { kind: "unknown", reason: cause === "timeout" ? "timeout" : "connection_lost", detail };
}

const BROKEN: Record<"timeout" | "connection_lost" | "no_smtp", (said: string, step: Step) => string> = {
  timeout: (said, step) =>
    step === "greeting"
      ? "the mail server did not greet us in time: a port with TLS from the start needs smtps://"
      : `the mail server did not answer ${said} in time`,
  connection_lost: (said, step) =>
    step === "connect" || step === "tls"
      ? "no connection to the mail server: it does not answer there, or its certificate is not valid for that name"
      : `the mail server ended the connection instead of answering ${said}`,
  no_smtp: (said) => `what came instead of an answer to ${said} is not SMTP`,
};
