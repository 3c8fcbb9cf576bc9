import fc from "fast-check";
import PostalMime from "postal-mime";
import { describe, expect, test } from "vitest";
import { formProblems, wireProblems } from "../../../demo/chats/mail-form.ts";
import { hostileAlert, sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { anyView } from "../../../test/support/any-view.ts";
import { describeDestination } from "../../../test/support/describe-destination.ts";
import type { DeliveryOutcome } from "../../outcome.ts";
import type { Outgoing, View } from "../destination.ts";
import { builderOf, classifyError, sendByBinding } from "./binding.ts";
import { classifyReply, type Step } from "./classify.ts";
import { defanged } from "./defang.ts";
import email from "./destination.ts";
import { type Correspondents, letterOf, refOf } from "./letter.ts";
import { messageOf } from "./mime.ts";
import type { Mail } from "./render.ts";
import { endpointOf } from "./server.ts";

const settings = {
  from: "Tocsin <tocsin@example.com>",
  to: ["SOC <soc@example.com>", "oncall@example.com"],
  smtp: "smtps://mail.example.com",
  username: "tocsin",
  password: "correct horse",
};
const parsed = (body: string): Mail => JSON.parse(body);
const render = (view: View): Mail => parsed(email.render(view, settings));
const unescaped = (html: string): string =>
  html
    .replace(/<[^>]*href="([^"]*)"[^>]*>/g, " $1 ")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

/** 2026-11-20T12:00:00Z. */
const NOW = Date.UTC(2026, 10, 20, 12);
const outgoing = (overrides: Partial<Outgoing> = {}): Outgoing => ({
  id: "d.1:soc",
  key: "d.1:soc",
  attempt: 1,
  action: "post",
  body: email.render(sampleViews()["alert-created"], settings),
  at: NOW,
  ...overrides,
});
async function lettered(overrides: Partial<Outgoing> = {}, own: Correspondents = settings) {
  const letter = await letterOf(outgoing(overrides), own);
  if (!letter) throw new Error("no letter");
  return letter;
}

describeDestination(email, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings,
  secrets: ["correct horse"],
  shown: (body) => {
    const { subject, text, html = "" } = parsed(body);
    return `${subject}\n${text}\n${unescaped(html)}`;
  },
  withinLimits: (body) => expect(formProblems(parsed(body))).toEqual([]),
  // Those rules are about links and markup as well.
  inert: () => undefined,
});

describe("email: the mail", () => {
  test("tells severity, title and host in the subject", () =>
    expect(render(sampleViews()["alert-created"]).subject).toBe("[HIGH] Encoded PowerShell launched by Office - ws-0142"));

  test("marks critical alerts as urgent, and only them", () => {
    const alert = sampleAlert({ severity: "critical" });
    expect(render({ kind: "alert", alert, links: {} }).urgent).toBe(true);
    expect(render({ kind: "alert", alert: { ...alert, status: "resolved" }, links: {} }).urgent).toBeUndefined();
    expect(render({ kind: "moved", alert, links: {} }).urgent).toBeUndefined();
    expect(render(sampleViews()["alert-created"]).urgent).toBeUndefined();
  });

  test("says in both forms the same", () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const { text, html = "" } = render(view);
        const words = (some: string): string[] => some.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 3);
        const inHtml = new Set(words(unescaped(html.replace(/<style>.*<\/style>/s, ""))));
        for (const word of words(text.replaceAll("Note:", ""))) expect(inHtml).toContain(word);
      }),
      { numRuns: 50 },
    );
  });

  test("lists a hundred alerts of a digest, and counts the others", () => {
    const alerts = Array.from({ length: 100 }, (_, index) => sampleAlert({ id: `a${index}`, title: `Alert number ${index}` }));
    const view = { ...sampleViews().digest, kind: "digest", alerts, newest: [], total: 300 } as View;
    const { html = "", text } = render(view);
    for (const index of [0, 42, 99]) {
      expect(text).toContain(`Alert number ${index}  `);
      expect(html).toContain(`Alert number ${index}<`);
    }
    expect(text).toContain("+200 more");
    expect(formProblems(render(view))).toEqual([]);
  });

  test("lists as many of huge ones as a mail program shows", () => {
    const alerts = Array.from({ length: 100 }, (_, index) => hostileAlert(`${index}${"&".repeat(400)}`, { id: `a${index}` }));
    const view = { ...sampleViews().digest, kind: "digest", alerts, newest: [], total: 100 } as View;
    const mail = render(view);
    expect(formProblems(mail)).toEqual([]);
    expect((mail.html?.match(/<tr>/g) ?? []).length).toBeGreaterThan(20);
  });

  test("shows the configured ping as a line", () => {
    const { text, html } = render({ kind: "alert", alert: sampleAlert(), links: {}, ping: "On call: please acknowledge" });
    expect(text).toMatch(/^On call: please acknowledge\n/);
    expect(html).toContain("On call: please acknowledge");
  });

  test.each([
    ["https://evil.example/a?b=c", "https[://]evil[.]example/a?b=c"],
    ["mail a@phish.example now", "mail a@phish[.]example now"],
    ["www.evil.example", "www[.]evil[.]example"],
    ["203.0.113.10 and 2001:db8::1", "203.0.113.10 and 2001:db8::1"],
    ["powershell.exe loaded amsi.dll v1.2.3", "powershell.exe loaded amsi.dll v1.2.3"],
    ["пример.рф xn--e1afmkfd.xn--p1ai", "пример[.]рф xn--e1afmkfd[.]xn--p1ai"],
    ["ws-0142.corp.local", "ws-0142.corp.local"],
    ["a.smith of x.com", "a.smith of x[.]com"],
    ["vpn.corp.example.com, invoice.com.exe", "vpn[.]corp[.]example[.]com, invoice[.]com[.]exe"],
  ])("writes %j so that nobody opens it by accident", (text, safe) => expect(defanged(text)).toBe(safe));
});

