// Mail submission: one connection, one mail. RFC 6409 (submission), RFC 5321 (the protocol), RFC 3207 (STARTTLS),
// RFC 4954 (signing in). What a server's words mean is in classify.ts.
import type { DeliveryOutcome } from "../../outcome.ts";
import { brokenOff, classifyReply, type Reply, type Step } from "./classify.ts";
import { base64 } from "./mime.ts";
import type { Endpoint, Open, Wire } from "./wire.ts";

/** What is to be submitted, and to whom. */
export interface Submission extends Endpoint {
  /** How we introduce ourselves: the sender's domain. */
  hello: string;
  username?: string;
  password?: string;
  sender: string;
  recipients: string[];
  /** The whole mail, in ASCII, with CRLF line ends. */
  message: string;
}

/** What of a server's answer is read at most; a longer one is no answer of a mail server. */
const MAX_REPLY = 16_384;

/** How far a conversation goes before there is a mail. */
export type Knock = Omit<Submission, "sender" | "recipients" | "message">;

/** Submits a mail. Everything that goes wrong is an outcome; it ends soon after `signal` does. */
export const submit = (mail: Submission, open: Open, signal: AbortSignal): Promise<DeliveryOutcome> =>
  conversation(mail, open, signal, async (talk, hello) => tooLarge(hello, mail.message) ?? handOver(talk, mail, hello));

/** Goes as far as signing in, and leaves: whether the server is there and takes our password. */
export const knock = (server: Knock, open: Open, signal: AbortSignal): Promise<DeliveryOutcome> =>
  conversation(server, open, signal, async (talk) => {
    await talk.leave();
    return { kind: "delivered" };
  });

/** What is said once we are signed in. */
type Then = (talk: Talk, hello: Reply) => Promise<DeliveryOutcome>;

async function conversation(server: Knock, open: Open, signal: AbortSignal, then: Then): Promise<DeliveryOutcome> {
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});
  const end = (): void => ended.reject(new BrokenOff("timeout"));
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  const connected = open(server);
  let talk: Talk | undefined;
  try {
    talk = new Talk(await Promise.race([connected, ended.promise]), ended.promise);
    return await converse(talk, server, then);
  } catch (error) {
    return brokenOff({
      cause: error instanceof BrokenOff ? error.cause : "connection_lost",
      step: talk?.step ?? "connect",
      handedOver: talk?.handedOver ?? false,
    });
  } finally {
    signal.removeEventListener("abort", end);
    connected.then((wire) => wire.close()).catch(() => {});
  }
}

async function converse(talk: Talk, server: Knock, then: Then): Promise<DeliveryOutcome> {
  const greeting = await talk.hear("greeting");
  if (greeting.code !== 220) return classifyReply("greeting", greeting);
  let hello = await talk.say("hello", `EHLO ${server.hello}`);
  if (hello.code !== 250) return classifyReply("hello", hello);
  let encrypted = server.tls;
  if (!encrypted && offers(hello, "STARTTLS")) {
    const ready = await talk.say("tls", "STARTTLS");
    if (ready.code !== 220) return classifyReply("tls", ready);
    await talk.startTls();
    encrypted = true;
    // What was said before counts no more: anybody on the way could have said it.
    hello = await talk.say("hello", `EHLO ${server.hello}`);
    if (hello.code !== 250) return classifyReply("hello", hello);
  }
  if (!encrypted && !isLoopback(server.host)) return NO_TLS;
  return (await signIn(talk, server, hello)) ?? then(talk, hello);
}

const NO_TLS: DeliveryOutcome = {
  kind: "disabled",
  reason: "misconfigured",
  detail: "the server offers no STARTTLS, and mail goes unencrypted on this machine only: use smtps:// and port 465, or another server",
};

