// The simulated mail server: takes submissions on loopback and keeps them as a mailbox with conversations, as mail programs
// do: by `References`. What it takes has to pass the checks of mail-form.ts.
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import type { Json } from "../../src/alert.ts";
import type { Channel } from "./channel.ts";
import type { Fault } from "./faults.ts";
import { formProblems, wireProblems } from "./mail-form.ts";
import type { RequestRecord, World } from "./types.ts";

/** How a mail server is set up; nothing of it is needed. */
export interface MailSettings {
  /** `smtps` from the first byte, or `starttls` when it is asked for. The certificate is for `localhost`. */
  tls?: { mode: "smtps" | "starttls"; key: string; cert: string };
  /** Whoever does not sign in like this is refused. Without TLS nobody is asked to sign in. */
  auth?: { username: string; password: string };
  /** Recipients that are refused, with code and words: `{ "gone@example.com": [550, "5.1.1 no such mailbox"] }`. */
  refuses?: Record<string, [code: number, words: string]>;
  /** The largest mail, in bytes; 10 MiB unless set. */
  maxBytes?: number;
}

/** A running mail server and the mailbox that it fills. */
export interface MailServer {
  channel: Channel;
  close(): Promise<void>;
}

/** Words of mail servers for the codes that tests ask for most. */
const WORDS: Record<number, string> = {
  421: "4.3.2 Service shutting down, try again later",
  450: "4.2.1 Mailbox busy, try again later",
  451: "4.7.1 Greylisted, try again later",
  452: "4.3.1 Insufficient system storage",
  550: "5.7.1 Message refused by policy",
  552: "5.3.4 Message too big for the system",
  554: "5.7.1 Message rejected as spam",
};

/**
 * Starts a mail server. `open` makes its channel once the address is known: `smtp://127.0.0.1:PORT`, with TLS
 * `smtps://localhost:PORT` or `smtp://localhost:PORT`. Faults hit the answer to the mail itself; `status` is an SMTP code.
 */
export async function startMailServer(open: (url: string) => Channel, settings: MailSettings, world: World): Promise<MailServer> {
  const { tls, auth, refuses = {}, maxBytes = 10 * 1024 * 1024 } = settings;
  const sockets = new Map<number, Socket>();
  const server = new SMTPServer({
    banner: "mailbox (simulated)",
    logger: false,
    disableReverseLookup: true,
    size: maxBytes,
    secure: tls?.mode === "smtps",
    ...(tls ? { key: tls.key, cert: tls.cert } : {}),
    authMethods: ["PLAIN", "LOGIN"],
    authOptional: auth === undefined,
    disabledCommands: [...(tls?.mode === "starttls" ? [] : ["STARTTLS"]), ...(auth ? [] : ["AUTH"])],
    closeTimeout: 500,
    onAuth(given, _session, done) {
      const right = given.username === auth?.username && given.password === auth?.password;
      if (right) done(null, { user: given.username });
      else done(refusal(535, "5.7.8 Authentication credentials invalid"));
    },
    onRcptTo({ address }, _session, done) {
      const refused = refuses[address.toLowerCase()];
      done(refused ? refusal(...refused) : null);
    },
    onData(stream, session, done) {
      receive(stream, session).then(
        () => done(null, "2.0.0 Ok: queued"),
        (error: unknown) => done(error instanceof Error ? error : refusal(451, String(error))),
      );
    },
  });
  server.on("error", () => {});
  server.server.on("connection", (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.once("close", () => sockets.delete(port));
  });

  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  const channel = open(`${tls?.mode === "smtps" ? "smtps" : "smtp"}://${tls ? "localhost" : "127.0.0.1"}:${port}`);
  const mailbox = new Mailbox(channel);

  async function receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString("latin1");
    const record = recordOf(raw, session, world.now());
    channel.arrived(record);
    const fault = channel.faults.next();
    if (fault) record.fault = fault.kind;
    const mail = await PostalMime.parse(Buffer.concat(chunks));
    const key = mail.messageId ?? raw;
    const refuse = (code: number, words: string): Error => {
      record.status = code;
      channel.refusals.add({ at: record.at, status: code, words }, key);
      channel.ended(record, code);
      return refusal(code, words);
    };
    if (channel.revoked) throw refuse(550, "5.1.1 no such mailbox");
    if (stream.sizeExceeded) throw refuse(552, WORDS[552] ?? "");
    const { code, words } = codeOf(fault);
    if (code !== undefined) throw refuse(code, words);
    const problem = world.light ? undefined : [...wireProblems(raw), ...formProblems(formsOf(mail))][0];
    if (problem !== undefined) throw refuse(554, `5.6.0 ${problem}`);
    if (fault?.kind === "hang" && !fault.shown) await pause(fault.ms, sockets.get(session.remotePort));
    // Whoever has left before the answer is not told, and sends again: so does the mail come twice, as with a real server.
    mailbox.take(mail, raw, session, { at: record.at, retries: channel.refusals.taken(key, record.at) });
    if (fault?.kind === "drop") {
      channel.ended(record, 0);
      sockets.get(session.remotePort)?.destroy();
      return;
    }
    if (fault?.kind === "hang" && fault.shown) await pause(fault.ms, sockets.get(session.remotePort));
    if (channel.faults.delayMs > 0) await pause(channel.faults.delayMs, sockets.get(session.remotePort));
    channel.ended(record, 250);
  }

  return {
    channel,
    close: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      for (const socket of sockets.values()) socket.destroy();
      server.close(() => resolve());
      return promise;
    },
  };
}