describe("email: as bytes", () => {
  test("is what a mail parser reads back", async () => {
    const own = {
      from: "Søc „Tocsin“, Inc. <tocsin@example.com>",
      to: ['"Doe, J." <j@example.com>', "b@example.com"],
      cc: "c@example.com",
    };
    const letter = await lettered(
      { body: JSON.stringify({ ...render(sampleViews()["alert-hostile"]), subject: "ÜÄÖ 🔴 =?x?= ".repeat(9) }) },
      own,
    );
    const raw = messageOf(letter, NOW);
    expect(wireProblems(raw)).toEqual([]);
    const mail = await PostalMime.parse(raw);
    expect(mail.from).toMatchObject({ name: "Søc „Tocsin“, Inc.", address: "tocsin@example.com" });
    expect(mail.to).toMatchObject([{ name: "Doe, J.", address: "j@example.com" }, { address: "b@example.com" }]);
    expect(mail.cc).toMatchObject([{ address: "c@example.com" }]);
    expect(mail.subject).toBe(letter.subject.trim());
    expect(mail.date).toBe("2026-11-20T12:00:00.000Z");
    expect(mail.text?.trimEnd()).toBe(letter.text.trimEnd());
    expect(mail.html?.trimEnd()).toBe(letter.html);
    expect(mail.attachments).toEqual([]);
  });

  test("holds any mail, in short lines of ASCII", async () => {
    const letter = await lettered();
    await fc.assert(
      fc.asyncProperty(anyView, fc.string({ unit: "binary", maxLength: 200 }), async (view, subject) => {
        const made = { ...letter, ...render(view), subject: `x${subject}y` };
        const raw = messageOf(made, NOW);
        expect(wireProblems(raw)).toEqual([]);
        for (const line of raw.split("\r\n")) expect(line.length).toBeLessThanOrEqual(made.subject.length > 100 ? 998 : 200);
        const mail = await PostalMime.parse(raw);
        expect(mail.text?.trimEnd()).toBe(made.text.trimEnd());
        expect(mail.html?.trimEnd()).toBe(made.html?.trimEnd());
      }),
      { numRuns: 60 },
    );
  });

  test("no text can begin a header field", async () => {
    const letter = { ...(await lettered()), subject: "a\r\nBcc: evil@example.com\r\n\r\nbody\u2028x" };
    const mail = await PostalMime.parse(messageOf(letter, NOW));
    expect(mail.bcc).toBeUndefined();
    expect(mail.subject).toBe("a Bcc: evil@example.com body x");
  });

  test("says that a machine wrote it, and is urgent where the alert is", async () => {
    const headers = (await lettered({ body: JSON.stringify({ subject: "s", text: "t", urgent: true }) })).headers;
    expect(headers).toEqual({
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "OOF, AutoReply",
      Importance: "high",
      "X-Priority": "1",
    });
  });
});

