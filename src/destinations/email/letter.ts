// One mail on its way out: the rendered body with sender, recipients and its place in a thread.
// A thread is what mail programs make of `References` and of a subject that stays the same but for its `Re:`, so both are
// kept in the reference of the first mail. https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4
import * as z from "zod";
import type { Outgoing } from "../destination.ts";
import { domainOf, type Mailbox, mailbox, mailboxes } from "./mailbox.ts";
import type { Mail } from "./render.ts";

/** Sender and recipients as the settings have them. */
export interface Correspondents {
  from: string;
  to: string | string[];
  cc?: string | string[];
}

/** A mail before it is written down. Names and texts may hold any character but control characters. */
export interface Letter extends Mail {
  from: Mailbox;
  to: Mailbox[];
  cc: Mailbox[];
  /** With its angle brackets; the same at every attempt, so that mailboxes which look for it keep one copy. */
  messageId: string;
  /** The first mail of the thread that this one belongs to. */
  root?: Root;
  /** Further header fields, ASCII only. */
  headers: Record<string, string>;
}

const rootSchema = z.object({
  /** What the mails of the thread have in common in `References`. */
  id: z.string().regex(/^<[\x21-\x3b\x3d\x3f-\x7e]{3,250}>$/),
  /** The subject of the first mail. */
  subject: z.string(),
  /** Its real Message-ID, where whoever sent it chose another one. */
  sentAs: z
    .string()
    .regex(/^<[\x21-\x3b\x3d\x3f-\x7e]{3,250}>$/)
    .optional(),
});

/** What a later mail of the same thread has to know of the first one. */
export type Root = z.infer<typeof rootSchema>;

/** The reference of a mail that begins a thread; `sentAs` when it got another Message-ID on its way. */
export const refOf = ({ messageId: id, subject }: Letter, sentAs?: string): string =>
  JSON.stringify({ id, subject, sentAs: rootSchema.shape.sentAs.safeParse(sentAs).data } satisfies Root);

/** Puts a mail together; undefined when it answers a thread that its reference does not name. */
export async function letterOf(
  { key, action, ref, body }: Pick<Outgoing, "key" | "action" | "ref" | "body">,
  settings: Correspondents,
): Promise<Letter | undefined> {
  const mail = JSON.parse(body) as Mail;
  const from = mailbox(settings.from);
  const root = action === "reply" ? rootOf(ref) : undefined;
  if (action === "reply" && !root) return undefined;
  return {
    ...mail,
    subject: root ? `Re: ${root.subject}` : mail.subject,
    from,
    to: mailboxes(settings.to),
    cc: mailboxes(settings.cc),
    messageId: `<tocsin.${await digest(key)}@${domainOf(from)}>`,
    root,
    headers: {
      // No holiday notice answers a machine: RFC 3834, and Exchange's own word for it,
      // https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxcmail/ced68690-498a-4567-9d14-5c01f974d8b1
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "OOF, AutoReply",
      ...(mail.urgent ? { Importance: "high", "X-Priority": "1" } : {}),
    },
  };
}

/** The ids that a mail of a thread refers to, oldest first. */
export const references = ({ root }: Letter): string[] => (root ? [...new Set([root.id, root.sentAs ?? root.id])] : []);

function rootOf(ref: string | undefined): Root | undefined {
  try {
    return rootSchema.safeParse(JSON.parse(ref ?? "")).data;
  } catch {
    return undefined;
  }
}

async function digest(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