function refusal(responseCode: number, words: string): Error {
  return Object.assign(new Error(words), { responseCode });
}

function codeOf(fault: Fault | undefined): { code?: number; words: string } {
  if (fault?.kind !== "fail") return { words: "" };
  const { status, body } = fault.failure;
  return { code: status, words: typeof body === "string" ? body : (WORDS[status] ?? "try again later") };
}

function recordOf(raw: string, { envelope, secure, user }: SMTPServerSession, at: number): RequestRecord {
  const sender = envelope.mailFrom ? envelope.mailFrom.address : "";
  const recipients = envelope.rcptTo.map(({ address }) => address).join(", ");
  const headers = { tls: secure ? "yes" : "no", ...(typeof user === "string" ? { user } : {}) };
  return { at, method: "MAIL", path: `${sender} to ${recipients}`, headers, bodyText: raw, status: 0 };
}

const formsOf = ({ subject = "", text = "", html }: Email) => ({ subject, text: text.replaceAll("\r\n", "\n"), html });

function pause(ms: number, socket: Socket | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  socket?.once("close", () => {
    clearTimeout(timer);
    resolve();
  });
  return promise;
}

/** Mails by conversation. */
class Mailbox {
  readonly #channel: Channel;
  /** From every id that a mail has or refers to, to the first mail of its conversation. */
  readonly #conversations = new Map<string, string>();
  #taken = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  take(mail: Email, raw: string, { envelope }: SMTPServerSession, { at, retries }: { at: number; retries: number }): void {
    const own = mail.messageId ?? "";
    const ids = [...(mail.references ?? "").split(/\s+/), mail.inReplyTo ?? ""].filter((id) => id !== "");
    const root = ids.map((id) => this.#conversations.get(id)).find((id) => id !== undefined);
    // A mail that comes twice stands in the mailbox twice.
    const id = this.#channel.message(own) || own === "" ? `${own}#${++this.#taken}` : own;
    for (const one of [own, ...ids]) if (!this.#conversations.has(one)) this.#conversations.set(one, root ?? id);
    const body: Json = {
      from: addressText(mail.from),
      to: (mail.to ?? []).map(addressText),
      cc: (mail.cc ?? []).map(addressText),
      envelope: envelope.rcptTo.map(({ address }) => address),
      subject: mail.subject ?? "",
      text: mail.text ?? "",
      html: mail.html ?? "",
      urgent: mail.headers.some(({ key, value }) => key === "importance" && value.toLowerCase() === "high"),
      headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
    };
    this.#channel.post({ id, at, body, raw, retries, ...(root === undefined ? {} : { replyTo: root }) });
  }
}

const addressText = (one: Email["from"]): string =>
  one === undefined ? "" : one.name ? `${one.name} <${one.address ?? ""}>` : (one.address ?? "");