describe("email: threads", () => {
  test("the id of a mail is that of its delivery, at every attempt", async () => {
    const first = await lettered();
    expect(first.messageId).toMatch(/^<tocsin\.[0-9a-f]{32}@example\.com>$/);
    expect((await lettered({ attempt: 7, at: NOW + 9_000 })).messageId).toBe(first.messageId);
    expect((await lettered({ key: "d.1:soc:reply" })).messageId).not.toBe(first.messageId);
  });

  test("a reply refers to the first mail and keeps its subject", async () => {
    const first = await lettered();
    const reply = await lettered({
      key: "d.2:soc",
      action: "reply",
      ref: refOf(first),
      body: email.render(sampleViews()["update-rise"], settings),
    });
    expect(reply.subject).toBe(`Re: ${first.subject}`);
    const mail = await PostalMime.parse(messageOf(reply, NOW));
    expect(mail).toMatchObject({ inReplyTo: first.messageId, references: first.messageId });
    expect(mail.text).toContain("Severity high to critical");
  });

  test.each([undefined, "", "{}", '{"id":"no id","subject":"s"}', '{"id":"<a@b>\\r\\nBcc: <x@y>","subject":"s"}'])(
    "without a thread there is no reply: %j",
    async (ref) => expect(await letterOf(outgoing({ action: "reply", ref }), settings)).toBeUndefined(),
  );
});

describe("email: by the binding", () => {
  const means = (binding: unknown, signal = new AbortController().signal) => ({
    bindings: { EMAIL: binding },
    signal,
    refuses: () => undefined,
  });
  const own = { from: settings.from, to: settings.to, cc: "c@example.com" };
  const send = (binding: unknown, message = outgoing(), signal?: AbortSignal): Promise<DeliveryOutcome> | undefined =>
    email.transport.kind === "custom" ? email.transport.send(message, { name: "soc", settings: own }, means(binding, signal)) : undefined;

  test("sends what the API asks for", async () => {
    const sent: unknown[] = [];
    const outcome = await send({
      send: async (mail: unknown) => {
        sent.push(mail);
        return { messageId: "<x@cf.example>" };
      },
    });
    const { messageId } = await lettered();
    expect(sent).toMatchObject([
      {
        from: { name: "Tocsin", email: "tocsin@example.com" },
        to: ["soc@example.com", "oncall@example.com"],
        cc: ["c@example.com"],
        subject: "[HIGH] Encoded PowerShell launched by Office - ws-0142",
        headers: { References: messageId, "Auto-Submitted": "auto-generated" },
      },
    ]);
    expect(outcome).toMatchObject({ kind: "delivered" });
    const ref = outcome?.kind === "delivered" ? outcome.ref : undefined;
    expect(JSON.parse(ref ?? "")).toEqual({
      id: messageId,
      subject: "[HIGH] Encoded PowerShell launched by Office - ws-0142",
      sentAs: "<x@cf.example>",
    });
    const reply = await lettered({ action: "reply", ref, key: "d.2:soc" });
    expect(builderOf(reply).headers).toMatchObject({ "In-Reply-To": "<x@cf.example>", References: `${messageId} <x@cf.example>` });
  });

  test("uses headers from Cloudflare's list only, and few enough", async () => {
    const allowed = /^(In-Reply-To|References|Auto-Submitted|Importance|X-[A-Za-z0-9_-]+)$/;
    const letter = await lettered({ body: JSON.stringify({ subject: "s", text: "t", urgent: true }) });
    for (const [name, value] of Object.entries(builderOf(letter).headers ?? {})) {
      expect(name).toMatch(allowed);
      expect(Buffer.byteLength(value)).toBeLessThanOrEqual(2_048);
      expect(value).not.toMatch(/[\r\n]/);
    }
  });

  test("an id that is none is not referred to", async () => {
    const outcome = await send({ send: async () => ({ messageId: "01HX\r\nBcc: a@b" }) });
    expect(outcome?.kind === "delivered" ? JSON.parse(outcome.ref ?? "").sentAs : "").toBeUndefined();
  });

  test.each([
    ["E_RATE_LIMIT_EXCEEDED", { kind: "retry", reason: "rate_limited" }],
    ["E_DAILY_LIMIT_EXCEEDED", { kind: "retry", reason: "rate_limited", afterMs: 3_600_000 }],
    ["E_INTERNAL_SERVER_ERROR", { kind: "retry", reason: "server_error" }],
    ["E_DELIVERY_FAILED", { kind: "retry", reason: "server_error" }],
    ["E_SENDER_NOT_VERIFIED", { kind: "disabled", reason: "misconfigured" }],
    ["E_SENDER_DOMAIN_NOT_AVAILABLE", { kind: "disabled", reason: "misconfigured" }],
    ["E_RECIPIENT_NOT_ALLOWED", { kind: "disabled", reason: "forbidden" }],
    ["E_RECIPIENT_SUPPRESSED", { kind: "disabled", reason: "forbidden" }],
    ["E_CONTENT_TOO_LARGE", { kind: "rejected", reason: "too_large" }],
    ["E_VALIDATION_ERROR", { kind: "rejected", reason: "invalid_payload" }],
    ["E_HEADER_NOT_ALLOWED", { kind: "rejected", reason: "invalid_payload" }],
    ["E_SOMETHING_NEW", { kind: "retry", reason: "server_error" }],
  ])("%s", async (code, outcome) => {
    const failing = { send: () => Promise.reject(Object.assign(new Error("words"), { code })) };
    expect(await send(failing)).toMatchObject({ ...outcome, detail: `the binding refused the mail: ${code} words` });
  });

  test("what a recipient's server refuses is tried a few times", () =>
    expect(classifyError({ code: "E_DELIVERY_FAILED" }, 4)).toMatchObject({ kind: "rejected", reason: "refused_content" }));

  test("no answer in time is unknown; no binding is said", async () => {
    const hanging = { send: () => new Promise(() => {}) };
    expect(await send(hanging, outgoing(), AbortSignal.timeout(20))).toMatchObject({ kind: "unknown", reason: "timeout" });
    expect(await send(undefined)).toMatchObject({ kind: "disabled", reason: "misconfigured", detail: "the binding EMAIL is missing" });
    expect(sendByBinding).toBeTypeOf("function");
  });
});

