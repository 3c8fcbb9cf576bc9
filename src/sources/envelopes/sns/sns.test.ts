// What a stranger could try, and what Amazon really sends: verification and reading of envelopes.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { mutations } from "../../../../test/support/mutate.ts";
import { type Envelope, type SnsSigner, snsCertificateUrl, snsHost, snsSigner, snsTopic } from "../../../../test/support/sns.ts";
import type { Json } from "../../../alert.ts";
import { certificateAddress, subscribeAddress } from "./addresses.ts";
import { certificateKey, isCertificate } from "./certificate.ts";
import { readSns, recordOf, textEvent } from "./message.ts";
import { snsSettings } from "./settings.ts";
import { verifySns } from "./verify.ts";

const settings = { topic_arns: [snsTopic] };
let signer: SnsSigner;
beforeAll(async () => {
  signer = await snsSigner();
});

type Given = {
  settings?: { topic_arns: string[]; allow_raw?: boolean };
  headers?: Record<string, string>;
  at?: number;
  certificate?: string | null;
};

/** What verification says, and which addresses it asked for. */
async function verified(body: Json, given: Given = {}): Promise<[string, string[]]> {
  const asked: string[] = [];
  const certificate = given.certificate === undefined ? signer.certificate : given.certificate;
  const document = (url: string, fits: (text: string) => boolean = () => true) => {
    asked.push(url);
    return Promise.resolve(certificate !== null && fits(certificate) ? certificate : undefined);
  };
  const request = { headers: new Headers(given.headers), body, at: given.at ?? Date.now() };
  return [await verifySns(request, given.settings ?? settings, { document }), asked];
}
const proved = async (body: Json, given?: Given): Promise<string> => (await verified(body, given))[0];

describe("a genuine envelope", () => {
  test.each(["1", "2"] as const)("of signature version %s is right, with and without a subject, in any script", async (version) => {
    for (const parts of [{ Message: "m" }, { Message: "m", Subject: "s" }, { Message: 'Übergröße 漢字 🚨\n"\\u0041"' }] as Envelope[])
      expect(await verified(await signer.sign(parts, version))).toEqual(["right", [snsCertificateUrl]]);
  });

  test.each(["SubscriptionConfirmation", "UnsubscribeConfirmation"])("of type %s is right", async (Type) => {
    for (const version of ["1", "2"] as const) expect(await proved(await signer.sign({ Type }, version))).toBe("right");
  });

  test("may have the other spelling of the certificate's address, and unsigned members", async () => {
    const { SigningCertURL, ...rest } = await signer.sign({ Message: "m" });
    expect(await proved({ ...rest, SigningCertUrl: SigningCertURL ?? null })).toBe("right");
    expect(
      await proved({ ...rest, SigningCertURL: SigningCertURL ?? null, MessageAttributes: { a: { Type: "String", Value: "b" } } }),
    ).toBe("right");
  });

  test("may be as old as a dead-letter queue keeps it", async () => {
    expect(await proved(await signer.sign({ Message: "m", Timestamp: "2020-01-01T00:00:00.000Z" }))).toBe("right");
  });

  test("of a topic that the route does not list is wrong, and nothing is fetched", async () => {
    for (const other of [
      `${snsTopic}2`,
      snsTopic.toLowerCase(),
      snsTopic.slice(0, -1),
      "arn:aws:sns:us-east-1:999999999999:MatanoAlertingTopic",
    ])
      expect(await verified(await signer.sign({ Message: "m", TopicArn: other }))).toEqual(["wrong", []]);
  });

  test("is unknown when its certificate cannot be had, or is none", async () => {
    const body = await signer.sign({ Message: "m" });
    expect(await proved(body, { certificate: null })).toBe("unknown");
    expect(await proved(body, { certificate: "<html>busy</html>" })).toBe("unknown");
  });
});

