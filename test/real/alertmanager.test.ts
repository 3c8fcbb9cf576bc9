// The whole relay behind a real Alertmanager: what it posts when alerts fire, are repeated, grouped, left out and resolved becomes one
// living message for each alert.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeReal, REAL } from "../support/real.ts";
import type { Books, Stack } from "../support/stack.ts";
import { startStack } from "../support/stack.ts";
import { type RealAlertmanager, startRealAlertmanager } from "./alertmanager-server.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const TOKEN = "correct-horse-battery";

describeReal("a real Alertmanager", [REAL.alertmanager], () => {
  let stack: Stack;
  let alertmanager: RealAlertmanager;

  beforeAll(async () => {
    stack = await startStack({
      secrets: () => ({ RELAY_TOKEN: `Bearer ${TOKEN}` }),
      config: ({ chats }) => ({
        destinations: {
          war: { type: "discord", url: chats.discord("war").url, rate: "100/s" },
          soc: { type: "slack", url: chats.slack("soc").url, rate: "100/s" },
          box: { type: "inbox" },
        },
        routes: {
          cluster: {
            id: ROUTE,
            source: "alertmanager",
            auth: { type: "header", name: "Authorization", value: "secret:RELAY_TOKEN" },
            rules: [{ to: ["war", "soc", "box"] }],
          },
        },
      }),
    });
    alertmanager = await startRealAlertmanager(configuration(`${stack.relay.url}/hooks/${ROUTE}`));
  });
  afterAll(async () => {
    await alertmanager?.stop();
    await stack?.stop();
  });

  const route = async (): Promise<Books["routes"][number] | undefined> => (await stack.books()).routes[0];
  const accepted = (count: number) => expect.poll(async () => (await route())?.accepted).toBe(count);
  const shown = (text: string) =>
    stack.chats
      .discord("war")
      .visible()
      .filter(({ raw }) => raw.includes(text));
  const bruteForce = (host: string) => ({
    labels: { alertname: "SSHBruteForce", severity: "critical", instance: `${host}:9100`, team: "soc", src_ip: "203.0.113.7" },
    annotations: { summary: `Many failed logins on ${host}`, description: "412 failed logins within five minutes." },
  });
  const started = new Date(Date.now() - 60_000).toISOString();

  describe("an alert that fires", () => {
    test("is one message that says what is wrong, where and how bad", async () => {
      await alertmanager.post([{ ...bruteForce("bastion-1"), startsAt: started }]);
      await accepted(1);
      await stack.settled();
      const [message, ...others] = shown("bastion-1");
      expect(others).toEqual([]);
      for (const text of ["CRITICAL", "SSHBruteForce", "Many failed logins on bastion-1", "203.0.113.7", "412 failed logins"])
        expect(message?.raw).toContain(text);
      const { items } = await stack.get<{ items: Record<string, unknown>[] }>("/api/alerts");
      expect(items).toMatchObject([{ severity: "critical", status: "new", title: "SSHBruteForce: Many failed logins on bastion-1" }]);
    });

    test("and goes on firing is repeated by Alertmanager, and shown once", async () => {
      const before = await alertmanager.notifications();
      await expect.poll(async () => (await alertmanager.notifications()).sent).toBeGreaterThan(before.sent + 1);
      await expect.poll(async () => (await route())?.duplicate).toBeGreaterThan(1);
      const books = await stack.settled();
      expect(books.routes).toMatchObject([{ accepted: 1, refused: 0 }]);
      expect(stack.chats.discord("war").totals).toMatchObject({ messages: 1, edits: 0 });
      expect(stack.chats.slack("soc").visible()).toHaveLength(1);
    });
  });

  test("a group is as many messages as alerts, and those that it held before are known", async () => {
    await alertmanager.post(["bastion-2", "bastion-3", "bastion-4"].map((host) => ({ ...bruteForce(host), startsAt: started })));
    await accepted(4);
    await stack.settled();
    for (const host of ["bastion-1", "bastion-2", "bastion-3", "bastion-4"]) expect(shown(host), host).toHaveLength(1);
  });

  test("the end of one alert of a group ends that one", async () => {
    await alertmanager.post([{ ...bruteForce("bastion-2"), startsAt: started, endsAt: new Date().toISOString() }]);
    await accepted(5);
    await stack.settled();
    expect(shown("bastion-2")).toMatchObject([{ raw: expect.stringContaining("RESOLVED") }]);
    for (const host of ["bastion-1", "bastion-3", "bastion-4"]) expect(shown(host)[0]?.raw, host).not.toContain("RESOLVED");
    expect(stack.chats.slack("soc").visible().at(-1)?.raw).toMatch(/resolved/i);
  });

  test("an alert that fires again is reopened", async () => {
    await alertmanager.post([{ ...bruteForce("bastion-2"), startsAt: new Date().toISOString() }]);
    await accepted(6);
    await stack.settled();
    const { items } = await stack.get<{ items: { title: string; status: string }[] }>("/api/alerts?q=bastion-2");
    expect(items).toMatchObject([{ status: "new" }]);
    expect(shown("bastion-2").at(-1)?.raw).toMatch(/reopened/i);
  });

  test("alerts that max_alerts leaves out are told", async () => {
    const noise = (disk: string) => ({ labels: { alertname: "DiskFull", severity: "warning", receiver: "few", device: disk } });
    await alertmanager.post([noise("sda"), noise("sdb"), noise("sdc")]);
    await accepted(8);
    await stack.settled();
    expect(shown("Alertmanager left out 2 alerts of a group")).toHaveLength(1);
  });

  test("without its token, nothing gets in, and the books say so", async () => {
    await alertmanager.post([{ labels: { alertname: "Stranger", severity: "critical", receiver: "stranger" } }]);
    await expect.poll(async () => (await route())?.refused).toBeGreaterThan(0);
    await expect.poll(async () => (await alertmanager.notifications()).failed).toBeGreaterThan(0);
    expect(shown("Stranger")).toEqual([]);
    expect((await stack.settled()).routes).toMatchObject([{ accepted: 8, routed: 8 }]);
  });
});

/** Everything at once instead of after minutes: a group is notified when it changes, and again every two seconds. */
const configuration = (hook: string): string => `
route:
  receiver: tocsin
  group_by: [alertname]
  group_wait: 500ms
  group_interval: 1s
  repeat_interval: 2s
  routes:
    - matchers: [receiver = few]
      receiver: few
      repeat_interval: 1h
    - matchers: [receiver = stranger]
      receiver: stranger
      repeat_interval: 1h
receivers:
  - name: tocsin
    webhook_configs:
      - url: ${hook}
        http_config:
          authorization:
            credentials: ${TOKEN}
  - name: few
    webhook_configs:
      - url: ${hook}
        max_alerts: 1
        http_config:
          authorization:
            credentials: ${TOKEN}
  - name: stranger
    webhook_configs:
      - url: ${hook}
`;
