// The whole relay against a real mail server: our mail goes out by TLS from the start and by STARTTLS, signed in, and is what
// a mail program needs to show it as one conversation.
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createdThin, incident, updated, withUpdate } from "../../demo/sekoia-samples.ts";
import { defanged } from "../../src/destinations/email/defang.ts";
import { type Certificate, makeCertificate } from "../support/certificate.ts";
import { describeReal, REAL } from "../support/real.ts";
import type { Stack } from "../support/stack.ts";
import { type RealMailServer, startRealMailServer } from "./mail-server.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const AUTH = { username: "tocsin", password: "correct horse battery" };

describeReal("mail by a real server", [REAL.aiosmtpd, REAL.openssl], () => {
  let certificate: Certificate;
  const servers: Partial<Record<"smtps" | "starttls" | "untrusted", RealMailServer>> = {};
  let stack: Stack;

  beforeAll(async () => {
    certificate = makeCertificate();
    const other = makeCertificate();
    servers.smtps = await startRealMailServer("smtps", certificate, AUTH);
    servers.starttls = await startRealMailServer("starttls", certificate, AUTH);
    servers.untrusted = await startRealMailServer("smtps", other, AUTH);
    rmSync(other.folder, { recursive: true });
    // The runtime trusts it from its start on: Miniflare reads this when it is loaded.
    process.env.NODE_EXTRA_CA_CERTS = certificate.certPath;
    const { startStack } = await import("../support/stack.ts");
    const mail = {
      type: "email",
      from: "Tocsin <tocsin@example.com>",
      username: AUTH.username,
      password: "secret:MAIL_PASSWORD",
      rate: "100/s",
    };
    stack = await startStack({
      secrets: ({ api }) => ({ MAIL_PASSWORD: AUTH.password, WRONG: "wrong", SEKOIA_TOKEN: api.token }),
      config: ({ api }) => ({
        destinations: {
          // Tells what becomes of the others, so that their mailboxes hold the alert alone.
          board: { type: "inbox", priority: 100 },
          tls: {
            ...mail,
            to: ["SOC <soc@example.com>", "gone@example.com"],
            cc: "lead@example.com",
            smtp: `smtps://localhost:${servers.smtps?.port}`,
          },
          later: { ...mail, to: "soc@example.com", smtp: `smtp://localhost:${servers.starttls?.port}` },
          wrong: { ...mail, to: "soc@example.com", password: "secret:WRONG", smtp: `smtp://localhost:${servers.starttls?.port}` },
          untrusted: { ...mail, to: "soc@example.com", smtp: `smtps://localhost:${servers.untrusted?.port}` },
        },
        routes: {
          prod: {
            id: ROUTE,
            source: "sekoia",
            api: api.url,
            token: "secret:SEKOIA_TOKEN",
            api_rate: "1000/s",
            rules: [{ to: ["tls", "later", "wrong", "untrusted"] }],
          },
        },
      }),
    });
  });
  afterAll(async () => {
    await stack?.stop();
    for (const server of Object.values(servers)) server.stop();
    rmSync(certificate.folder, { recursive: true, force: true });
  });

  const one = incident(1);
  const first = async (mode: "smtps" | "starttls") => (await servers[mode]?.waitFor(1))?.[0];

  describe("an alert", () => {
    beforeAll(async () => {
      stack.api.put(one.alert);
      expect((await stack.hook(ROUTE, createdThin(one))).status).toBe(202);
    });

    test.each(["smtps", "starttls"] as const)("comes as a mail by %s, encrypted and signed in", async (mode) => {
      const taken = await first(mode);
      expect(taken).toMatchObject({ from: "tocsin@example.com", encrypted: true, user: true, hello: "example.com" });
      expect(taken?.mail).toMatchObject({
        from: { name: "Tocsin", address: "tocsin@example.com" },
        subject: expect.stringContaining(defanged(one.alert.title)),
        messageId: expect.stringMatching(/^<tocsin\.[0-9a-f]{32}@example\.com>$/),
        text: expect.stringContaining(defanged(one.alert.title)),
        html: expect.stringContaining("</html>"),
      });
      expect(taken?.mail.headers).toContainEqual(expect.objectContaining({ key: "auto-submitted", value: "auto-generated" }));
    });

    test("reaches those who can be reached, and says who could not", async () => {
      const taken = await first("smtps");
      expect(taken?.to).toEqual(["soc@example.com", "lead@example.com"]);
      expect(taken?.mail.cc).toMatchObject([{ address: "lead@example.com" }]);
      const found = async () => (await stack.get<{ items: { id: string }[] }>("/api/alerts")).items[0]?.id;
      await expect.poll(found).toBeDefined();
      const delivery = async () => {
        const path = `/api/alerts/${await found()}`;
        const { deliveries } = await stack.get<{ deliveries: { destination: string; state: string; log: { answer?: string }[] }[] }>(path);
        return deliveries.find(({ destination }) => destination === "tls");
      };
      // The server has a mail a moment before the relay knows it.
      await expect.poll(async () => (await delivery())?.state).toBe("delivered");
      expect(JSON.stringify((await delivery())?.log)).toContain("recipient 2 of 3 (550 5.1.1 no such mailbox)");
    });

    test("with a wrong password is dead, and the password stands nowhere", async () => {
      await expect.poll(async () => JSON.stringify(await stack.get("/api/deliveries?destination=wrong"))).toContain("forbidden");
      expect(JSON.stringify(stack.lines)).not.toContain(AUTH.password);
    });

    test("is not handed to a server whose certificate nobody vouches for", async () => {
      const said = async () => JSON.stringify(stack.lines.filter(({ destination }) => destination === "untrusted"));
      await expect.poll(said).toContain('"outcome":"retry"');
      expect(servers.untrusted?.mails).toEqual([]);
    });
  });

  test("its end joins the conversation", async () => {
    const closed = withUpdate(one, { status: "Closed" });
    stack.api.put(closed.alert);
    await stack.hook(ROUTE, updated(one, { status: "Closed" }, { at: Date.now() }));
    for (const mode of ["smtps", "starttls"] as const) {
      const mails = (await servers[mode]?.waitFor(2)) ?? [];
      const root = mails[0]?.mail;
      const last = mails.at(-1)?.mail;
      expect(last).toMatchObject({ inReplyTo: root?.messageId, references: root?.messageId, subject: `Re: ${root?.subject}` });
      expect(last?.text).toContain("[RESOLVED]");
      expect(last?.messageId).not.toBe(root?.messageId);
    }
  });
});