describe("email: what a mail server's answer means", () => {
  const outcome = (step: Step, code: number, text = ""): DeliveryOutcome => classifyReply(step, { code, text, lines: [text] });

  test.each([
    ["greeting", 421, "4.3.2 busy", { kind: "retry", reason: "rate_limited" }],
    ["greeting", 554, "no", { kind: "disabled", reason: "forbidden" }],
    ["hello", 502, "what", { kind: "disabled", reason: "misconfigured" }],
    ["tls", 454, "not now", { kind: "retry", reason: "server_error" }],
    ["auth", 535, "5.7.8 no", { kind: "disabled", reason: "forbidden" }],
    ["auth", 454, "4.7.0 later", { kind: "retry", reason: "server_error" }],
    ["auth", 504, "what", { kind: "disabled", reason: "misconfigured" }],
    ["sender", 530, "5.7.0 sign in", { kind: "disabled", reason: "forbidden" }],
    ["sender", 553, "5.7.1 not yours", { kind: "disabled", reason: "forbidden" }],
    ["sender", 451, "later", { kind: "retry", reason: "rate_limited" }],
    ["recipient", 550, "5.1.1 none", { kind: "disabled", reason: "not_found" }],
    ["recipient", 554, "5.7.1 relay denied", { kind: "disabled", reason: "forbidden" }],
    ["recipient", 450, "4.2.0 greylisted", { kind: "retry", reason: "rate_limited" }],
    ["recipient", 552, "too many", { kind: "retry", reason: "rate_limited" }],
    ["message", 452, "4.3.1 full", { kind: "retry", reason: "rate_limited" }],
    ["message", 552, "5.3.4 too big", { kind: "rejected", reason: "too_large" }],
    ["message", 552, "5.2.2 mailbox full", { kind: "retry", reason: "rate_limited" }],
    ["message", 554, "5.7.1 spam", { kind: "rejected", reason: "refused_content" }],
    ["message", 500, "what", { kind: "rejected", reason: "invalid_payload" }],
  ] as const)("%s: %i %s", (step, code, text, expected) => expect(outcome(step, code, text)).toMatchObject(expected));

  test("every code has an outcome, and none of them is a delivery", () => {
    const steps: Step[] = ["connect", "greeting", "hello", "tls", "auth", "sender", "recipient", "data", "message"];
    for (const step of steps)
      for (let code = 100; code < 600; code++) expect(outcome(step, code).kind).toMatch(code >= 500 ? /./ : /^retry$/);
  });

  test("what is said while signing in is not repeated", () =>
    expect(outcome("auth", 535, "5.7.8 bad AHRvY3NpbgBjb3JyZWN0")).toMatchObject({
      detail: "the mail server refused username and password: 535 5.7.8",
    }));
});

