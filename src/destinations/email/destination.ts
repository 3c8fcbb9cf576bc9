// Mail, by the Worker's own binding or by a mail server that takes submissions. Cannot edit; later mails join the thread of
// the first.
import * as z from "zod";
import { secret } from "../../config/secret.ts";
import type { DeliveryOutcome } from "../../outcome.ts";
import type { Means, Outgoing } from "../destination.ts";
import { defineDestination } from "../destination.ts";
import { isMailBinding, sendByBinding } from "./binding.ts";
import { letterOf, refOf } from "./letter.ts";
import { MAX_RECIPIENTS, PACE } from "./limits.ts";
import { domainOf, readMailbox } from "./mailbox.ts";
import { messageOf } from "./mime.ts";
import { plain, render } from "./render.ts";
import { endpointOf, serverProblem } from "./server.ts";
import { type Knock, knock, submit } from "./submit.ts";
import { type Open, openSocket } from "./wire.ts";

const DEFAULT_BINDING = "EMAIL";

const mailboxText = z.string().check(({ value, issues }) => {
  const found = readMailbox(value);
  if (typeof found === "string") issues.push({ code: "custom", message: found, input: value });
});
const mailboxTexts = z.union([z.string(), z.array(z.string()).min(1)]).check(({ value, issues }) => {
  [value].flat().forEach((text, index) => {
    const found = readMailbox(text);
    const path = Array.isArray(value) ? [index] : [];
    if (typeof found === "string") issues.push({ code: "custom", message: found, path, input: text });
  });
});

const settings = z
  .strictObject({
    from: mailboxText,
    to: mailboxTexts,
    cc: mailboxTexts.optional(),
    /** `smtps://host:465`, or `smtp://host:587`; without it the binding sends. */
    smtp: z.string().optional(),
    username: z.string().min(1).optional(),
    password: secret().optional(),
    /** The name of the `send_email` binding in wrangler.toml. */
    binding: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, "must be the name of a binding, as in wrangler.toml")
      .optional(),
  })
  .check((context) => {
    const refuse = (key: string, message: string): void =>
      void context.issues.push({ code: "custom", message, path: [key], input: context.value });
    const { to, cc = [], smtp, username, password, binding } = context.value;
    if ([to, cc].flat().length > MAX_RECIPIENTS) refuse("to", `more than ${MAX_RECIPIENTS} recipients: write to a mailing list`);
    const problem = smtp === undefined ? undefined : serverProblem(smtp);
    if (problem !== undefined) refuse("smtp", problem);
    if (smtp === undefined && (username ?? password) !== undefined)
      refuse(username === undefined ? "password" : "username", "is for a mail server: set smtp as well, or leave it out");
    if (smtp !== undefined && binding !== undefined) refuse("binding", "is not used where smtp is set: leave one of them out");
    if (smtp !== undefined && username !== undefined && password === undefined) refuse("password", "is missing: username has one");
    if (smtp !== undefined && username === undefined && password !== undefined) refuse("username", "is missing: password has one");
  });
type Settings = z.infer<typeof settings>;

/** The destination `email`; `open` makes the connections. */
export const emailBy = (open: Open) =>
  defineDestination<Settings>({
    type: "email",
    label: "E-mail",
    settings,
    example: {
      from: "Tocsin <tocsin@example.com>",
      to: ["soc@example.com"],
      smtp: "smtps://mail.example.com:465",
      username: "tocsin",
      password: "secret:MAIL_PASSWORD",
    },
    pace: () => PACE,
    can: () => ({ edit: false, thread: true, idempotencyKey: false, record: false }),
    proves: "accepted",
    render,
    plain,
    transport: {
      kind: "custom",
      // A server that scans what it takes may answer late, and a second mail is worse than a wait.
      timeoutMs: 30_000,
      needs: ({ smtp, binding = DEFAULT_BINDING }) => (smtp === undefined ? binding : undefined),
      missing: (binding) => `add [[send_email]] with name = "${binding}" to wrangler.toml, or set smtp to a mail server`,
      send: (message, destination, means) => send(message, destination.settings, means, open),
      check: {
        proves: "the mail server takes our user name and password",
        call: async (own, means) => {
          const server = serverOf(own, means);
          if (server === undefined || "kind" in server) return server;
          return knock(server, open, means.signal);
        },
      },
    },
  });

export default emailBy(openSocket);

async function send(message: Outgoing, own: Settings, means: Means, open: Open): Promise<DeliveryOutcome> {
  const letter = await letterOf(message, own);
  if (!letter) return { kind: "thread_lost" };
  const server = serverOf(own, means);
  if (server === undefined) {
    const binding = means.bindings[own.binding ?? DEFAULT_BINDING];
    if (isMailBinding(binding)) return sendByBinding(binding, letter, message.attempt, means.signal);
    return { kind: "disabled", reason: "misconfigured", detail: `the binding ${own.binding ?? DEFAULT_BINDING} is missing` };
  }
  if ("kind" in server) return server;
  const submission = {
    ...server,
    sender: letter.from.address,
    recipients: [...new Set([...letter.to, ...letter.cc].map(({ address }) => address))],
    message: messageOf(letter, message.at),
  };
  const outcome = await submit(submission, open, means.signal);
  return outcome.kind === "delivered" && !letter.root ? { ...outcome, ref: refOf(letter) } : outcome;
}

/** The mail server and how we present ourselves there; undefined where the binding sends; an outcome where it may not be called. */
function serverOf({ smtp, username, password, from }: Settings, means: Means): Knock | DeliveryOutcome | undefined {
  if (smtp === undefined) return undefined;
  const endpoint = endpointOf(smtp);
  if (typeof endpoint === "string") return { kind: "disabled", reason: "misconfigured", detail: `smtp ${endpoint}` };
  // What may be called is judged by host and port; the scheme is ours.
  const refused = means.refuses(`https://${endpoint.host}:${endpoint.port}`);
  if (refused !== undefined) return { kind: "disabled", reason: "misconfigured", detail: `the mail server may not be called: ${refused}` };
  const sender = readMailbox(from);
  if (typeof sender === "string") return { kind: "disabled", reason: "misconfigured", detail: `from ${sender}` };
  return { ...endpoint, hello: domainOf(sender), username, password };
}