describe("a forged envelope", () => {
  test.each([
    ["Message", "other"],
    ["MessageId", "00000000-0000-5000-8000-000000000000"],
    ["Subject", "other"],
    ["Timestamp", "2026-01-01T00:00:00.000Z"],
    ["Type", "SubscriptionConfirmation"],
    ["SignatureVersion", "1"],
    ["SignatureVersion", "3"],
    ["SignatureVersion", ""],
    ["SignatureVersion", 2],
    ["Signature", ""],
    ["Signature", "AAAA"],
    ["Signature", "*not base64*"],
    ["Signature", ["AAAA"]],
    ["Message", { a: 1 }],
    ["Message", null],
  ] as [string, Json][])("with another %s (%j) is wrong", async (name, value) => {
    const body = await signer.sign({ Message: "m", Subject: "s" });
    expect(await proved({ ...body, [name]: value })).toBe("wrong");
  });

  test.each(["Message", "MessageId", "Subject", "Timestamp", "Type", "Signature", "SignatureVersion", "SigningCertURL"])(
    "without its %s is wrong",
    async (name) => {
      const body: Envelope = await signer.sign({ Message: "m", Subject: "s" });
      Reflect.deleteProperty(body, name);
      expect(await proved(body)).toBe("wrong");
    },
  );

  test("with a subject that was not signed is wrong", async () => {
    expect(await proved({ ...(await signer.sign({ Message: "m" })), Subject: "added" })).toBe("wrong");
  });

  test("signed with another key is wrong", async () => {
    const other = await snsSigner();
    expect(await proved(await other.sign({ Message: "m" }))).toBe("wrong");
  });

  test("whose confirmation leads anywhere else is wrong, although it is signed, and nothing is fetched", async () => {
    for (const Type of ["SubscriptionConfirmation", "UnsubscribeConfirmation"]) {
      for (const SubscribeURL of foreignSubscribeAddresses) {
        expect(await verified(await signer.sign({ Type, SubscribeURL })), SubscribeURL).toEqual(["wrong", []]);
      }
    }
  });

  test("whose certificate is anywhere else is wrong, and nothing is fetched", async () => {
    for (const SigningCertURL of foreignCertificateAddresses)
      expect(await verified(await signer.sign({ Message: "m", SigningCertURL })), SigningCertURL).toEqual(["wrong", []]);
  });

  test("never throws and is never right, whatever is changed in it", async () => {
    const genuine = await signer.sign({ Message: "m", Subject: "s" });
    const signed = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type", "SignatureVersion", "Signature"];
    await fc.assert(
      fc.asyncProperty(mutations(genuine), async (body) => {
        const same = signed.every((name) => Object(body)[name] === genuine[name]);
        const result = await proved(body);
        expect(same ? ["right", "wrong"] : ["wrong"]).toContain(result);
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (body) => {
        expect(await proved(body as Json)).toBe("wrong");
      }),
    );
  });
});

describe("raw delivery", () => {
  const raw: Json = { updated_alert: { id: "a" } };
  const allowed = { ...settings, allow_raw: true };

  test("is wrong unless the route allows it", async () => {
    expect(await proved(raw)).toBe("wrong");
    expect(await proved(raw, { settings: { ...settings, allow_raw: false } })).toBe("wrong");
    expect(await verified(raw, { settings: allowed })).toEqual(["right", []]);
  });

  test("whose header names another topic is wrong", async () => {
    expect(await proved(raw, { settings: allowed, headers: { "x-amz-sns-topic-arn": snsTopic } })).toBe("right");
    expect(await proved(raw, { settings: allowed, headers: { "x-amz-sns-topic-arn": `${snsTopic}2` } })).toBe("wrong");
  });

  test("opens no way round the signature of what has an envelope", async () => {
    const body = await signer.sign({ Message: "m" });
    expect(await proved({ ...body, Message: "other" }, { settings: allowed })).toBe("wrong");
    expect(await proved({ ...body, Type: "Other" }, { settings: allowed })).toBe("wrong");
    expect(await proved([raw], { settings: allowed })).toBe("wrong");
  });
});

const foreignCertificateAddresses = [
  "",
  "nonsense",
  snsCertificateUrl.replace("https:", "http:"),
  snsCertificateUrl.replace(snsHost, "evil.example"),
  snsCertificateUrl.replace(snsHost, `${snsHost}.evil.example`),
  snsCertificateUrl.replace(snsHost, `${snsHost}@evil.example`),
  snsCertificateUrl.replace(snsHost, `user:password@${snsHost}`),
  snsCertificateUrl.replace(snsHost, `${snsHost}:8443`),
  snsCertificateUrl.replace(snsHost, `${snsHost}.`),
  snsCertificateUrl.replace(snsHost, "sns.evil.example/.us-east-1.amazonaws.com"),
  snsCertificateUrl.replace(snsHost, "us-east-1.amazonaws.com"),
  snsCertificateUrl.replace(snsHost, "sns.amazonaws.com"),
  snsCertificateUrl.replace(snsHost, "sns.evil.us-east-1.amazonaws.com"),
  snsCertificateUrl.replace(snsHost, "evil-sns.us-east-1.amazonaws.com"),
  snsCertificateUrl.replace(snsHost, "sns.us-east-1.amazonaws.com.au"),
  snsCertificateUrl.replace(snsHost, "bucket.s3.amazonaws.com"),
  snsCertificateUrl.replace(snsHost, "snsxus-east-1.amazonaws.com"),
  `${snsCertificateUrl}?x=1`,
  `${snsCertificateUrl}#x`,
  snsCertificateUrl.replace(".pem", ".txt"),
  snsCertificateUrl.replace(".pem", "/x.pem"),
  snsCertificateUrl.replace("/Simple", "/x/Simple"),
  `https://${snsHost}/?Action=GetTopicAttributes&x=.pem`,
  `https://${snsHost}/.pem`,
];

const confirming = (host: string, query = `Action=ConfirmSubscription&TopicArn=${snsTopic}&Token=t`) => `https://${host}/?${query}`;
const foreignSubscribeAddresses = [
  confirming("evil.example"),
  confirming(`${snsHost}.evil.example`),
  confirming(`${snsHost}@evil.example`),
  confirming(`x:y@${snsHost}`),
  confirming(`${snsHost}:444`),
  confirming("127.0.0.1"),
  confirming(snsHost).replace("https", "http"),
  confirming(snsHost).replace("/?", "/x?"),
  confirming(snsHost, `Action=Unsubscribe&TopicArn=${snsTopic}&Token=t`),
  confirming(snsHost, `Action=DeleteTopic&TopicArn=${snsTopic}&Token=t`),
  confirming(snsHost, `Action=ConfirmSubscription&Action=DeleteTopic&TopicArn=${snsTopic}&Token=t`),
  confirming(snsHost, `Action=ConfirmSubscription&TopicArn=${snsTopic}2&Token=t`),
  confirming(snsHost, `Action=ConfirmSubscription&TopicArn=${snsTopic}`),
  confirming(snsHost, "Action=ConfirmSubscription&Token=t"),
];

describe("addresses", () => {
  test.each(["us-east-1", "eu-central-2", "us-gov-west-1", "ap-southeast-3"])("the region %s is one", (region) => {
    const url = snsCertificateUrl.replace("us-east-1", region);
    expect(certificateAddress(url)).toBe(url);
  });
  test.each(["sns.cn-north-1.amazonaws.com.cn", "sns.eusc-de-east-1.amazonaws.eu"])("so is the partition of %s", (host) => {
    expect(certificateAddress(snsCertificateUrl.replace(snsHost, host))).toBeDefined();
    expect(subscribeAddress(confirming(host), snsTopic)).toBe(confirming(host));
  });
  test("a confirmation may say more", () => {
    const url = `${confirming(snsHost)}&AuthenticateOnUnsubscribe=true`;
    expect(subscribeAddress(url, snsTopic)).toBe(url);
  });
});

describe("a certificate", () => {
  const day = 24 * 60 * 60_000;
  const at = Date.UTC(2026, 10, 20);

  test("counts within its dates, with some minutes for clocks", async () => {
    const { certificate } = await snsSigner({ from: at, to: at + day });
    for (const [when, counts] of [
      [at, true],
      [at + day, true],
      [at - 60_000, true],
      [at + day + 60_000, true],
      [at - 6 * 60_000, false],
      [at + day + 6 * 60_000, false],
    ] as [number, boolean][])
      expect(Boolean(await certificateKey(certificate, "SHA-256", when)), new Date(when).toISOString()).toBe(counts);
  });

  test("that has run out proves nothing", async () => {
    const old = await snsSigner({ from: at - 2 * day, to: at - day });
    expect(await proved(await old.sign({ Message: "m" }), { certificate: old.certificate, at })).toBe("wrong");
  });

  test("with a small key proves nothing", async () => {
    const small = await snsSigner({ bits: 1_024 });
    expect(await proved(await small.sign({ Message: "m" }), { certificate: small.certificate })).toBe("wrong");
  });

  test.each(["", "text", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "-----BEGIN CERTIFICATE-----"])(
    "is none: %j",
    async (pem) => {
      expect(isCertificate(pem)).toBe(false);
      expect(await certificateKey(pem, "SHA-1", at)).toBeUndefined();
    },
  );
});

describe("reading", () => {
  const read = async (parts: Envelope, more: object = {}) => readSns(await signer.sign(parts), { ...settings, ...more });

  test("a confirmation is to be called, and tells no token", async () => {
    const body = await signer.sign({ Type: "SubscriptionConfirmation" });
    expect(readSns(body, settings)).toEqual({
      ok: true,
      value: {
        kind: "protocol",
        entry: { kind: "ignored", reason: "confirming the subscription of MatanoAlertingTopic", call: body.SubscribeURL },
      },
    });
  });

  test("an unsubscription is told and not undone", async () => {
    const found = await read({ Type: "UnsubscribeConfirmation" });
    expect(found).toEqual({
      ok: true,
      value: { kind: "protocol", entry: { kind: "ignored", reason: "unsubscribed from MatanoAlertingTopic: no more messages come" } },
    });
  });

  test.each([
    ['{"a":12345678901234567890}', { kind: "object", value: { a: "12345678901234567890" } }],
    ["Disk full\nplease look", { kind: "text", text: "Disk full\nplease look" }],
    ["123", { kind: "text", text: "123" }],
    ['"quoted"', { kind: "text", text: '"quoted"' }],
    ["null", { kind: "text", text: "null" }],
    ['{"cut": ', { kind: "text", text: '{"cut": ' }],
  ])("a message %j", async (Message, content) => {
    expect(await read({ Message })).toMatchObject({ ok: true, value: { kind: "message", message: { content } } });
  });

  test.each([
    ["Message", { Message: " " }],
    ["Message", { Message: "[1]" }],
    ["Message", { Message: `${'{"a":'.repeat(600)}1${"}".repeat(600)}` }],
    ["TopicArn", { Message: "m", TopicArn: `${snsTopic}2` }],
  ])("is refused at %s", async (where, parts) => expect(await read(parts)).toMatchObject({ ok: false, reason: { where } }));

  test("what is kept has neither the signature nor the link that unsubscribes", async () => {
    const found = await read({ Message: "Disk full", Subject: "Sensor 7" });
    const message = found.ok && found.value.kind === "message" ? found.value.message : undefined;
    const event = message && textEvent("matano", "Matano", message, "Disk full");
    expect(event).toMatchObject({
      identified: true,
      kind: "opened",
      patch: { title: "Sensor 7", summary: "Disk full", type: "message" },
      payload: { message: "Disk full", sns: { Subject: "Sensor 7", TopicArn: snsTopic } },
    });
    expect(JSON.stringify(event)).not.toMatch(/Unsubscribe|Signature|SigningCert/);
    expect(message && recordOf({ content: message.content }, "x")).toBe("x");
  });
});

describe("settings", () => {
  test.each([
    {},
    { topic_arns: [] },
    { topic_arns: ["*"] },
    { topic_arns: ["arn:aws:sns:us-east-1:012345678910:*"] },
    { topic_arns: ["arn:aws:sqs:us-east-1:012345678910:queue"] },
    { topic_arns: [snsTopic], unknown: 1 },
  ])("refuse %j", (table) => expect(snsSettings.safeParse(table).success).toBe(false));

  test("name the topics", () => expect(snsSettings.parse({ topic_arns: [snsTopic] })).toEqual({ topic_arns: [snsTopic] }));
});
