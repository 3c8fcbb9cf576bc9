// The simulated mail server and the adapter's way to submit, over real sockets.
import { createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { emailBy } from "../../src/destinations/email/destination.ts";
import { submit } from "../../src/destinations/email/submit.ts";
import type { DeliveryOutcome } from "../../src/outcome.ts";
import { sampleAlert, sampleViews } from "../../test/support/alerts.ts";
import { type Certificate, makeCertificate } from "../../test/support/certificate.ts";
import { openByNode } from "../../test/support/node-wire.ts";
import { unhurried } from "../../test/support/patience.ts";
import { describeReal, REAL } from "../../test/support/real.ts";
import { drawMail } from "./draw/mail.ts";
import { isObject } from "./json.ts";
import type { MailSettings } from "./mail.ts";
import { type Chats, startChats } from "./server.ts";

let chats: Chats;
beforeAll(async () => {
  chats = await startChats();
});
afterAll(() => chats.close());

const BASE = { from: "Tocsin <tocsin@example.com>", to: ["soc@example.com", "oncall@example.com"] };
const views = sampleViews();
let sent = 0;

/** Sends one view as the relay would. */
function send(own: object, overrides: object = {}, { ca, ms = 3_000 }: { ca?: string; ms?: number } = {}): Promise<DeliveryOutcome> {
  const email = emailBy(openByNode(ca));
  if (email.transport.kind !== "custom") throw new Error("another kind");
  const settings = { ...BASE, ...own };
  const body = email.render(views["alert-created"], settings);
  const key = `d.${++sent}:soc`;
  const message = { id: key, key, attempt: 1, action: "post" as const, body, at: Date.now(), ...overrides };
  return email.transport.send(
    message,
    { name: "soc", settings },
    { bindings: {}, signal: AbortSignal.timeout(ms), refuses: () => undefined },
  );
}

const bodyOf = (message: { body: unknown } | undefined): Record<string, unknown> => {
  const body = message?.body;
  return typeof body === "object" && body !== null ? { ...body } : {};
};

describe("a mailbox", () => {
  test("shows what was sent, and later mails below the first", async () => {
    const box = await chats.mail("conversation");
    const first = await send({ smtp: box.url, cc: "c@example.com" });
    expect(first).toMatchObject({ kind: "delivered", ref: expect.stringContaining("[HIGH] Encoded PowerShell") });
    const ref = first.kind === "delivered" ? first.ref : undefined;
    const email = emailBy(openByNode());
    for (const name of ["update-rise", "update-resolved"] as const) {
      const outcome = await send({ smtp: box.url }, { action: "reply", ref, body: email.render(views[name], BASE) });
      expect(outcome).toEqual({ kind: "delivered" });
    }
    await send({ smtp: box.url });
    const [root, rise, resolved, other] = box.visible();
    expect(bodyOf(root)).toMatchObject({
      from: "Tocsin <tocsin@example.com>",
      to: ["soc@example.com", "oncall@example.com"],
      cc: ["c@example.com"],
      envelope: ["soc@example.com", "oncall@example.com", "c@example.com"],
      subject: "[HIGH] Encoded PowerShell launched by Office - ws-0142",
    });
    expect(bodyOf(rise)).toMatchObject({ subject: "Re: [HIGH] Encoded PowerShell launched by Office - ws-0142", urgent: true });
    expect([rise?.replyTo, resolved?.replyTo, other?.replyTo]).toEqual([root?.id, root?.id, undefined]);
    expect(box.roots()).toHaveLength(2);
    expect(isObject(root?.body ?? null) ? drawMail(root?.body as never, false) : "").toContain(
      "Encoded PowerShell launched by Office</h1>",
    );
  });

  test("takes mails of any host", async () => {
    const box = await chats.mail("hosts");
    const email = emailBy(openByNode());
    const alert = sampleAlert({ title: "DNS query to vpn.example.com from fs-1.acme.local by j.doe", summary: "see www.example.co.uk/x" });
    expect(await send({ smtp: box.url }, { body: email.render({ kind: "alert", alert, links: {} }, BASE) })).toMatchObject({
      kind: "delivered",
    });
  });

  test("draws no markup that is not a mail's", () => {
    const hostile = { from: "<b>", to: ["x"], subject: "<script>", text: "<i>text</i>", html: "<body><img src=x onerror=alert(1)></body>" };
    expect(drawMail(hostile, false)).not.toMatch(/<(script|img|i|b)\b/);
  });
});

describe("a knock", () => {
  /** What the doctor does: signs in, and leaves. */
  const knock = async (own: object, ms = 3_000): Promise<DeliveryOutcome | undefined> => {
    const { transport } = emailBy(openByNode());
    if (transport.kind !== "custom") throw new Error("another kind");
    return transport.check?.call({ ...BASE, ...own }, { bindings: {}, signal: AbortSignal.timeout(ms), refuses: () => undefined });
  };

  test("signs in and leaves no mail; a wrong password is told, and the binding is not asked", async () => {
    const box = await chats.mail("knock", { auth: { username: "tocsin", password: "right" } });
    expect(await knock({ smtp: box.url, username: "tocsin", password: "right" })).toEqual({ kind: "delivered" });
    expect(await knock({ smtp: box.url, username: "tocsin", password: "wrong" })).toMatchObject({ kind: "disabled", reason: "forbidden" });
    expect(box.visible()).toEqual([]);
    expect(await knock({})).toBeUndefined();
  });

  test("at a door that is closed is told", async () => {
    expect(await knock({ smtp: "smtp://127.0.0.1:9" })).toMatchObject({ kind: "retry" });
  });
});

describe("what a server does wrong", () => {
  afterEach(async () => (await chats.mail("faults")).calm());

  test.each([
    [{ status: 451 }, { kind: "retry", reason: "rate_limited" }],
    [
      { status: 452, body: "4.3.1 full" },
      { kind: "retry", reason: "rate_limited" },
    ],
    [{ status: 550 }, { kind: "rejected", reason: "refused_content" }],
    [{ status: 552 }, { kind: "rejected", reason: "too_large" }],
    [{ status: 421 }, { kind: "retry", reason: "rate_limited" }],
  ] as const)("a refusal after the mail: %j", async (failure, outcome) => {
    const box = await chats.mail("faults");
    box.fail(failure);
    expect(await send({ smtp: box.url })).toMatchObject(outcome);
  });

  test("an answer that never comes leaves it unknown", async () => {
    const box = await chats.mail("faults");
    box.dropAnswer();
    expect(await send({ smtp: box.url })).toMatchObject({ kind: "unknown", reason: "connection_lost" });
    box.hang({ ms: 5_000, shown: true });
    expect(await send({ smtp: box.url }, {}, { ms: 300 })).toMatchObject({ kind: "unknown", reason: "timeout" });
    expect(await send({ smtp: box.url })).toMatchObject({ kind: "delivered" });
  });

  test("a recipient that is refused costs the others nothing, and is told", async () => {
    const box = await chats.mail("refusing", {
      refuses: { "gone@example.com": [550, "5.1.1 no such mailbox"], "full@example.com": [452, "4.2.2 full"] },
    });
    const outcome = await send({ smtp: box.url, to: ["soc@example.com", "gone@example.com"] });
    expect(outcome).toMatchObject({ kind: "delivered", detail: expect.stringContaining("recipient 2 of 2 (550 5.1.1 no such mailbox)") });
    expect(bodyOf(box.visible()[0]).envelope).toEqual(["soc@example.com"]);
    expect(await send({ smtp: box.url, to: "gone@example.com" })).toMatchObject({ kind: "disabled", reason: "not_found" });
    // As long as one of them may be taken later, it is tried again.
    expect(await send({ smtp: box.url, to: ["gone@example.com", "full@example.com"] })).toMatchObject({ kind: "retry" });
  });

  test("a mail over the server's size is not even sent", async () => {
    const box = await chats.mail("small", { maxBytes: 2_000 });
    expect(await send({ smtp: box.url })).toMatchObject({ kind: "rejected", reason: "too_large" });
    expect(box.requests).toHaveLength(0);
  });
});

describeReal("TLS and signing in", [REAL.openssl], () => {
  let certificate: Certificate;
  beforeAll(() => {
    certificate = makeCertificate();
  });
  const auth = { username: "tocsin", password: "pässword" };
  const box = (name: string, settings: MailSettings = {}) => chats.mail(name, settings);

  test.each(["smtps", "starttls"] as const)("by %s, with name and password", async (mode) => {
    const { url, requests } = await box(mode, { tls: { mode, ...certificate }, auth });
    const ca = certificate.cert;
    expect(await send({ smtp: url, ...auth }, {}, { ca })).toMatchObject({ kind: "delivered" });
    expect(requests[0]?.headers).toEqual({ tls: "yes", user: "tocsin" });
    expect(await send({ smtp: url, ...auth, password: "wrong" }, {}, { ca })).toMatchObject({ kind: "disabled", reason: "forbidden" });
    expect(await send({ smtp: url }, {}, { ca })).toMatchObject({ kind: "disabled", reason: "forbidden" });
  });

  test("a certificate that nobody vouches for gets nothing", async () => {
    for (const mode of ["smtps", "starttls"] as const) {
      const { url, requests } = await box(`untrusted-${mode}`, { tls: { mode, ...certificate }, auth });
      expect(await send({ smtp: url, ...auth })).toMatchObject({
        kind: "retry",
        reason: "server_error",
        detail: expect.stringMatching(/certificate/),
      });
      expect(requests).toHaveLength(0);
    }
  });
});

describe("servers that are none, or mean ill", () => {
  const servers: Server[] = [];
  afterAll(() => servers.forEach((server) => void server.close()));
  const heard: string[] = [];

  /** A server that answers by a script: the text for each command, `undefined` to hang up. */
  async function scripted(greeting: string, answer: (command: string, socket: Socket) => string | undefined): Promise<number> {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.write(greeting);
      socket.on("data", (data) => {
        heard.push(data.toString());
        const said = answer(data.toString(), socket);
        if (said === undefined) socket.destroy();
        else socket.write(said);
      });
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  const mail = (port: number, overrides: object = {}) => ({
    host: "127.0.0.1",
    port,
    tls: false,
    hello: "example.com",
    username: "tocsin",
    password: "hunter2!",
    sender: "a@example.com",
    recipients: ["b@example.com"],
    message: "Subject: x\r\n\r\ny\r\n",
    ...overrides,
  });
  const talk = (port: number, overrides: object = {}, ms = 2_000) =>
    submit(mail(port, overrides), (at) => openByNode()({ ...at, host: "127.0.0.1" }), AbortSignal.timeout(ms));
  const plainly = (command: string): string => (command.startsWith("EHLO") ? "250-hi\r\n250 AUTH PLAIN LOGIN\r\n" : "250 ok\r\n");

  test("a password never goes out before TLS, other than on this machine", async () => {
    heard.length = 0;
    const port = await scripted("220 hi\r\n", plainly);
    const outcome = await talk(port, { host: "mail.example.com" });
    expect(outcome).toMatchObject({ kind: "disabled", reason: "misconfigured", detail: expect.stringContaining("STARTTLS") });
    expect(heard.join("")).not.toMatch(/AUTH|MAIL/);
  });

  test("words that came before the encryption are not believed", async () => {
    const port = await scripted("220 hi\r\n", (command) =>
      command.startsWith("EHLO") ? "250 STARTTLS\r\n" : "220 go\r\n250 injected\r\n",
    );
    expect(await talk(port)).toMatchObject({ kind: "retry", reason: "server_error", detail: expect.stringContaining("not SMTP") });
  });

  test.each([
    ["hangs up at once", "", () => undefined],
    ["hangs up after the greeting", "220 hi\r\n", () => undefined],
    ["speaks HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n", () => ""],
    ["never stops", `220-${"x".repeat(100_000)}`, () => ""],
    ["says 220- for ever", "220-hi\r\n".repeat(10_000), () => ""],
  ])("one that %s is tried again", async (_what, greeting, answer) => {
    const port = await scripted(greeting, answer);
    expect(await talk(port, {}, 500)).toMatchObject({ kind: "retry", reason: "server_error" });
  });

  test("silence ends with the attempt, and says what may be wrong", async () => {
    const port = await scripted("", () => "");
    const started = Date.now();
    expect(await talk(port, {}, 200)).toMatchObject({ kind: "retry", detail: expect.stringContaining("smtps://") });
    expect(Date.now() - started).toBeLessThan(unhurried(1_000));
  });

  test("no server at all is tried again", async () => {
    const port = await scripted("", () => "");
    await new Promise((done) => servers.at(-1)?.close(done));
    expect(await talk(port)).toMatchObject({ kind: "retry", reason: "server_error" });
  });

  test("a connection that ends while the mail is on its way leaves it unknown", async () => {
    const port = await scripted("220 hi\r\n", (command) => {
      if (command.startsWith("DATA")) return "354 go\r\n";
      return command.startsWith("Subject") ? undefined : command.startsWith("AUTH") ? "235 ok\r\n" : plainly(command);
    });
    expect(await talk(port)).toMatchObject({ kind: "unknown", reason: "connection_lost" });
  });

  test("a dot at the start of a line stays", async () => {
    heard.length = 0;
    const port = await scripted("220 hi\r\n", (command) => {
      if (command.startsWith("DATA")) return "354 go\r\n";
      return command.startsWith("AUTH") ? "235 ok\r\n" : plainly(command);
    });
    expect(await talk(port, { message: "A: b\r\n\r\n.\r\n..x\r\n.y\r\n" })).toEqual({ kind: "delivered" });
    expect(heard.join("")).toContain("A: b\r\n\r\n..\r\n...x\r\n..y\r\n.\r\n");
  });

  test("signs in by LOGIN where PLAIN is not offered", async () => {
    heard.length = 0;
    const port = await scripted("220 hi\r\n", (command) => {
      if (command.startsWith("EHLO")) return "250 AUTH LOGIN CRAM-MD5\r\n";
      if (command.startsWith("AUTH LOGIN") || command.startsWith("dG9jc2lu")) return "334 VXNlcm5hbWU6\r\n";
      if (command.startsWith("aHVudGVyMiE=")) return "535 5.7.8 no: aHVudGVyMiE=\r\n";
      return "250 ok\r\n";
    });
    const outcome = await talk(port);
    expect(outcome).toMatchObject({ kind: "disabled", reason: "forbidden" });
    expect(JSON.stringify(outcome)).not.toContain("aHVudGVyMiE=");
  });

  test.each([
    ["250 AUTH CRAM-MD5\r\n", /no sign-in that we know/],
    ["250 SIZE 1000000\r\n", /leave out username and password/],
  ])("a server that offers %j to sign in is told apart", async (hello, words) => {
    const port = await scripted("220 hi\r\n", (command) => (command.startsWith("EHLO") ? hello : "250 ok\r\n"));
    expect(await talk(port)).toMatchObject({ kind: "disabled", reason: "misconfigured", detail: expect.stringMatching(words) });
  });
});