describe("email: settings", () => {
  const problem = (own: object) => email.settings.safeParse(own).error?.issues[0]?.message;
  const base = { from: "a@example.com", to: "b@example.com" };

  test.each([
    base,
    { ...base, to: ["SOC <b@example.com>", '"Doe, J." <j.doe+soc@sub.example.com>'], cc: "c@example.com" },
    { ...base, binding: "MAIL_OUT" },
    { ...base, smtp: "smtps://mail.example.com:465", username: "u", password: "secret:MAIL_PASSWORD" },
    { ...base, smtp: "smtp://127.0.0.1:2525" },
    { ...base, smtp: "smtp://mail.example.com" },
  ])("takes %j", (own) => expect(problem(own)).toBeUndefined());

  test.each([
    [{ ...base, from: "soc" }, /write "soc@example.com"/],
    [{ ...base, to: "a@example.com, b@example.com" }, /as a list/],
    [{ ...base, to: "a@example.com\r\nBcc: c@example.com" }, /line break/],
    [{ ...base, to: "a@exämple.com" }, /xn--/],
    [{ ...base, to: Array.from({ length: 51 }, (_, n) => `a${n}@example.com`) }, /mailing list/],
    [{ ...base, smtp: "mail.example.com" }, /smtps:\/\/host:465/],
    [{ ...base, smtp: "https://mail.example.com" }, /smtps:\/\/host:465/],
    [{ ...base, smtp: "smtp://mail.example.com:25" }, /port 25.*465 or 587/],
    [{ ...base, smtp: "smtp://mail.example.com:465" }, /write smtps/],
    [{ ...base, smtp: "smtps://mail.example.com:587" }, /write smtp:/],
    [{ ...base, smtp: "smtps://u:p@mail.example.com" }, /set username and password/],
    [{ ...base, smtp: "smtps://mail.example.com/inbox" }, /behind the port/],
    [{ ...base, username: "u" }, /set smtp as well/],
    [{ ...base, smtp: "smtps://mail.example.com", username: "u" }, /is missing/],
    [{ ...base, smtp: "smtps://mail.example.com", binding: "EMAIL" }, /leave one of them out/],
  ])("refuses %j with what to do", (own, sentence) => expect(problem(own)).toMatch(sentence));

  test("a host is judged by what it is, however it is written", () => {
    expect(endpointOf("smtp://2130706433:587")).toMatchObject({ host: "127.0.0.1" });
    expect(endpointOf("smtp://0x7f.1")).toMatchObject({ host: "127.0.0.1", port: 587 });
    expect(endpointOf("smtps://MAIL.Example.com")).toEqual({ host: "mail.example.com", port: 465, tls: true });
    expect(endpointOf("smtps://[::1]:4650")).toEqual({ host: "[::1]", port: 4650, tls: true });
  });

  test("needs the binding where there is no mail server", () => {
    const { transport } = email;
    if (transport.kind !== "custom") throw new Error("another kind");
    expect(transport.needs(base)).toBe("EMAIL");
    expect(transport.needs({ ...base, binding: "MAIL_OUT" })).toBe("MAIL_OUT");
    expect(transport.needs({ ...base, smtp: "smtps://mail.example.com" })).toBeUndefined();
    expect(transport.missing?.("EMAIL")).toContain('[[send_email]] with name = "EMAIL"');
  });

  test("a host that may not be called is not called", async () => {
    if (email.transport.kind !== "custom") throw new Error("another kind");
    const asked: string[] = [];
    const refuses = (address: string) => {
      asked.push(address);
      return "the name is a private one";
    };
    const own = { ...base, smtp: "smtp://mail.corp:587" };
    const outcome = await email.transport.send(
      outgoing(),
      { name: "soc", settings: own },
      { bindings: {}, signal: new AbortController().signal, refuses },
    );
    expect(outcome).toMatchObject({ kind: "disabled", reason: "misconfigured", detail: expect.stringContaining("private") });
    expect(asked).toEqual(["https://mail.corp:587"]);
  });
});
