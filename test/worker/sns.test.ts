// Amazon SNS against the real Worker: the confirmation of a subscription, what is refused, and how often a certificate is fetched.
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import alertUpdated from "../../src/sources/matano/fixtures/raw/alert-updated.json";
import asffEvent from "../../src/sources/securityhub/fixtures/raw/imported.json";
import { type Envelope, type SnsSigner, snsCertificateUrl, snsHost, snsSigner, snsTopic } from "../support/sns.ts";
import { hang, held, installNet, net } from "./support/net.ts";
import { configure, type HookAnswer, hook, ledgerOf, settled, WAIT } from "./support/relay.ts";

const id = (n: number) => `5ad4bd0e-cbd2-4a2b-8a3b-${String(n).padStart(12, "0")}`;
const MATANO = id(1);
const HUB = id(2);
const RAW = id(3);
const WITH_AUTH = id(4);
const hubTopic = "arn:aws:sns:eu-central-1:123456789012:security-findings";

installNet();

let signer: SnsSigner;
let certificates = 0;
/** An address that no test asked for yet: certificates are remembered over tests. */
const freshCertificate = (): string => {
  certificates += 1;
  return `https://${snsHost}/SimpleNotificationService-${String(certificates).padStart(32, "a")}.pem`;
};
const message = (n: number): string =>
  JSON.stringify({ ...alertUpdated, updated_alert: { ...alertUpdated.updated_alert, id: `alert-${n}` } });
const signed = (parts: Envelope = {}, version?: "1" | "2") =>
  signer.sign({ Message: message(0), SigningCertURL: freshCertificate(), ...parts }, version);

beforeAll(async () => {
  signer = await snsSigner();
  await configure({
    routes: {
      matano: { id: MATANO, source: "matano", topic_arns: [snsTopic] },
      hub: { id: HUB, source: "securityhub", topic_arns: [hubTopic] },
      raw: { id: RAW, source: "matano", topic_arns: [snsTopic], allow_raw: true },
      "with-auth": { id: WITH_AUTH, source: "matano", topic_arns: [snsTopic], auth: { type: "header", name: "X-Key", value: "k" } },
    },
  });
});
beforeEach(() =>
  net.answer(snsHost, ({ url }) => new Response(url.pathname.endsWith(".pem") ? signer.certificate : "<ConfirmSubscriptionResponse/>")),
);

const accepted = async (answer: Response): Promise<HookAnswer> => {
  expect(answer.status, await answer.clone().text()).toBe(202);
  return answer.json();
};
const statusOf = async (answer: Response): Promise<number> => {
  await answer.body?.cancel();
  return answer.status;
};
const calls = () => net.callsTo(snsHost).map(({ method, url }) => `${method} ${url.pathname}${url.search}`);

describe("a notification", () => {
  test.each(["1", "2"] as const)("of signature version %s becomes an alert", async (version) => {
    const body = await signed({ Message: message(Number(version)) }, version);
    expect(await accepted(await hook(MATANO, body, { "content-type": "text/plain; charset=UTF-8" }))).toMatchObject({ accepted: 1 });
    await settled("matano");
    const { results } = await accepted(await hook(MATANO, body));
    expect(results).toMatchObject([{ outcome: "duplicate" }]);
    const story = await ledgerOf("matano").story(results[0]?.alert?.split(".")[1] ?? "");
    expect(story?.alert).toMatchObject({ title: "AWS Root Credentials Change", data: { destinations: ["slack_my_team", "jira_main"] } });
    expect(JSON.stringify(story)).not.toMatch(/UnsubscribeURL|SigningCert/);
  });

  test("carries what another source reads", async () => {
    const body = await signed({ TopicArn: hubTopic, Message: JSON.stringify(asffEvent) });
    const { results } = await accepted(await hook(HUB, body));
    await settled("hub");
    const story = await ledgerOf("hub").story(results[0]?.alert?.split(".")[1] ?? "");
    expect(story?.alert).toMatchObject({ title: "S3 buckets should prohibit public read access", severity: "high", status: "new" });
  });

  test("needs the route's own proof as well, where there is one", async () => {
    const body = await signed();
    expect(await statusOf(await hook(WITH_AUTH, body))).toBe(401);
    expect(await statusOf(await hook(WITH_AUTH, body, { "x-key": "k" }))).toBe(202);
  });

  test("that the source does not know is 422, once it is proved", async () => {
    const answer = await hook(MATANO, await signed({ Message: JSON.stringify(asffEvent) }));
    expect([answer.status, await answer.json()]).toEqual([422, expect.objectContaining({ where: "Message.updated_alert" })]);
  });
});