/** Whether a host is this machine itself. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);

async function signIn(talk: Talk, { username, password }: Knock, hello: Reply): Promise<DeliveryOutcome | undefined> {
  if (username === undefined || password === undefined) return undefined;
  const offered = hello.lines.flatMap((line) => /^AUTH[ =](.*)$/i.exec(line)?.[1]?.toUpperCase().split(" ") ?? []);
  let reply: Reply;
  if (offered.includes("PLAIN")) reply = await talk.say("auth", `AUTH PLAIN ${base64(`\0${username}\0${password}`)}`);
  else if (offered.includes("LOGIN")) {
    reply = await talk.say("auth", "AUTH LOGIN");
    for (const answer of [username, password]) if (reply.code === 334) reply = await talk.say("auth", base64(answer));
  } else {
    const detail = `the server offers no sign-in that we know (PLAIN, LOGIN)${offered.length === 0 ? ": leave out username and password" : ""}`;
    return { kind: "disabled", reason: "misconfigured", detail };
  }
  return reply.code === 235 ? undefined : classifyReply("auth", reply);
}

// https://www.rfc-editor.org/rfc/rfc1870
function tooLarge(hello: Reply, message: string): DeliveryOutcome | undefined {
  const most = Number(hello.lines.flatMap((line) => /^SIZE (\d+)$/i.exec(line)?.[1] ?? [])[0] ?? 0);
  if (most === 0 || message.length <= most) return undefined;
  return { kind: "rejected", reason: "too_large", detail: `the mail has ${message.length} bytes, the server takes ${most}` };
}

async function handOver(talk: Talk, mail: Submission, hello: Reply): Promise<DeliveryOutcome> {
  const size = offers(hello, "SIZE") ? ` SIZE=${mail.message.length}` : "";
  const sender = await talk.say("sender", `MAIL FROM:<${mail.sender}>${size}`);
  if (!isGood(sender)) return classifyReply("sender", sender);
  const refusals: { place: number; reply: Reply }[] = [];
  for (const [index, recipient] of mail.recipients.entries()) {
    const reply = await talk.say("recipient", `RCPT TO:<${recipient}>`);
    if (!isGood(reply)) refusals.push({ place: index + 1, reply });
  }
  const [first] = refusals;
  if (first && refusals.length === mail.recipients.length) {
    // One that may be taken later is worth another try; only when all are refused for good is the destination wrong.
    const passing = refusals.find(({ reply }) => classifyReply("recipient", reply).kind === "retry");
    return classifyReply("recipient", (passing ?? first).reply);
  }
  const ready = await talk.say("data", "DATA");
  if (ready.code !== 354) return classifyReply("data", ready);
  const taken = await talk.send(`${mail.message.replace(/(^|\r\n)\./g, "$1..")}.\r\n`);
  if (!isGood(taken)) return classifyReply("message", taken);
  await talk.leave();
  if (!first) return { kind: "delivered" };
  // The others have it: sending again would give it to them twice. By number: addresses of the settings are masked in logs.
  const names = refusals.map(({ place, reply }) => `recipient ${place} of ${mail.recipients.length} (${reply.code} ${reply.text})`);
  return { kind: "delivered", detail: `the mail server refused ${names.join(", ")}; the others have it` };
}

const isGood = ({ code }: Reply): boolean => code >= 200 && code < 300;
const offers = ({ lines }: Reply, name: string): boolean =>
  lines.some((line) => line.toUpperCase() === name || line.toUpperCase().startsWith(`${name} `));

/** The connection ended, or what came is no answer. */
class BrokenOff extends Error {
  override readonly cause: "timeout" | "connection_lost" | "no_smtp";
  constructor(cause: BrokenOff["cause"]) {
    super(cause);
    this.cause = cause;
  }
}

/** Commands and their answers, in turn. */
class Talk {
  step: Step = "greeting";
  /** True once the server may have the mail. */
  handedOver = false;
  readonly #wire: Wire;
  readonly #ended: Promise<never>;
  readonly #decoder = new TextDecoder();
  readonly #encoder = new TextEncoder();
  #heard = "";

  constructor(wire: Wire, ended: Promise<never>) {
    this.#wire = wire;
    this.#ended = ended;
  }

  /** Sends a command and reads the answer. */
  async say(step: Step, command: string): Promise<Reply> {
    // One command is one line, whatever it was made from.
    if (/[\r\n\0]/.test(command)) throw new Error("a command with a line break");
    this.step = step;
    await this.#write(`${command}\r\n`);
    return this.hear(step);
  }

  /** Sends the mail itself, with its final dot, and reads the answer. */
  async send(content: string): Promise<Reply> {
    this.step = "message";
    this.handedOver = true;
    await this.#write(content);
    return this.hear("message");
  }

  /** Ends the conversation politely; the answer changes nothing. */
  async leave(): Promise<void> {
    await this.#write("QUIT\r\n").catch(() => {});
  }

  async startTls(): Promise<void> {
    // Words that came along with the permission came before the encryption, from whomever.
    if (this.#heard !== "") throw new BrokenOff("no_smtp");
    await Promise.race([this.#wire.startTls(), this.#ended]);
  }

  /** Reads one answer, all its lines. */
  async hear(step: Step): Promise<Reply> {
    this.step = step;
    const lines: string[] = [];
    for (;;) {
      const line = await this.#line();
      const [, code, sign, text = ""] = /^(\d{3})([ -]?)(.*)$/.exec(line) ?? [];
      if (code === undefined || lines.length > 200) throw new BrokenOff("no_smtp");
      lines.push(text.trim());
      if (sign !== "-") return { code: Number(code), text: lines.join(" ").trim(), lines };
    }
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#heard.indexOf("\n");
      if (end >= 0) {
        const line = this.#heard.slice(0, end).replace(/\r$/, "");
        this.#heard = this.#heard.slice(end + 1);
        return line;
      }
      if (this.#heard.length > MAX_REPLY) throw new BrokenOff("no_smtp");
      const bytes = await Promise.race([this.#wire.read(), this.#ended]);
      if (bytes === undefined) throw new BrokenOff("connection_lost");
      this.#heard += this.#decoder.decode(bytes, { stream: true });
    }
  }

  #write(text: string): Promise<void> {
    return Promise.race([this.#wire.write(this.#encoder.encode(text)), this.#ended]);
  }
}