describe("a subscription", () => {
  test("is confirmed once everything is proved, by the address in the envelope and without following it further", async () => {
    const body = await signed({ Type: "SubscriptionConfirmation", Message: "You have chosen to subscribe" });
    const answer = await accepted(await hook(MATANO, body));
    expect(answer).toMatchObject({
      ignored: 1,
      results: [{ outcome: "ignored", reason: "confirming the subscription of MatanoAlertingTopic" }],
    });
    expect(JSON.stringify(answer)).not.toContain(String(body.Token));
    await vi.waitFor(() => expect(net.callsTo(snsHost)).toHaveLength(2), WAIT);
    expect(net.callsTo(snsHost).at(-1)).toMatchObject({ method: "GET", redirect: "manual" });
    expect(net.callsTo(snsHost).at(-1)?.url.href).toBe(body.SubscribeURL);
    const [entry] = await ledgerOf("matano").log({ limit: 1, outcomes: ["ignored"] });
    expect(JSON.stringify(entry)).toContain("confirming the subscription");
    expect(JSON.stringify(entry)).not.toContain(String(body.Token));
  });

  test("is not confirmed when anything about it is wrong", async () => {
    const type = { Type: "SubscriptionConfirmation" };
    const confirming = (host: string, topic = snsTopic) => `https://${host}/?Action=ConfirmSubscription&TopicArn=${topic}&Token=t`;
    const genuine = await signed(type);
    const wrong: Envelope[] = [
      { ...genuine, Token: "another" },
      { ...genuine, SubscribeURL: confirming("sns.eu-central-1.amazonaws.com") },
      await signed({ ...type, SubscribeURL: confirming("evil.example") }),
      await signed({ ...type, SubscribeURL: confirming("127.0.0.1") }),
      await signed({ ...type, SubscribeURL: confirming(snsHost, `${snsTopic}2`) }),
      await signed({ ...type, SubscribeURL: confirming(snsHost).replace("Confirm", "Delete") }),
      await signed({ ...type, TopicArn: `${snsTopic}2` }),
    ];
    for (const body of wrong) expect(await statusOf(await hook(MATANO, body)), JSON.stringify(body)).toBe(401);
    expect(calls().filter((call) => call.includes("Action="))).toEqual([]);
  });

  test("that ends is told, and not taken up again", async () => {
    const answer = await accepted(await hook(MATANO, await signed({ Type: "UnsubscribeConfirmation" })));
    expect(answer).toMatchObject({ ignored: 1, results: [{ reason: "unsubscribed from MatanoAlertingTopic: no more messages come" }] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(calls().filter((call) => call.includes("Action="))).toEqual([]);
  });
});

describe("401", () => {
  test("is for another topic, another key, a changed message, and a body without an envelope", async () => {
    const genuine = await signed();
    const other = await snsSigner();
    const answers = [
      await hook(MATANO, await signed({ TopicArn: `${snsTopic}2` })),
      await hook(HUB, genuine),
      await hook(MATANO, await other.sign({ Message: message(0) })),
      await hook(MATANO, { ...genuine, Message: message(9) }),
      await hook(MATANO, { ...genuine, SignatureVersion: "1" }),
      await hook(MATANO, { ...genuine, Signature: "" }),
      await hook(MATANO, alertUpdated),
      await hook(MATANO, [genuine]),
      await hook(MATANO, "{}"),
    ];
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
    expect(new Set(texts).size).toBe(1);
  });

  test("is for a certificate of anybody else, whom nobody asks", async () => {
    for (const url of [
      snsCertificateUrl.replace(snsHost, "evil.example"),
      snsCertificateUrl.replace(snsHost, `${snsHost}.evil.example`),
      snsCertificateUrl.replace("https", "http"),
      `${snsCertificateUrl}?Action=x`,
    ])
      expect(await statusOf(await hook(MATANO, await signed({ SigningCertURL: url })))).toBe(401);
    expect(net.calls).toEqual([]);
  });

  test("is not for a body without an envelope where the route allows it", async () => {
    expect(await accepted(await hook(RAW, alertUpdated))).toMatchObject({ accepted: 1 });
    expect(await statusOf(await hook(RAW, alertUpdated, { "x-amz-sns-topic-arn": `${snsTopic}2` }))).toBe(401);
    expect(net.calls).toEqual([]);
  });
});

describe("the certificate", () => {
  test("is fetched once for many requests at once, and not again", async () => {
    const SigningCertURL = freshCertificate();
    const bodies = await Promise.all(Array.from({ length: 20 }, (_, n) => signed({ SigningCertURL, Message: message(100 + n) })));
    const { host, release } = held(() => new Response(signer.certificate));
    net.answer(snsHost, host);
    const answers = bodies.map((body) => hook(MATANO, body));
    await vi.waitFor(() => expect(net.callsTo(snsHost)).toHaveLength(1), WAIT);
    release();
    for (const answer of await Promise.all(answers)) expect(await accepted(answer)).toMatchObject({ accepted: 1 });
    expect(await accepted(await hook(MATANO, await signed({ SigningCertURL, Message: message(200) })))).toMatchObject({ accepted: 1 });
    expect(net.callsTo(snsHost)).toHaveLength(1);
    expect(net.callsTo(snsHost)[0]).toMatchObject({ method: "GET", redirect: "manual" });
  });

  test.each([
    ["refuses", () => Promise.reject(new TypeError("connection refused"))],
    ["answers 403", () => new Response("denied", { status: 403 })],
    ["answers 500", () => new Response("", { status: 500 })],
    ["leads elsewhere", () => new Response(null, { status: 302, headers: { location: "https://evil.example/x.pem" } })],
    ["answers something else", () => new Response("<html>busy</html>")],
    ["answers a megabyte", () => new Response("x".repeat(1_000_000))],
    ["hangs", hang],
  ] as [string, () => Response | Promise<Response>][])(
    "that cannot be had is 503, and is asked for again: the host %s",
    async (_what, host) => {
      const body = await signed({ Message: message(300) });
      net.answer(snsHost, host);
      const started = Date.now();
      const answer = await hook(MATANO, body);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(Date.now() - started).toBeLessThan(3_000);
      expect(await answer.text()).not.toContain(String(body.Signature).slice(0, 20));
      net.answer(snsHost, () => new Response(signer.certificate));
      expect(await statusOf(await hook(MATANO, body))).toBe(202);
    },
  );
});
